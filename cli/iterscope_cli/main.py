"""Every command with its options. What a command needs is imported when it runs, so that --help is quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from iterscope_cli import probe, runs

app = typer.Typer(
    name="iterscope",
    help="See what a trained residual network does, block by block.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(probe.app, name="probe")
app.add_typer(runs.app, name="runs")

Home = Annotated[
    Path | None,
    typer.Option(help="Folder of database, checkpoints and data.  [default: ITERSCOPE_HOME or ./iterscope-data]"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
Threads = Annotated[int | None, typer.Option(help="On the CPU.  [default: all cores]")]
EXPECTED = frozenset({"IterscopeError", "StoreError", "CommandError"})
"""Errors whose message is all that people need; by name, because importing them would import torch."""


@app.command()
def up(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the pages; 0 takes any free one.")] = 8050,
    backend_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the REST API; 0 takes any free one.")
    ] = 8000,
    home: Home = None,
    demo: Annotated[bool, typer.Option(help="Train the demo first where there are no runs.")] = True,
) -> None:
    """Start trainer, backend and dashboard; Ctrl-C stops all of them."""
    from iterscope_cli.up import start_all

    raise typer.Exit(start_all(_home(home), host=host, port=port, backend_port=backend_port, demo=demo))


@app.command()
def train(
    recipe: Annotated[
        str, typer.Option(help="demo, quick, resnet110, single-representation, average-pooling, max-pooling, wide.")
    ] = "demo",
    architecture: Annotated[
        str | None, typer.Option(help="resnet56, resnet110, single-representation, avg-pooling, max-pooling, wide, …")
    ] = None,
    dataset: Annotated[str | None, typer.Option(help="digits, digit-pairs, cifar10, cifar100 or folder:PATH.")] = None,
    epochs: Annotated[int | None, typer.Option(help="How often every image is shown.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images in a step.")] = None,
    seed: Annotated[int | None, typer.Option(help="Decides everything random.")] = None,
    precision: Annotated[str | None, typer.Option(help="auto, bfloat16 or float32.")] = None,
    log_samples: Annotated[int | None, typer.Option(help="Images of each split in a log of per-block metrics.")] = None,
    image_size: Annotated[int | None, typer.Option(help="Height and width of the images, in pixels.")] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Any other field of the configuration, as JSON; repeatable."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call the run.")] = None,
    resume: Annotated[str | None, typer.Option(metavar="RUN", help="Continue a run that ended early.")] = None,
    download: Annotated[bool, typer.Option("--download", help="Let torchvision download CIFAR.")] = False,
    device: Device = "auto",
    threads: Threads = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Train a network now, with a progress bar; what it logs and keeps appears on the pages."""
    from iterscope_trainer.command import overrides_from, train_now
    from iterscope_trainer.devices import set_up_process

    given = {
        "architecture": architecture,
        "dataset": dataset,
        "epochs": epochs,
        "batch_size": batch_size,
        "seed": seed,
        "precision": precision,
        "log_samples": log_samples,
        "image_size": image_size,
    }
    set_up_process(threads)
    overrides = overrides_from(given, assignments or [])
    code = train_now(
        _home(home),
        recipe=recipe,
        overrides=overrides,
        name=name,
        resume=resume,
        device=device,
        download=download,
        as_json=as_json,
    )
    raise typer.Exit(code)


