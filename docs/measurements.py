"""`python -m docs.measurements` writes what docs/MEASUREMENTS.md and docs/REST.md say of each measurement, from its definition.

The text is between the lines `<!-- measurements -->` and `<!-- end of measurements -->`. Installed plug-ins are left out; for them,
`python -m docs.measurements NAME` prints the section.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from iterscope.measurements import MEASUREMENTS, Measurement, MeasurementRequest, ProbeResult, measurement_named
from iterscope.measurements.registry import SOURCES
from iterscope_dashboard.request_form import fields_of

BEGIN, END = "<!-- measurements -->", "<!-- end of measurements -->"
WORDS = {"string": "text", "number": "number", "integer": "whole number", "array": "list", "object": "table"}
"""The types of values, in words; each whole number is a number, too."""
FOLDER = Path(__file__).parent
OWN = [measurement for name, measurement in MEASUREMENTS.items() if name not in SOURCES]


def section(measurement: Measurement) -> str:
    """One measurement: what it is, its options, and what its answer holds."""
    lines = [
        f"### {measurement.title}",
        "",
        f"`POST /probe/{measurement.name}`, `iterscope probe {measurement.name}`, `it.measure({measurement.name!r}, chain, data)`. "
        f"Version {measurement.version}.",
        "",
        f"{measurement.summary}: {measurement.formula}. Source: {measurement.citation}.",
        "",
    ]
    if options := list(_options(measurement)):
        lines += ["| option | values | default | meaning |", "|---|---|---|---|", *map(_row, options), ""]
    lines += ["| answer | axis | meaning |", "|---|---|---|", *map(_row, _fields(measurement)), ""]
    return "\n".join(lines)


def table(measurements: Iterable[Measurement]) -> str:
    """The routes, one row for each measurement."""
    rows = []
    for one in measurements:
        options = ", ".join(
            f"`{name}`" if default == "" else f"`{name}` ({default})" for name, _, default, _ in _options(one)
        )
        rows.append(_row((f"`POST /probe/{one.name}`", one.summary, options)))
    return "\n".join(["| route | measures | options (and their defaults) |", "|---|---|---|", *rows, ""])


def _options(measurement: Measurement) -> Iterator[tuple[str, str, str, str]]:
    """(name, values, default, meaning) of each option; those of a table within the request one by one."""
    for field in fields_of(measurement.request.model_json_schema()):
        if field.place[0] in {*MeasurementRequest.model_fields, "per_image"}:
            continue
        named = [f"`{text}`" for text in field.choices]
        kinds = [word for kind, word in WORDS.items() if kind in field.unnamed_kinds]
        kinds = [word for word in kinds if word != "whole number" or "number" not in kinds]
        default = json.dumps(field.schema["default"], ensure_ascii=False) if "default" in field.schema else ""
        yield field.name, ", ".join([*named, *kinds]), default, field.help


def _fields(measurement: Measurement) -> Iterator[tuple[str, str, str]]:
    """(name, axis, meaning) of each field of the answer."""
    schema = measurement.result.model_json_schema(mode="serialization")
    for name, said in schema["properties"].items():
        if name in ProbeResult.model_fields or name == "per_image":
            continue
        place = said.get("coordinate") or said.get("axis") or ""
        across, unit = said.get("across"), said.get("unit")
        shown = " × ".join(filter(None, (place, across)))
        meaning = said.get("description") or _resolved(said, schema).get("description", "")
        told = f"{meaning}{f' ({unit})' if unit else ''}"
        if "undefined" in said:
            told += f"{'' if meaning.endswith('.') else '.'} No value where {said['undefined']}."
        yield name, shown, " ".join(told.split())


def _resolved(said: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The definition that a reference names."""
    if "$ref" in said:
        found: dict[str, Any] = schema["$defs"][said["$ref"].rpartition("/")[2]]
        return found
    return said


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def documents() -> dict[Path, str]:
    """The two pages as they should be."""
    parts = {"MEASUREMENTS.md": "\n".join(map(section, OWN)), "REST.md": table(OWN)}
    found = {}
    for name, text in parts.items():
        before, _, rest = (FOLDER / name).read_text().partition(BEGIN)
        _, found_end, after = rest.partition(END)
        assert found_end, f"{name} lacks the lines {BEGIN} and {END}"
        found[FOLDER / name] = f"{before}{BEGIN}\n{text}{END}{after}"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m docs.measurements", description="Write what the pages say of measurements."
    )
    parser.add_argument("name", nargs="?", help="print the section of this measurement instead")
    if (name := parser.parse_args().name) is not None:
        print(section(measurement_named(name)))
        return
    for path, text in documents().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
