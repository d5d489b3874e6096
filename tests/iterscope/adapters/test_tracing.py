"""Modules that nobody has seen before: traced into chains, bitwise equal, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

import iterscope as it
from iterscope.adapters.traced_chain import TracedBlock
from tests.iterscope.adapters.networks import WIDTH, Block, Net, assert_is_the_model, prepared


class AddsInPlace(Block):
    def forward(self, x: Tensor) -> Tensor:
        out = self.inner(x)
        out += self.shortcut(x)
        return self.relu(out)


class AddsToTheShortcut(Block):
    """The shortcut's own tensor is written into: x itself, where it is the identity."""

    def forward(self, x: Tensor) -> Tensor:
        f = self.inner(x)
        return functional.relu_(self.shortcut(x).add_(f))


class WritesIntoItsInput(Block):
    """relu(x) in place: what is added afterwards is the activated x, not the block's input."""

    def forward(self, x: Tensor) -> Tensor:
        f = self.conv2(functional.relu(self.conv1(self.relu(x)), inplace=True))
        return torch.add(f, self.shortcut(x))


class PreActivation(Block):
    def forward(self, x: Tensor) -> Tensor:
        activated = self.relu(self.bn_in(x))
        s = self.shortcut(activated) if len(self.shortcut) else x
        return self.conv2(functional.relu(self.bn1(self.conv1(activated)))) + s

    def __init__(self, in_width: int = WIDTH, width: int = WIDTH, stride: int = 1) -> None:
        super().__init__(in_width, width, stride)
        self.bn_in = nn.BatchNorm2d(in_width)


class ZeroPads(Block):
    """Option A."""

    def forward(self, x: Tensor) -> Tensor:
        f = self.inner(x)
        if f.shape[1:] != x.shape[1:] if not isinstance(x, torch.fx.Proxy) else self.conv1.stride != (1, 1):
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, f.size(1) - x.size(1)))
        return functional.relu(f + x)


@pytest.mark.parametrize(
    ("block", "convention"),
    [
        (Block, "post-activation"),
        (AddsInPlace, "post-activation"),
        (AddsToTheShortcut, "post-activation"),
        (ZeroPads, "post-activation"),
        (PreActivation, "pre-activation"),
    ],
)
def test_ways_to_write_a_residual_block(block: type[Block], convention: str) -> None:
    model = prepared(Net(block))
    chain = it.residual_chain(model)
    assert (len(chain), chain.convention) == (4, convention)
    assert [description["is_projection"] for description in chain.describe()] == [False, False, True, False]
    assert chain.stages == (0, 0, 1, 1)
    assert_is_the_model(chain, model)


def test_h_s_and_f_are_those_of_the_source() -> None:
    model = prepared(Net(AddsToTheShortcut))
    h, block, found = torch.randn(2, WIDTH, 8, 8), model.layer1[1], it.residual_chain(model).block(1)
    with torch.no_grad():
        assert torch.equal(found.branch(h), block.inner(h))
        assert found.shortcut(h) is h
        assert torch.equal(found.merge(h), functional.relu(h))


def test_a_block_that_writes_into_its_input_gives_the_written_value_to_its_shortcut() -> None:
    """h is then relu of the sum before it, which the addition reads too: that ReLU merges."""
    model = prepared(Net(WritesIntoItsInput))
    chain = it.residual_chain(model)
    assert len(chain) == 4
    assert_is_the_model(chain, model)
    h = torch.randn(2, WIDTH, 8, 8)
    with torch.no_grad():
        for block in (chain.block(0), chain.block(1)):
            kept = h.clone()
            block.merge(block.shortcut(h) + block.branch(h))
            assert torch.equal(h, kept)


def test_block_metrics_of_a_traced_network() -> None:
    """The traced net and the same net by hand are one."""
    model = prepared(Net(AddsInPlace))
    images, labels = torch.randn(3, 3, 16, 16), torch.tensor([0, 4, 9])
    found = it.block_metrics(it.residual_chain(model), images, labels)
    h = model.stem(images).detach().requires_grad_()
    f = model.layer1[0].inner(h)
    (gradient,) = torch.autograd.grad(
        functional.cross_entropy(
            model.fc(model.pool(model.layer2(model.layer1(h))).flatten(1)), labels, reduction="sum"
        ),
        h,
    )
    cosine = functional.cosine_similarity(f.flatten(1), gradient.flatten(1))
    assert torch.allclose(found.cosine_loss[0], cosine.detach(), atol=1e-3)


class Recurrent(Net):
    """One block applied three times."""

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = Block()

    def forward(self, x: Tensor) -> Tensor:
        h = self.stem(x)
        for _ in range(3):
            h = self.layer1(h)
        return self.fc(self.pool(self.layer2(h)).flatten(1))


def test_a_module_applied_again_is_a_shared_block() -> None:
    model = prepared(Recurrent())
    chain = it.residual_chain(model)
    assert [description["shared_with"] for description in chain.describe()] == [None, 0, 0, None, None]
    assert chain.statistics_of(2) == 0
    assert sum(p.numel() for p in chain.parameters()) == sum(p.numel() for p in model.parameters())
    assert_is_the_model(chain, model)


@pytest.mark.parametrize("wrap", [AveragedModel, lambda model: torch.compile(nn.DataParallel(model))])
def test_wrapped_models_are_unwrapped(wrap: Callable[[nn.Module], nn.Module]) -> None:
    model = prepared(Net())
    wrapped = wrap(model)
    chain = it.residual_chain(wrapped)
    assert len(chain) == 4
    if not isinstance(wrapped, AveragedModel):  # which averages into a copy
        assert_is_the_model(chain, model)


