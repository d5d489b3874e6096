"""Iterscope's scripts and styles as one file each, which loads faster than forty small files."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from iterscope_views import MODULE

FOLDER = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Bundle:
    """The files of one kind, concatenated in the order of their names."""

    content: str
    address: str  # changes with the content
    media_type: str

    @classmethod
    def of(cls, suffix: str, media_type: str) -> "Bundle":
        """Read the assets with this suffix."""
        content = "\n".join(file.read_text("utf-8") for file in sorted(FOLDER.glob(f"*.{suffix}")))
        return cls.named(f"iterscope.{suffix}", content, media_type)

    @classmethod
    def named(cls, name: str, content: str, media_type: str) -> "Bundle":
        """One file of this name."""
        version = hashlib.sha256(content.encode()).hexdigest()[:12]
        return cls(content, f"/assets/{name}?m={version}", media_type)


VIEWS = Bundle.named("views.js", MODULE.read_text("utf-8"), "text/javascript")
SCRIPTS = Bundle.of("js", "text/javascript")
STYLES = Bundle.of("css", "text/css")
