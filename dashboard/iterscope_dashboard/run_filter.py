"""Column filters of the Runs page in the address: `where=status~running,accuracy>90`. assets/2_runs.js writes the same format.

The conditions of a column are joined by & or |. Each is an operator and a percent-encoded value.
"""

import math
import re
from urllib.parse import unquote

from iterscope_dashboard.client import Json
from iterscope_dashboard.state import Query

TEXT = {"~": "contains", "!~": "notContains", "=": "equals", "!=": "notEqual", "^": "startsWith", "$": "endsWith"}
NUMBER = {
    "=": "equals", "!=": "notEqual", ">": "greaterThan", ">=": "greaterThanOrEqual", "<": "lessThan",
    "<=": "lessThanOrEqual", "..": "inRange",
}  # fmt: skip
EITHER = {":none": "blank", ":any": "notBlank"}
SIGNS = sorted({*TEXT, *NUMBER, *EITHER}, key=len, reverse=True)
CONDITION = re.compile(rf"({'|'.join(map(re.escape, SIGNS))})([^&|]*)")
PART = re.compile(r"([a-z]+)(.+)")


def read_filter(query: Query, kinds: dict[str, str]) -> Json:
    """The address as AG Grid's filter model; `kinds` maps each column to its kind of filter, "text" or "number"."""
    model: Json = {}
    for part in filter(None, (query.text("where") or "").split(",")):
        match = PART.fullmatch(part)
        found = match and match[1] in kinds and _conditions(match[2], kinds[match[1]])
        if match and found:
            model[match[1]] = found
        else:
            query.notices.append(f"where “{part}” is not a column filter like status~running: it is ignored.")
    return model


def _conditions(text: str, kind: str) -> Json | None:
    operator = "OR" if "|" in text else "AND"
    found = [_condition(part, kind) for part in re.split(r"[&|]", text)]
    conditions = [condition for condition in found if condition]
    if len(conditions) < len(found) or len({"&", "|"} & set(text)) > 1:
        return None
    if len(conditions) == 1:
        return conditions[0]
    return {"filterType": kind, "operator": operator, "conditions": conditions}


def _condition(text: str, kind: str) -> Json | None:
    match = CONDITION.fullmatch(text)
    if match is None:
        return None
    sign, value = match[1], unquote(match[2])
    if sign in EITHER:
        return {"filterType": kind, "type": EITHER[sign]} if not value else None
    if kind == "text":
        return {"filterType": kind, "type": TEXT[sign], "filter": value} if sign in TEXT and value else None
    edges = [_number(edge) for edge in value.split(":")]
    if sign not in NUMBER or None in edges or len(edges) != (2 if sign == ".." else 1):
        return None
    upper = {"filterTo": edges[1]} if sign == ".." else {}
    return {"filterType": kind, "type": NUMBER[sign], "filter": edges[0], **upper}


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
