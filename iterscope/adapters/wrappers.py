"""Networks inside the wrappers of other tools."""

from __future__ import annotations

from typing import Any, cast

from torch import Tensor, nn

from iterscope.errors import ArchitectureError

_WRAPPERS = {
    "torch.nn.parallel.data_parallel.DataParallel": "module",
    "torch.nn.parallel.distributed.DistributedDataParallel": "module",
    "torch.optim.swa_utils.AveragedModel": "module",
    "torch._dynamo.eval_frame.OptimizedModule": "_orig_mod",
    "timm.utils.model_ema.ModelEma": "ema",
    "timm.utils.model_ema.ModelEmaV2": "module",
    "timm.utils.model_ema.ModelEmaV3": "module",
    "nnsight.intervention.envoy.Envoy": "_module",
}
"""The attribute that holds the network, by the wrapper's class."""


class LogitsAlone(nn.Module):
    """One of transformers' networks, which return an object, with its logits as the output."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        size, channels = (getattr(network.config, name, None) for name in ("image_size", "num_channels"))
        shape = (channels, size, size) if isinstance(size, int) and isinstance(channels, int) else None
        # As timm describes its networks.
        self.pretrained_cfg = {"architecture": type(network).__name__, "input_size": shape}

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.network(x).logits)


def with_plain_output(model: nn.Module) -> nn.Module:
    """A network that returns its logits: the model itself, or one of transformers' wrapped."""
    origins = {f"{base.__module__}.{base.__qualname__}" for base in type(model).__mro__}
    return LogitsAlone(model) if "transformers.modeling_utils.PreTrainedModel" in origins else model


def unwrapped(model: Any) -> nn.Module:
    """The network without wrappers such as DataParallel, torch.compile and NNsight.

    Raises:
        ArchitectureError: the object is not a network.
    """
    while (attribute := _attribute(model)) is not None:
        model = getattr(model, attribute)
    if not isinstance(model, nn.Module):
        inside = [name for name, value in getattr(model, "__dict__", {}).items() if isinstance(value, nn.Module)]
        give = f"the network that it wraps (its attribute {inside[0]!r})" if inside else "a torch.nn.Module"
        if type(model).__module__.startswith("torch.export."):  # its module isn't kept, but made
            give = "its module, which program.module() makes"
        raise ArchitectureError(f"{type(model).__name__} is not a torch.nn.Module: give {give}")
    return model


def is_wrapper(module: nn.Module) -> bool:
    """Whether a module is a known wrapper around a network."""
    return _attribute(module) is not None


def _attribute(model: Any) -> str | None:
    names = (f"{base.__module__}.{base.__qualname__}" for base in type(model).__mro__)
    return next((_WRAPPERS[name] for name in names if name in _WRAPPERS), None)
