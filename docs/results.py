"""`python -m docs.results RUN` writes all probes of a run's last checkpoint as a section of docs/RESULTS.md, with figures.
With `--literature` it writes what later works found on the run and its seeds, once `iterscope paper --only literature` has measured it.

It starts a backend on the home folder, sends requests to its REST API, and draws with the dashboard's own figures. Every number and
figure of the section comes from the responses. Running it again replaces the section.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from docs.reproduction import table
from docs.screenshots import free_port
from iterscope.paper.measures import number as in_words
from iterscope_cli.browser import Draw, drawing
from iterscope_cli.machine import describe_machine
from iterscope_cli.network_view import blocks_figure, drop_sentence, group_rows, percent, unroll_sentence
from iterscope_cli.paper_plan import short_dataset
from iterscope_cli.paper_view import PaperView
from iterscope_cli.store import database
from iterscope_dashboard.figures.drop import drop_figure, drop_info
from iterscope_dashboard.figures.figure import Figure
from iterscope_dashboard.figures.plans import unroll_groups_figure, unroll_info
from iterscope_dashboard.model import Json, number
from iterscope_db import open_store

TARGET = Path(__file__).parent / "RESULTS.md"
PICTURES = Path(__file__).parent / "images" / "results"
MOST_EPOCHS = 12
"""Approximate maximum of rows in the table of epochs; longer runs show every second epoch, or every third, …."""
MOST_BLOCKS = 20
"""Approximate maximum of columns in the table of blocks; the figures show all blocks."""
PATIENCE = 3600.0
"""Seconds to wait for one probe."""


def main() -> None:
    """Request the probes, draw the figures and write the section."""
    parser = argparse.ArgumentParser(prog="python -m docs.results", description="Write a section of docs/RESULTS.md.")
    parser.add_argument("run", help="id of the run")
    parser.add_argument("--title", required=True, help="heading of the section")
    parser.add_argument("--command", required=True, help="command that trained or imported the network")
    parser.add_argument("--trained-on", help="hardware that trained the network, if it was not this machine")
    parser.add_argument("--note", help="what else has to be known about the training, as a sentence")
    parser.add_argument("--limit", type=int, default=1000, help="number of validation images (default: 1000)")
    parser.add_argument("--home", default=os.environ.get("ITERSCOPE_HOME") or "iterscope-data", help="home folder")
    parser.add_argument("--literature", action="store_true", help="write what later works found instead")
    options = parser.parse_args()
    if options.literature:
        with backend(options.home) as client:
            text = literature_section(client, options.run, options.title, options.command, options.note)
        replace_section(TARGET, options.title, text)
        return
    with open_store(database(Path(options.home))) as store, backend(options.home) as client, drawing() as draw:
        view = PaperView(store, Path(options.home), runs=[options.run])
        for wanted in view.wanted():  # so that every claim about such a network is judged
            ask(client, wanted.probe, wanted.request)
        text = section(
            client,
            draw,
            view.findings(),
            options.run,
            options.title,
            options.command,
            options.limit,
            options.trained_on,
            options.note,
        )
    replace_section(TARGET, options.title, text)
    print(TARGET)


@contextmanager
def backend(home: str) -> Iterator[httpx2.Client]:
    """A client of a backend that runs as long as the context is open."""
    port = free_port()
    service = subprocess.Popen([sys.executable, "-m", "iterscope_backend", "--port", str(port), "--home", home])
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False) as client:
            for _ in range(300):
                try:
                    if client.get("/health").status_code == 200:
                        break
                except httpx2.TransportError:
                    time.sleep(0.2)
            yield client
    finally:
        service.terminate()
        service.wait(timeout=60)


def section(
    client: httpx2.Client,
    draw: Draw,
    findings: list[Json],
    run: str,
    title: str,
    command: str,
    limit: int,
    trained_on: str | None = None,
    note: str | None = None,
) -> str:
    """The section as Markdown; its figures are written to docs/images/results."""
    record = get(client, f"/runs/{run}")
    checkpoint = max(get(client, f"/checkpoints?run={run}")["checkpoints"], key=lambda one: one["epoch"] or 0)["id"]

    def probe(name: str, **request: Any) -> Json:
        return ask(client, name, {"checkpoint": checkpoint, "limit": limit, **request})

    def picture(name: str, figure: Figure, width: int, height: int, alternative: str) -> str:
        PICTURES.mkdir(parents=True, exist_ok=True)
        file = f"{slug(title)}-{name}.svg"
        (PICTURES / file).write_text(draw(figure, width, height), encoding="utf-8")
        return f"![{alternative}](images/results/{file})"

    metrics, drops = probe("block-metrics"), probe("drop", blocks="each")
    exits, groups = probe("early-exit"), probe("borderline")
    unscaled, scaled = probe("unroll", scale=1.0), probe("unroll", scale="auto")
    shuffled = probe("shuffle")
    hardware = "; ".join(f"{name} {value}" for name, value in describe_machine().items())
    if trained_on:
        hardware = f"Trained on {trained_on}; measured on {hardware}"
    return "\n\n".join(
        [
            f"## {title}",
            f"{hardware}. {record['architecture']} on `{short_dataset(record['dataset'])}`, {metrics['samples']} validation images in "
            "every probe.",
            *([note] if note else []),
            f"```console\n{command}\n{own_command(run, title, command, limit, trained_on, note)}\n```",
            *epochs(client, run),
            whole_splits(probe),
            "### Cosine loss and ℓ2 ratio",
            picture("blocks", blocks_figure(metrics), 900, 300, "Cosine loss and ℓ2 ratio of every block"),
            table(("block", *names(metrics)), metric_rows(metrics)),
            "### Block drop",
            picture(
                "drop",
                drop_figure(drop_info(drops)),
                900,
                320,
                "Accuracy without each block",
            ),
            drop_sentence(drops),
            "### Early exit and borderline images",
            table(
                ("head after block", *map(str, exits["exit_blocks"])), [("accuracy", *map(percent, exits["accuracy"]))]
            ),
            table(*group_rows(groups)),
            f"Borderline: probability margin below {groups['threshold']:g} after block {groups['reference']}.",
            "### Unrolling the last block",
            picture(
                "unroll",
                unroll_groups_figure(unroll_info(scaled), unroll_info(unscaled)),
                1100,
                330,
                "Accuracy, loss and entropy while the last block is repeated",
            ),
            unroll_sentence(scaled, unscaled),
            "### Shuffling within stages",
            table(*shuffle_rows(shuffled)),
            *claims(findings, record["dataset"]),
        ]
    )


def ask(client: httpx2.Client, name: str, request: Json) -> Json:
    """A probe's result, however long it takes."""
    answer = client.post(f"/probe/{name}", json={**request, "wait": 60})
    while answer.status_code == 202:
        time.sleep(1)
        answer = client.post(f"/probe/{name}", json={**request, "wait": 60})
    answer.raise_for_status()
    found: Json = answer.json()
    return found


