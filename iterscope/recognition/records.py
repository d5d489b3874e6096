"""The candidates and results of recognition."""

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
    """A question that the weights don't answer."""

    field: str
    """normalisation, class_names, input_size or architecture."""
    question: str
    """The question in words."""
    choices: tuple[str, ...] | None
    """The possible answers; None if the answer isn't limited to a list."""
    default: Any
    """The value without an answer; None: whatever does best on the data set, or the data set's own."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        choices = None if self.choices is None else list(self.choices)
        return {"field": self.field, "question": self.question, "choices": choices, "default": self.default}


@dataclass(frozen=True)
class Candidate:
    """A network that a file might contain."""

    configuration: Configuration
    names: Mapping[str, str]
    """The file's name of a tensor → the network's."""
    evidence: tuple[str, ...] = ()
    label: str = ""
    """Distinguishes it from other candidates that also fit."""
    size_is_open: bool = True
    """Whether the network accepts images of other sizes too."""


@dataclass(frozen=True)
class Recognition:
    """The network that a file's tensors belong to, or the reasons why they fit no known network."""

    configuration: Configuration | None
    """None if no network fits."""
    nesting: str
    """Where the tensors were nested and which prefixes were removed, such as "state_dict → module."; empty if they weren't nested."""
    evidence: tuple[str, ...]
    """What names and shapes determine, in sentences."""
    open_points: tuple[OpenPoint, ...]
    problems: tuple[str, ...]
    """Why no network fits, including the tensors that the closest known network lacks or shapes differently; empty if a network fits."""
    num_parameters: int
    """The network's trainable parameters; those in the file if no network fits."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The file's name of each tensor → the network's; unchanged names are included."""
    alternatives: tuple[tuple[str, Configuration], ...] = ()
    """All networks that the file fits exactly, by label; the first is `configuration`. There are several if shapes don't distinguish
    them."""
    normalisation: tuple[list[float], list[float]] | None = None
    """Mean and standard deviation per channel of a normaliser that the file has beside the network, for pixel values from 0 to 1."""

    def renamed(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """A file's tensors under the network's own names."""
        return {self.names[name]: tensor for name, tensor in tensors.items() if name in self.names}
