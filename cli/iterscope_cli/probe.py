"""`iterscope probe`: measurements on a checkpoint, computed by the library in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from iterscope_cli.errors import CommandError
from iterscope_cli.output import print_json, print_table, progress_bar
from iterscope_cli.subject import (
    accuracy_and_loss,
    groups_json,
    infinite_values,
    load_subject,
    print_groups,
    summary_json,
    title_of,
)

app = typer.Typer(help="Measure the blocks of a trained network.", no_args_is_help=True)

CheckpointName = Annotated[
    str, typer.Argument(metavar="CHECKPOINT", help="A checkpoint file, a checkpoint or run id, or latest.")
]
Split = Annotated[str, typer.Option(help="Split: train or validation.")]
Limit = Annotated[int, typer.Option(min=0, help="Number of images sampled from the split; 0 takes all.")]
Seed = Annotated[int, typer.Option(help="Seed of the sample of images.")]
DatasetName = Annotated[
    str | None, typer.Option("--dataset", help="Data set to measure on. Default: the checkpoint's own.")
]
Home = Annotated[
    Path | None,
    typer.Option(help="Folder for the database, checkpoints and data. Default: ITERSCOPE_HOME, else ./iterscope-data."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON to standard output.")]


@app.command("block-metrics")
def block_metrics(
    checkpoint: CheckpointName = "latest",
    gradient: Annotated[
        Literal["end_to_end", "plugged"],
        typer.Option(
            help="Gradient through the rest of the network, or with the head plugged in at each block's input."
        ),
    ] = "end_to_end",
    update: Annotated[
        Literal["branch", "effective"],
        typer.Option(
            help="The branch F, or the total change of the hidden state; they differ if a ReLU follows the addition."
        ),
    ] = "branch",
    split: Split = "validation",
    limit: Limit = 500,
    seed: Seed = 0,
    dataset: DatasetName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Cosine loss and ℓ2 ratio of every block (figures 2 and 4)."""
    import iterscope as it

    subject = load_subject(checkpoint, split, limit, seed, dataset, home)
    with progress_bar("block metrics") as progress:
        found = it.block_metrics(
            subject.chain,
            subject.images,
            subject.images.labels,
            gradient,
            update=update,
            progress=progress,
        )
    metrics = ("cosine_loss", "l2_ratio", "activation_norm", "gradient_norm")
    summaries = {name: it.summarise(getattr(found, name)) for name in metrics}
    if as_json:
        values = {name: summary_json(summary) for name, summary in summaries.items()}
        print_json({"probe": "block-metrics", **subject.facts, "gradient": gradient, "update": update, **values})
        return
    cosine, ratio = summaries["cosine_loss"], summaries["l2_ratio"]
    columns = zip(
        found.is_projection,
        cosine.mean.tolist(),
        cosine.std.tolist(),
        ratio.mean.tolist(),
        ratio.std.tolist(),
        strict=True,
    )
    rows = [(block, found.stages[block], "yes" if own else "", *values) for block, (own, *values) in enumerate(columns)]
    print_table(
        title_of("Block metrics", subject), ("block", "stage", "projection", "cosine loss", "±", "l2 ratio", "±"), rows
    )
    if (said := infinite_values({"cosine loss": cosine, "l2 ratio": ratio})) is not None:
        typer.echo(said)


