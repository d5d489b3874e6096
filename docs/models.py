"""`python -m docs.models` writes docs/MODELS.md, the list of supported networks, with rows computed by running each network and its chain.

Weights are random and nothing is downloaded. timm must be installed.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

import iterscope as it
from docs.additions import TOLERANCE, agrees
from iterscope.adapters.traced_chain import LEAST_SHARE, TracedBlock
from iterscope.architectures.foreign import Family
from iterscope.architectures.weights import model_of
from iterscope.features import pixel_axes

TARGET = Path(__file__).parent / "MODELS.md"
NUM_CLASSES = 10
SIZE = 32
"""The image size in pixels for which the rows are computed, if a network accepts it; its chain doesn't depend on the size."""


@dataclass(frozen=True)
class Entry:
    """A network to build: its family, its name, and options that the name doesn't give."""

    family: Family
    name: str
    options: dict[str, Any] = field(default_factory=dict)
    size: int = SIZE

    @property
    def configuration(self) -> it.ForeignConfiguration:
        return it.ForeignConfiguration(self.family, self.name, NUM_CLASSES, self.size, options=self.options)

    def build(self) -> nn.Module:
        """The network with random weights and BatchNorm statistics."""
        with torch.device("meta"):
            shapes = it.build_foreign(self.configuration).state_dict()
        generator = torch.Generator().manual_seed(0)
        return model_of(self.configuration, {name: _random(name, tensor, generator) for name, tensor in shapes.items()})

    def title(self) -> str:
        """The name with its options."""
        return ", ".join([f"`{self.name}`", *(f"{key} {value}" for key, value in self.options.items())])


