"""Hooks, and networks in the hands of other tools."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, spectral_norm, weight_norm
from torchvision.models import resnet18

import iterscope as it
from tests.iterscope.adapters.networks import Block, Net, assert_is_the_model, prepared, some_images


def known() -> nn.Module:
    torch.manual_seed(0)
    return prepared(resnet18(num_classes=10))


MODELS = pytest.mark.parametrize(
    "make",
    [known, lambda: prepared(Net()), lambda: it.build("resnet20", seed=0).eval()],
    ids=["known", "traced", "own"],
)


def parts_of(model: nn.Module) -> tuple[str, nn.Module]:
    """The name of a block, and the block."""
    name = "blocks.1" if hasattr(model, "blocks") else "layer1.1"
    return name, model.get_submodule(name)


@MODELS
@pytest.mark.parametrize("kind", ["forward", "forward_pre", "full_backward"])
def test_a_hook_that_the_chain_ignores_is_named(make: Callable[[], nn.Module], kind: str) -> None:
    model = make()
    name, block = parts_of(model)
    seen: list[Any] = []
    handle = getattr(block, f"register_{kind}_hook")(lambda _module, *values: seen.append(values))
    with pytest.warns(
        UserWarning, match=rf"ignores the hooks on {name} \({type(block).__name__}\).* register them on those layers"
    ) as caught:
        chain = it.residual_chain(model)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert not any(isinstance(value, torch.fx.Proxy) for values in seen for value in values)
    assert_is_the_model(chain, model)
    handle.remove()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        it.residual_chain(model)


@MODELS
def test_a_hook_that_changes_a_block_is_an_error(make: Callable[[], nn.Module]) -> None:
    model = make()
    name, block = parts_of(model)
    block.register_forward_hook(lambda _module, _inputs, output: output * 2)
    with pytest.raises(
        it.ArchitectureError, match=rf"different logits .* ignores the hooks on {name} .*Remove the hooks"
    ):
        it.residual_chain(model)


@MODELS
def test_a_hook_on_the_whole_network_is_named(make: Callable[[], nn.Module]) -> None:
    model = make()
    model.register_forward_hook(lambda *_: None)
    with pytest.warns(UserWarning, match=r"ignores the hooks on the network itself \("):
        it.residual_chain(model)


def test_many_hooks_are_counted() -> None:
    model = known()
    for block in (*model.layer1, *model.layer2, model.layer3):
        block.register_forward_hook(lambda *_: None)
    with pytest.warns(
        UserWarning, match=r"layer1.0 \(BasicBlock\), layer1.1 \(BasicBlock\), layer2.0 \(BasicBlock\) and 2 more"
    ):
        it.residual_chain(model)


@MODELS
def test_a_hook_on_a_layer_runs_in_the_chain(make: Callable[[], nn.Module]) -> None:
    model = make()
    _, block = parts_of(model)
    block.conv1.register_forward_hook(lambda _module, _inputs, output: output + 1)
    block.bn2.register_forward_pre_hook(lambda _module, inputs: (inputs[0] * 0.5,))
    plain = make()
    plain.load_state_dict(model.state_dict())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chain = it.residual_chain(model)
    assert_is_the_model(chain, model)
    assert not torch.equal(chain(some_images()), plain(some_images()))


class OwnConvolution(nn.Conv2d):
    """Somebody's own layer, which tracing could look into."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) + 0.1


class OwnBlock(Block):
    def __init__(self, *arguments: int) -> None:
        super().__init__(*arguments)
        width = self.conv2.out_channels
        self.conv2 = OwnConvolution(width, width, 3, padding=1)


@pytest.mark.filterwarnings("ignore:.*weight_norm.* is deprecated:FutureWarning")
@pytest.mark.parametrize(
    "norm", [weight_norm, spectral_norm, parametrizations.weight_norm, parametrizations.spectral_norm]
)
@pytest.mark.parametrize(
    "make", [known, lambda: prepared(Net()), lambda: prepared(Net(OwnBlock))], ids=["known", "traced", "own layer"]
)
def test_normalised_weights_keep_working(make: Callable[[], nn.Module], norm: Callable[[nn.Module], nn.Module]) -> None:
    """They are hooks or parametrisations of layers. The chain follows the weights after it was made."""
    model = make()
    for block in (*model.layer1, *model.layer2):
        norm(block.conv2)
    model.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chain = it.residual_chain(model)
    assert_is_the_model(chain, model)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "conv2" in name and ("_orig" in name or "_v" in name or "original" in name):
                parameter.add_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(0)))
    assert_is_the_model(chain, model)


# Other tools. These are not installed here: the stand-ins do to a network what the tools do.


class _Controller:
    """NNsight 0.8 puts such an object into every module's `forward`; outside of its own traces it only calls the class's."""

    def __init__(self, module: nn.Module) -> None:
        functools.update_wrapper(self, type(module).forward)
        self.module = module

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return type(self.module).forward(self.module, *arguments, **named)


class _Envoy:
    """NNsight's wrapper, which is not a module."""

    def __init__(self, module: nn.Module) -> None:
        self._module = module
        for each in module.modules():
            each.__dict__["forward"] = _Controller(each)


_Envoy.__module__, _Envoy.__qualname__ = "nnsight.intervention.envoy", "Envoy"


@MODELS
def test_a_network_in_nnsight(make: Callable[[], nn.Module]) -> None:
    model = make()
    before = it.residual_chain(model).describe()
    wrapped = type("NNsight", (_Envoy,), {})(model)
    for each in (wrapped, model):
        chain = it.residual_chain(each)
        assert chain.describe() == before
        assert_is_the_model(chain, model)


def test_an_unknown_wrapper_is_refused_with_the_remedy() -> None:
    class Wrapper:
        def __init__(self) -> None:
            self.network = Net()

    with pytest.raises(
        it.ArchitectureError,
        match=r"Wrapper is not a torch.nn.Module: give the network that it wraps \(its attribute 'network'\)",
    ):
        it.residual_chain(Wrapper())  # type: ignore[arg-type]
    with pytest.raises(it.ArchitectureError, match=r"dict is not a torch.nn.Module: give a torch.nn.Module"):
        it.residual_chain({})  # type: ignore[arg-type]


def test_a_wrapper_inside_a_network_is_looked_into() -> None:
    model = prepared(Net())
    around = nn.Sequential(nn.BatchNorm2d(3), nn.DataParallel(model)).eval()
    chain = it.residual_chain(around)
    assert chain.stages == (0, 0, 1, 1)
    assert_is_the_model(chain, around)


def test_blocks_that_are_compiled_one_by_one() -> None:
    """`module.compile()` and `torch.compile(module)`: the chain calls the layers, which aren't compiled."""
    model = prepared(Net())
    model.layer1[0].compile(backend="eager")
    model.layer2[1] = torch.compile(model.layer2[1], backend="eager")
    chain = it.residual_chain(model)
    assert chain.stages == (0, 0, 1, 1)
    assert_is_the_model(chain, prepared(model))


def test_timms_moving_average() -> None:
    from timm.utils import ModelEmaV3

    model = prepared(Net())
    assert it.residual_chain(ModelEmaV3(model)).stages == (0, 0, 1, 1)
