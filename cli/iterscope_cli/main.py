"""All commands and their options. Imports happen inside the commands, so that --help is fast."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Annotated, Literal

import typer

from iterscope_cli import probe, runs
from iterscope_cli.errors import expected_message
from iterscope_guard import options
from iterscope_guard.startup import load_quickly
from iterscope_guard.text import visible

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
    typer.Option(help="Folder for the database, checkpoints and data. Default: ITERSCOPE_HOME, else ./iterscope-data."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON to standard output.")]
Device = Annotated[str, typer.Option(help="Device: auto, cpu or cuda.")]
Threads = Annotated[int | None, typer.Option(help="Number of CPU threads. Default: all cores.")]


@app.command()
def up(
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 allows access from other machines, with a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the dashboard; 0 takes any free port.")] = 8050,
    backend_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the REST API; 0 takes any free port.")
    ] = 8000,
    home: Home = None,
    demo: Annotated[bool, typer.Option(help="Train the demo first if there are no runs.")] = True,
    allowed_host: Annotated[list[str] | None, typer.Option(metavar="NAME", help=options.ALLOWED_HOST)] = None,
    allowed_origin: Annotated[list[str] | None, typer.Option(metavar="ORIGIN", help=options.ALLOWED_ORIGIN)] = None,
    token: Annotated[str | None, typer.Option(envvar="ITERSCOPE_TOKEN", show_envvar=False, help=options.TOKEN)] = None,
    root_path: Annotated[
        str, typer.Option(metavar="PATH", envvar="ITERSCOPE_URL_PREFIX", show_envvar=False, help=options.ROOT_PATH)
    ] = "",
    backend_root_path: Annotated[
        str, typer.Option(metavar="PATH", help="The same for the REST API, such as /user/me/proxy/8000.")
    ] = "",
) -> None:
    """Start trainer, backend and dashboard. Ctrl-C stops all of them."""
    from iterscope_cli.up import Addresses, start_all

    given = Addresses(
        host,
        port,
        backend_port,
        (*options.listed("ITERSCOPE_ALLOWED_HOSTS"), *(allowed_host or ())),
        (*options.listed("ITERSCOPE_ALLOWED_ORIGINS"), *(allowed_origin or ())),
        token,
        root_path,
        backend_root_path,
    )
    raise typer.Exit(start_all(_home(home), given, demo=demo))


@app.command()
def train(
    recipe: Annotated[
        str | None,
        typer.Option(
            help="Recipe: demo, quick, resnet110, single-representation, average-pooling, max-pooling, wide. Default: demo."
        ),
    ] = None,
    architecture: Annotated[
        str | None,
        typer.Option(help="Network: resnet56, resnet110, single-representation, avg-pooling, max-pooling, wide, …"),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="Data set: digits, digit-pairs, cifar10, cifar100 or folder:PATH.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Number of training epochs.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images per step.")] = None,
    seed: Annotated[int | None, typer.Option(help="Random seed.")] = None,
    seeds: Annotated[
        int,
        typer.Option(
            min=1,
            max=16,
            help="Number of runs that are trained at once in this process, with this seed and the next ones.",
        ),
    ] = 1,
    precision: Annotated[str | None, typer.Option(help="Precision: auto, bfloat16 or float32.")] = None,
    log_samples: Annotated[
        int | None, typer.Option(help="Images of each split in each log of per-block metrics.")
    ] = None,
    image_size: Annotated[int | None, typer.Option(help="Height and width of the images, in pixels.")] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Set any other field of the configuration; the value is JSON. Repeatable.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    resume: Annotated[str | None, typer.Option(metavar="RUN", help="Continue a run that ended early.")] = None,
    download: Annotated[bool, typer.Option("--download", help="Let torchvision download CIFAR.")] = False,
    device: Device = "auto",
    threads: Threads = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Train a network with a progress bar. Its curves and checkpoints appear in the dashboard."""
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
        seeds=seeds,
        device=device,
        download=download,
        as_json=as_json,
    )
    raise typer.Exit(code)


@app.command()
def paper(
    scale: Annotated[
        Literal["laptop", "full"],
        typer.Option(
            help="laptop: deep networks, few epochs, small images; full: the paper's networks, recipes and seeds."
        ),
    ] = "laptop",
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIGURE",
            help="Only these figures: fig2 … fig20 or table1; or literature: what later works found, on every run that has ended. "
            "Repeatable, or separated by commas.",
        ),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="Data set in place of CIFAR-10. Default: digits; full: cifar10.")
    ] = None,
    second_dataset: Annotated[
        str | None, typer.Option(help="Data set in place of CIFAR-100. Default: digit-pairs; full: cifar100.")
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="Number of runs per network, with seeds 0, 1, …")] = None,
    more_seeds: Annotated[
        bool,
        typer.Option(
            "--more-seeds",
            help="Where a verdict is inconclusive, train more seeds and judge again: at 2, 4 and 8 seeds, with intervals corrected for "
            "three looks.",
        ),
    ] = False,
    plan: Annotated[
        bool,
        typer.Option("--plan", help="Print which runs exist and which are missing, with estimated times, and exit."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
    at_once: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Number of runs that train at the same time, each with its share of the threads. "
            "Default: one per thread, at most 8; on a GPU: 1.",
        ),
    ] = None,
    download: Annotated[bool, typer.Option("--download", help="Let torchvision download CIFAR.")] = False,
    device: Device = "auto",
    threads: Threads = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Reproduce the paper's figures and claims: train the missing runs, then run the missing probes."""
    from iterscope.datasets.registry import absolute_name
    from iterscope.paper.suite import DATASETS, suite
    from iterscope_cli.paper import PaperOptions, choose_figures, run_paper
    from iterscope_cli.paper_view import LITERATURE
    from iterscope_trainer.devices import choose_device, set_up_process

    figures = choose_figures(only or [])
    papers = [figure for figure in figures if figure != LITERATURE]
    planned = suite(scale, dataset=dataset, second_dataset=second_dataset, only=papers, seeds=seeds)
    options = PaperOptions(
        figures=figures,
        dataset=absolute_name(dataset or DATASETS[scale][0]),
        second=absolute_name(second_dataset or DATASETS[scale][1]),
        download=download,
        yes=yes,
        at_once=at_once,
        more_seeds=more_seeds,
        plan_only=plan,
        as_json=as_json,
    )
    set_up_process(threads)
    raise typer.Exit(run_paper(_home(home), planned, options, choose_device(device)))