def _random(name: str, like: Tensor, generator: torch.Generator) -> Tensor:
    """Random weights that keep activations finite at any depth. No tensor keeps its initial value, such as a last γ of zero."""
    if not like.is_floating_point():
        return torch.zeros(like.shape, dtype=like.dtype)
    if like.dim() >= 2 and "layer_scale" not in name:
        few: Tensor = torch.randn(min(like.numel(), 1 << 20), generator=generator) * (2 / like[0].numel()) ** 0.5
        return few.repeat(-(-like.numel() // len(few)))[: like.numel()].view(like.shape)
    if name.endswith(("bias", "running_mean")):
        return torch.rand(like.shape, generator=generator) / 5 - 0.1
    return torch.rand(like.shape, generator=generator) * 0.6 + (0.7 if name.endswith("running_var") else 0.2)


_TORCHVISION = (
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d",
    "wide_resnet50_2", "wide_resnet101_2", "convnext_tiny", "convnext_small", "mobilenet_v2", "swin_t",
)  # fmt: skip
_TIMM = (
    "resnet18", "resnet50", "resnet10t", "resnet26d", "resnet50s", "resnet50_gn", "resnext50_32x4d", "seresnet50", "seresnext26d_32x4d",
    "ecaresnet26t", "resnetrs50", "resnetblur18", "resnetaa34d",
    "resnetv2_18", "resnetv2_34d", "resnetv2_50", "resnetv2_50d_gn", "resnetv2_50d_evos", "resnetv2_50x1_bit",
    "convnext_atto", "convnext_femto_ols", "convnext_atto_rms", "convnextv2_atto",
    "skresnet18", "resnest14d", "res2net50_26w_4s", "regnetx_002", "regnety_002", "regnetz_b16", "gernet_s", "nf_resnet26", "resnext26ts",
    "efficientnet_lite0", "mobilenetv3_small_100", "ghostnet_050", "darknet53", "xception41p", "poolformer_s12", "pvt_v2_b0",
)  # fmt: skip
ENTRIES: tuple[Entry, ...] = (
    *(Entry("cifar", name) for name in ("resnet20", "resnet32", "resnet44", "resnet56", "resnet110")),
    Entry("cifar", "resnet20", {"shortcut": "B"}),
    Entry("cifar", "resnet20", {"padding": "end"}),
    Entry("cifar", "resnet164", {"block": "bottleneck", "shortcut": "B"}),
    Entry("cifar", "resnet18"),
    Entry("cifar", "resnet50", {"widths": [64, 128, 256, 512]}),
    *(Entry("preactivation-cifar", name) for name in ("preresnet20", "preresnet110", "preact_resnet18", "preact_resnet50")),
    Entry("preactivation-cifar", "preresnet164", {"block": "bottleneck"}),
    *(Entry("wide-cifar", name) for name in ("wrn16_4", "wrn28_10", "wrn40_2")),
    *(Entry("torchvision", name) for name in _TORCHVISION),
    Entry("torchvision", "vit_b_16", size=224),
    *(Entry("timm", name) for name in _TIMM),
    Entry("timm", "botnet26t_256", size=256),
    *(
        Entry("timm", name, size=224)
        for name in ("coatnet_nano_rw_224", "swin_tiny_patch4_window7_224", "vit_tiny_patch16_224", "mixer_s32_224")
    ),
)  # fmt: skip
TRANSFORMERS: tuple[Entry, ...] = (
    *(Entry("timm", name, size=224) for name in ("vit_tiny_patch16_224", "swin_tiny_patch4_window7_224", "mixer_s32_224")),
    Entry("torchvision", "vit_b_16", size=224),
    Entry("torchvision", "swin_t", size=224),
)  # fmt: skip
"""Networks whose states are tokens, or have their channels last."""
REFUSED: tuple[Entry, ...] = (
    Entry("torchvision", "densenet121"), Entry("timm", "dla34"), Entry("timm", "hrnet_w18_small"), Entry("timm", "hgnet_tiny"),
)  # fmt: skip
"""Networks that are not chains of residual blocks and are refused with a reason."""


def row(entry: Entry) -> tuple[str, ...]:
    """One row of the table, from running a network and its chain on two random images; the last two columns say what was checked."""
    model = entry.build()
    images = torch.randn(2, 3, entry.size, entry.size, generator=torch.Generator().manual_seed(1))
    chain = it.residual_chain(model)
    with torch.no_grad():
        logits = model(images.clone())
        equal = bool(logits.isfinite().all()) and torch.equal(chain(images.clone()), logits)
    return (
        entry.family,
        entry.title(),
        chain.convention,
        "traced" if isinstance(chain.block(0), TracedBlock) else "adapter",
        str(len(chain)),
        ", ".join(str(chain.stages.count(stage)) for stage in range(chain.stages[-1] + 1)),
        ", ".join(str(index) for index, block in enumerate(chain) if block.is_projection) or "none",
        f"{sum(parameter.numel() for parameter in model.parameters()):,}",
        "yes" if equal else "no",
        "yes" if agrees(model, chain, images) else "no",
    )


def reading(entry: Entry) -> tuple[str, ...]:
    """One row of the table of transformers: what the states are, and what features and head read of the last one."""
    chain = it.residual_chain(entry.build(), example=torch.randn(2, 3, entry.size, entry.size))
    with torch.no_grad():
        h = chain.stem(torch.randn(1, 3, entry.size, entry.size))
        first = h
        for block in chain:
            h = block.step(h, 1.0, prepare=block.has_preparation).next_h
    h = h.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(chain.head(h).square().sum(), h)
    places = pixel_axes(h)
    read = gradient.abs().sum([axis for axis in range(h.dim()) if axis not in places]).flatten() > 0
    heads = {1: "the class token, which is the first", len(read): "all of them"}
    return (
        entry.family,
        entry.title(),
        f"{_places(first)} → {_places(h)}",
        f"the mean of {len(read)}",
        heads.get(int(read.sum()), "some of them") if read[0] else "some of them",
    )


def _places(state: Tensor) -> str:
    """Such as `197 tokens × 192`."""
    places = pixel_axes(state)
    (channels,) = (size for axis, size in enumerate(state.shape) if axis not in (0, *places))
    return f"{' × '.join(str(state.shape[axis]) for axis in places)} tokens of {channels} numbers"


def refusal(entry: Entry) -> tuple[str, ...]:
    """One row of the table of refused networks, with the reason."""
    try:
        it.residual_chain(entry.build())
    except it.ArchitectureError as error:
        return (
            entry.family,
            entry.title(),
            re.sub(r"[:;.] (To measure|[Dd]escribe)[^:;]*\bResidualChain.*", "", str(error)),
        )
    return entry.family, entry.title(), "not refused"


OWN_NETWORK = """import torch
from torch import nn
import iterscope as it


class Block(it.ResidualBlock):
    def __init__(self, width):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(width, width, 3, padding=1) for _ in range(2))

    def branch(self, h):  # F(h); override shortcut, merge or prepare where the network has them
        return self.conv2(torch.relu(self.conv1(h)))


head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))
chain = it.ResidualChain(nn.Conv2d(3, 16, 3, padding=1), [Block(16) for _ in range(4)], head)
metrics = it.block_metrics(chain, torch.randn(8, 3, 32, 32), torch.arange(8))
"""
TRACED_NETWORK = """import torch
from torch import nn
import iterscope as it


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(width, width, 3, padding=1) for _ in range(2))

    def forward(self, x):
        out = self.conv2(torch.relu(self.conv1(x)))
        out += x
        return torch.relu(out)


head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))
model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), Block(16), Block(16), head)
chain = it.residual_chain(model)
print(len(chain), chain.convention)  # 2 post-activation
"""


def page(rows: Iterable[Sequence[str]], readings: Iterable[Sequence[str]], refusals: Iterable[Sequence[str]]) -> str:
    """The whole page as Markdown."""
    transformers = _table(("family", "network", "states", "`gap` and `halves` take", "the head reads"), readings)
    networks = _table(
        (
            "family",
            "network",
            "convention",
            "by",
            "blocks",
            "in stages of",
            "projections",
            "parameters",
            "logits bitwise equal",
            "cosine, ratio, drop as in float64",
        ),
        rows,
    )
    refused = _table(("family", "network", "why"), refusals)
    return _PAGE.format(
        networks=networks,
        transformers=transformers,
        tolerance=TOLERANCE,
        least=f"{LEAST_SHARE:.0%}",
        refused=refused,
        traced=TRACED_NETWORK,
        own=OWN_NETWORK,
    )


_PAGE = """# Supported networks

`python -m docs.models` writes this page. It computes each row by building the network with random weights and running it and its
chain on two random images. Iterscope builds and splits other names, depths and widths of the same families in the same way.

```python
configuration = it.ForeignConfiguration("torchvision", "resnet50", num_classes=1000, input_size=224)
chain = it.residual_chain(it.build_foreign(configuration))  # or of your own trained model of this kind
```

`it.build` builds the paper's networks ([LIBRARY.md](LIBRARY.md)). timm is an optional dependency: `pip install 'iterscope[timm]'`.

- **convention**: *pre-activation* means that the h of the next block is s + F. *post-activation* means that it is ReLU(s + F), where F is
  the output of the branch before the addition; `it.block_metrics(…, update="effective")` measures the block's total change, h of the next
  block − h, in place of F. *identity merge* is also s + F, in a network whose branches don't start with a norm or an activation.
- **by**: *adapter* means that the blocks were written from the network's source code. *traced* means that Iterscope found the residual
  additions by tracing the forward pass (see below).
- **in stages of**: a new stage begins where the shape of the hidden state changes.
- **projections**: the blocks whose shortcut, as a function, is not the identity; Iterscope runs it to find out.
- **logits bitwise equal**: checked again whenever `it.residual_chain(model)` is called, on two images.
- **cosine, ratio, drop as in float64**: cosine loss and ℓ2 ratio of every block, and the loss without the first, the middle and the last
  block, are within {tolerance} of a naive float64 computation. It doesn't use the chain's pieces: it runs the model's own forward pass,
  takes h and F from the model's additions, gets the gradient by autograd, and drops a block by setting F to zero (`docs/additions.py`).

{networks}

## Transformers

A block is one residual addition, so that a layer of a transformer is two blocks: attention and MLP. Probes, neighbours, CKA and class
separation read the mean over all tokens of a state, a class token among them ([MEASUREMENTS.md](MEASUREMENTS.md), option `features`);
with `flat` they read every token. Early exits apply the network's own head; the last column says which tokens it reads. The table was
determined by running the networks:

{transformers}

## Your own network

`it.residual_chain(model)` traces modules that it doesn't know with torch.fx and finds their residual additions: `x + f`, `out += x`,
`torch.add(x, other=f)`, `add_`, `sum([x, f])`, `x - (-f)`, `torch.stack([x, f]).sum(0)`. In-place operations, modules that are applied
several times, DataParallel, torch.compile, timm's EMA, NNsight, `fx.symbolic_trace(model)` and `torch.export.export(…).module()` are
supported; a program that was exported for one number of images is refused.

Shapes may be asserted, unpacked and compared. Such decisions are taken as for the example. If one reads the height or width of an image,
the chain accepts one image size; if one depends on the number of images or on tensor values, the network is refused, and the message says
where. Of a network of transformers (`ResNetForImageClassification`, ConvNeXt, RegNet, ViT, Swin) the logits are taken; another one that
returns a tuple, a dictionary or one number per image is refused with what to write instead.

Every chain, also that of a known network, is checked on two images before you get it, and is refused unless it computes the model's own
logits bitwise. (A network of the paper from `it.build` is its own chain, and on the meta device nothing can run: these are not checked.)
Without `example=`, Iterscope tries random images of 32, 64, 224 and 28 pixels and of the size that timm or transformers
states. A network that computes with the size of its images, as some transformers do, gets a chain for one image size; for another one give
`example=`.

- A chain calls the layers of a block, not the block. Hooks on layers work, weight normalisation too. Hooks on a block or a whole stage
  would be ignored: `residual_chain` warns and names the modules, or refuses the network if a hook changes its logits.
- A network is refused if residual blocks hold less than {least} of its weights, or if one block is most of the network.
- `it.residual_chain(model, stages=[0, 0, 1, 1])` sets the stages, where a new shape of the hidden state isn't what makes a new stage.

```python
{traced}```

If a model can't be traced, describe its blocks by hand. No method may write into its argument.

```python
{own}```

## Refused networks

These networks are not chains of residual blocks. Iterscope refuses them and gives the reason:

{refused}
"""


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(
        ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns), *("| " + " | ".join(r) + " |" for r in rows)]
    )


def main() -> None:
    """Run every network and write the page."""
    parser = argparse.ArgumentParser(prog="python -m docs.models", description="Write docs/MODELS.md.")
    parser.add_argument("--output", type=Path, default=TARGET)
    output = parser.parse_args().output
    output.write_text(page(map(row, ENTRIES), map(reading, TRANSFORMERS), map(refusal, REFUSED)), encoding="utf-8")
    print(output)


if __name__ == "__main__":
    main()
