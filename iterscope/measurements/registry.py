"""All measurements by name: Iterscope's own, and plug-ins: packages that declare the entry point group `iterscope.measurements`."""

from __future__ import annotations

import json
import logging
import re
from importlib.metadata import EntryPoint, entry_points

from iterscope.errors import ConfigurationError
from iterscope.measurements import (
    alignment,
    batch_statistics,
    block_metrics,
    borderline,
    cka,
    criticality,
    drop,
    early_exit,
    effective_depth,
    estimation_bias,
    exits,
    fixed_point,
    gain,
    intrinsic_dimension,
    iterative_convergence,
    ledger,
    lesions,
    overthinking,
    path_lengths,
    phases,
    plan,
    prediction_depth,
    predictions,
    probes,
    sample,
    samples,
    separation,
    shuffle,
    substitute,
    unroll,
)
from iterscope.measurements.definition import Measurement
from iterscope.measurements.records import ProbeResult
from iterscope.measurements.request import MeasurementRequest

logger = logging.getLogger(__name__)

GROUP = "iterscope.measurements"
RESERVED = {"home", "json", "csv", "as_json", "as_csv", "help"}
"""Names that `iterscope probe` has for itself."""
_OWN = (
    block_metrics, drop, unroll, batch_statistics, early_exit, borderline, shuffle, plan, samples, sample, predictions,
    probes, exits, prediction_depth, overthinking, ledger, effective_depth, cka, criticality, substitute, phases, iterative_convergence,
    separation, lesions, path_lengths, fixed_point, gain, alignment, estimation_bias, intrinsic_dimension,
)  # fmt: skip


MEASUREMENTS: dict[str, Measurement] = {module.MEASUREMENT.name: module.MEASUREMENT for module in _OWN}
"""By name."""
SOURCES: dict[str, str] = {}
"""The package and version that each plug-in is from, by the measurement's name."""
FAILED: dict[str, str] = {}
"""Why a plug-in can't be used, by the name of its entry point."""


def load_plug_ins() -> None:
    """Add the measurements of installed packages; called once, when everything that they import is there."""
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        package = f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value
        try:
            measurement = _load(point)
        except (Exception, SystemExit) as error:  # a package may raise anything, and must hurt nothing else
            reason = str(error) if isinstance(error, ConfigurationError) else f"{type(error).__name__}: {error}"
            FAILED[point.name] = f"{package}: {reason}"
            logger.warning("the measurement %s can't be used: %s", point.name, FAILED[point.name])
        else:
            MEASUREMENTS[measurement.name], SOURCES[measurement.name] = measurement, package


def _load(point: EntryPoint) -> Measurement:
    """A package's measurement, checked so that it can't break the others. Raises whatever the package raises, or ConfigurationError."""
    found = point.load()
    if not isinstance(found, Measurement):
        raise ConfigurationError(f"{point.value} is {type(found).__name__}, not an iterscope.measurements.Measurement")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", found.name):
        raise ConfigurationError(f"its name is {found.name!r}: use small letters, digits and hyphens")
    if found.name in MEASUREMENTS:
        raise ConfigurationError(f"its name {found.name!r} is taken: choose another")
    if not (issubclass(found.request, MeasurementRequest) and issubclass(found.result, ProbeResult)):
        raise ConfigurationError("its request must be a MeasurementRequest, and its result a ProbeResult")
    if taken := RESERVED & found.request.model_fields.keys():
        raise ConfigurationError(
            f"its option {sorted(taken)[0]!r} has the name of an option of the command: choose another"
        )
    json.dumps(found.describe())
    return found


def measurement_named(name: str) -> Measurement:
    """A measurement by name. Raises ConfigurationError if it is not installed here."""
    if name not in MEASUREMENTS:
        raise ConfigurationError(
            f"the measurement {name!r} is not installed here: {', '.join(MEASUREMENTS)} are. Install its package where workers run, too"
        )
    return MEASUREMENTS[name]
