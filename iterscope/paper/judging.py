"""From a claim's measurement to its verdict.

holds          the whole interval is on the claim's side of the threshold
does not hold  the whole interval is on the other side
inconclusive   the interval contains the threshold, or there are too few images, or the network has learned too little, or what the
               claim says can't be seen in these networks
not yet run    a run or a measurement is missing
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, Protocol, TypeVar

from iterscope.paper.evidence import Net
from iterscope.paper.measures import ENOUGH_SEEDS, Measurement, NotYet, Undecidable, percent
from iterscope.paper.resampling import LEVEL, LOOK_LEVEL, LOOKS, Interval
from iterscope.probes.statistics import wilson_interval

Verdict = Literal["holds", "does not hold", "inconclusive", "not yet run"]
VERDICTS: tuple[Verdict, ...] = ("holds", "does not hold", "inconclusive", "not yet run")
SEEN: dict[Verdict, str] = {"holds": "seen", "does not hold": "not seen", "inconclusive": "undecided"}
ENOUGH_IMAGES = 20
"""With fewer images, a bootstrap interval is too narrow to be trusted."""
TIMES_CHANCE = 2
"""A network must be surely better than this many times chance, or than halfway from chance to 100 % where that is less (two classes),
before a claim about what it has learned is judged."""


class Judged(Protocol):
    """What claims are judged by: the paper's `Evidence`, or what is known of one network."""

    @property
    def looks(self) -> Mapping[str, int]:
        """Claim → how often it was judged before more seeds were added."""


Seen = TypeVar("Seen", bound=Judged)


@dataclass(frozen=True)
class Claim(Generic[Seen]):
    """One sentence of a work."""

    id: str
    figures: tuple[str, ...]
    """The paper's figures that show it, or the work that says it."""
    section: str
    sentence: str
    """In our words."""
    check: Callable[[Seen], Measurement]
    """Raises NotYet if a run or a measurement that it needs is missing, and Undecidable if these networks can't show what it says."""
    initialisation: bool = False
    """Whether it is about untrained networks. Its control is the unshared network; the network's accuracy doesn't matter."""
    remark: str | None = None
    """What is to be expected of it, such as that small networks don't show it."""

    @property
    def criterion(self) -> str:
        """Which number is judged, and why the threshold lies where it does: what the check says of itself."""
        return " ".join((getattr(self.check, "func", self.check).__doc__ or "").split())


@dataclass(frozen=True)
class Finding:
    """The verdict on a claim."""

    id: str
    figures: tuple[str, ...]
    section: str
    sentence: str
    verdict: Verdict
    measured: str
    """The measured number in words, or what is missing."""
    about: Literal["trained networks", "initialisation"] = "trained networks"
    statistic: float | None = None
    comparison: str | None = None
    threshold: float | None = None
    interval: Interval | None = None
    level: float | None = None
    """The interval's level, 0.95 or, with several looks, 1 − 0.05/3."""
    looks: int = 0
    """How often `iterscope paper --more-seeds` has judged the claim; 0: it was judged once, without it."""
    n_runs: int = 0
    """Seeds of the network with the fewest."""
    n_samples: int | None = None
    """Images that the number is based on."""
    nets: tuple[str, ...] = ()
    scope: str = ""
    """Where the verdict is from: "on digits, ResNet-56, 4 seeds: seen"."""
    note: str | None = None
    criterion: str = ""
    """Which number is judged, and why the threshold lies where it does."""

    @property
    def judged(self) -> str:
        """The number that is judged, with its interval and the threshold: often another number than those in `measured`. Empty without
        one.
        """
        if self.statistic is None or self.threshold is None:
            return ""
        level = None if self.level is None else f"{100 * self.level:.3g} % interval "
        ends = "" if self.interval is None or level is None else f", {level}{' to '.join(map(_short, self.interval))}"
        return f"judged: {_short(self.statistic)}{ends}; holds {'below' if self.comparison == '<' else 'above'} {_short(self.threshold)}"

    def to_dict(self) -> dict[str, Any]:
        """The fields by name, and `judged`; NaN stays NaN."""
        return {**vars(self), "judged": self.judged}


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def judge(claim: Claim[Seen], evidence: Seen) -> Finding:
    """Judge a claim by the evidence."""
    looks = evidence.looks.get(claim.id, 0)
    about: Literal["trained networks", "initialisation"] = (
        "initialisation" if claim.initialisation else "trained networks"
    )
    blank = Finding(claim.id, claim.figures, claim.section, claim.sentence, "not yet run", "", about, looks=looks)
    blank = replace(blank, note=claim.remark, criterion=claim.criterion)
    try:
        found = claim.check(evidence)
    except NotYet as missing:
        return replace(blank, measured=f"{missing}", **_about(missing.nets))
    except Undecidable as open_:
        return _scoped(replace(blank, verdict="inconclusive", measured=f"{open_}", **_about(open_.nets)), open_.nets)
    level = LOOK_LEVEL if looks else LEVEL
    interval = found.interval(level)
    verdict, reason = _verdict(found, interval, claim.initialisation)
    notes = [reason, found.note, claim.remark]
    if looks:
        notes.append(
            f"look {looks} of at most {len(LOOKS)} ({', '.join(map(str, LOOKS[:-1]))} and {LOOKS[-1]} seeds), each at {percent(level)}"
        )
    finding = replace(
        blank,
        verdict=verdict,
        measured=found.text,
        statistic=found.statistic,
        comparison=found.comparison,
        threshold=found.threshold,
        interval=None if math.isnan(interval[0]) or found.images < ENOUGH_IMAGES else interval,
        level=level,
        n_samples=found.images,
        note="; ".join(note for note in notes if note) or None,
        **_about(found.nets, len(found.seeds)),
    )
    return _scoped(finding, found.nets)


