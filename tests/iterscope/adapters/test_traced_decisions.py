"""Forward passes that read, assert and compare shapes: traced as for the example, and refused where that would be wrong."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import iterscope as it
from tests.iterscope.adapters.networks import WIDTH, Block, Net, assert_is_the_model, prepared, some_images


class Before(Net):
    """Does something with its images first."""

    def __init__(self, look: Callable[[Tensor], Tensor | None]) -> None:
        super().__init__()
        self.look = look

    def forward(self, x: Tensor) -> Tensor:
        found = self.look(x)
        return super().forward(x if found is None else found)


def asserts(x: Tensor) -> None:
    assert x.dim() == 4, "images (B, C, H, W)"
    assert x.shape[1] == 3
    assert len(x.shape) == 4


def unpacks(x: Tensor) -> Tensor:
    b, c, h, w = x.shape
    return x.view(b, c, h, w)


def takes_apart(x: Tensor) -> Tensor:
    return torch.cat([x[:, at : at + 1] for at in range(x.size(1))], 1)


def as_arguments(x: Tensor) -> Tensor:
    return x.reshape(*x.shape)


def refuses_other_types(x: Tensor) -> None:
    if x.dtype not in (torch.float32, torch.float64) or not x.is_floating_point():
        raise TypeError


def has_images(x: Tensor) -> None:
    assert x.shape[0] > 0


def is_a_tensor(x: Tensor) -> None:
    assert isinstance(x, torch.Tensor)
    assert torch.is_tensor(x)
    assert not isinstance(x, nn.Parameter)


def prints(x: Tensor) -> None:
    assert f"{x.shape[1]:d} {x.shape}"


def flattens(x: Tensor) -> Tensor:
    return x.reshape(x.shape[0], np.prod(x.shape[1:])).view_as(x)


def adds_in_its_shape(x: Tensor) -> Tensor:
    return x + torch.ones(x.shape)


@pytest.mark.parametrize(
    "look",
    [
        is_a_tensor,
        prints,
        flattens,
        adds_in_its_shape,
        asserts,
        unpacks,
        takes_apart,
        as_arguments,
        refuses_other_types,
        has_images,
    ],
)
def test_what_does_not_depend_on_the_size_is_right_for_every_size(look: Callable[[Tensor], Tensor | None]) -> None:
    model = prepared(Before(look))
    chain = it.residual_chain(model, some_images(2))
    assert len(chain) == 4
    assert_is_the_model(chain, model)
    with torch.no_grad():
        for images in (some_images(5, 20), some_images(1, 32)):
            assert torch.equal(chain(images.clone()), model(images.clone()))


def refuses_small_images(x: Tensor) -> None:
    if x.shape[-1] < 8:
        raise ValueError("too small")


def shrinks_large_images(x: Tensor) -> Tensor:
    return functional.avg_pool2d(x, 2) if min(x.shape[2:]) > 40 else x


def scales_by_its_size(x: Tensor) -> Tensor:
    return x * float(x.shape[-1]) / math.sqrt(x.shape[-2])


@pytest.mark.parametrize("look", [refuses_small_images, shrinks_large_images, scales_by_its_size])
@pytest.mark.parametrize("size", [32, 48])
def test_what_depends_on_the_size_is_right_for_one_size(look: Callable[[Tensor], Tensor | None], size: int) -> None:
    model = prepared(Before(look))
    chain = it.residual_chain(model, some_images(2, size))
    images = some_images(3, size)
    with torch.no_grad():
        assert torch.equal(chain(images.clone()), model(images.clone()))
    with pytest.raises(it.ArchitectureError, match=f"was traced with images of 3×{size}×{size}, but got 3×40×40"):
        chain(some_images(3, 40))


class PadsByShape(Block):
    """Option A, written with the shapes that come."""

    def __init__(self, in_width: int = WIDTH, width: int = WIDTH, stride: int = 1) -> None:
        super().__init__(in_width, width, stride)
        self.shortcut = nn.Sequential()

    def forward(self, x: Tensor) -> Tensor:
        f = self.inner(x)
        if f.shape != x.shape:
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, f.size(1) - x.size(1)))
        return functional.relu(f + x)


def test_blocks_that_compare_shapes() -> None:
    model = prepared(Net(PadsByShape))
    chain = it.residual_chain(model)
    assert [each["is_projection"] for each in chain.describe()] == [False, False, True, False]
    assert_is_the_model(chain, model)


def by_its_values(x: Tensor) -> Tensor:
    return x if x.mean() > 0 else -x


def by_an_item(x: Tensor) -> Tensor:
    return x * int(x.abs().max().item())


def by_a_comparison(x: Tensor) -> Tensor:
    return x if torch.equal(x, x.flip(-1)) else -x


def by_the_count(x: Tensor) -> Tensor:
    return x if len(x) == 2 else -x


def with_the_count(x: Tensor) -> Tensor:
    return x / float(x.shape[0])


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (by_its_values, "data-dependent control flow .*a tensor's values"),
        (by_an_item, "depends on a tensor's values|raised TypeError"),
        (by_a_comparison, "data-dependent control flow .*a tensor's values"),
        (by_the_count, "depends on the number of images"),
        (with_the_count, "depends on the number of images"),
    ],
)
def test_what_depends_on_values_or_the_number_of_images_is_refused(
    look: Callable[[Tensor], Tensor], reason: str
) -> None:
    with pytest.raises(it.ArchitectureError, match=reason):
        it.residual_chain(prepared(Before(look)), some_images(2))
