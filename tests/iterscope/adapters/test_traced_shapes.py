"""Traced networks whose blocks need a second look: too few of them, too large, in other views, or with sizes from before the block."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from docs.additions import agrees
from iterscope.adapters.traced_parts import OneImageSize
from tests.iterscope.adapters.networks import WIDTH, Block, assert_is_the_model, conv, some_images


def test_a_block_that_is_the_network_is_refused() -> None:
    class Around(nn.Module):
        def __init__(self, depth: int) -> None:
            super().__init__()
            self.stem, self.fc = conv(3), nn.Linear(WIDTH, 10)
            self.plain = nn.Sequential(*[layer for _ in range(depth) for layer in (conv(), nn.ReLU())])

        def forward(self, x: Tensor) -> Tensor:
            h = self.stem(x)
            return self.fc((h + self.plain(h)).mean((2, 3)))

    assert len(it.residual_chain(Around(2))) == 1
    with pytest.raises(
        it.ArchitectureError, match=r"its only residual block holds 20 of 20 weights .*, 20 of them in a single block"
    ):
        it.residual_chain(Around(20))


def test_a_network_with_a_residual_block_somewhere_is_refused() -> None:
    model = nn.Sequential(
        conv(3),
        *[conv() for _ in range(6)],
        Block(),
        *[conv() for _ in range(2)],
        nn.Flatten(),
        nn.Linear(WIDTH * 1024, 10),
    )
    with pytest.raises(it.ArchitectureError, match="its only residual block holds 2 of 10 weights"):
        it.residual_chain(model.eval())


def small_swin(library: str) -> nn.Module:
    torch.manual_seed(0)
    if library == "timm":
        from timm.models.swin_transformer import SwinTransformer

        model: nn.Module = SwinTransformer(
            img_size=32, patch_size=2, window_size=4, embed_dim=16, depths=(2, 2), num_heads=(2, 2), num_classes=10
        )
    else:
        from torchvision.models.swin_transformer import SwinTransformer as TorchvisionSwin

        model = TorchvisionSwin([2, 2], 16, [2, 2], [2, 2], [4, 4], num_classes=10)
    return model.eval()


@pytest.mark.parametrize("library", ["timm", "torchvision"])
def test_both_swin_transformers_are_the_same_chain(library: str) -> None:
    model = small_swin(library)
    chain = it.residual_chain(model)
    assert chain.stages == (0,) * 4 + (1,) * 4
    assert [block.has_preparation for block in chain] == [index == 4 for index in range(8)]
    assert not any(block.is_projection for block in chain)
    h, shapes = chain.stem(some_images()), []
    for block in chain:
        h = block(h)
        shapes.append(tuple(h.shape))
    assert shapes == [(3, 16, 16, 16)] * 4 + [(3, 8, 8, 32)] * 4
    assert agrees(model, chain, some_images())
    assert len(it.shuffling(chain, some_images(), torch.arange(3), swaps=[1], repeats=1).orders) == 1


class Tokens(nn.Module):
    """As in the Pyramid Vision Transformer: height and width are taken once, and every block needs them."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.fc = conv(3), nn.Linear(WIDTH, 10)
        self.blocks = nn.ModuleList([nn.Sequential(conv(), nn.ReLU(), conv()) for _ in range(3)])

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        b, c, height, width = x.shape
        h = x.flatten(2).transpose(1, 2)
        for block in self.blocks:
            grid = h.transpose(1, 2).reshape(b, c, height, width)
            h = h + block(grid).flatten(2).transpose(1, 2)
        return self.fc(h.mean(1))


def test_sizes_from_before_a_block_make_a_chain_for_one_image_size() -> None:
    model = Tokens().eval()
    chain = it.residual_chain(model)
    assert (len(chain), chain.stages) == (3, (0, 0, 0))
    assert_is_the_model(chain, model)  # with another number of images than those of the trace
    assert agrees(model, chain, some_images())
    with pytest.raises(
        it.ArchitectureError,
        match=r"was traced with images of 3×32×32, but got 3×16×64: call residual_chain\(model, example=images\)",
    ):
        chain(torch.randn(2, 3, 16, 64))
    wide = torch.randn(2, 3, 16, 64)
    with torch.no_grad():
        assert torch.equal(it.residual_chain(model, example=wide)(wide), model(wide))


def test_a_chain_whose_sizes_come_from_the_hidden_state_takes_images_of_any_size() -> None:
    chain = it.residual_chain(small_swin("torchvision"))
    assert not isinstance(chain.stem, OneImageSize)
    assert chain(torch.randn(2, 3, 48, 64)).shape == (2, 10)
