"""Budgets of a benchmark: what was measured is compared with a bound, and a bound that is missed makes the command exit with 1."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field


@dataclass
class Budgets:
    """Collects the budgets that one benchmark checks."""

    missed: list[str] = field(default_factory=list)
    """One sentence for each budget that was missed."""

    def at_most(self, name: str, found: float, bound: float, unit: str = "") -> str:
        """The verdict to print beside a value that must not be above its bound. NaN is above every bound."""
        return self._verdict(name, found <= bound, f"{found:.4g}{unit}, at most {bound:.4g}{unit}")

    def at_least(self, name: str, found: float, bound: float, unit: str = "") -> str:
        """The verdict to print beside a value that must not be below its bound. NaN is below every bound."""
        return self._verdict(name, found >= bound, f"{found:.4g}{unit}, at least {bound:.4g}{unit}")

    def _verdict(self, name: str, holds: bool, comparison: str) -> str:
        if not holds:
            self.missed.append(f"{name}: {comparison}")
        return "holds" if holds else "MISSED"

    def finish(self) -> None:
        """Exit with 1, naming the budgets that were missed; return where all hold."""
        for sentence in self.missed:
            print(f"budget missed: {sentence}", file=sys.stderr)
        if self.missed:
            sys.exit(1)
