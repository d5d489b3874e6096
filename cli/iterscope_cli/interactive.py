"""`iterscope report --interactive`: the pages of some runs in one HTML file, with everything that was measured of their networks."""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import torch

from iterscope.datasets.records import Dataset
from iterscope.errors import IterscopeError
from iterscope.measurements import MEASUREMENTS, MeasurementRequest
from iterscope.viewing import png
from iterscope_backend.answers import probe_answer
from iterscope_backend.encoding import decode, encode
from iterscope_backend.jobs.question import Question, images_of, trained_on
from iterscope_backend.merging import metrics_value
from iterscope_backend.paper import Wanted
from iterscope_backend.routes.runs import curves_content, run_value
from iterscope_backend.workers.cache import WorkerCache
from iterscope_cli.browser import write_whole
from iterscope_cli.errors import CommandError
from iterscope_cli.network_view import STEPS, last_checkpoint
from iterscope_cli.output import print_json, progress_bar
from iterscope_cli.report_runs import named_runs
from iterscope_cli.store import existing_database
from iterscope_cli.wanted_probes import cache_for, measure
from iterscope_db import CheckpointRecord, RunRecord, Store, open_store
from iterscope_views import document

Json = dict[str, Any]

FIRST = ("cosine_loss", "cosine_loss_std", "l2_ratio", "l2_ratio_std", "early_exit_accuracy")
MORE = ("activation_norm", "cosine_loss_plugged")
"""The curves that the Blocks page asks for: views/src/resources.ts."""
GROUPS = ("all", "borderline", "corrected", "overthought", "misclassified")
DEEP = ("settled-late", "spoiled")
"""Groups that need prediction depth or probes, which are fitted to training images."""
ORDERS = ("margin", "-margin", "-loss", "loss", "index", "-depth", "depth", "-confusion")
"""In which the Examples page lists a group: views/src/state.ts."""
LISTED = 120
"""Images that the Examples page asks for at once."""
STORIES = 12
"""Images of each group whose story is told."""
IMAGE_BYTES = 1_500_000
"""Of all images: those of the stories and the first ones of each list come first."""
LAST5: Json = {"threshold": 0.1, "reference": "last5"}


def write_interactive(
    home: Path,
    names: Sequence[str],
    output: Path,
    device: torch.device,
    *,
    title: str | None = None,
    measure_missing: bool = True,
    as_json: bool = False,
) -> None:
    """Write the file, after running the probes that its pages need and that were not run yet.

    Raises:
        CommandError: no run is named, a run is unknown, or the file can't be written.
    """
    if not names:
        raise CommandError("name the runs to show: `iterscope runs list` shows their ids; latest is the newest run")
    if output.suffix.lower() not in (".html", ".htm"):
        raise CommandError(f"the name of the file, {output}, must end in .html: change it with --output")
    with open_store(existing_database(home)) as store:
        runs = named_runs(store, names)
        kept = {run.id: checkpoint for run in runs if (checkpoint := last_checkpoint(store, run)) is not None}
        failures: list[str] = []
        if measure_missing:
            cache = cache_for(home, device)
            # each depends on what the one before found
            for wanted in (_first_wanted, _lists_wanted, _rest_wanted, _stories_wanted):
                found = [one for checkpoint in kept.values() for one in wanted(store, home, checkpoint)]
                failures += _measured(store, home, found, device, cache)
        held = _held(store, home, runs, kept)
    content = document(title or ", ".join(run.name for run in runs), held).encode()
    write_whole(output, content)
    if as_json:
        print_json({"file": str(output), "runs": [run.id for run in runs], "bytes": len(content), "failures": failures})
    else:
        print(output)
        for failure in failures:
            print(f"not measured: {failure}", file=sys.stderr)


def _measured(
    store: Store, home: Path, wanted: Sequence[Wanted], device: torch.device, cache: WorkerCache
) -> list[str]:
    stored = store.probe_results.stored([one.question.key for one in wanted])
    missing = [one for one in wanted if one.question.key not in stored]
    if not missing:
        return []
    with progress_bar(f"measuring ({len(missing)} probes)") as progress:
        return measure(store, home, missing, device, progress=progress, cache=cache).failures


def _wanted(home: Path, checkpoint: CheckpointRecord, asked: Sequence[tuple[str, Json]]) -> list[Wanted]:
    """Questions as the pages ask them, on the network's own images."""
    if (data := trained_on(checkpoint)) is None:
        return []
    found = []
    for probe, options in asked:
        request = MEASUREMENTS[probe].request.model_validate({"checkpoint": checkpoint.id, **options}).canonical()
        found.append(Wanted(probe, request, Question(probe, checkpoint, data, request, home / checkpoint.path)))
    return found


