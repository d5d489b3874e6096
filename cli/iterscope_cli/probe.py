"""`iterscope probe NAME`: every measurement of the library. The answer is that of POST /probe/NAME, computed in this process.

The commands, their options and help follow from the definitions in `iterscope.measurements`. They are made when they are asked for, because
the definitions load torch, and no other command should wait for that.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer
from typer.core import TyperGroup

from iterscope_cli.errors import CommandError
from iterscope_cli.output import say

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from iterscope.measurements import Measurement


class MeasurementGroup(TyperGroup):
    """One command for each measurement."""

    def list_commands(self, ctx: Any) -> list[str]:
        from iterscope.measurements.registry import FAILED, MEASUREMENTS

        for name, reason in FAILED.items():
            say(f"the plug-in {name} can't be used: {reason}", error=True)
        return list(MEASUREMENTS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        from iterscope.measurements import MEASUREMENTS

        if cmd_name not in MEASUREMENTS:
            return None
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(cmd_name)(command_of(MEASUREMENTS[cmd_name]))
        return typer.main.get_command(alone)


app = typer.Typer(cls=MeasurementGroup, help="Measure the blocks of a trained network.", no_args_is_help=True)


@app.callback()
def probe() -> None:
    """Measure the blocks of a trained network."""


@dataclass(frozen=True)
class Option:
    """One field of a request, or of a table within it, as an option or an argument of the command."""

    name: str
    """The parameter of the command's function."""
    place: tuple[str, ...]
    """Where the value belongs in the request."""
    field: FieldInfo

    @property
    def required(self) -> bool:
        return self.field.is_required()

    @property
    def is_flag(self) -> bool:
        return self.field.annotation is bool

    @property
    def repeatable(self) -> bool:
        return _holds_list(self.field.annotation)

    def parameter(self) -> inspect.Parameter:
        """The function's parameter, from which Typer makes the option."""
        kind = inspect.Parameter.KEYWORD_ONLY
        if self.required:
            argument = typer.Argument(metavar=self.name.upper(), help=self.help)
            return inspect.Parameter(self.name, kind, annotation=Annotated[str, argument])
        flag = f"--{self.place[-1].replace('_', '-')}"
        if self.is_flag:
            both = f"{flag}/--no{flag[1:]}"
            annotation: Any = Annotated[bool | None, typer.Option(both, help=self.help, show_default=False)]
            return inspect.Parameter(self.name, kind, default=None, annotation=annotation)
        option = typer.Option(flag, metavar=self.metavar, help=self.help, show_default=False)
        annotation = Annotated[list[str] | None if self.repeatable else str | None, option]
        return inspect.Parameter(self.name, kind, default=None, annotation=annotation)

    @property
    def metavar(self) -> str:
        words = {int: "INTEGER", float: "NUMBER", str: "TEXT"}
        kinds = [words.get(each, "") for each in _kinds(self.field.annotation) if each in words]
        texts = _texts(self.field.annotation)
        return "|".join(dict.fromkeys([*texts, *kinds])) or "JSON"

    @property
    def help(self) -> str:
        said = (self.field.description or "").replace("null for all", "0 for all").replace("`", "")
        if self.required or self.field.default is None:
            return said
        default = self.field.default if isinstance(self.field.default, str) else json.dumps(self.field.default)
        return f"{said} Default: {default}.".strip()

    def value(self, given: list[str]) -> Any:
        """The value that these texts stand for: the first reading that the field accepts. Raises CommandError."""
        from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

        whole: Any = Annotated[self.field.annotation, Field(), *self.field.metadata]
        adapter: Any = TypeAdapter(whole, config=ConfigDict(strict=True, allow_inf_nan=False))
        problems: list[Any] = []
        for reading in _readings(given):
            try:
                adapter.validate_python(reading)
            except ValidationError as error:
                problems += error.errors()
            else:
                return reading
        # A value of the right type that is out of range says more than the types of the other readings.
        said = next((each for each in problems if not each["type"].endswith("_type")), problems[0])["msg"]
        shown = self.name.upper() if self.required else f"--{self.place[-1].replace('_', '-')}"
        raise CommandError(f"{shown} is {' '.join(given)!r}: {said[:1].lower()}{said[1:]}. {self.help}".rstrip())


