"""The networks of the Compare page: those of the address, others to compare with, and the controls that choose them."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html

from iterscope_dashboard.client import BackendClient, ProblemError
from iterscope_dashboard.comparison import LETTERS
from iterscope_dashboard.components import attributes, run_names, run_options
from iterscope_dashboard.figures.comparison import COLOURS, DASHES
from iterscope_dashboard.ids import Compare as Ids
from iterscope_dashboard.model import Checkpoint, Run
from iterscope_dashboard.pages.base import checkpoint_options, labelled
from iterscope_dashboard.pages.compare_images import Side
from iterscope_dashboard.state import Query, link

OF_RUN = "run:"
"""In the address before the id of a run: its newest checkpoint."""
IMAGES = ("500", "1000")


async def chosen(client: BackendClient, query: Query, name: str) -> Checkpoint | None:
    """The checkpoint that the address names, or the newest of the run that it names; None with a notice if there is none."""
    value = query.text(name)
    if value is None:
        return None
    try:
        if value.startswith(OF_RUN):
            found = await client.checkpoints(value.removeprefix(OF_RUN))
        else:
            found = [await client.checkpoint(value)]
    except ProblemError as error:
        if error.status not in (404, 422):
            raise
        found = []
    if not found:
        query.notices.append(f"{name.upper()}: “{value}” is no checkpoint in this store: choose another one.")
        return None
    return Checkpoint.from_json(found[0])


async def another(client: BackendClient, runs: Sequence[Run], shown: Sequence[Checkpoint]) -> Checkpoint | None:
    """A network to compare with the first of those that are shown: of another seed, else of another run on the same data set, else
    another epoch, the first trained ones first.

    An untrained network often gives all images one class, which leaves nothing to compare.
    """
    own = next((run for run in runs if run.id == shown[0].run), None)
    others = [run for run in runs if run.id not in {one.run for one in shown}]
    seeds = [run for run in others if own and run.id in own.siblings]
    same_data = [run for run in others if own and run.dataset == own.dataset]
    for run in [*seeds, *same_data][:1]:
        if found := await client.checkpoints(run.id):
            return Checkpoint.from_json(found[0])
    ids = {one.id for one in shown}
    kept = [one for one in reversed(await siblings(client, shown[0])) if one.id not in ids]
    return next((one for one in [*(one for one in kept if one.epoch), *kept]), None)


async def siblings(client: BackendClient, checkpoint: Checkpoint) -> list[Checkpoint]:
    """All checkpoints of the same run, newest first."""
    if checkpoint.run is None:
        return [checkpoint]
    return [Checkpoint.from_json(one) for one in await client.checkpoints(checkpoint.run)]


def address(networks: Sequence[str], images: str) -> str:
    """The address that shows some networks."""
    named = {letter.lower(): one for letter, one in zip(LETTERS, networks, strict=False)}
    return link("/compare", **named, images=None if images == IMAGES[0] else images)


def shortcuts(
    shown: Sequence[str], further: Checkpoint | None, seeds: Sequence[str], epochs: Sequence[str], images: str
) -> list[dcc.Link]:
    """Links that add a network, or show several that belong together."""
    links = [
        ("Add network", "Add a network", [*shown, further.id] if further else []),
        ("Seeds of A", "Compare the runs that differ from A only in the seed", seeds),
        ("Epochs of A", "Compare epochs of A’s run", epochs),
    ]
    return [
        dcc.Link(name, href=address(networks, images), title=title, className="chip link-chip")
        for name, title, networks in links
        if len(networks) > 1
    ]


def selectors(
    one: Side, sides: Sequence[Side], runs: Sequence[Run], checkpoints: Sequence[Checkpoint], images: str
) -> html.Div:
    """Run and checkpoint of one network; of three or more, each can be removed."""
    letter, now = one.letter, one.checkpoint
    own = next((run for run in runs if run.id == now.run), None)
    epochs = checkpoint_options(own, checkpoints) if own else [{"value": now.id, "label": now.label}]
    rest = [side.checkpoint.id for side in sides if side.letter != letter]
    cross = html.Span("×", **attributes({"aria-hidden": "true"}))
    word = html.Span(f"Remove {letter}", className="sr-only")
    remove = dcc.Link([cross, word], href=address(rest, images), title=f"Remove {letter}", className="chip link-chip")
    return html.Div(
        [
            html.Span(className=f"stroke {DASHES[letter]}", style={"borderTopColor": COLOURS[letter]}),
            labelled(letter, dmc.Select(id={"type": str(Ids.RUN), "side": letter}, value=now.run, data=run_options(runs),
                                        allowDeselect=False, searchable=True, className="run-select",
                                        **attributes({"aria-label": f"Run of {letter}"}))),
            labelled(f"{letter} at", dmc.Select(id={"type": str(Ids.CHECKPOINT), "side": letter}, value=now.id, data=epochs,
                                                allowDeselect=False, className="epoch-select",
                                                **attributes({"aria-label": f"Checkpoint of {letter}"}))),
            *([remove] if len(rest) > 1 else []),
        ],
        className="compare-side",
    )  # fmt: skip


def sides_of(networks: Sequence[Checkpoint], runs: Sequence[Run]) -> list[Side]:
    """Networks with the names that legends give them."""
    names = run_names([run for run in runs if not run.imported])

    def named(checkpoint: Checkpoint) -> str:
        run = names.get(checkpoint.run or "")
        return f"{run}, {checkpoint.label}" if run else checkpoint.label

    return [Side(letter, one, named(one)) for letter, one in zip(LETTERS, networks, strict=False)]


def same_network(sides: Sequence[Side]) -> str | None:
    """What to do about networks that are the same."""
    for at, one in enumerate(sides):
        for other in sides[:at]:
            if one.checkpoint.id == other.checkpoint.id:
                return f"{other.letter} and {one.letter} are the same network: choose another run, or another epoch, for one of them."
    return None


def seeds_of(network: Checkpoint, runs: Sequence[Run]) -> list[str]:
    """A network's run and those that differ only in the seed, as the address names them."""
    own = [run for run in runs if run.id == network.run]
    group = [*own, *(run for run in runs if own and run.id in own[0].siblings)]
    return [f"{OF_RUN}{run.id}" for run in group[: len(LETTERS)]]


def epochs_of(checkpoints: Sequence[Checkpoint]) -> list[str]:
    """The newest of a run's networks, its first trained one, and some in between."""
    trained = [one.id for one in checkpoints if one.epoch]
    last, most = len(trained) - 1, len(LETTERS) - 1
    return trained if last <= most else [trained[round(at * last / most)] for at in range(most + 1)]