def _first_wanted(_store: Store, home: Path, checkpoint: CheckpointRecord) -> list[Wanted]:
    """The metrics, each block dropped, the last block repeated, and a list with depths, which says whether there are any."""
    length = len(checkpoint.blocks)
    whole = f"0..{length - 1}"
    plans = [whole, *_dropped(checkpoint)]
    asked: list[tuple[str, Json]] = [("block-metrics", {"split": "validation"}), ("drop", {"blocks": "each"})]
    if not checkpoint.blocks[-1]["is_projection"]:
        plans += [f"{whole} {length - 1}@0.1x{STEPS}", f"{whole} {length - 1}x{STEPS}"]
        asked += [
            ("unroll", {"block": length - 1, "steps": STEPS, "scale": scale, "borderline": LAST5})
            for scale in (0.1, 1.0)
        ]
    asked += [("plan", {"plan": plan, "borderline": LAST5}) for plan in plans]
    return [*_wanted(home, checkpoint, asked), *_lists(home, checkpoint, depth=True)[:1]]


def _lists(home: Path, checkpoint: CheckpointRecord, *, depth: bool) -> list[Wanted]:
    """The images of each group: with their depths in every order, or without them by their margin alone."""
    asked = [
        ("samples", {"group": group, "sort": order.lstrip("-"), "descending": order.startswith("-"), "count": LISTED,
                     "limit": 500, "depth": depth})
        for group in (*GROUPS, *DEEP * depth)
        for order in ORDERS[: None if depth else 1]
    ]  # fmt: skip
    return _wanted(home, checkpoint, asked)


def _dropped(checkpoint: CheckpointRecord) -> Iterator[str]:
    """The plan without each block, as the strip writes it: a shortcut that later blocks need stays."""
    blocks = checkpoint.blocks
    last = len(blocks) - 1
    for i, block in enumerate(blocks):
        needed = block["is_projection"] or (i > 0 and block["stage"] != blocks[i - 1]["stage"])
        parts = [_range(0, i - 1), f"{i}@0" if needed else "", _range(i + 1, last)]
        yield " ".join(part for part in parts if part)


def _range(first: int, last: int) -> str:
    return "" if last < first else str(first) if first == last else f"{first}..{last}"


def _lists_wanted(store: Store, home: Path, checkpoint: CheckpointRecord) -> list[Wanted]:
    """With depths, unless those can't be had, as without training images."""
    deep = _lists(home, checkpoint, depth=True)
    there = store.probe_results.stored([one.question.key for one in deep[:1]])
    return deep if there else _lists(home, checkpoint, depth=False)


def _rest_wanted(store: Store, home: Path, checkpoint: CheckpointRecord) -> list[Wanted]:
    """The lists beyond their first images, as the Examples page asks for them when it is scrolled."""
    lists = _lists_wanted(store, home, checkpoint)
    found = store.probe_results.get_many([one.question.key for one in lists])
    totals = [(one, decode(result)["total"]) for one in lists if (result := found.get(one.question.key)) is not None]
    asked = [
        ("samples", {**one.request, "offset": offset})
        for one, total in totals
        for offset in range(LISTED, total, LISTED)
    ]
    return _wanted(home, checkpoint, asked)


def _stories_wanted(store: Store, home: Path, checkpoint: CheckpointRecord) -> list[Wanted]:
    """The stories of each group's first images, and of those that the Examples page tells before another is chosen."""
    lists = _lists_wanted(store, home, checkpoint)
    found = store.probe_results.get_many([one.question.key for one in lists])
    stories: set[int] = set()
    for one in lists:
        if (result := found.get(one.question.key)) is not None:
            items = decode(result)["items"]
            first = items[:STORIES] if one.request["sort"] == "margin" and not one.request["descending"] else []
            stories |= {item["index"] for item in (*first, *_latest(items))}
    depth = any(one.request["depth"] for one in lists)
    asked: list[tuple[str, Json]] = [
        ("sample", {"split": "validation", "index": index, "depth": depth}) for index in sorted(stories)
    ]
    return _wanted(home, checkpoint, asked)


def _latest(items: Sequence[Json]) -> Sequence[Json]:
    """The first image that the latest block corrected; none of none: `latest` in views/src/pages/examples/list.ts."""
    by = [-1 if item["corrected_by"] is None else item["corrected_by"] for item in items]
    return [items[by.index(max(by))]] if by else []


