"""`python -m iterscope_trainer`: train one run now. `python -m iterscope_trainer watch`: train queued runs."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Any

from iterscope_db import StoreError, open_store
from iterscope_guard.logs import set_up_logging
from iterscope_guard.startup import load_quickly
from iterscope_guard.text import visible
from iterscope_trainer.service import CANNOT_BEGIN, serve
from iterscope_trainer.stopping import StopSignal


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 for a completed run, 130 for a stopped run, 1 for a failed run, and 2 if `watch` can't begin."""
    load_quickly()
    options = _parser().parse_args(arguments)
    set_up_logging()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if options.command == "watch" and not options.until_empty:
        return _serve(options)
    return _train(options)


def _serve(options: argparse.Namespace) -> int:
    """The service. It imports nothing that needs torch."""
    passed_on = ["--home", options.home, "--device", options.device]
    passed_on += [] if options.threads is None else ["--threads", str(options.threads)]
    passed_on += ["--demo"] if options.demo else []
    at_once = options.demo or options.device != "auto" or options.threads is not None
    try:
        with open_store(_database(options)) as store, StopSignal() as stop:
            code = serve(store, passed_on, stop=stop, at_once=at_once)
            logging.getLogger(__name__).info("stopped%s", f" by {stop.received}" if stop.received else "")
        return code
    except StoreError as error:
        return _refused(error, CANNOT_BEGIN)


def _train(options: argparse.Namespace) -> int:
    """One run, or all that are queued."""
    from iterscope.errors import IterscopeError
    from iterscope_trainer.command import train_now
    from iterscope_trainer.devices import set_up_process

    watches = options.command == "watch"
    try:
        set_up_process(options.threads, leave_one=watches)
        if watches:
            return _train_queued(options)
        return train_now(
            Path(options.home),
            recipe=options.recipe,
            overrides=_overrides(options),
            name=options.name,
            resume=options.resume,
            seeds=options.seeds,
            device=options.device,
            download=options.download,
        )
    except (IterscopeError, StoreError) as error:
        return _refused(error, CANNOT_BEGIN if watches else 1)


def _train_queued(options: argparse.Namespace) -> int:
    from iterscope_trainer.devices import choose_device
    from iterscope_trainer.queued import train_queued

    device = choose_device(options.device)
    if hasattr(os, "nice"):
        os.nice(19)  # probes have priority over training
    with open_store(_database(options)) as store, StopSignal() as stop:
        all_completed = train_queued(store, Path(options.home), device=device, stop=stop, demo=options.demo)
        if stop.is_set and not all_completed:
            return 130
        return 0 if all_completed else 1


def _database(options: argparse.Namespace) -> str | Path:
    return os.environ.get("ITERSCOPE_DATABASE_URL") or Path(options.home)


def _refused(error: Exception, code: int) -> int:
    print(f"error: {visible(str(error))}", file=sys.stderr)
    return code


def _overrides(options: argparse.Namespace) -> dict[str, Any]:
    from iterscope_trainer.command import overrides_from

    names = ("architecture", "dataset", "epochs", "batch_size", "seed", "precision", "log_samples", "image_size")
    return overrides_from({name: getattr(options, name) for name in names}, options.set)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m iterscope_trainer", description=__doc__)
    parser.add_argument("--recipe", help="recipe to start from, such as paper or quick (default: demo)")
    parser.add_argument(
        "--architecture", help="resnet110, resnet110-shared-ubn, single-representation, avg-pooling, wide, …"
    )
    parser.add_argument("--dataset", help="digits, digit-pairs, cifar10, cifar100 or folder:PATH")
    parser.add_argument("--epochs", type=int, help="number of epochs")
    parser.add_argument("--batch-size", type=int, dest="batch_size", metavar="IMAGES", help="images per step")
    parser.add_argument("--seed", type=int, help="random seed")
    parser.add_argument(
        "--seeds",
        type=int,
        default=1,
        metavar="N",
        help="train N runs at once in this process, with this seed and the next ones",
    )
    parser.add_argument("--precision", choices=("auto", "bfloat16", "float32"))
    parser.add_argument(
        "--log-samples",
        type=int,
        dest="log_samples",
        metavar="IMAGES",
        help="images of each split in each log of per-block metrics",
    )
    parser.add_argument(
        "--image-size", type=int, dest="image_size", metavar="PIXELS", help="height and width of the images"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="set any other field of the configuration; the value is JSON (repeatable)",
    )
    parser.add_argument("--name", help="name of the run")
    parser.add_argument("--resume", metavar="RUN", help="continue a run that ended early; it keeps its configuration")
    parser.add_argument("--download", action="store_true", help="let torchvision download CIFAR")
    _common(parser)
    commands = parser.add_subparsers(dest="command", title="service")
    watching = commands.add_parser("watch", help="train queued runs until stopped")
    watching.add_argument("--demo", action="store_true", help="train the demo first if the store has no runs")
    watching.add_argument(
        "--until-empty",
        action="store_true",
        help="stop once the queue is empty: exit status 0 if all runs completed, 1 if one failed, 2 if an option can't be used, 130 after "
        "a signal",
    )
    _common(watching, again=True)
    return parser


def _common(parser: argparse.ArgumentParser, *, again: bool = False) -> None:
    """Options that may come before or after `watch`; with `again`, the defaults of the second place don't override the first."""

    def default(value: str | None) -> str | None:
        return argparse.SUPPRESS if again else value

    parser.add_argument(
        "--home",
        default=default(os.environ.get("ITERSCOPE_HOME") or "iterscope-data"),
        help="folder for the database, checkpoints and data (default: ITERSCOPE_HOME, else ./iterscope-data)",
    )
    parser.add_argument("--device", default=default("auto"), help="auto, cpu or cuda (default: auto)")
    parser.add_argument(
        "--threads",
        type=int,
        default=default(None),
        help="number of CPU threads (default: all cores; watch leaves one core for the other services)",
    )


if __name__ == "__main__":
    sys.exit(main())