def findings(claims: Iterable[Claim[Seen]], evidence: Seen) -> tuple[Finding, ...]:
    """All claims, judged."""
    return tuple(judge(claim, evidence) for claim in claims)


def _verdict(found: Measurement, interval: Interval, initialisation: bool) -> tuple[Verdict, str | None]:
    """The verdict, and why it is inconclusive."""
    low, high = interval
    if found.bare and not found.repeated and math.isfinite(found.statistic):
        return (
            "inconclusive",
            f"a number without an interval over images is judged from {ENOUGH_SEEDS} seeds on, not from {len(found.seeds)}",
        )
    if math.isnan(low):
        return (
            "inconclusive",
            "the value is not defined: activations or gradients have diverged, no image is included, or a seed has no value",
        )
    if found.images < ENOUGH_IMAGES:
        return "inconclusive", f"{found.images} images are too few: at least {ENOUGH_IMAGES} are needed"
    if not initialisation:
        for net in found.nets if found.gate is None else found.gate:
            if reason := untrained(net):
                return "inconclusive", reason
    sides = (high < found.threshold, low > found.threshold)
    right, wrong = sides if found.comparison == "<" else sides[::-1]
    if right and found.trivial:
        return "inconclusive", found.trivial
    if right or wrong:
        return "holds" if right else "does not hold", None
    what = f"{found.images} images" + (f", {min(net.runs for net in found.nets)} seeds" if found.repeated else "")
    return "inconclusive", f"the interval contains the threshold (n = {what})"


def untrained(net: Net) -> str | None:
    """Why the network counts as untrained: the lower bound of its validation accuracy isn't above what is needed; None if it is."""
    accuracy, images = net.accuracy.get("validation", ()), net.split_images.get("validation", 0)
    if not accuracy or net.classes < 1 or images < 1 or any(map(math.isnan, accuracy)):
        return f"the accuracy of {net.label} isn't known"
    mean = sum(accuracy) / len(accuracy)
    lower = wilson_interval(round(mean * images), images)[0]
    chance = 1 / net.classes
    needed, what = min((TIMES_CHANCE * chance, "twice chance"), ((1 + chance) / 2, "halfway from chance to 100 %"))
    if lower > needed:
        return None
    return f"{net.label} has not learned enough: its accuracy of {percent(mean)} is not significantly above {what}, {percent(needed)}"


def _about(nets: tuple[Net, ...], seeds: int | None = None) -> dict[str, Any]:
    """The networks, and the number of seeds: of the network with the fewest, or fewer if not all are measured."""
    runs = min((net.runs for net in nets), default=0)
    return {"n_runs": runs if seeds is None else min(runs, seeds), "nets": tuple(net.label for net in nets)}


def _scoped(finding: Finding, nets: tuple[Net, ...]) -> Finding:
    """With the sentence that says where the verdict is from."""
    if not nets:
        return finding
    seeds = f"{finding.n_runs} seed{'' if finding.n_runs == 1 else 's'}"
    networks = ", ".join(dict.fromkeys(net.network for net in nets))
    if finding.n_runs < ENOUGH_SEEDS:
        seeds += ", this network only" if len(nets) == 1 else ", these networks only"
    return replace(finding, scope=f"on {nets[0].dataset}, {networks}, {seeds}: {SEEN[finding.verdict]}")
