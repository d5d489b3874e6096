"""The form of any measurement, derived from the JSON schema of its request: the fields, and the request that their texts stand for."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iterscope_dashboard.client import Json

OF_THE_PAGE = ("checkpoint", "checkpoints", "wait")
"""Fields of a request that the page fills in itself."""
KINDS: dict[type, tuple[str, ...]] = {
    bool: ("boolean",), int: ("integer", "number"), float: ("number",), str: ("string",), list: ("array",), dict: ("object",),
    type(None): ("null",),
}  # fmt: skip
ANYTHING = frozenset(kind for kinds in KINDS.values() for kind in kinds)
FAR = 10_000
"""A bound beyond it only keeps out mistakes, and is not said."""


@dataclass(frozen=True)
class Field:
    """One field of a request, or of a table within it."""

    place: tuple[str, ...]
    required: bool
    schema: Json
    alternatives: tuple[Json, ...]
    """What the value may be: schemas without alternatives of their own."""
    table_help: str = ""
    """Of the table that holds the field."""
    example: Any = None
    """A value, where the schema's example has one."""

    @property
    def name(self) -> str:
        """As problems and addresses name it: borderline.threshold."""
        return ".".join(self.place)

    @property
    def label(self) -> str:
        """In words."""
        return self.place[-1].replace("_", " ").capitalize()

    @property
    def kinds(self) -> frozenset[str]:
        """The JSON types of its values."""
        return frozenset(kind for one in self.alternatives for kind in _kinds(one))

    @property
    def unnamed_kinds(self) -> frozenset[str]:
        """The JSON types of the values that the schema doesn't name."""
        return frozenset(kind for one in self.alternatives if not _named(one) for kind in _kinds(one))

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts of the values that the schema names."""
        named = [self.write(value) for one in self.alternatives for value in _named(one)]
        return tuple(dict.fromkeys([*named, *(["null"] if self.unset_by_null else [])]))

    @property
    def unset_by_null(self) -> bool:
        """Whether null means something else than leaving the field out."""
        return "null" in self.kinds and self.schema.get("default") is not None

    @property
    def closed(self) -> bool:
        """Whether the choices are all there is."""
        return all(_named(one) or _kinds(one) == {"null"} for one in self.alternatives)

    @property
    def number(self) -> Json | None:
        """The schema of a number, where nothing else can be given."""
        given = [one for one in self.alternatives if _kinds(one) != {"null"}]
        return given[0] if len(given) == 1 and _kinds(given[0]) <= {"integer", "number"} and not self.choices else None

    @property
    def structured(self) -> bool:
        """Whether a list or a table can be given."""
        return bool({"array", "object"} & self.kinds)

    @property
    def placeholder(self) -> str:
        """What an untouched field stands for, or how one that must be given is filled in."""
        if self.schema.get("default") is not None:
            return self.write(self.schema["default"])
        if not self.required:
            return "not set"
        return "required" if self.example is None else f"such as {self.write(self.example)}"

    @property
    def help(self) -> str:
        """Its description, with the bounds of its numbers."""
        found = [self.schema, *self.alternatives]
        said = next((str(one["description"]) for one in found if one.get("description")), "")
        return " ".join(part for part in (said, *map(_bounds, self.alternatives)) if part)

    def accepts(self, value: Any) -> bool:
        """Whether the value is named, or has one of the types; the service checks the rest."""
        return any(_accepts(one, value) for one in self.alternatives)

    def read(self, text: str) -> Any:
        """The value that a text stands for: JSON, else the text itself, else the entries of a list."""
        readings = [_json(text), text, *([_json(f"[{text}]")] if "array" in self.kinds else [])]
        return next((each for each in readings if self.accepts(each)), readings[0])

    def write(self, value: Any) -> str:
        """The text that stands for a value."""
        if isinstance(value, str) and self.read(value) == value:
            return value
        return json.dumps(value, ensure_ascii=False)


def fields_of(schema: Json) -> list[Field]:
    """The fields of a request's schema, those of a table within it one by one; what must be given comes first."""
    found = _fields(schema, schema.get("$defs", {}), (), schema.get("example") or {}, "", frozenset())
    return sorted((one for one in found if one.name not in OF_THE_PAGE), key=lambda one: not one.required)


def request_of(fields: Sequence[Field], texts: Mapping[str, str]) -> Json:
    """The request that texts stand for, by the names of their fields; what is empty is left out."""
    request: Json = {}
    for field in fields:
        text = texts.get(field.name, "").strip()
        if text == "":
            continue
        table = request
        for part in field.place[:-1]:
            table = table.setdefault(part, {})
        table[field.place[-1]] = field.read(text)
    return request


def missing(fields: Sequence[Field], texts: Mapping[str, str]) -> list[Field]:
    """The fields that must be given and are empty."""
    return [field for field in fields if field.required and not texts.get(field.name, "").strip()]


def _fields(
    schema: Json, known: Json, place: tuple[str, ...], example: Any, help: str, above: frozenset[str]
) -> Iterator[Field]:
    needed = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        alternatives = tuple(_alternatives(one, known))
        tables = [each for each in alternatives if "properties" in each]
        here, title = (*place, name), str(tables[0].get("title")) if tables else ""
        such = example.get(name) if isinstance(example, dict) else None
        if tables and title not in above:  # a table that holds itself is given as JSON
            said = str(one.get("description") or tables[0].get("description") or "")
            yield from _fields(tables[0], known, here, such, said, above | {title})
        else:
            yield Field(here, name in needed and "default" not in one, one, alternatives, help, such)


def _alternatives(schema: Json, known: Json) -> Iterator[Json]:
    if "$ref" in schema:
        yield from _alternatives(known[str(schema["$ref"]).rpartition("/")[2]], known)
        return
    inside = schema.get("anyOf") or schema.get("oneOf") or ()
    for one in inside:
        yield from _alternatives(one, known)
    if not inside:
        yield schema


def _accepts(schema: Json, value: Any) -> bool:
    if named := _named(schema):
        return any(type(one) is type(value) and one == value for one in named)
    return not _kinds(schema).isdisjoint(KINDS[type(value)])


def _named(schema: Json) -> list[Any]:
    if "const" in schema:
        return [schema["const"]]
    return list(schema.get("enum") or ([True, False] if schema.get("type") == "boolean" else ()))


def _kinds(schema: Json) -> set[str]:
    if named := _named(schema):
        return {KINDS[type(value)][0] for value in named}
    kind = schema.get("type")
    kinds = set(ANYTHING if kind is None else [kind] if isinstance(kind, str) else kind)
    return kinds | ({"integer"} if "number" in kinds else set())


def _bounds(schema: Json) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    said = [
        f"{word} {bound:,g}"
        for word, bound in (("at least", low), ("more than", above), ("at most", high), ("less than", below))
        if isinstance(bound, int | float) and abs(bound) <= FAR
    ]
    return f"A number, {' and '.join(said)}." if said else ""


def _json(text: str) -> Any:
    """The JSON value of a text; the text itself if it is none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
