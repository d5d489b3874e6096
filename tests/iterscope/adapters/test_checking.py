"""Chains are checked on two images: what is a projection, what is a stage, and whether a chain computes the model's logits."""

from __future__ import annotations

import copy
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import resnet18
from torchvision.models.resnet import BasicBlock, ResNet

import iterscope as it
from docs.additions import agrees
from docs.models import Entry
from iterscope.adapters.checking import plain_run
from iterscope.adapters.traced_chain import TracedBlock
from tests.iterscope.adapters.networks import WIDTH, Block, Net, assert_is_the_model, prepared, some_images

STAGES, PROJECTIONS = (0, 0, 1, 1), [False, False, True, False]


def with_shortcuts(make: Callable[[], nn.Module]) -> nn.Module:
    """The small network, where each shortcut that keeps the shape is a module."""
    return with_shortcuts_of(prepared(Net()), make)


def with_shortcuts_of(original: nn.Module, make: Callable[[], nn.Module]) -> nn.Module:
    """A copy of a small network, with such shortcuts."""
    model = copy.deepcopy(original)
    for block in (*model.layer1, model.layer2[1]):
        block.shortcut = make()
    return model.eval()


@pytest.mark.parametrize(
    "make",
    [
        nn.Identity,
        lambda: nn.Sequential(nn.Identity()),
        lambda: nn.Dropout(0.3),
        lambda: nn.Sequential(nn.Identity(), nn.Dropout2d(0.1)),
        lambda: nn.MaxPool2d(1),
    ],
    ids=["Identity", "Sequential", "Dropout", "several", "MaxPool2d(1)"],
)
def test_a_shortcut_that_changes_nothing_is_no_projection(make: Callable[[], nn.Module]) -> None:
    plain = prepared(Net())
    model = with_shortcuts_of(plain, make)
    chain, expected = it.residual_chain(model), it.residual_chain(plain)
    assert [block.is_projection for block in chain] == PROJECTIONS
    assert chain.stages == STAGES
    assert chain.convention == "post-activation"
    images, labels = some_images(), torch.tensor([1, 5, 9])
    for gradient in ("end_to_end", "plugged"):
        found, wanted = (it.block_metrics(each, images, labels, gradient=gradient) for each in (chain, expected))
        assert torch.equal(found.cosine_loss.nan_to_num(), wanted.cosine_loss.nan_to_num())
        assert torch.equal(found.l2_ratio.nan_to_num(), wanted.l2_ratio.nan_to_num())
    assert it.early_exit(chain, images, labels).blocks == (2, 3)
    assert agrees(plain, chain, images)


