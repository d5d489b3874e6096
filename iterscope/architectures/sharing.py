"""Shared residual blocks (section 4.5): the later blocks of a stage reuse one block's convolutions.

Every application is a separate block in the chain, so that plans, probes and figures treat it like any other. The weights are
registered once, with their owner: an application keeps its owner in a tuple, which `nn.Module` doesn't look into. So parameters,
`state_dict` and the optimizer have each weight once, and copying, moving or loading the network affects all applications.

BatchNorm has two parts, the running statistics and γ with β; each is either the owner's or the application's own. If the
statistics are the owner's, every application of a training step updates them in turn, as for a layer that is used repeatedly.
"""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn
from torch.nn import functional

from iterscope.architectures.blocks import PreActivationBlock, branch
from iterscope.chain import ResidualBlock


class StepNorm(nn.BatchNorm2d):
    """BatchNorm of one application, which shares either its statistics or its γ and β with the owner."""

    def __init__(self, owner: nn.BatchNorm2d, *, own_statistics: bool) -> None:
        super().__init__(owner.num_features, affine=not own_statistics, track_running_stats=own_statistics)
        self._owner = (owner,)

    @property
    def statistics(self) -> nn.BatchNorm2d:
        """The BatchNorm whose running mean and variance this one uses, and updates in training."""
        return self if self.track_running_stats else self._owner[0]

    @property
    def scaling(self) -> nn.BatchNorm2d:
        """The BatchNorm whose γ and β this one uses."""
        return self if self.affine else self._owner[0]

    def forward(self, input: Tensor) -> Tensor:
        statistics, scaling = self.statistics, self.scaling
        momentum = statistics.momentum
        if self.training and statistics.num_batches_tracked is not None:
            statistics.num_batches_tracked.add_(1)
            if momentum is None:  # a plain average over batches
                momentum = 1.0 / float(statistics.num_batches_tracked)
        return functional.batch_norm(
            input,
            statistics.running_mean,
            statistics.running_var,
            scaling.weight,
            scaling.bias,
            self.training,
            0.0 if momentum is None else momentum,
            statistics.eps,
        )


class SharedBlock(ResidualBlock):
    """One more application of the owner's convolutions; its BatchNorms are the owner's, its own, or partly shared."""

    def __init__(self, owner: PreActivationBlock, *, unshare_statistics: bool, unshare_affine: bool) -> None:
        super().__init__()
        self._owner = (owner,)
        self.owns_statistics = unshare_statistics
        self.owns_norms = unshare_statistics or unshare_affine
        self.vanishes_when_dropped = True
        if self.owns_norms:
            both = unshare_statistics and unshare_affine
            for name in ("bn1", "bn2"):
                of_owner: nn.BatchNorm2d = getattr(owner, name)
                own = (
                    nn.BatchNorm2d(of_owner.num_features)
                    if both
                    else StepNorm(of_owner, own_statistics=unshare_statistics)
                )
                self.add_module(name, own)

    @property
    def owner(self) -> PreActivationBlock:
        return self._owner[0]

    @property
    def norms(self) -> tuple[nn.BatchNorm2d, nn.BatchNorm2d]:
        """The two BatchNorms that this application goes through."""
        return (cast(nn.BatchNorm2d, self.bn1), cast(nn.BatchNorm2d, self.bn2)) if self.owns_norms else self.owner_norms

    @property
    def owner_norms(self) -> tuple[nn.BatchNorm2d, nn.BatchNorm2d]:
        """The two BatchNorms of the owner."""
        return self.owner.bn1, self.owner.bn2

    def branch(self, h: Tensor) -> Tensor:
        bn1, bn2 = self.norms
        return branch(h, bn1, self.owner.conv1, bn2, self.owner.conv2)
