"""`make bench`: runs the benchmarks one after the other, each in its own process, and exits with 1 when one misses a budget."""

from __future__ import annotations

import argparse
import subprocess
import sys

BENCHMARKS = ("probes", "logging", "rest_curves", "busy", "latency", "literature", "training", "page")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*BENCHMARKS, []], help=f"default: all, which are {', '.join(BENCHMARKS)}"
    )
    failed = []
    for name in parser.parse_args().names or BENCHMARKS:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"\nA budget was missed, or the benchmark failed, in: {', '.join(failed)}")
    print("\nEvery budget holds.")


if __name__ == "__main__":
    main()
