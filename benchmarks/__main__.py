"""`make bench` runs every benchmark, one after the other, each in its own process."""

import subprocess
import sys

BENCHMARKS = ("probes", "logging", "rest_curves", "latency", "training", "page")


def main() -> None:
    for name in sys.argv[1:] or BENCHMARKS:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
