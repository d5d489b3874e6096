"""The networks of docs/MODELS.md: all but the largest are run here, and the page says what came out."""

from __future__ import annotations

import re

import pytest
import torch

import iterscope as it
from docs import models
from docs.models import ENTRIES, OWN_NETWORK, REFUSED, TRACED_NETWORK, TRANSFORMERS, Entry

PAGE = models.TARGET.read_text(encoding="utf-8")
TORCHVISION_RESNETS = (
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d",
    "wide_resnet50_2", "wide_resnet101_2",
)  # fmt: skip
LARGEST = frozenset(
    (
        "resnet101", "resnet152", "resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2", "convnext_small",
        "wrn28_10", "preact_resnet50", "resnetv2_50", "resnetv2_50d_gn", "resnet50s", "seresnet50", "resnetrs50", "darknet53",
        "resnet110", "preresnet110", "resnet164", "preresnet164", "resnetv2_50x1_bit", "res2net50_26w_4s",
        "swin_tiny_patch4_window7_224", "botnet26t_256", "coatnet_nano_rw_224", "xception41p", "resnetaa34d",
        "regnetz_b16", "resnext50_32x4d", "vit_b_16", "resnetv2_50d_evos", "nf_resnet26", "resnet34",
    )
)  # fmt: skip
"""Their smaller relatives are run here. `python -m docs.models` runs these too; a float64 copy of each takes seconds."""


def line(row: tuple[str, ...]) -> str:
    return "| " + " | ".join(row) + " |"


def name(entry: Entry) -> str:
    return re.sub(r"[^\w.-]+", "-", f"{entry.family} {entry.title()}").strip("-")


@pytest.mark.parametrize("entry", [each for each in ENTRIES if each.name not in LARGEST], ids=name)
def test_a_chain_is_the_network(entry: Entry) -> None:
    row = models.row(entry)
    print(line(row))
    assert row[-2:] == ("yes", "yes")
    assert line(row) in PAGE.splitlines()


@pytest.mark.parametrize("entry", REFUSED, ids=name)
def test_no_chain_of_residual_blocks(entry: Entry) -> None:
    row = models.refusal(entry)
    assert "residual" in row[-1]
    assert line(row) in PAGE.splitlines()


def test_what_is_read_of_tokens() -> None:
    row = models.reading(TRANSFORMERS[0])
    assert row[3:] == ("the mean of 197", "the class token, which is the first")
    assert line(row) in PAGE.splitlines()


def test_the_page_is_what_the_script_writes() -> None:
    """Its rows are checked above, one by one; here the rest, and that no row is missing, out of order or of a network that was left out."""
    tables = [
        [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in table.splitlines()[2:]]
        for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE)
    ]
    assert [[row[:2] for row in table] for table in tables] == [
        [(entry.family, entry.title()) for entry in entries] for entries in (ENTRIES, TRANSFORMERS, REFUSED)
    ]
    assert models.page(*tables) == PAGE


def test_all_resnets_of_torchvision_and_twenty_kinds_of_timm_are_there() -> None:
    assert set(TORCHVISION_RESNETS) <= {entry.name for entry in ENTRIES if entry.family == "torchvision"}
    assert len({entry.name for entry in ENTRIES if entry.family == "timm"}) >= 20


@pytest.mark.parametrize("code", [OWN_NETWORK, TRACED_NETWORK], ids=["by hand", "traced"])
def test_the_pages_examples_run(code: str) -> None:
    names: dict[str, object] = {}
    exec(code, names)
    chain = names["chain"]
    assert isinstance(chain, it.ResidualChain)
    assert len(chain) == (4 if code is OWN_NETWORK else 2)


def test_a_network_by_hand_takes_ten_lines() -> None:
    lines = [each for each in OWN_NETWORK.splitlines() if each.strip() and not each.startswith(("import", "from"))]
    assert len(lines) <= 10


@pytest.mark.parametrize(
    "entry",
    [
        Entry("torchvision", "resnet18"), Entry("timm", "seresnext26d_32x4d"), Entry("timm", "resnetv2_18"), Entry("timm", "convnext_atto"),
        Entry("timm", "skresnet18"), Entry("cifar", "resnet20"), Entry("wide-cifar", "wrn10_1", {"widths": [16, 32, 64]}),
    ],
    ids=name,
)  # fmt: skip
@torch.no_grad()
def test_blocks_never_write_into_what_they_are_given(entry: Entry) -> None:
    """In-place ReLUs and `out += identity` of the originals included."""
    model = entry.build()
    chain = it.residual_chain(model)
    size = entry.configuration.input_size
    images = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))
    h = chain.stem(images)
    for block in chain:
        kept = [(h, h.clone())]
        out = block.prepare(h)
        kept.append((out, out.clone()))
        s, f = block.shortcut(out), block.branch(out)
        total = s + f
        kept += [(s, s.clone()), (f, f.clone()), (total, total.clone())]
        h = block.merge(total)
        assert all(torch.equal(tensor, copy) for tensor, copy in kept)
    assert torch.equal(chain.head(h), model(images))


def test_stages_and_conventions() -> None:
    resnet = it.residual_chain(Entry("torchvision", "resnet18").build())
    assert (resnet.stages, resnet.convention) == ((0, 0, 1, 1, 2, 2, 3, 3), "post-activation")
    assert [block.is_projection for block in resnet] == [False, False, True, False, True, False, True, False]
    convnext = it.residual_chain(Entry("timm", "convnext_atto").build())
    assert [index for index, block in enumerate(convnext) if block.has_preparation] == [2, 4, 10]
    assert not any(block.is_projection for block in convnext)
    assert convnext.convention == "identity merge"
    bottlenecks = it.residual_chain(Entry("timm", "resnetv2_50").build())
    assert (bottlenecks.convention, bottlenecks.block(0).is_projection) == ("pre-activation", True)
    with pytest.raises(it.ArchitectureError, match="convention is 'magic': it must be one of pre-activation"):
        it.ResidualChain(resnet.stem, resnet, resnet.head, convention="magic")


def test_chains_share_the_models_weights() -> None:
    model = Entry("timm", "resnet10t").build()
    chain = it.residual_chain(model)
    assert {id(parameter) for parameter in chain.parameters()} == {id(parameter) for parameter in model.parameters()}
    assert chain.name == "resnet10t"


def test_a_subclass_with_a_forward_pass_of_its_own_is_traced() -> None:
    from torchvision.models.resnet import BasicBlock, ResNet

    class Doubled(ResNet):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 2 * super().forward(x)

    model = Doubled(BasicBlock, [1, 1, 1, 1], num_classes=10).eval()
    images = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(it.residual_chain(model)(images), model(images))
