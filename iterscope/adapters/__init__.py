"""Convert a trained model to a `ResidualChain`: Iterscope's own networks, torchvision's, timm's, and any module that can be traced."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from iterscope.adapters.expected_images import expect_images
from iterscope.adapters.own import own_chain
from iterscope.chain import ResidualChain

__all__ = ["residual_chain", "unwrapped"]


def residual_chain(model: nn.Module, example: Tensor | None = None, *, any_size: bool = False) -> ResidualChain:
    """Convert a model to a chain of stem, blocks and head. Both share their modules, so moving one or loading weights into it changes both.

    Networks from `build` and `build_foreign`, and torchvision's and timm's ResNets and ConvNeXts, are known. Any other module is traced
    with torch.fx: its residual additions are found, and the resulting chain is run and must reproduce the model's logits bitwise.

    Args:
        model: the network; wrappers such as DataParallel and torch.compile are removed.
        example: images (B, C, H, W), B ≥ 2, for tracing and checking an unknown module; default: noise of a size that the module accepts.
        any_size: measure images of any size that the blocks accept. By default, a network from a checkpoint or from `build` is measured
            only on images of the size that it was trained or built for (`ResidualChain.input_size`): another size gives other values.

    Raises:
        ArchitectureError: the module isn't a residual chain, or its forward pass can't be traced; the message says where.
    """
    model = unwrapped(model)
    if isinstance(model, ResidualChain):
        return expect_images(model, model, any_size=any_size)
    chain = own_chain(model)
    origins = {base.__module__.partition(".")[0] for base in type(model).__mro__}
    if chain is None and "torchvision" in origins:
        from iterscope.adapters.torchvision_models import torchvision_chain

        chain = torchvision_chain(model)
    if chain is None and "timm" in origins:
        from iterscope.adapters.timm_models import timm_chain

        chain = timm_chain(model)
    if chain is None:
        from iterscope.adapters.traced_chain import traced_chain

        chain = traced_chain(model, example)
    return expect_images(chain, model, any_size=any_size)


_WRAPPERS = {
    "torch.nn.parallel.data_parallel.DataParallel": "module",
    "torch.nn.parallel.distributed.DistributedDataParallel": "module",
    "torch.optim.swa_utils.AveragedModel": "module",
    "torch._dynamo.eval_frame.OptimizedModule": "_orig_mod",
}


def unwrapped(model: nn.Module) -> nn.Module:
    """The network without wrappers such as DataParallel and torch.compile."""
    while True:
        names = (f"{base.__module__}.{base.__qualname__}" for base in type(model).__mro__)
        attribute = next((_WRAPPERS[name] for name in names if name in _WRAPPERS), None)
        if attribute is None:
            return model
        model = cast(nn.Module, getattr(model, attribute))
