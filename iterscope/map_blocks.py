"""One's own quantity at every block: from h, s, F, the next h and the gradients of a chunk of images to values per image."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast, get_args, overload

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from iterscope.arguments import shown
from iterscope.block_pass import BlockPass, BlockView, Gradient, Loss
from iterscope.chunks import DEFAULT_MEMORY_BUDGET, Progress
from iterscope.errors import ConfigurationError
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, Labels, PlanLike, as_budget, as_chain, as_plan, read_inputs
from iterscope.parallel_chunks import map_chunks
from iterscope.plan import identity

Rows = list[dict[str, Tensor]]
"""For each step, the values (B, …) of one chunk by name."""
_ALONE = ""
"""The name of a single tensor."""


@overload
def map_blocks(
    chain: nn.Module, images: Images, labels: Labels, reduce: Callable[[BlockView], Tensor], *,
    gradient: Gradient | None = ..., plan: PlanLike | None = ..., loss: Loss | None = ..., memory_budget: float = ...,
    progress: Progress | None = ...,
) -> Tensor: ...  # fmt: skip


@overload
def map_blocks(
    chain: nn.Module, images: Images, labels: Labels, reduce: Callable[[BlockView], Mapping[str, Tensor]], *,
    gradient: Gradient | None = ..., plan: PlanLike | None = ..., loss: Loss | None = ..., memory_budget: float = ...,
    progress: Progress | None = ...,
) -> dict[str, Tensor]: ...  # fmt: skip


def map_blocks(
    chain: nn.Module,
    images: Images,
    labels: Labels,
    reduce: Callable[[BlockView], Tensor | Mapping[str, Tensor]],
    *,
    gradient: Gradient | None = None,
    plan: PlanLike | None = None,
    loss: Loss | None = None,
    memory_budget: float = DEFAULT_MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Tensor | dict[str, Tensor]:
    """The values of `reduce` for every block (or step of a plan) and image: (L, N, …) on the CPU, from one pass over the images.

    Args:
        chain, images, labels: as for `evaluate_plans`. Labels are needed for the gradient of the cross-entropy only.
        reduce: from a `BlockView` of B images to a tensor (B, …), one entry per image, or to several by name; the same shape for every
            block. On a CPU, several threads call it at the same time, each with images of its own.
        gradient: None for no gradients; `end_to_end` for ∂L/∂h and ∂L/∂s through the rest of the network; `plugged` for the head applied
            directly to h, which is defined in the last stage only: elsewhere the view's gradients are None.
        plan: measures another sequence of blocks instead, one row per step.
        loss: one loss per image, from logits (B, K) and labels (B,), which are None if there are none; default: the cross-entropy.
        memory_budget: bytes that activations may use. What `reduce` takes is not counted.
        progress: called with the share of the work that is done, 0 to 1; may raise `Cancelled`.

    Raises:
        ConfigurationError: the gradient is unknown, or `reduce` or `loss` gives something else than values per image. Others as for
            `run_plans`.
    """
    if gradient not in (None, *get_args(Gradient)):
        raise ConfigurationError(f"gradient is {gradient!r}: it must be None or one of {', '.join(get_args(Gradient))}")
    chain, report, budget = as_chain(chain), progress or (lambda _: None), as_budget(memory_budget)
    needed = gradient is not None and loss is None
    has_labels = getattr(images, "labels", None) is not None or isinstance(images, Dataset | DataLoader)
    inputs = read_inputs(chain, images, labels, labelled=needed or labels is not None or has_labels)
    steps, count = (identity() if plan is None else as_plan(plan)).steps(chain), len(inputs)
    whole = BlockPass(chain, steps, () if gradient is None else (gradient,), loss)

    def run(start: int, stop: int, on_step: Progress) -> Rows:
        rows: Rows = [{} for _ in steps]

        def visit(view: BlockView) -> None:
            with torch.no_grad():
                rows[view.row] = _values(reduce(view), view)

        x = inputs.batch(start, stop)
        whole.run(x, inputs.classes(start, stop) if inputs.labelled else None, visit, on_step)
        return rows

    with evaluation(chain):
        chunks = map_chunks(whole.chunks(inputs, budget), run, lambda done: report(done / count))
    report(1.0)
    found = {name: torch.cat([_stacked(rows, name) for rows in chunks], dim=1) for name in chunks[0][0]}
    return found.get(_ALONE, found)


def _values(found: object, view: BlockView) -> dict[str, Tensor]:
    """What `reduce` gave for one step, by name. Raises ConfigurationError unless it is one entry per image."""
    values = {_ALONE: found} if isinstance(found, Tensor) else found
    if not isinstance(values, Mapping) or not values or not all(isinstance(each, Tensor) for each in values.values()):
        raise ConfigurationError(
            f"reduce gave {shown(found)} for block {view.step.block}: it must give a tensor with one entry per image, or several by name"
        )
    for name, each in values.items():
        if each.dim() == 0 or len(each) != len(view.h):
            what = f" called {name!r}" if name != _ALONE else ""
            raise ConfigurationError(
                f"reduce gave a tensor{what} of shape {tuple(each.shape)} for block {view.step.block} and {len(view.h)} images: its first "
                f"dimension must be the images, ({len(view.h)}, …)"
            )
    return {str(name): cast(Tensor, each).detach() for name, each in values.items()}


def _stacked(rows: Rows, name: str) -> Tensor:
    """(L, B, …) of one chunk, on the CPU. Raises ConfigurationError unless every block has the same."""
    first = rows[0][name]
    for row, values in enumerate(rows):
        if values.keys() != rows[0].keys() or values[name].shape != first.shape:
            raise ConfigurationError(
                f"reduce gave {_described(rows[0])} in step 0, but {_described(values)} in step {row}: give the same names and shapes "
                "for every block, such as one number per image"
            )
    return torch.stack([values[name] for values in rows]).cpu()


def _described(values: Mapping[str, Tensor]) -> str:
    return ", ".join(f"{name or 'a tensor'} {tuple(each.shape)}" for name, each in values.items())
