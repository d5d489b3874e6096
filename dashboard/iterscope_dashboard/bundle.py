"""Our own scripts and styles, one file each: forty small ones take longer to ask for than to read."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Bundle:
    """Files of one kind, one after the other in the order of their names."""

    content: str
    address: str  # changes when they do
    media_type: str

    @classmethod
    def of(cls, suffix: str, media_type: str) -> "Bundle":
        """Read the assets with this suffix."""
        content = "\n".join(file.read_text("utf-8") for file in sorted(FOLDER.glob(f"*.{suffix}")))
        version = hashlib.sha256(content.encode()).hexdigest()[:12]
        return cls(content, f"/assets/iterscope.{suffix}?m={version}", media_type)


SCRIPTS = Bundle.of("js", "text/javascript")
STYLES = Bundle.of("css", "text/css")
FIRST_SCRIPT = (FOLDER / "first" / "arrive.js").read_text("utf-8")