class Scale(nn.Module):
    """MetaFormer's scale of the shortcut: 1 before training."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor


def test_an_identity_with_weights_is_a_projection() -> None:
    """It is the identity as a function, but no longer once it has learned; a chain is made once."""
    model = with_shortcuts(Scale)
    chain = it.residual_chain(model)
    assert all(block.is_projection for block in chain)
    nn.init.constant_(model.layer1[0].shortcut.factor, 0.5)
    assert_is_the_model(chain, model)
    found, again = (
        it.block_metrics(each, some_images(4), torch.arange(4)).l2_ratio for each in (chain, it.residual_chain(model))
    )
    assert torch.equal(found, again)


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.MaxPool2d(3, 1, 1),
        nn.ReLU,
        nn.ReLU6,
        nn.LazyBatchNorm2d,
        lambda: nn.Softmax(1),
    ],
    ids=["MaxPool2d", "ReLU", "ReLU6", "BatchNorm2d", "Softmax"],
)
def test_a_shortcut_that_changes_values_is_a_projection_within_its_stage(make: Callable[[], nn.Module]) -> None:
    """Even if it changes nothing about this image: pooling a single pixel, or a ReLU after a ReLU. The stage depends on shapes alone."""
    model = with_shortcuts(make)
    model(some_images())  # a lazy module takes its width
    chain = it.residual_chain(model, example=some_images(2, 2))
    assert all(block.is_projection for block in chain)
    assert chain.stages == STAGES
    assert agrees(model, chain, some_images())


def test_stages_can_be_corrected() -> None:
    model = prepared(Net())
    chain = it.residual_chain(model, stages=[0, 1, 1, 2])
    assert (chain.stages, list(chain.last_stage)) == ((0, 1, 1, 2), [3])
    assert it.early_exit(chain, some_images(), torch.arange(3)).blocks == (3,)
    assert it.residual_chain(chain, stages=STAGES).stages == STAGES
    assert it.residual_chain(resnet18(num_classes=10), stages=[0] * 8).stages == (0,) * 8
    with pytest.raises(it.ArchitectureError, match="stages has 2 entries for 4 blocks"):
        it.residual_chain(model, stages=[0, 1])
    with pytest.raises(it.ArchitectureError, match=r"stages is \[0, 1, 0, 2\]: count the stages from 0 without gaps"):
        it.residual_chain(model, stages=[0, 1, 0, 2])


class ActivatedByIdentity(Block):
    def __init__(self, in_width: int = WIDTH, width: int = WIDTH, stride: int = 1) -> None:
        super().__init__(in_width, width, stride)
        self.last = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.inner(x) + self.shortcut(x))


def test_an_activation_that_changes_nothing_is_no_merge() -> None:
    """As in RegNetZ: dropping such a block leaves its input as it is."""
    chain = it.residual_chain(prepared(Net(ActivatedByIdentity)))
    assert chain.convention == "identity merge"
    assert not any(block.has_preparation for block in chain)
    h = torch.randn(2, WIDTH, 8, 8)
    assert chain.block(1).merge(h) is h
    assert [block.vanishes_when_dropped for block in chain] == [True, True, False, True]


class Normalises(Block):
    """Each block normalises its input for shortcut and branch, as in Xception."""

    def __init__(self, in_width: int = WIDTH, width: int = WIDTH, stride: int = 1) -> None:
        super().__init__(in_width, width, stride)
        self.bn_in = nn.BatchNorm2d(in_width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.bn_in(x)
        return self.inner(x) + self.shortcut(x)


def test_a_preparation_that_keeps_the_shape_begins_no_stage() -> None:
    """And its block can be swapped with others of its stage."""
    model = prepared(Net(Normalises))
    model.layer2.append(Normalises(2 * WIDTH, 2 * WIDTH).eval())
    chain = it.residual_chain(model)
    assert [block.has_preparation for block in chain] == [False, True, True, True, True]
    assert chain.stages == (0, 0, 1, 1, 1)
    images, labels = some_images(), torch.tensor([1, 5, 9])
    found = it.shuffling(chain, images, labels, swaps=[1], repeats=3)
    order = next(order for order in found.orders if order[2:] == (2, 4, 3))
    a, b, c, d, e = (*model.layer1, *model.layer2)
    with torch.no_grad():
        logits = model.fc(model.pool(d(e(c(b(a(model.stem(images))))))).flatten(1))
    loss = functional.cross_entropy(logits, labels, reduction="none")
    assert torch.allclose(found.outcomes.loss[found.orders.index(order)], loss, rtol=1e-5)


# Known networks


def known(name: str) -> nn.Module:
    if name == "own":
        return it.build("resnet20", seed=0).eval()
    return Entry(*name.split(" ")).build()  # type: ignore[arg-type]


def block_of(model: nn.Module) -> nn.Module:
    """A block that keeps the shape."""
    if hasattr(model, "blocks"):
        return model.blocks[1]
    stages = getattr(model, "stages", None)
    return model.layer1[1] if stages is None else stages[0].blocks[1]


KNOWN = ["own", "cifar resnet20", "torchvision resnet18", "timm resnet18", "timm resnetv2_18", "timm convnext_atto"]


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_network_that_was_modified_is_never_taken_for_the_original(name: str) -> None:
    """Somebody gave one block another forward pass: the chain computes the model's logits all the same."""
    model = known(name)
    original = it.residual_chain(copy.deepcopy(model))
    block = block_of(model)
    kept = type(block).forward
    block.forward = lambda h: kept(block, h) * 1.5  # type: ignore[method-assign]
    chain = it.residual_chain(model)
    images = some_images()
    with torch.no_grad():
        assert torch.equal(chain(images), model(images))
        assert not torch.equal(original(images), model(images))
    assert len(chain) == len(original)


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_network_whose_whole_forward_pass_was_replaced_is_refused(name: str) -> None:
    model = known(name)
    kept = type(model).forward
    model.forward = lambda x: kept(model, x).flip(1)  # type: ignore[method-assign]
    with pytest.raises(
        it.ArchitectureError, match=r"different logits .* its method forward was replaced after it was built"
    ):
        it.residual_chain(model)


def test_another_activation_of_torchvisions_blocks_is_theirs() -> None:
    model = Entry("torchvision", "resnet18").build()
    for module in model.modules():
        if isinstance(module, BasicBlock | ResNet):
            module.relu = nn.LeakyReLU(0.2, inplace=True)
    chain = it.residual_chain(model)
    assert_is_the_model(chain, model)
    assert agrees(model, chain, some_images())
    assert not isinstance(chain.block(0), TracedBlock)


def test_a_known_networks_identity_shortcut_is_no_projection() -> None:
    model = Entry("torchvision", "resnet18").build()
    model.layer1[0].downsample = nn.Sequential(nn.Identity())
    model.layer1[1].downsample = nn.Sequential(nn.Conv2d(64, 64, 1, bias=False), nn.BatchNorm2d(64)).eval()
    chain = it.residual_chain(model)
    assert [block.is_projection for block in chain] == [False, True, True, False, True, False, True, False]
    assert chain.stages == (0, 0, 1, 1, 2, 2, 3, 3)
    assert agrees(model, chain, some_images())