@app.command()
def drop(
    checkpoint: CheckpointName = "latest",
    blocks: Annotated[
        list[str] | None,
        typer.Option(
            "--blocks", help="Blocks to drop together, such as 3 or 4,5; repeatable. Default: each block separately."
        ),
    ] = None,
    split: Split = "validation",
    limit: Limit = 500,
    seed: Seed = 0,
    dataset: DatasetName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Accuracy and loss with blocks dropped (figure 3)."""
    import iterscope as it

    groups = [[_whole(number, "block") for number in text.split(",")] for text in blocks or []]
    subject = load_subject(checkpoint, split, limit, seed, dataset, home)
    with progress_bar("dropping blocks") as progress:
        found = it.block_drop(subject.chain, subject.images, subject.images.labels, groups or "each", progress=progress)
    accuracy, loss = accuracy_and_loss(found.outcomes)
    (base_accuracy,), (base_loss,) = accuracy_and_loss(found.baseline)
    if as_json:
        plans = [
            {"blocks": list(dropped), "accuracy": right, "loss": cost}
            for dropped, right, cost in zip(found.dropped, accuracy, loss, strict=True)
        ]
        baseline = {"accuracy": base_accuracy, "loss": base_loss}
        print_json({"probe": "drop", **subject.facts, "baseline": baseline, "plans": plans})
        return
    names = ["none", *(", ".join(map(str, dropped)) for dropped in found.dropped)]
    rows = list(zip(names, [base_accuracy, *accuracy], [base_loss, *loss], strict=True))
    print_table(title_of("Dropped blocks", subject), ("dropped", "accuracy", "loss"), rows)


@app.command()
def unroll(
    checkpoint: CheckpointName = "latest",
    block: Annotated[int, typer.Option(help="Block to repeat; negative numbers count from the end.")] = -1,
    steps: Annotated[int, typer.Option(help="Number of additional applications.")] = 20,
    scale: Annotated[
        str,
        typer.Option(
            help="α, the factor on the branch's output; 1 leaves the block as it is, auto chooses the one with the lowest training loss."
        ),
    ] = "1.0",
    split: Split = "validation",
    limit: Limit = 500,
    seed: Seed = 0,
    dataset: DatasetName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """One block applied additional times (figure 7)."""
    import iterscope as it

    try:
        factor: Any = "auto" if scale == "auto" else float(scale)
    except ValueError as error:
        raise CommandError(f"scale {scale!r} is not a number: give a number such as 0.1, or auto") from error
    subject = load_subject(checkpoint, split, limit, seed, dataset, home)
    in_last_stage = -len(subject.chain.last_stage) <= block < 0 or block in subject.chain.last_stage
    with progress_bar("unrolling") as progress:
        found = it.unrolling(
            subject.chain,
            subject.images,
            subject.images.labels,
            block,
            steps,
            factor,
            training=subject.train,
            seed=seed,
            gradient="plugged" if in_last_stage else "end_to_end",
            progress=progress,
        )
    curves = found.groups.curves(found.outcomes)
    if as_json:
        values = {"block": found.block, "steps": found.steps, "scale": found.scale, "scale_losses": found.scale_losses}
        print_json({"probe": "unroll", **subject.facts, **values, "groups": groups_json(curves)})
        return
    print_groups(
        title_of(f"Block {found.block}, {found.steps} more steps scaled by {found.scale:g}", subject),
        "step",
        range(found.steps + 1),
        curves,
    )


@app.command("early-exit")
def early_exit(
    checkpoint: CheckpointName = "latest",
    split: Split = "validation",
    limit: Limit = 500,
    seed: Seed = 0,
    dataset: DatasetName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Accuracy of the head after each block of the last stage (figure 5)."""
    import iterscope as it

    subject = load_subject(checkpoint, split, limit, seed, dataset, home)
    with progress_bar("early exits") as progress:
        found = it.early_exit(subject.chain, subject.images, subject.images.labels, progress=progress)
    accuracy, loss = accuracy_and_loss(found.outcomes)
    entropy = found.outcomes.entropy.double().mean(1).tolist()
    if as_json:
        values = {"exit_blocks": list(found.blocks), "accuracy": accuracy, "loss": loss, "entropy": entropy}
        print_json({"probe": "early-exit", **subject.facts, **values})
        return
    rows = list(zip(found.blocks, accuracy, loss, entropy, strict=True))
    print_table(title_of("Head after a block", subject), ("block", "accuracy", "loss", "entropy"), rows)


@app.command()
def borderline(
    checkpoint: CheckpointName = "latest",
    threshold: Annotated[float, typer.Option(help="Images with a probability margin below this are borderline.")] = 0.1,
    reference: Annotated[
        str,
        typer.Option(
            help="Where images are judged: last5 (the first of the last five blocks), output, or a block of the last stage."
        ),
    ] = "last5",
    split: Split = "validation",
    limit: Limit = 0,
    seed: Seed = 0,
    dataset: DatasetName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Accuracy, loss and entropy of borderline, correct and all images over the last blocks (figure 6)."""
    import iterscope as it

    place: Any = reference if reference in ("last5", "output") else _whole(reference, "reference block")
    subject = load_subject(checkpoint, split, limit, seed, dataset, home)
    with progress_bar("borderline images") as progress:
        found = it.borderline(
            subject.chain,
            subject.images,
            subject.images.labels,
            threshold=threshold,
            reference=place,
            progress=progress,
        )
    if as_json:
        values = {"reference": found.reference, "threshold": found.threshold, "exit_blocks": list(found.blocks)}
        print_json({"probe": "borderline", **subject.facts, **values, "groups": groups_json(found.curves)})
        return
    print_groups(title_of(f"Borderline at block {found.reference}", subject), "block", found.blocks, found.curves)


@app.command()
def shuffle(
    checkpoint: CheckpointName = "latest",
    swaps: Annotated[str, typer.Option(help="Numbers of swapped pairs of blocks, separated by commas.")] = "0,1,2,4",
    repeats: Annotated[int, typer.Option(help="Number of random orders for each number of swaps.")] = 5,
    split: Split = "validation",
    limit: Limit = 500,
    seed: Seed = 0,
    dataset: DatasetName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Accuracy and loss with blocks of a stage swapped at random."""
    import iterscope as it

    counts = [_whole(text, "swaps") for text in swaps.split(",")]
    subject = load_subject(checkpoint, split, limit, seed, dataset, home)
    with progress_bar("shuffling") as progress:
        found = it.shuffling(
            subject.chain, subject.images, subject.images.labels, counts, repeats, seed=seed, progress=progress
        )
    accuracy, loss = accuracy_and_loss(found.outcomes)
    rows = list(zip(found.swaps, found.kendall_tau, accuracy, loss, strict=True))
    names = ("swaps", "kendall_tau", "accuracy", "loss")
    if as_json:
        print_json({"probe": "shuffle", **subject.facts, "plans": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    print_table(title_of("Shuffled blocks", subject), ("swaps", "Kendall's tau", "accuracy", "loss"), rows)


@app.command()
def plan(
    text: Annotated[str, typer.Argument(metavar="PLAN", help='Blocks in execution order: "0..2 4..26 26@0.1x20".')],
    checkpoint: CheckpointName = "latest",
    split: Split = "validation",
    limit: Limit = 500,
    seed: Seed = 0,
    dataset: DatasetName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Any sequence of blocks, compared with the untouched network."""
    import iterscope as it

    chosen = it.parse_plan(text)
    subject = load_subject(checkpoint, split, limit, seed, dataset, home)
    with progress_bar("running the plan") as progress:
        found = it.evaluate_plans(
            subject.chain, subject.images, subject.images.labels, [it.identity(), chosen], progress=progress
        )
    accuracy, loss = accuracy_and_loss(found)
    if as_json:
        sides = [{"accuracy": right, "loss": cost} for right, cost in zip(accuracy, loss, strict=True)]
        print_json({"probe": "plan", **subject.facts, "plan": text, "baseline": sides[0], "result": sides[1]})
        return
    rows = [("untouched", accuracy[0], loss[0]), (text, accuracy[1], loss[1])]
    print_table(title_of("Plan", subject), ("blocks", "accuracy", "loss"), rows)


def _whole(text: str, what: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise CommandError(f"{what} {text!r} is not a whole number") from error
