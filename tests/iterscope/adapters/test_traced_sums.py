"""Other ways to write x + f, fx modules and exported programs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, fx, nn

import iterscope as it
from iterscope.adapters.traced_chain import TracedBlock
from tests.iterscope.adapters.networks import Block, Net, assert_is_the_model, prepared, some_images

Way = Callable[[Tensor, Tensor], Tensor]


def of(way: Way) -> Callable[..., nn.Module]:
    """A block that adds in this way."""

    class Adds(Block):
        def forward(self, x: Tensor) -> Tensor:
            return torch.relu(way(self.shortcut(x), self.inner(x)))

    return Adds


@pytest.mark.parametrize(
    "way",
    [
        lambda x, f: torch.add(x, other=f),
        lambda x, f: torch.add(input=f, other=x, alpha=1),
        lambda x, f: torch.add(f, x, alpha=1),
        lambda x, f: x.add(f, alpha=1.0),
        lambda x, f: f.add_(other=x),
        lambda x, f: sum([x, f]),
        lambda x, f: sum((f, x)),
        lambda x, f: x - (-f),
        lambda x, f: torch.sub(f, x.neg()),
        lambda x, f: x.sub(torch.negative(f)),
        lambda x, f: torch.stack([x, f]).sum(0),
        lambda x, f: torch.stack((x, f), dim=1).sum(dim=1),
        lambda x, f: torch.sum(torch.stack([x, f], -1), -1),
        lambda x, f: torch.stack([f, x]).sum([0]),
        lambda x, f: torch.stack([f, x]).sum(axis=0, keepdim=False),
    ],
)
def test_ways_to_add(way: Way) -> None:
    model = prepared(Net(of(way)))
    chain = it.residual_chain(model)
    assert (len(chain), chain.convention) == (4, "post-activation")
    assert [each["is_projection"] for each in chain.describe()] == [False, False, True, False]
    assert all(block.vanishes_when_dropped for block in (chain.block(0),) if isinstance(block, TracedBlock)) is False
    assert_is_the_model(chain, model)
    h = torch.rand(2, 8, 6, 6)
    with torch.no_grad():
        assert torch.equal(chain.block(1).branch(h), model.layer1[1].inner(h))


@pytest.mark.parametrize(
    "way",
    [
        lambda x, f: x - f,
        lambda x, f: torch.stack([x, f]).sum(1),
        lambda x, f: torch.stack([x, f]).mean(0),
        lambda x, f: torch.stack([x, f], 1).sum(0),
    ],
)
def test_what_is_no_sum_is_left_as_it_is(way: Way) -> None:
    with pytest.raises(it.ArchitectureError):
        it.residual_chain(prepared(Net(of(way))))


def test_a_traced_module_is_a_network_too() -> None:
    model = prepared(Net())
    chain = it.residual_chain(fx.symbolic_trace(model))
    assert len(chain) == 4
    assert_is_the_model(chain, model)


class WithoutViews(Net):
    """An exported program keeps the numbers of a view."""

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.pool(self.layer2(self.layer1(self.stem(x)))).flatten(1))


@pytest.fixture(scope="module")
def exported() -> tuple[nn.Module, nn.Module]:
    model = prepared(WithoutViews())
    return model, torch.export.export(model, (some_images(2),)).module()


def test_an_exported_program_is_a_network_too(exported: tuple[nn.Module, nn.Module]) -> None:
    model, program = exported
    chain = it.residual_chain(program, some_images(2))
    assert (len(chain), chain.convention, chain.stages) == (4, "post-activation", (0, 0, 1, 1))
    assert [each["is_projection"] for each in chain.describe()] == [False, False, True, False]
    assert_is_the_model(chain, model)
    assert len(list(chain.parameters())) == len(list(model.parameters()))


def test_a_program_for_one_number_of_images_is_refused() -> None:
    program = torch.export.export(prepared(Net()), (some_images(2),))
    with pytest.raises(it.ArchitectureError, match=r"was exported for 2 images, .*dynamic_shapes"):
        it.residual_chain(program.module(), some_images(2))
    anything = torch.export.export(
        prepared(Net()), (some_images(2),), dynamic_shapes={"x": {0: torch.export.Dim("images")}}
    )
    model = prepared(Net())
    model.load_state_dict(anything.state_dict)
    assert_is_the_model(it.residual_chain(anything.module(), some_images(2)), model)
    with pytest.raises(it.ArchitectureError, match=r"ExportedProgram is not a torch.nn.Module: give its module"):
        it.residual_chain(program)