def test_the_papers_own_networks_are_their_chains_and_are_not_run() -> None:
    calls: list[nn.Module] = []
    handle = nn.modules.module.register_module_forward_hook(lambda module, *_: calls.append(module))
    try:
        it.residual_chain(it.build("resnet20"))
        assert calls == []
        it.residual_chain(Entry("cifar", "resnet20").build())
        assert len(calls) > 20
    finally:
        handle.remove()


@pytest.mark.parametrize("name", ["torchvision resnet50", "cifar resnet20", "timm convnext_atto"])
def test_a_known_network_without_weights_has_a_chain(name: str) -> None:
    with torch.device("meta"):
        model = it.build_foreign(Entry(*name.split(" ")).configuration)  # type: ignore[arg-type]
    described = it.residual_chain(model).describe()
    assert described == it.residual_chain(known(name)).describe()


@pytest.mark.parametrize("name", ["torchvision resnet18", "timm convnext_atto"])
def test_the_check_leaves_no_trace(name: str) -> None:
    model = known(name).train()
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    torch.manual_seed(3)
    state = torch.random.get_rng_state()
    it.residual_chain(model)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(module.training for module in model.modules())
    assert all(torch.equal(before[key], tensor) for key, tensor in model.state_dict().items())
    assert not any(module._forward_pre_hooks for module in model.modules())


@pytest.mark.parametrize("name", ["torchvision resnet18", "timm regnetx_002"])
def test_a_network_that_diverged_has_a_chain(name: str) -> None:
    model = known(name)
    with torch.no_grad():
        next(module for module in model.modules() if isinstance(module, nn.Linear)).bias[0] = float("nan")
    assert it.residual_chain(model)(some_images()).isnan().any()


# The check of the checks


def test_the_naive_check_sees_a_wrong_chain() -> None:
    model, images = prepared(Net()), some_images()
    chain = it.residual_chain(with_shortcuts_of(model, lambda: nn.MaxPool2d(1)))
    assert agrees(model, chain, images)
    chain.block(1).is_projection = True
    assert not agrees(model, chain, images)
    assert not agrees(model, it.residual_chain(prepared(Net())), images)


def test_warnings_are_rare() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        it.residual_chain(prepared(Net()))
        it.residual_chain(resnet18(num_classes=10))


class OthersMatter(nn.Module):
    """Divides by the largest value of the batch."""

    def forward(self, x: Tensor) -> Tensor:
        return x / x.amax()


@pytest.mark.parametrize(
    ("norm", "remedy"),
    [
        (OthersMatter(), "compute the logits of an image from that image alone"),
        (nn.BatchNorm2d(WIDTH, track_running_stats=False), "build stem.1 with track_running_stats=True"),
    ],
)
def test_logits_that_depend_on_other_images_are_refused(norm: nn.Module, remedy: str) -> None:
    """Measurements divide images into batches as the memory budget allows."""
    model = prepared(Net())
    it.residual_chain(model)
    model.stem[1] = norm
    with pytest.raises(it.ArchitectureError, match=f"other logits when another image is in its batch: .*{remedy}"):
        it.residual_chain(model)


@pytest.mark.parametrize("head", ["fc", "head.linear"])
def test_a_replaced_head_gives_the_number_of_classes(head: str) -> None:
    model: nn.Module = resnet18() if head == "fc" else it.build("resnet8", stem_width=4, widths=(4, 4, 4))
    last = model.get_submodule(head)
    model.set_submodule(head, nn.Linear(last.in_features, 5))
    chain = it.residual_chain(model)
    assert chain.num_classes in (None, 5)
    images = some_images(3, 32)
    assert it.block_metrics(chain, images, [0, 4, 2]).loss.isfinite().all()


def test_a_chain_that_is_given_stays_as_it_is() -> None:
    chain = it.residual_chain(it.build("resnet8", stem_width=4, widths=(4, 4, 4), input_size=32))
    free = it.residual_chain(chain, any_size=True)
    assert (chain.input_size, free.input_size) == (32, None)


def test_threads_restore_the_settings_of_cudnn(monkeypatch: pytest.MonkeyPatch) -> None:
    cudnn = torch.backends.cudnn
    monkeypatch.setattr(cudnn, "benchmark", True)
    both = threading.Barrier(2)

    def use() -> None:
        with plain_run(nn.Identity()):
            assert cudnn.deterministic
            both.wait(30)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: use(), range(2)))
    assert (cudnn.benchmark, cudnn.deterministic) == (True, False)
