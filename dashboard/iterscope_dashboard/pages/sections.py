"""What the Paper and the Literature page do alike: draw each section when it is wanted, and keep the verdicts of all of them up to date."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from dash import ALL, MATCH, Dash, Input, Output, State, no_update

from iterscope_dashboard.client import BackendClient, BackendError, BackendUnavailable, Json
from iterscope_dashboard.components import problem
from iterscope_dashboard.findings import Finding
from iterscope_dashboard.ids import Shell, of
from iterscope_dashboard.pages.measuring import SectionIds, measure_missing
from iterscope_dashboard.pages.paper_verdicts import claims

LIVE_MS = 10_000


class Judged(Protocol):
    """The verdicts of all sections."""

    @property
    def signature(self) -> str:
        """Changes with every verdict and measurement."""

    def of(self, section: str, /) -> tuple[Finding, ...]:
        """The claims of a section."""


Verdicts = TypeVar("Verdicts", bound=Judged)


@dataclass(frozen=True)
class Drawn:
    """A section's figures, the line below them, and the probes that it still needs."""

    body: Any
    foot: Any
    wanted: list[Json]


@dataclass(frozen=True)
class Sections(Generic[Verdicts]):
    """A page of sections. `context` is what its selectors chose."""

    ids: SectionIds
    read: Callable[[Json], Awaitable[Verdicts]]
    """The verdicts in a context."""
    strip: Callable[[Verdicts, Json], list[Any]]
    """The page's headline and index."""
    draw: Callable[[str, Json], Awaitable[Drawn]]
    """A section by its id."""
    failed: str
    """The title where it cannot be drawn."""


def register_sections(app: Dash, client: BackendClient, page: Sections[Verdicts]) -> None:
    """Register the callbacks that draw sections, measure what is missing and update the verdicts."""
    ids = page.ids

    @app.callback(
        Output(of(ids.BODY, MATCH), "children"),
        Output(of(ids.FOOT, MATCH), "children"),
        Output(of(ids.WANTED, MATCH), "data"),
        Output(of(ids.MEASURE, MATCH), "children"),
        Output(of(ids.MEASURE, MATCH), "hidden"),
        Input(of(ids.WANT, MATCH), "data"),
        State(of(ids.WANT, MATCH), "id"),
        State(ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def draw(_want: Any, id: Json, context: Json) -> Any:
        try:
            drawn = await page.draw(id["figure"], context)
        except BackendUnavailable:
            raise  # the frame shows it, and draws the page again
        except BackendError as error:
            return problem(page.failed, str(error)), [], [], no_update, True
        label = f"Measure what is missing ({len(drawn.wanted)})"
        return drawn.body, drawn.foot, drawn.wanted, label, not drawn.wanted

    @app.callback(
        Output(Shell.REFRESH, "data", allow_duplicate=True),
        Output(ids.LIVE, "disabled"),
        Input(ids.LIVE, "n_intervals"),
        State(ids.CONTEXT, "data"),
        State(ids.SEEN, "data"),
        State(of(ids.JOBS, ALL), "data"),
        State(of(ids.MEASURED, ALL), "data"),
        prevent_initial_call=True,
    )
    async def live(ticks: int, context: Json, seen: Json, jobs: list[Json | None], measured: list[Json | None]) -> Any:
        """Draw the page again when runs or measurements were added elsewhere, but not while this page is measuring."""
        if any("job" in entry for entries in jobs for entry in (entries or {}).values()):
            return no_update, no_update
        if any(measured) and measured != seen["measured"]:
            return no_update, no_update
        try:
            found = await page.read(context)
        except BackendError:
            return no_update, no_update  # the frame shows it, and recovers
        return (no_update, no_update) if found.signature == seen["signature"] else (ticks, True)

    @app.callback(
        Output(ids.STRIP, "children"),
        Output(ids.SEEN, "data"),
        Output(of(ids.CLAIMS, ALL), "children"),
        Input(of(ids.MEASURED, ALL), "data"),
        State(of(ids.CLAIMS, ALL), "id"),
        State(ids.CONTEXT, "data"),
        prevent_initial_call=True,
    )
    async def judge(measured: list[Any], sections: list[Json], context: Json) -> Any:
        """Update the verdicts after a measurement."""
        if not any(measured):
            return no_update, no_update, [no_update] * len(sections)
        found = await page.read(context)
        seen = {"signature": found.signature, "measured": measured}
        return page.strip(found, context), seen, [claims(found.of(id["figure"])) for id in sections]

    measure_missing(app, client, ids)
