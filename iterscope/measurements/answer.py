"""A measurement in a notebook: `measure` asks it of a network, and the answer prints, plots and becomes a data frame."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from torch import nn

from iterscope.adapters import residual_chain
from iterscope.arguments import shown
from iterscope.chain import ResidualChain
from iterscope.checkpoints import describe_checkpoint, load_checkpoint
from iterscope.chunks import DEFAULT_MEMORY_BUDGET
from iterscope.datasets.records import Dataset
from iterscope.errors import ConfigurationError
from iterscope.inputs import as_budget, as_chain
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Computation
from iterscope.measurements.passes import Passes
from iterscope.measurements.registry import measurement_named
from iterscope.measurements.request import MeasurementRequest
from iterscope.measurements.tables import tables
from iterscope.panels import Panel
from iterscope.results import Result
from iterscope.tables import Table, plain


@dataclass(frozen=True, repr=False, eq=False)
class Answer(Result):
    """What a measurement found. `answer["plans"]` is a field of it, as REST returns it: undefined values are None."""

    measurement: Measurement
    request: MeasurementRequest
    chain: ResidualChain
    data: Dataset
    value: dict[str, Any]

    @property
    def kind(self) -> str:
        return self.measurement.title

    @property
    def title(self) -> str:
        return f"{self.kind} of {self.chain.name}, {self.value['samples']} {self.value['split']} images"

    def __getitem__(self, name: str) -> Any:
        return self.value[name]

    @property
    def tables(self) -> list[Table]:
        return tables(self.measurement.result, self.value)

    @property
    def _panels(self) -> Sequence[Panel]:
        return self.measurement.panels

    def to_json(self) -> str:
        """Everything, as REST returns it."""
        return json.dumps(self.value)


def request_of(measurement: Measurement, options: Mapping[str, Any]) -> MeasurementRequest:
    """The request that these options make. Raises ConfigurationError, which names the option that is wrong."""
    try:
        return measurement.request.model_validate({"checkpoint": "latest", **options})
    except ValidationError as error:
        found = error.errors()
        # Of an option that may have several types, what is wrong with the type that it has.
        first = next((one for one in found if not one["type"].endswith(("_type", "literal_error"))), found[0])
        place = ".".join(str(part) for part in first["loc"] if str(part).isalnum() or str(part).isidentifier())
        raise ConfigurationError(f"{place} of {measurement.name} is {first['input']!r}: {first['msg']}") from error


def measure(
    name: str | Measurement,
    chain: nn.Module,
    data: Dataset,
    *,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Callable[[float], None] | None = None,
    partial: Callable[[Answer], None] | None = None,
    passes: Passes | None = None,
    **options: Any,
) -> Answer:
    """Measure a network: the same questions and answers as `POST /probe/NAME` and `iterscope probe NAME`.

    Args:
        name: a measurement's name, such as drop, or a `Measurement` of one's own.
        chain: a model, or a `ResidualChain`.
        data: the images, such as `it.checkpoint_data(path)` or `it.load_dataset("digits")`.
        partial: called with the answer for the images that are done, `samples` of them; some parts of it may still be empty.
        passes: what measurements of this network on these data keep for each other.
        options: `split`, `limit` and `seed` of the images, and the measurement's own options. One that names a checkpoint is a file.

    Raises:
        ConfigurationError: the measurement or an option is unknown, or a value is out of range. Others as for `run_plans`.
    """
    measurement = name if isinstance(name, Measurement) else measurement_named(name)
    for given, instead in (("checkpoint", "chain"), ("dataset", "data")):
        if given in options:
            raise ConfigurationError(
                f"{given} is {shown(options[given])}: it.measure takes it from the argument {instead}; leave {given} out"
            )
    if not isinstance(data, Dataset):
        raise ConfigurationError(f"data is {type(data).__name__}: give a data set, such as it.checkpoint_data(path)")
    request = request_of(measurement, options)
    found = as_chain(chain)
    network = MeasuredNetwork(
        chain=found,
        images=data.split(request.split).subset(request.limit, request.seed).to(found.device),
        split=request.split,
        dataset=data,
        configuration=getattr(chain, "configuration", None),
        seed=None,
        training=lambda limit, seed: data.train.subset(limit, seed).to(found.device),
        memory=(passes or Passes(0)).over(request.split, request.limit, request.seed),
        memory_budget=as_budget(memory_budget),
        progress=progress or (lambda _: None),
        open=lambda name: residual_chain(load_checkpoint(name).to(device=found.device, dtype=found.dtype)),
        epoch_of=lambda name: describe_checkpoint(name).epoch,
    )
    computation = Computation(measurement, network, request)

    def answer(value: dict[str, Any]) -> Answer:
        whole = {"probe": measurement.name, "split": request.split, "blocks": found.describe(), **value}
        return Answer(measurement, request, found, data, plain(whole))

    return answer(computation.final(None if partial is None else lambda value: partial(answer(value))))