def own_command(run: str, title: str, command: str, limit: int, trained_on: str | None, note: str | None) -> str:
    """The command that writes this section."""
    parts = ["python", "-m", "docs.results", run, "--limit", str(limit), "--title", title, "--command", command]
    more = [("--trained-on", trained_on), ("--note", note)]
    return shlex.join([*parts, *(word for name, value in more if value for word in (name, value))])


def whole_splits(probe: Callable[..., Json]) -> str:
    """Loss and accuracy on all images of both splits, as they are: evaluation mode, no augmentation."""
    said = []
    for split in ("train", "validation"):
        found = probe("early-exit", split=split, limit=None)
        loss, accuracy = found["loss"][-1], percent(found["accuracy"][-1], 2)
        said.append(
            f"{'training' if split == 'train' else split} loss {loss:.4f} and accuracy {accuracy} on {found['samples']:,} images"
        )
    return f"In evaluation mode, on images that are not augmented: {'; '.join(said)}."


def claims(findings: list[Json], dataset: str) -> list[str]:
    """The paper's claims about such a network that this run can test."""
    judged = [each for each in findings if each["verdict"] != "not yet run"]
    rows = [
        (each["sentence"], each["verdict"], each["measured"].replace(dataset, short_dataset(dataset)))
        for each in judged
    ]
    return ["### The paper's claims", table(("claim", "verdict", "measured"), rows)] if rows else []


def get(client: httpx2.Client, path: str) -> Json:
    answer = client.get(path)
    answer.raise_for_status()
    found: Json = answer.json()
    return found


