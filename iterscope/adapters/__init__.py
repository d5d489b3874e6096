"""From a model that someone trained to a `ResidualChain`: ours, torchvision's, timm's, or any that can be traced."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from iterscope.adapters.own import own_chain
from iterscope.chain import ResidualChain

__all__ = ["residual_chain", "unwrapped"]


def residual_chain(model: nn.Module, example: Tensor | None = None) -> ResidualChain:
    """The model as stem, blocks and head; it shares the model's modules, so moving or loading one changes both.

    Networks of `build` and `build_foreign`, torchvision's and timm's ResNets and ConvNeXts are known. Any other module is traced with
    torch.fx: its residual additions are found, and the chain made of them is run and must give the model's own logits bitwise.

    Args:
        model: the network; one wrapped by DataParallel or torch.compile is unwrapped.
        example: images (B, C, H, W), B ≥ 2, to trace and check an unknown module with; without it, noise of a size that the module takes.

    Raises:
        ArchitectureError: a module that is no residual chain, or whose forward pass can't be followed; it says where.
    """
    model = unwrapped(model)
    if isinstance(model, ResidualChain):
        return model
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
    return chain


_WRAPPERS = {
    "torch.nn.parallel.data_parallel.DataParallel": "module",
    "torch.nn.parallel.distributed.DistributedDataParallel": "module",
    "torch.optim.swa_utils.AveragedModel": "module",
    "torch._dynamo.eval_frame.OptimizedModule": "_orig_mod",
}


def unwrapped(model: nn.Module) -> nn.Module:
    """The network inside of DataParallel, torch.compile and the like."""
    while True:
        names = (f"{base.__module__}.{base.__qualname__}" for base in type(model).__mro__)
        attribute = next((_WRAPPERS[name] for name in names if name in _WRAPPERS), None)
        if attribute is None:
            return model
        model = cast(nn.Module, getattr(model, attribute))
