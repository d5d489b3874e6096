"""`make bench`: every benchmark, one after the other."""

import runpy
import sys

BENCHMARKS = ("probes", "logging", "rest_curves", "latency", "training")


def main() -> None:
    chosen = sys.argv[1:] or BENCHMARKS
    sys.argv = sys.argv[:1]
    for name in chosen:
        print(f"\n== {name}")
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