def epochs(client: httpx2.Client, run: str) -> list[str]:
    """A table of the training, if the run was trained."""
    curves = get(client, f"/runs/{run}/metrics")
    scalars = {
        (one["name"], one["split"]): dict(zip(one["epochs"], one["values"], strict=True)) for one in curves["scalars"]
    }
    accuracy = scalars.get(("validation_accuracy", "validation"), {})
    loss = scalars.get(("training_loss", "train"), {})
    if len(accuracy) < 2:
        return []
    every = -(-len(accuracy) // MOST_EPOCHS)
    rows = [
        (str(epoch), f"{loss[epoch]:.4f}" if epoch in loss else "–", percent(accuracy[epoch], 2))
        for epoch in sorted(accuracy)
        if epoch % every == 0 or epoch == max(accuracy)
    ]
    return [table(("epoch", "training loss", "validation accuracy"), rows)]


def shown(metrics: Json) -> list[int]:
    """The blocks that fit in a table: all of a small network, otherwise every second one, or every third, …, and the last."""
    count = len(metrics["steps"])
    return sorted({*range(0, count, -(-count // MOST_BLOCKS)), count - 1})


def names(metrics: Json) -> list[str]:
    return [str(metrics["steps"][row]["block"]) for row in shown(metrics)]


def metric_rows(metrics: Json) -> list[tuple[str, ...]]:
    rows = []
    for name, title in (("cosine_loss", "cosine loss"), ("l2_ratio", "ℓ2 ratio")):
        means = metrics[name]["mean"]
        rows.append((title, *(f"{number(means[row]):.3f}".replace("-", "−") for row in shown(metrics))))
    return rows


def shuffle_rows(shuffled: Json) -> tuple[list[str], list[tuple[str, ...]]]:
    """Mean accuracy and spread for each number of swaps."""
    by_swaps: dict[int, list[float]] = {}
    for order in shuffled["plans"]:
        by_swaps.setdefault(order["swaps"], []).append(float(order["accuracy"]))
    rows: list[tuple[str, ...]] = [
        (
            str(swaps),
            str(len(values)),
            percent(sum(values) / len(values)),
            f"{percent(min(values))} to {percent(max(values))}",
        )
        for swaps, values in sorted(by_swaps.items())
    ]
    return ["swaps", "orders", "mean accuracy", "from … to"], rows


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def literature_section(client: httpx2.Client, run: str, title: str, command: str, note: str | None) -> str:
    """The claims of the later works, judged on a run and its seeds."""
    found = get(client, f"/literature?run={run}")
    record = get(client, f"/runs/{run}")
    counts = ", ".join(f"{count} {verdict}" for verdict, count in found["counts"].items() if count)
    nets = {net for each in found["claims"] for net in each["nets"]}
    rows = [
        (
            each["sentence"],
            each["verdict"],
            _without(each["measured"], nets),
            _interval(each["interval"]),
            each["note"] or "",
        )
        for each in found["claims"]
    ]
    seeds = len(found["seeds"])
    seeded = f"{seeds} seed{'' if seeds == 1 else 's'} of {record['architecture']}"
    what = f"{seeded} on {short_dataset(record['dataset'])}, {record['epochs']} epochs"
    return "\n\n".join(
        [
            f"## {title}",
            f"`{command}`, then `python -m docs.results {run} --literature`. {note or ''}".strip(),
            f"{what}: {counts}.",
            table(("claim", "verdict", "measured", "95 % interval", "note"), rows),
        ]
    )


def _without(measured: str, nets: set[str]) -> str:
    """What was measured, without the network that the section is about."""
    for net in nets:
        measured = measured.replace(f" in {net}", "")
    return measured


def _interval(interval: list[float] | None) -> str:
    return "" if interval is None else " to ".join(in_words(number(end)) for end in interval)


def replace_section(file: Path, title: str, text: str) -> None:
    """Replace the section with the same title, or insert the new one before all others."""
    parts = re.split(r"(?m)^(?=## )", file.read_text(encoding="utf-8"))
    fresh = [part for part in parts[1:] if part.splitlines()[0] != f"## {title}"]
    at = next((i for i, part in enumerate(parts[1:]) if part.splitlines()[0] == f"## {title}"), 0)
    fresh.insert(at, text + "\n\n")
    file.write_text((parts[0] + "".join(fresh)).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