def test_the_models_modes_stay_as_they_were() -> None:
    model = Net().train()
    model.layer1.eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    chain = it.residual_chain(model)
    assert model.training
    assert model.layer2.training
    assert not model.layer1.training
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert next(chain.parameters()).requires_grad


class DecidesByValue(Block):
    def forward(self, x: Tensor) -> Tensor:
        s = self.shortcut(x)
        return s + self.inner(x) if x.mean() > 0 else s


class Noisy(Net):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x + torch.rand_like(x))


class NoAddition(Net):
    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.pool(self.layer2[0].inner(self.layer1[0].inner(self.stem(x)))).flatten(1))


class LongSkip(Net):
    """A path around both stages, as in a U-Net."""

    def forward(self, x: Tensor) -> Tensor:
        h = self.stem(x)
        return self.fc(torch.cat([self.pool(self.layer1(h)), self.pool(h)], 1).flatten(1))


class Nested(Net):
    def forward(self, x: Tensor) -> Tensor:
        h = self.stem(x)
        return self.fc(self.pool(self.layer2(h + self.layer1(h))).flatten(1))


class TwoPaths(Net):
    def forward(self, x: Tensor) -> Tensor:
        h = self.stem(x)
        return self.fc(self.pool(self.layer2[0].inner(h) + self.layer2[0].inner(h.flip(-1))).flatten(1))


class TwoInputs(Net):
    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        return super().forward(x)


class ManyOutputs(Net):
    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"logits": super().forward(x)}


class Segments(Net):
    def forward(self, x: Tensor) -> Tensor:
        return self.layer2(self.layer1(self.stem(x)))


class WritesIntoAView(Net):
    def forward(self, x: Tensor) -> Tensor:
        h = self.layer1(self.stem(x))
        h[:, :1].zero_()
        return self.fc(self.pool(self.layer2(h)).flatten(1))


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (lambda: Net(DecidesByValue), r"layer1\.0 \(DecidesByValue\) has data-dependent control flow .*a tensor's values"),
        (Noisy, "gives different logits than the network: .*random numbers"),
        (NoAddition, r"has no residual addition x \+ F\(x\)"),
        (LongSkip, r"the addition '.*' in layer1\.0 is bypassed by another path, which begins at 'stem_2'"),
        (Nested, r"the addition 'add' in layer1\.0 belongs to a residual block inside the block that ends at 'add_2'"),
        (TwoPaths, "the addition 'add' has no shortcut: both of its sides have the same number of layers"),
        (TwoInputs, "TwoInputs.forward needs the argument 'context' besides the images"),
        (ManyOutputs, "ManyOutputs returns dict for 2 images: it must return logits"),
        (Segments, r"Segments returns \(2, 16, 16, 16\) for 2 images: it must return logits \(B, K\)"),
        (WritesIntoAView, r"modifies .* in place and returns another view of it"),
    ],
)  # fmt: skip
def test_refusals_say_why_and_where(model: Callable[[], nn.Module], reason: str) -> None:
    with pytest.raises(it.ArchitectureError, match=reason):
        it.residual_chain(prepared(model()))


def test_a_network_without_weights_is_refused() -> None:
    with pytest.raises(it.ArchitectureError, match=r"Net has no weights yet \(it is on the meta device\)"):
        it.residual_chain(Net().to("meta"))


def test_an_example_says_what_the_network_takes() -> None:
    class Grey(Net):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x.view(-1, 1, 20, 20).expand(-1, 3, -1, -1))

    flat = torch.randn(2, 400)
    with pytest.raises(
        it.ArchitectureError,
        match="Grey doesn't accept images of 3×32×32, 3×64×64, 3×224×224, 3×28×28: give example=",
    ):
        it.residual_chain(Grey())
    with pytest.raises(it.ArchitectureError, match=r"example has shape \(1, 400\): give two or more images"):
        it.residual_chain(Grey(), example=flat[:1])
    assert isinstance(it.residual_chain(Grey().eval(), example=flat).block(0), TracedBlock)


class OwnNorm(nn.Module):
    """What it computes from its buffers alone doesn't depend on the images."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("running_mean", torch.zeros(WIDTH, 1, 1))
        self.register_buffer("running_var", torch.ones(WIDTH, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return (x - self.running_mean) * (self.running_var + 1e-5).rsqrt()


def test_what_is_computed_from_buffers_follows_them() -> None:
    model = prepared(Net())
    model.stem[1] = model.layer1[0].bn1 = OwnNorm()
    chain = it.residual_chain(model)
    assert not [name for name in vars(model) if "constant" in name]
    model.stem[1].running_var.fill_(4.0)
    assert_is_the_model(chain, model)


class KeepsStates(Net):
    """As people write it to look at hidden states."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[Tensor] = []
        self.by_name: dict[str, Tensor] = {}
        self.last: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        self.last = self.by_name["stem"] = h = self.stem(x)
        self.states.append(h)
        return self.fc(self.pool(self.layer2(self.layer1(h))).view(x.size(0), -1))


def test_no_placeholder_stays_in_the_model() -> None:
    model = prepared(KeepsStates())
    assert_is_the_model(it.residual_chain(model), model)
    assert all(type(each) is Tensor for each in (*model.states, *model.by_name.values(), model.last))