@app.command()
def paper(
    scale: Annotated[
        Literal["laptop", "full"],
        typer.Option(help="laptop: deep nets, few epochs, small images; full: the paper's nets, recipes and seeds."),
    ] = "laptop",
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="FIGURE", help="fig2 … fig20 or table1; repeatable, or separated by commas."),
    ] = None,
    dataset: Annotated[str | None, typer.Option(help="In CIFAR-10's place.  [default: digits; full: cifar10]")] = None,
    second_dataset: Annotated[
        str | None, typer.Option(help="In CIFAR-100's place.  [default: digit-pairs; full: cifar100]")
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="Runs of each net, of seed 0, 1, ….")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Print what is there and what is missing, and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    at_once: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Runs that train at the same time, each on its share of the threads.  "
            "[default: one a thread, 8 at most; on a GPU 1]",
        ),
    ] = None,
    download: Annotated[bool, typer.Option("--download", help="Let torchvision download CIFAR.")] = False,
    device: Device = "auto",
    threads: Threads = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Every figure and claim of the paper: train the runs that are missing, measure what they show."""
    from iterscope.datasets.registry import absolute_name
    from iterscope.paper.suite import DATASETS, suite
    from iterscope_cli.paper import PaperOptions, choose_figures, run_paper
    from iterscope_trainer.devices import choose_device, set_up_process

    figures = choose_figures(only or [])
    planned = suite(scale, dataset=dataset, second_dataset=second_dataset, only=figures, seeds=seeds)
    options = PaperOptions(
        figures=figures,
        dataset=absolute_name(dataset or DATASETS[scale][0]),
        second=absolute_name(second_dataset or DATASETS[scale][1]),
        download=download,
        yes=yes,
        at_once=at_once,
        plan_only=plan,
        as_json=as_json,
    )
    set_up_process(threads)
    raise typer.Exit(run_paper(_home(home), planned, options, choose_device(device)))


@app.command()
def report(
    names: Annotated[list[str] | None, typer.Argument(metavar="RUN…", help="Ids or names of runs, or latest.")] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write: .html, or .pdf through Chromium.")
    ] = Path("report.html"),
    title: Annotated[str | None, typer.Option(help="What stands on top.")] = None,
    measure: Annotated[
        bool, typer.Option("--measure/--no-measure", help="First measure what the figures of these runs lack.")
    ] = True,
    device: Device = "auto",
    threads: Threads = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """One file to hand in: the paper's figures from these runs, the claims, configuration and provenance."""
    from iterscope_cli.report import write_report
    from iterscope_trainer.devices import choose_device, set_up_process

    set_up_process(threads)
    write_report(
        _home(home),
        names or [],
        output,
        choose_device(device),
        title=title,
        measure_missing=measure,
        as_json=as_json,
    )


@app.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            help="Weights of elsewhere (.pth, .pt, .th, .ckpt, .safetensors), or a checkpoint of Iterscope's."
        ),
    ],
    data: Annotated[
        str | None, typer.Option(help="What the network was trained on: cifar10, cifar100, digits or folder:PATH.")
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            help="Normalisation: cifar10, cifar100, imagenet, half, unit, dataset.  [default: what does best]"
        ),
    ] = None,
    image_size: Annotated[
        int | None,
        typer.Option(min=8, max=1024, help="Pixels that the images are high and wide.  [default: the network's usual]"),
    ] = None,
    class_names: Annotated[
        str | None,
        typer.Option("--classes", help="In the order of the outputs, separated by commas.  [default: the data's]"),
    ] = None,
    architecture: Annotated[
        str | None, typer.Option(help="Where several networks fit the file: which.  [default: what does best]")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call it.  [default: the file's name]")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Put a trained network into the store, so that the pages and probes find it.

    A file of elsewhere is opened in a process of its own with limits, without running anything of it; its network is recognised from the
    weights, and run on the data set to find the normalisation and to check that all of it is right.
    """
    from iterscope_cli.importing import ImportOptions
    from iterscope_cli.importing import import_file as bring_in

    names = None if class_names is None else tuple(each.strip() for each in class_names.split(","))
    options = ImportOptions(name, data, preset, image_size, names, architecture)
    bring_in(_home(home), file, options, as_json=as_json)


@app.command()
def export(
    identifier: Annotated[
        str, typer.Argument(metavar="RUN|CHECKPOINT", help="A run's id (its curves) or a checkpoint's (its file).")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write; a run's curves go to standard output without it."),
    ] = None,
    format: Annotated[str, typer.Option(help="csv or json, for curves.")] = "csv",
    home: Home = None,
) -> None:
    """Write a run's curves as CSV or JSON, or copy a checkpoint's file."""
    from iterscope_cli.files import export_checkpoint, export_curves

    if identifier.startswith("c"):
        export_checkpoint(_home(home), identifier, output)
    else:
        export_curves(_home(home), identifier, output, format)


def _home(home: Path | None) -> Path:
    from iterscope_cli.store import home_folder

    return home_folder(home)


def main() -> None:
    """The console script: expected errors are one line on standard error and exit code 1."""
    try:
        app()
    except Exception as error:
        if EXPECTED.isdisjoint(kind.__name__ for kind in type(error).__mro__):
            raise
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
