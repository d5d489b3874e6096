"""What a work is: what it asks, what it found, the measurements that show it, and its claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from iterscope.literature.studied import Studied
from iterscope.panels import Panel
from iterscope.paper.judging import Claim
from iterscope.paper.measures import Measurement

SMALL = "not expected of small networks"


@dataclass(frozen=True)
class Drawn:
    """One panel of a measurement's answer."""

    panel: str
    """Its name in the drawn answer: that of the field, and "by block" for a matrix; the title of a panel of several fields."""
    title: str
    sentence: str
    """What its axes show."""

    @classmethod
    def joint(cls, panel: Panel) -> Self:
        """A panel of several fields, which says itself what it shows."""
        return cls(panel.title, panel.title, panel.sentence)


@dataclass(frozen=True)
class Asked:
    """A measurement that shows what a work found, asked of the checkpoint of the last epoch."""

    key: str
    """By which checks find its answers."""
    probe: str
    drawn: tuple[Drawn, ...]
    options: Mapping[str, object] = field(default_factory=dict)
    """What is asked besides the network, where it isn't the default."""
    from_start: bool = False
    """Whether the run's checkpoint of epoch 0 is needed, too, as the option `earlier`."""


@dataclass(frozen=True)
class Work:
    """One work, or several about one question."""

    id: str
    authors: str
    """With the year."""
    source: str
    title: str
    question: str
    finding: str
    asked: tuple[Asked, ...]
    claims: tuple[Claim[Studied], ...]


def claims_of(
    work: str,
    *found: tuple[str, str, Callable[[Studied], Measurement]] | tuple[str, str, Callable[[Studied], Measurement], str],
) -> tuple[Claim[Studied], ...]:
    """Claims of (id, sentence, check and, where there is one, remark)."""
    return tuple(
        Claim(f"{work}-{id}", (work,), "", sentence, check, remark=rest[0] if rest else None)
        for id, sentence, check, *rest in found
    )