def _held(store: Store, home: Path, runs: Sequence[RunRecord], kept: Mapping[str, CheckpointRecord]) -> Json:
    """What the file holds: see views/src/sources/embedded.ts."""
    answers: Json = {"/runs": {"runs": [run_value(run, []) for run in runs]}}
    files: dict[str, str] = {}
    images: dict[str, str] = {}
    for run in runs:
        every = store.checkpoints.list(run.id)
        answers[f"/checkpoints?run={run.id}"] = {"checkpoints": [one.to_dict() for one in every]}
        for metrics in (FIRST, MORE):
            query = "&".join(f"metric={metric}" for metric in metrics)
            page = store.metrics.read(run.id, list(metrics), None, 0, variants=False)
            content = curves_content(run, metrics_value(run, page))
            files[f"/runs/{run.id}/curves?{query}"] = b64encode(content).decode()
        for checkpoint in every:
            found = dict(_answers(store, checkpoint))
            answers |= found
            if checkpoint.id == getattr(kept.get(run.id), "id", None):
                images |= _images(home, checkpoint, found, IMAGE_BYTES // len(kept))
    defaults = {name: _defaults(one.request) for name, one in MEASUREMENTS.items()}
    plain: Json = decode(encode({"answers": answers}))
    items = _shared_items(plain["answers"])
    place = f"blocks?run={runs[0].id}"
    return {
        "version": version("iterscope"),
        "place": place,
        "defaults": defaults,
        "files": files,
        "images": images,
        "items": items,
        **plain,
    }


def _shared_items(answers: Json) -> list[Json]:
    """The distinct items of all lists; each list then holds their places, as every order lists the same images."""
    places: dict[bytes, int] = {}
    items: list[Json] = []
    for value in answers.values():
        if value.get("probe") == "samples":
            for i, item in enumerate(value["items"]):
                place = places.setdefault(encode(item), len(items))
                if place == len(items):
                    items.append(item)
                value["items"][i] = place
    return items


def _defaults(request: type[MeasurementRequest]) -> Json:
    """An option's value where a question doesn't say."""
    return {
        field.alias or name: field.get_default(call_default_factory=True)
        if not hasattr(field.default, "model_dump")
        else field.default.model_dump(mode="json")
        for name, field in request.model_fields.items()
        if not field.is_required() and name not in ("checkpoint", "checkpoints", "dataset", "wait")
    }


def _answers(store: Store, checkpoint: CheckpointRecord) -> Iterator[tuple[str, Json]]:
    """Every stored answer about a checkpoint on its own images, by the question as the views write it."""
    own = (checkpoint.dataset or {}).get("fingerprint")
    twins = store.checkpoints.with_sha256(checkpoint.sha256)  # an answer is stored once for the same weights
    for stored in (result for one in reversed(twins) for result in store.probe_results.of(one.id)):
        value: Json = decode(probe_answer(stored, checkpoint=checkpoint.id, cached=True))
        known = MEASUREMENTS.get(value["probe"])
        if known is None or value["provenance"]["probe_version"] != known.version:
            continue  # the service would measure it anew, or can't
        if value["provenance"]["dataset_fingerprint"] == own:
            request = {**value["provenance"]["request"], "checkpoint": checkpoint.id}
            if value["probe"] == "plan" and not isinstance(request["plan"], str):
                request["plan"] = value["text"]  # the views ask for plans as texts
            yield question_of(value["probe"], request), value


def question_of(probe: str, request: Json) -> str:
    """The name of a question: `questionOf` in views/src/sources/embedded.ts."""
    return name_of(probe, {**_defaults(MEASUREMENTS[probe].request), **request})


def name_of(probe: str, request: Json) -> str:
    """The name of a question with all its options, written as JavaScript writes it (tests/embedded_questions.json)."""
    return f"{probe} {encode(_sorted(request)).decode()}"


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value) if value[name] is not None}
    if isinstance(value, float) and value.is_integer():
        return int(value)  # 1.0 is 1 there
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def image_path(asked: Json) -> str:
    """The path of an image: `imagePath` in views/src/resources.ts, whose URLSearchParams keep * and escape ~."""
    return "/datasets/image?" + urlencode(asked, safe="*").replace("~", "%7E")


def _images(home: Path, checkpoint: CheckpointRecord, answers: Mapping[str, Json], left: int) -> dict[str, str]:
    """The images that the file's lists and plans show, as data URLs by their path: at most `left` bytes."""
    places: dict[tuple[str, int], int] = {}  # the first place in any list
    for value in answers.values():
        items = {"sample": [value], "samples": value.get("items"), "plan": value.get("changed")}.get(
            value["probe"]
        ) or ()
        first = value["provenance"]["request"].get("offset", 0)
        for place, item in enumerate(items, start=first):
            key = value["split"], int(item["index"])
            places[key] = min(place, places.get(key, place))
    try:
        data: Dataset = images_of(checkpoint).load(None, home=home)
    except IterscopeError:
        return {}  # the data are no longer there: the numbers are
    name = str((checkpoint.dataset or {}).get("name") or "")
    found: dict[str, str] = {}
    for split, index in sorted(places, key=lambda key: places[key]):
        shown = f"data:image/png;base64,{b64encode(png(data, split, index)[0]).decode()}"
        left -= len(shown)
        if left < 0:
            break
        asked = {"checkpoint": checkpoint.id, "dataset": name, "split": split, "index": index}
        found[image_path(asked)] = shown
    return found
