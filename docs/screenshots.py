"""`make screenshots` takes the README's screenshots from a running Iterscope with the trained demo.

It starts `iterscope up` on the home folder (default ITERSCOPE_HOME or ./iterscope-data; the demo is trained if there are
no runs), waits for a completed run, and calls docs.pictures, which writes the pictures to docs/images.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from docs.pictures import take

IMAGES = Path(__file__).parent / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 900.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # our own server is never behind http_proxy
"""Seconds to wait for the demo's training to finish."""


def free_port() -> int:
    """A free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for_finished_run(backend: str) -> str:
    """Wait until a run is completed; return the newest run of the demo's network, otherwise the newest of all."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with DIRECT.open(f"{backend}/runs", timeout=10) as answer:
                runs = json.load(answer)["runs"]
        except OSError:
            runs = []
        completed = [run for run in runs if run["status"] == "completed"]
        if completed:
            demos = [run for run in completed if (run["architecture"], run["dataset"]) == ("resnet56", "digits")]
            return str((demos or completed)[0]["id"])
        time.sleep(1)
    raise SystemExit(f"no run was completed within {PATIENCE:.0f} seconds: check the output of `iterscope up` above")


def main() -> None:
    """Start the services, wait for a run, take the screenshots, stop."""
    parser = argparse.ArgumentParser(prog="python -m docs.screenshots", description="Take the README's screenshots.")
    parser.add_argument("--home", default=os.environ.get("ITERSCOPE_HOME") or "iterscope-data", help="home folder")
    options = parser.parse_args()
    port, backend_port = free_port(), free_port()
    ports = ["--port", str(port), "--backend-port", str(backend_port)]
    services = subprocess.Popen([sys.executable, "-m", "iterscope_cli.main", "up", "--home", options.home, *ports])
    try:
        run = wait_for_finished_run(f"http://127.0.0.1:{backend_port}")
        # The system's browser if there is one, otherwise Playwright's own.
        browser = next(filter(None, map(shutil.which, BROWSERS)), None)
        for picture in take(f"http://127.0.0.1:{port}", IMAGES, browser, run):
            print(picture.name)
    finally:
        services.send_signal(signal.SIGINT)
        services.wait(timeout=90)


if __name__ == "__main__":
    main()
