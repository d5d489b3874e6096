"""python -m iterscope_dashboard.screenshots: take the README's screenshots from a running stack.

Needs Playwright and Chromium, which are development tools and not dependencies of the dashboard.
"""

import argparse
import shutil
from pathlib import Path
from typing import Any

SIZE = {"width": 1280, "height": 860}
PICTURES = (  # name, address, what must be on screen, light or dark
    ("blocks-light", "/", "#blocks-drop .scatterlayer .point", "light"),
    ("blocks-dark", "/", "#blocks-drop .scatterlayer .point", "dark"),
    (
        "interventions",
        "/interventions",
        "body:has(.outcome-table):has(#interventions-cancel:disabled) #interventions-unroll-groups .scatterlayer .point",
        "light",
    ),
    ("examples", "/examples", ".story .scatterlayer .point", "light"),
    ("paper", "/paper", "#paper-fig2 .scatterlayer .point", "light"),
    ("import", "/import", "#import-choose", "light"),
    ("runs", "/runs", ".ag-row .spark", "light"),
)

WITHOUT_RUN = ("/import", "/paper", "/runs")


def take(address: str, folder: Path, chromium: str | None, run: str | None = None) -> list[Path]:
    """Save all screenshots of a run (None: the newest); waits up to two minutes for a slow measurement."""
    from playwright.sync_api import sync_playwright  # a development tool

    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path, selector, scheme in PICTURES:
            page = browser.new_page(viewport=SIZE, color_scheme=scheme)
            page.goto(address + path + (f"?run={run}" if run and path not in WITHOUT_RUN else ""))
            page.wait_for_selector(selector, timeout=120_000)
            page.wait_for_timeout(1200)
            target = folder / f"{name}.png"
            page.screenshot(path=str(target))
            taken.append(target)
            page.close()
        browser.close()
    return taken


def main() -> None:
    """Take the screenshots and print the size of each file."""
    parser = argparse.ArgumentParser(prog="python -m iterscope_dashboard.screenshots", description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8050", help="a running dashboard (default %(default)s)")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"), help="output folder (default %(default)s)")
    parser.add_argument("--run", help="id of the run (default: the newest)")
    parser.add_argument(
        "--chromium", default=shutil.which("chromium"), help="path of the browser (default: chromium on the PATH)"
    )
    chosen = parser.parse_args()
    for picture in take(chosen.address, chosen.folder, chosen.chromium, chosen.run):
        print(f"{picture}  {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
