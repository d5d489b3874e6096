"""Why a file's tensors are no network that Iterscope knows, in the words of the field."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence

from iterscope.recognition.names import spelled
from iterscope.recognition.records import Shapes

IN_PYTHON = (
    "Any residual network can be measured if you name a function of yours that builds it: iterscope import FILE --data NAME --factory "
    "package.module:function (docs/IMPORT.md). In Python call iterscope.residual_chain(model), or describe its blocks with "
    "iterscope.ResidualChain"
)
"""The way in that is left after every refusal."""
_ENCODERS = re.compile(
    r"encoder_[qk]\.|(?:^|\.)(?:projector|projection_head|proj_head|predictor\.\d|prototypes|online_encoder|target_encoder|"
    r"contrastive_head|dino_head|last_layer\.weight_g)(?:\.|$)|(?:^|\.)head\.(?:mlp|last_layer)\."
)
"""Names of self-supervised training: MoCo, SimCLR, BYOL, SwAV, DINO."""
_OTHER_NETWORKS = (
    (r"(?:^|\.)patch_embed\.|(?:^|\.)cls_token$|pos_embedding$|\.attn\.qkv\.", "a vision transformer"),
    (
        r"^features\.\d+\.weight$|^features\.\d+\.\d+\.weight$|^classifier\.[036]\.weight$",
        "a VGG or AlexNet, which has no residual blocks",
    ),
    (r"denseblock\d|denselayer\d", "a DenseNet, which concatenates in place of adding"),
    (r"(?:^|\.)_blocks\.\d+\._(?:expand|depthwise)_conv|blocks\.\d\.\d\.conv_pwl?\.", "an EfficientNet or MobileNet"),
    (r"features\.\d+\.conv\.\d", "a MobileNet"),
    (r"fire\d|\.expand3x3\.", "a SqueezeNet, which has no residual blocks of that kind"),
    (r"Mixed_\d|inception\d", "an Inception network"),
    (
        r"down\d?\.\d?.*double_conv|up\d\.conv|decoder\.",
        "a network with a decoder, such as a U-Net, which is no classifier",
    ),
)
_HEAD = re.compile(r"(?:fc|\w*classifier|\w*head|linear|output|mlp|dense|last_linear)\.")
_QUANTISED = re.compile(
    r"_packed_params|\.zero_point$|\.scale$|\.activation_post_process\.|fake_quant|\.SCB$|\.qweight$"
)
_PRUNED = re.compile(r"weight_(?:orig|mask)$")
_SPECTRAL = re.compile(r"weight_u$|parametrizations\.weight\.\d+\._u$")


def findings(shapes: Shapes, missing: Sequence[str]) -> list[str]:
    """What is the matter, the most telling first; `missing`: the tensors that the closest known network has and the file lacks."""
    names = list(shapes)
    found = []
    if any(_SPECTRAL.search(name) for name in names):
        found.append(
            "it has spectral normalisation: call torch.nn.utils.remove_spectral_norm(module), or of the newer kind "
            "torch.nn.utils.parametrize.remove_parametrizations(module, 'weight'), for each such module and save the weights again"
        )
    elif any(_PRUNED.search(name) for name in names):
        found.append(
            "it is a pruned network (weight_orig and weight_mask in place of weight): call torch.nn.utils.prune.remove(module, 'weight') "
            "for each pruned module and save the weights again"
        )
    if any(_QUANTISED.search(name) for name in names):
        found.append("it is a quantised network: save the weights of the network before quantisation, as float32")
    if encoders := sorted({match[0].strip(".") for name in names if (match := _ENCODERS.search(name))}):
        found.append(
            f"there is no classifier in it: {', '.join(encoders[:4])} belong to self-supervised training (MoCo, SimCLR, DINO), and its "
            "projection head gives no classes; train a last layer (fc.weight) on your classes, and import the network with it"
        )
    if (outputs := outputs_of(shapes)) == 1:
        found.append(
            "its last layer has one output (a single logit for a sigmoid), but probes need logits of at least two classes: replace it by a "
            "layer of two outputs with the weights (−w/2, w/2) and biases (−b/2, b/2), which gives the same probabilities"
        )
    if outputs is None and not encoders and _has_blocks(shapes):
        found.append(
            "there is no classifier in it: the last layer (fc.weight) is missing, so it is an encoder (a feature extractor or a "
            "self-supervised network) without classes; train a last layer on your classes, and import the network with it"
        )
    if several := _head_layers(shapes):
        found.append(f"its head has {several} linear layers, but the known networks have one")
    if missing and without_statistics(shapes):
        found.append(
            "its norms have no running mean and variance: they are GroupNorm in place of BatchNorm (or InstanceNorm, LayerNorm, or "
            "BatchNorm without statistics), which no known network has"
        )
    if timm_is_missing(shapes):
        found.append(
            "its names are those of timm's networks, and timm is not installed: pip install 'iterscope[timm]', then import it again"
        )
    if not _has_blocks(shapes):
        words = next(
            (words for pattern, words in _OTHER_NETWORKS if any(re.search(pattern, name) for name in names)), None
        )
        if words is not None:
            found.append(f"its names are those of {words}")
    return found


def without_statistics(shapes: Shapes) -> bool:
    """Whether there are norms, but none with a running mean."""
    norms = [
        name for name, shape in shapes.items() if re.search(r"(?:bn|norm|gn)\d?\.weight$", name) and len(shape) == 1
    ]
    return bool(norms) and not any(name.endswith("running_mean") for name in shapes)


def outputs_of(shapes: Shapes) -> int | None:
    """The outputs of the last layer; None if there is none."""
    for name, ours in spelled(shapes).items():
        if ours in ("linear.weight", "linear.bias") and shapes[name]:
            return shapes[name][0]
    matrices = [shape for name, shape in shapes.items() if len(shape) == 2 and name.endswith("weight")]
    return matrices[-1][0] if matrices else None


def is_encoder(shapes: Shapes) -> bool:
    """Whether names are those of self-supervised training, in which an encoder may look like a classifier."""
    return any(_ENCODERS.search(name) for name in shapes)


def timm_is_missing(shapes: Shapes) -> bool:
    """Whether the names may be those of a network of timm, which isn't installed."""
    likely = any(
        re.search(r"^conv1\.[0-9]\.|\.se\.(?:fc\d|conv)\.|^stages\.\d\.blocks\.|\.downsample\.[12]\.weight$", name)
        for name in shapes
    )
    return likely and _is_absent("timm")


def _is_absent(library: str) -> bool:
    try:
        return importlib.util.find_spec(library) is None
    except ValueError:  # a module that was put aside
        return True


def _has_blocks(shapes: Shapes) -> bool:
    return any(re.match(r"layer\d\.\d+\.\w*conv1?\.", name) for name in spelled(shapes).values())


def _head_layers(shapes: Shapes) -> int | None:
    """The number of linear layers in a head of several; None if there is one."""
    matrices = [name for name, shape in shapes.items() if len(shape) == 2 and name.endswith("weight")]
    same = [name for name in matrices if name.partition(".")[0] == matrices[-1].partition(".")[0] and _HEAD.match(name)]
    return len(same) if len(same) > 1 and _has_blocks(shapes) else None
