"""What recognition finds, and what it compares to find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from iterscope.architectures import ArchitectureConfiguration, ForeignConfiguration

Configuration = ArchitectureConfiguration | ForeignConfiguration
Shapes = Mapping[str, tuple[int, ...]]
"""Of a file's tensors, by name."""


@dataclass(frozen=True)
class OpenPoint:
    """Something that weights can't tell."""

    field: str
    """normalisation, class_names, input_size, architecture."""
    question: str
    """A sentence for people."""
    choices: tuple[str, ...] | None
    """None where anything of its kind may be given."""
    default: Any
    """What is taken where nothing is said; None: what does best on the data set, or the data set's own."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        choices = None if self.choices is None else list(self.choices)
        return {"field": self.field, "question": self.question, "choices": choices, "default": self.default}


@dataclass(frozen=True)
class Candidate:
    """A network that a file might hold."""

    configuration: Configuration
    names: Mapping[str, str]
    """The file's name of a tensor → the network's."""
    evidence: tuple[str, ...] = ()
    label: str = ""
    """Tells it from other candidates that fit as well."""
    size_is_open: bool = True
    """Whether the network takes images of other sizes too."""


@dataclass(frozen=True)
class Recognition:
    """Which network a file's tensors belong to, or why to none that is known."""

    configuration: Configuration | None
    """None: refused."""
    nesting: str
    """Where the tensors lay and which prefixes were taken off, such as "state_dict → module."; empty where they lay bare."""
    evidence: tuple[str, ...]
    """Sentences: what the keys and shapes determine."""
    open_points: tuple[OpenPoint, ...]
    problems: tuple[str, ...]
    """Why it is refused, down to the missing or misshapen key of the nearest network that is known; empty where it isn't."""
    num_parameters: int
    """Trainable numbers of the network; of the file where it is refused."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The file's name of each tensor → the network's own; names that stay the same are in it too."""
    alternatives: tuple[tuple[str, Configuration], ...] = ()
    """All networks that the file fits exactly, by label, the first being `configuration`; more than one where shapes can't tell them
    apart."""

    def renamed(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """A file's tensors under the network's own names."""
        return {self.names[name]: tensor for name, tensor in tensors.items() if name in self.names}
