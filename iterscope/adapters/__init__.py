"""Convert a trained model to a `ResidualChain`: Iterscope's own networks, torchvision's, timm's, and any module that can be traced."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from torch import Tensor, nn

from iterscope.adapters.checking import Check, DifferentLogits, check_chain, example_for, is_on_meta, plain_run
from iterscope.adapters.expected_images import expect_images
from iterscope.adapters.own import is_the_chain, own_chain
from iterscope.adapters.traced_chain import traced_chain
from iterscope.adapters.wrappers import unwrapped, with_plain_output
from iterscope.chain import ResidualChain

__all__ = ["residual_chain", "unwrapped"]

_CHECKED_SIZE = 64
"""The height and width of the images on which a known network is checked first: small, because large networks are checked too."""


def residual_chain(
    model: nn.Module, example: Tensor | None = None, *, stages: Iterable[int] | None = None, any_size: bool = False
) -> ResidualChain:
    """Convert a model to a chain of stem, blocks and head. Both share their modules, so moving one or loading weights into it changes both.

    Networks from `build` and `build_foreign`, and torchvision's and timm's ResNets and ConvNeXts, are known. Any other module is traced
    with torch.fx, and its residual additions are found; of transformers' networks, the logits are taken. Two images then run through the
    model and through the chain, which must reproduce the model's logits bitwise. A known network that differs, because it was modified, is
    traced. On the meta device nothing can run, and the chain of a known network isn't checked.

    Args:
        model: the network; wrappers such as DataParallel, torch.compile and NNsight are removed.
        example: images (B, C, H, W), B ≥ 2, for tracing and checking; default: noise of a size that the module accepts.
        stages: the stage of each block, counted from 0, where they aren't those of the model: by default a new stage begins where the
            shape of the hidden state changes.
        any_size: measure images of any size that the blocks accept. By default, a network from a checkpoint or from `build` is measured
            only on images of the size that it was trained or built for (`ResidualChain.input_size`): another size gives other values.

    Raises:
        ArchitectureError: the module isn't a residual chain, or its forward pass can't be traced; the message says where.

    Warns:
        UserWarning: hooks on modules that the chain doesn't call are ignored; the warning names the modules.
    """
    model = unwrapped(model)
    chain, check = _checked_chain(model, example)
    if check is not None and check.ignored is not None:
        warnings.warn(check.ignored, stacklevel=2)
    if stages is not None or (any_size and chain is model):  # a chain that was given stays as it is
        given = chain
        chain = ResidualChain(
            given.stem, given, given.head, stages=stages or given.stages, name=given.name, convention=given.convention
        )
        chain.input_size, chain.num_classes = given.input_size, given.num_classes
    return expect_images(chain, model, any_size=any_size, classes=None if check is None else check.classes)


def _checked_chain(model: nn.Module, example: Tensor | None) -> tuple[ResidualChain, Check | None]:
    if isinstance(model, ResidualChain):
        return model, None
    chain = _known_chain(model)
    if chain is None:
        return traced_chain(with_plain_output(model), example)
    if is_on_meta(model) or is_the_chain(model):
        return chain, None
    try:
        with plain_run(model):
            return chain, check_chain(chain, model, example_for(model, example, _CHECKED_SIZE))
    except DifferentLogits:
        return traced_chain(model, example)


def _known_chain(model: nn.Module) -> ResidualChain | None:
    chain = own_chain(model)
    origins = {base.__module__.partition(".")[0] for base in type(model).__mro__}
    if chain is None and "torchvision" in origins:
        from iterscope.adapters.torchvision_models import torchvision_chain

        chain = torchvision_chain(model)
    if chain is None and "timm" in origins:
        from iterscope.adapters.timm_models import timm_chain

        chain = timm_chain(model)
    return chain