@app.command()
def report(
    names: Annotated[list[str] | None, typer.Argument(metavar="RUN…", help="Run ids or names, or latest.")] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write: .html, or .pdf (printed by Chromium).")
    ] = Path("report.html"),
    title: Annotated[str | None, typer.Option(help="Title of the report.")] = None,
    measure: Annotated[
        bool, typer.Option("--measure/--no-measure", help="First run the probes that are missing for the figures.")
    ] = True,
    interactive: Annotated[
        bool,
        typer.Option(
            "--interactive", help="Write the interactive pages of the runs instead, with their data, in one HTML file."
        ),
    ] = False,
    device: Device = "auto",
    threads: Threads = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write a report on runs to one file: the networks block by block, the paper's figures and claims, configuration and provenance."""
    from iterscope_cli.interactive import write_interactive
    from iterscope_cli.report import write_report
    from iterscope_trainer.devices import choose_device, set_up_process

    set_up_process(threads)
    if interactive:
        chosen = choose_device(device)
        write_interactive(
            _home(home), names or [], output, chosen, title=title, measure_missing=measure, as_json=as_json
        )
        return
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
        typer.Argument(help="Weight file (.pth, .pt, .th, .ckpt, .safetensors), or a checkpoint of Iterscope."),
    ],
    data: Annotated[
        str | None,
        typer.Option(help="Data set that the network was trained on: cifar10, cifar100, digits or folder:PATH."),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            help="Normalisation: cifar10, cifar100, imagenet, half, unit, pixels, dataset. Default: the best on validation images."
        ),
    ] = None,
    image_size: Annotated[
        int | None,
        typer.Option(min=8, max=1024, help="Height and width of the images in pixels. Default: usual for the network."),
    ] = None,
    class_names: Annotated[
        str | None,
        typer.Option(
            "--classes",
            metavar="FILE|NAMES",
            help="Class names in the order of the outputs: a file with one name a line (or JSON), or names separated by commas, those with "
            "commas in quotes. Default: those of the data set.",
        ),
    ] = None,
    architecture: Annotated[
        str | None,
        typer.Option(help="Which network, if several fit the file. Default: the best on validation images."),
    ] = None,
    mean: Annotated[
        str | None, typer.Option(help="Mean of the images in training, per channel: 0.485,0.456,0.406; with --std.")
    ] = None,
    std: Annotated[str | None, typer.Option(help="Standard deviation per channel; with --mean.")] = None,
    max_value: Annotated[
        float | None, typer.Option(help="Largest pixel value to which --mean and --std belong: 1 or 255. Default: 1.")
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            help="Which table of tensors, if the file has several: state_dict_ema, or a subtree, such as model.teacher."
        ),
    ] = None,
    factory: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:FUNCTION",
            help="For your own network: the function, without arguments, that builds it. Its module is imported, here and by the service's "
            "workers, so name only code that you trust.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the imported run. Default: the file name.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Import a trained network, so that the dashboard and probes can use it.

    Files are parsed in a resource-limited subprocess; no code in them is executed. Iterscope recognises the network from its weights and
    runs it on the data set, to choose the normalisation and to check the accuracy.
    """
    from iterscope_cli.importing import ImportOptions, class_names_from, three_numbers
    from iterscope_cli.importing import import_file as bring_in

    names = None if class_names is None else class_names_from(class_names)
    numbers = (three_numbers("--mean", mean), three_numbers("--std", std))
    options = ImportOptions(name, data, preset, image_size, names, architecture, *numbers, max_value, table, factory)
    bring_in(_home(home), file, options, as_json=as_json)


@app.command()
def export(
    identifier: Annotated[
        str,
        typer.Argument(
            metavar="RUN|CHECKPOINT", help="Id of a run (exports its curves) or of a checkpoint (copies its file)."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File or folder to write to. Default: standard output, for curves."),
    ] = None,
    format: Annotated[
        str,
        typer.Option(
            help="Format of curves: csv, json, tensorboard or wandb (W&B's offline format). The latter two write a folder with the mean of "
            "each block."
        ),
    ] = "csv",
    home: Home = None,
) -> None:
    """Write a run's curves as CSV or JSON, or for TensorBoard or W&B, or copy a checkpoint's file."""
    from iterscope_cli.files import export_checkpoint, export_curves

    if identifier.startswith("c"):
        export_checkpoint(_home(home), identifier, output)
    else:
        export_curves(_home(home), identifier, output, format)


def _home(home: Path | None) -> Path:
    from iterscope_cli.store import home_folder

    return home_folder(home)


def main() -> None:
    """The console script. Expected errors are printed as one line to standard error, with exit code 1."""
    load_quickly()
    plain = warnings.formatwarning
    warnings.formatwarning = lambda *given, **named: visible(plain(*given, **named))  # they name tensors of files
    try:
        app()
    except Exception as error:
        message = expected_message(error)
        if message is None:
            raise
        print(f"error: {visible(message)}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
