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

BEGIN, END = "<!-- measurements -->", "<!-- end of measurements -->"
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
    if options := list(_options(measurement.request.model_json_schema())):
        lines += ["| option | values | default | meaning |", "|---|---|---|---|", *map(_row, options), ""]
    lines += ["| answer | axis | meaning |", "|---|---|---|", *map(_row, _fields(measurement)), ""]
    return "\n".join(lines)


def table(measurements: Iterable[Measurement]) -> str:
    """The routes, one row for each measurement."""
    rows = []
    for one in measurements:
        options = ", ".join(
            f"`{name}`" if default == "" else f"`{name}` ({default})"
            for name, _, default, _ in _options(one.request.model_json_schema())
        )
        rows.append(_row((f"`POST /probe/{one.name}`", one.summary, options)))
    return "\n".join(["| route | measures | options (and their defaults) |", "|---|---|---|", *rows, ""])


def _options(schema: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(name, values, default, meaning) of each option; those of a table within the request one by one."""
    common = MeasurementRequest.model_fields
    for name, said in schema["properties"].items():
        if name in common or name == "per_image":
            continue
        inner = _resolved(said, schema)
        if "properties" in inner:
            for part, entry in inner["properties"].items():
                yield f"{name}.{part}", *_told(entry, schema)
        else:
            yield name, *_told(said, schema)


def _told(said: dict[str, Any], schema: dict[str, Any]) -> tuple[str, str, str]:
    default = "" if "default" not in said else json.dumps(said["default"], ensure_ascii=False)
    return _values(said, schema), default, said.get("description", "")


def _values(said: dict[str, Any], schema: dict[str, Any]) -> str:
    """The values that an option may have."""
    said = _resolved(said, schema)
    if "anyOf" in said:
        return ", or ".join(dict.fromkeys(_values(each, schema) for each in said["anyOf"]))
    if "enum" in said or "const" in said:
        return ", ".join(f"`{value}`" for value in said.get("enum", [said.get("const")]))
    kind = said.get("type", "value")
    words = {
        "integer": "whole number",
        "number": "number",
        "string": "text",
        "boolean": "true or false",
        "array": "list",
    }
    least, most = said.get("minimum", said.get("exclusiveMinimum")), said.get("maximum")
    limits = f" {'above' if 'exclusiveMinimum' in said else 'from'} {least:g}" if least is not None else ""
    limits += f" to {most:g}" if most is not None else ""
    return f"{words.get(kind, kind)}{limits}"


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
        yield name, shown, " ".join(f"{meaning}{f' ({unit})' if unit else ''}".split())


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