def options_of(measurement: Measurement) -> list[Option]:
    """The options of a measurement's command: its request's fields, those of a table within it one by one."""
    found = []
    for name, field in measurement.request.model_fields.items():
        if name in ("checkpoint", "checkpoints", "wait"):
            continue
        inner = getattr(field.annotation, "model_fields", None)
        if inner is None:
            found.append(Option(name, (field.alias or name,), field))
        else:
            found += [Option(f"{name}_{each}", (name, each), part) for each, part in inner.items()]
    return sorted(found, key=lambda option: not option.required)


def command_of(measurement: Measurement) -> Callable[..., None]:
    """The function of a measurement's command."""
    options = options_of(measurement)
    keyword = inspect.Parameter.KEYWORD_ONLY
    name = typer.Argument(
        metavar="CHECKPOINT",
        help="A checkpoint file, a checkpoint or run id, latest, run:ID/every or run:ID/0,10,20.",
    )
    folder = typer.Option(
        help="Folder for the database, checkpoints and data. Default: ITERSCOPE_HOME, else ./iterscope-data."
    )
    as_json = typer.Option("--json", help="Print the answer as JSON to standard output, as REST returns it.")
    as_csv = typer.Option("--csv", help="Print the largest table as CSV to standard output.")
    parameters = [
        *(option.parameter() for option in options if option.required),
        inspect.Parameter("checkpoint", keyword, default="latest", annotation=Annotated[str, name]),
        *(option.parameter() for option in options if not option.required),
        inspect.Parameter("home", keyword, default=None, annotation=Annotated[Path | None, folder]),
        inspect.Parameter("as_json", keyword, default=False, annotation=Annotated[bool, as_json]),
        inspect.Parameter("as_csv", keyword, default=False, annotation=Annotated[bool, as_csv]),
    ]

    def run(checkpoint: str, home: Path | None, as_json: bool, as_csv: bool, **given: Any) -> None:
        from iterscope_cli.answers import ask, csv_answer, print_answer

        if as_json and as_csv:
            raise CommandError("--json and --csv both say how the answer is printed: give one of them")
        answer = ask(measurement, checkpoint, request_of(options, given), home)
        if as_json:
            typer.echo(answer.content)
        elif as_csv:
            typer.echo(csv_answer(measurement, answer), nl=False)
        else:
            print_answer(measurement, answer)

    run.__doc__ = f"{measurement.summary}."
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def request_of(options: list[Option], given: dict[str, Any]) -> dict[str, Any]:
    """The request's fields from what was given on the command line; what wasn't given is left out. Raises CommandError."""
    request: dict[str, Any] = {}
    for option in options:
        texts = given[option.name]
        if texts is None or texts == []:
            continue
        if option.is_flag:
            value: Any = texts
        elif option.place == ("limit",) and texts == "0":
            value = None
        else:
            value = option.value([texts] if isinstance(texts, str) else texts)
        table = request
        for part in option.place[:-1]:
            table = table.setdefault(part, {})
        table[option.place[-1]] = value
    return request


def _readings(given: list[str]) -> Iterator[Any]:
    """What texts may stand for: a text, JSON, a list of these, whole numbers separated by commas, or a list of such lists."""
    if len(given) == 1:
        yield given[0]
        yield _json(given[0])
    yield given
    yield [_json(text) for text in given]
    numbers = [[_json(part.strip()) for part in text.split(",")] for text in given]
    yield [number for each in numbers for number in each]
    yield numbers


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _holds_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(_holds_list(each) for each in get_args(annotation))


def _kinds(annotation: Any) -> list[Any]:
    """The plain types in an annotation."""
    inside = [kind for each in get_args(annotation) for kind in _kinds(each)]
    return inside or ([annotation] if isinstance(annotation, type) else [])


def _texts(annotation: Any) -> list[str]:
    """The texts of literals in an annotation."""
    found = [each for each in get_args(annotation) if isinstance(each, str)]
    return found or [text for each in get_args(annotation) for text in _texts(each)]
