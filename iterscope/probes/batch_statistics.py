"""A network with BatchNorm's batch statistics, as in training (section 4.5, figures 8 and 9).

In an untrained network the running statistics are still 0 and 1, so that in evaluation mode BatchNorm doesn't limit the activations of any
deep network. With batch statistics it does what it does in the first training step.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from iterscope.chain import ResidualChain
from iterscope.chunks import Progress
from iterscope.copies import copy_of
from iterscope.errors import ConfigurationError
from iterscope.evaluation import evaluation
from iterscope.inputs import Images, Labels, as_chain, check_fit, read_inputs
from iterscope.numerics import Outcomes, join_outcomes, outcomes
from iterscope.results import Along, Record
from iterscope.tables import ALONE

BATCH = 128
"""Images whose statistics are taken together: the batch size of training."""


@dataclass(frozen=True, repr=False)
class BatchStatistics(Record):
    """Results for N images, normalised batch by batch."""

    activation_norm: Tensor
    """(L, N) ‖h_i‖ before each block, after any pooling."""
    outcomes: Outcomes
    """(1, N)."""

    @property
    def growth(self) -> Tensor:
        """(N,) the largest ‖h_i‖ of any block divided by that of the first."""
        return self.activation_norm.amax(0) / self.activation_norm[0]

    def _along(self) -> Along:
        whole = {"growth": self.growth, "outcomes": self.outcomes}
        return {"block": {"activation_norm": self.activation_norm}, ALONE: whole}


def batch_statistics(
    chain: nn.Module, images: Images, labels: Labels = None, batch: int = BATCH, *, progress: Progress | None = None
) -> BatchStatistics:
    """‖h_i‖ and predictions when every BatchNorm uses the statistics of the batch; the network, its statistics included, stays unchanged.

    Args:
        images: (N, C, H, W), or an `ImageSplit`; they are divided into batches of about this size, none of them smaller than half.

    Raises:
        ConfigurationError: there are fewer than two images per batch. Others as for `run_plans`.
    """
    inputs = read_inputs(as_chain(chain), images, labels, labelled=True)
    check_fit(inputs, inputs.batch(0, 1))
    count = len(inputs)
    if batch < 2 or count < 2:
        raise ConfigurationError(f"batch is {batch} for {count} images: batch statistics need at least two images")
    parts = max(1, round(count / batch))
    bounds = [count * part // parts for part in range(parts + 1)]
    report = progress or (lambda _: None)
    norms, found = [], []
    with _in_batches(inputs.chain) as copied, torch.no_grad():
        for start, stop in pairwise(bounds):
            h = copied.stem(inputs.batch(start, stop))
            rows = []
            for block in copied:
                step = block.step(h)
                rows.append(step.h.flatten(1).norm(dim=1).cpu())
                h = step.next_h
            norms.append(torch.stack(rows))
            found.append(outcomes(copied.head(h).unsqueeze(0), inputs.classes(start, stop)))
            report(stop / count)
    return BatchStatistics(torch.cat(norms, dim=1), join_outcomes(found))


@contextmanager
def _in_batches(chain: ResidualChain) -> Iterator[ResidualChain]:
    """A copy of the chain in evaluation mode, except that every BatchNorm uses batch statistics."""
    copied = copy_of(chain)
    with evaluation(copied):
        for module in copied.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.training = True
        yield copied
