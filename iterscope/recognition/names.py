"""Spellings of ResNets' tensor names, converted to one convention: that of `iterscope.architectures.cifar`.

conv1, bn1, layer1.0.conv1, layer1.0.bn1, …, layer2.0.projection.0, layer2.0.projection.1, …, linear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from iterscope.recognition.records import Shapes

_NORM = r"(?:bn|norm|normalization|batch_?norm|gn)"
_SPELLINGS: tuple[tuple[str, str], ...] = (
    # Hugging Face
    (r"^embedder\.embedder\.convolution\.", "conv1."),
    (r"^embedder\.embedder\.normalization\.", "bn1."),
    # stages
    (r"^block(\d)\.layer\.", r"layer\1."),
    (r"^(?:stage|group|block|res_?layer|layer_)_?(\d)\.", r"layer\1."),
    (r"^(layer\d)\.(?:blocks?|layers?|units?|modules)[._]?(\d+)\.", r"\1.\2."),
    (r"^(layer\d)_(\d+)\.", r"\1.\2."),
    # the stem
    (r"^(?:conv1|layer0|stem|conv0|init_block|initial|input_layer|conv)\.0\.", "conv1."),
    (r"^(?:conv1|layer0|stem|conv0|init_block|initial|input_layer|conv)\.1\.", "bn1."),
    (r"^(?:layer0|stem|conv1|initial|input_layer)\.(?:conv|conv1|convolution)\.", "conv1."),
    (rf"^(?:layer0|stem|conv1|initial|input_layer)\.(?:conv1\.)?{_NORM}1?\.", "bn1."),
    (
        r"^(?:conv_1_3x3|conv_1|conv0|conv|init_conv|conv_in|conv_stem|first_conv|conv_init|initial_conv|stem_conv|convolution)\.",
        "conv1.",
    ),
    (rf"^(?:bn_1|bn0|norm1|norm0|bn_in|bn_stem|stem_bn|first_bn|init_bn|bn_init|initial_bn|{_NORM}_?1)\.", "bn1."),
    # inside blocks
    (r"\.conv_a\.", ".conv1."),
    (r"\.conv_b\.", ".conv2."),
    (r"\.conv_c\.", ".conv3."),
    (r"\.bn_a\.", ".bn1."),
    (r"\.bn_b\.", ".bn2."),
    (r"\.bn_c\.", ".bn3."),
    (r"^(layer\d\.\d+)\.(?:layer|layers)\.0\.(?:conv|convolution)\.", r"\1.conv1."),
    (r"^(layer\d\.\d+)\.(?:layer|layers)\.1\.(?:conv|convolution)\.", r"\1.conv2."),
    (r"^(layer\d\.\d+)\.(?:layer|layers)\.2\.(?:conv|convolution)\.", r"\1.conv3."),
    (rf"^(layer\d\.\d+)\.(?:layer|layers)\.0\.{_NORM}\.", r"\1.bn1."),
    (rf"^(layer\d\.\d+)\.(?:layer|layers)\.1\.{_NORM}\.", r"\1.bn2."),
    (rf"^(layer\d\.\d+)\.(?:layer|layers)\.2\.{_NORM}\.", r"\1.bn3."),
    (r"^(layer\d\.\d+)\.(?:conv|convolution)_?(\d)\.(?:0\.|conv\.|convolution\.)?", r"\1.conv\2."),
    (rf"^(layer\d\.\d+)\.conv(\d)\.(?:1|{_NORM})\.", r"\1.bn\2."),
    (rf"^(layer\d\.\d+)\.{_NORM}_?(\d)\.", r"\1.bn\2."),
    # shortcuts
    (
        r"\.(?:downsample|downsampling|down_sample|shortcut|skip|skip_connection|skip_conv|convShortcut|conv_shortcut|shortcut_conv|"
        r"proj|identity_downsample|i_downsample|down|residual_conv|match_dimension)\.",
        ".projection.",
    ),
    (r"\.projection\.(?:conv|conv1|convolution)\.", ".projection.0."),
    (rf"\.projection\.(?:{_NORM}|bn1)\.", ".projection.1."),
)
"""Patterns of popular naming conventions, and the names that replace them, in their order."""
_HEAD = re.compile(
    r"^(?:fc|classifier|output|head|logits|last_linear|final|fc1|out|linear|dense|cls|cls_head|fc_out|fc_layer|prediction|mlp_head|"
    r"classification_head|fully_connected|last_layer|lin|linear1|output_layer|fc_cls)(?:\.(?:\d|fc|linear|classifier|layer|head))*\."
    r"(weight|bias)$"
)
_SEQUENCE = re.compile(
    r"^(layer\d\.\d+)\.(?:left|residual|branch|body|main|block|layers?|conv_block|double_conv|residual_function|features|f|net|convs|"
    r"conv|main_path|main_branch|res|seq|sequence|layers_block|bottleneck|basic_block|stacked_layers)\.(\d+)\.(\w+)$"
)
_NUMBERED_STAGE = re.compile(
    r"^(?:layers|stages|blocks|groups|encoder\.stages|encoder\.layers|res_layers|layer)\.(\d)\.(?:layers\.|blocks\.)?(\d+)\."
)
_BLOCK = re.compile(r"^layer(\d)\.(\d+)\.")


def spelled(shapes: Shapes) -> dict[str, str]:
    """Each tensor's name in Iterscope's convention; a name of no known spelling is unchanged."""
    names = _numbered_children(shapes)
    names = _from_zero({name: _stage_spelled(ours) for name, ours in names.items()})
    for pattern, replacement in _SPELLINGS:
        names = {name: re.sub(pattern, replacement, ours) for name, ours in names.items()}
    names = _from_one(names)
    names = _projections(_sequences(names, shapes))
    return _head(names, shapes)


def _stage_spelled(name: str) -> str:
    """Stages counted in another way: from 0 in a list, or from 2 as in He et al.'s table 1 and in Caffe."""
    name = _NUMBERED_STAGE.sub(lambda match: f"layer{int(match[1]) + 1}.{match[2]}.", name)
    return re.sub(r"^(?:conv([2-5])_x|res([2-5]))\.", lambda match: f"layer{int(match[1] or match[2]) - 1}.", name)


def _numbered_children(shapes: Shapes) -> dict[str, str]:
    """`nn.Sequential(*model.children())`: 0 is the stem's convolution, 1 its BatchNorm, and the stages are numbered on."""
    unchanged = {name: name for name in shapes}
    if len(shapes.get("0.weight", ())) != 4 or not any(re.match(r"\d+\.\d+\.\w*conv", name) for name in shapes):
        return unchanged
    staged = sorted({int(match[1]) for name in shapes if (match := re.match(r"(\d+)\.\d+\.\w+", name))})
    stage = {number: place + 1 for place, number in enumerate(staged)}
    norm = next((number for number in range(1, staged[0]) if len(shapes.get(f"{number}.weight", ())) == 1), None)
    head = next(
        (number for number in range(staged[-1] + 1, staged[-1] + 8) if len(shapes.get(f"{number}.weight", ())) == 2),
        None,
    )
    last = next(
        (number for number in range(staged[-1] + 1, staged[-1] + 8) if len(shapes.get(f"{number}.weight", ())) == 1),
        None,
    )
    places = {0: "conv1", norm: "bn1", head: "linear", last: "bn"} | {
        number: f"layer{at}" for number, at in stage.items()
    }

    def child(name: str) -> str:
        first, _, rest = name.partition(".")
        return f"{places[int(first)]}.{rest}" if first.isdecimal() and int(first) in places else name

    return {name: child(name) for name in shapes}


def _from_zero(names: Mapping[str, str]) -> dict[str, str]:
    """Stages that are counted from layer0 are counted from layer1."""
    if not any(re.match(r"layer0\.0\.\w+\.", ours) for ours in names.values()):
        return dict(names)
    return {
        name: re.sub(r"^layer(\d)\.", lambda match: f"layer{int(match[1]) + 1}.", ours) for name, ours in names.items()
    }


def _from_one(names: Mapping[str, str]) -> dict[str, str]:
    """Blocks that are counted from 1 in every stage are counted from 0."""
    first: dict[str, int] = {}
    for ours in names.values():
        if match := _BLOCK.match(ours):
            first[match[1]] = min(first.get(match[1], 1 << 30), int(match[2]))
    if not first or set(first.values()) != {1}:
        return dict(names)
    return {
        name: _BLOCK.sub(lambda match: f"layer{match[1]}.{int(match[2]) - 1}.", ours) for name, ours in names.items()
    }


def _sequences(names: Mapping[str, str], shapes: Shapes) -> dict[str, str]:
    """A branch in one numbered container: its convolutions and its norms are counted in their order."""
    spelt = dict(names)
    kinds: dict[str, dict[int, str]] = {}
    for name, ours in names.items():
        if (match := _SEQUENCE.match(ours)) and match[3] == "weight":
            kinds.setdefault(match[1], {})[int(match[2])] = "conv" if len(shapes[name]) == 4 else "bn"
    for name, ours in names.items():
        if (match := _SEQUENCE.match(ours)) and (within := kinds.get(match[1])) and int(match[2]) in within:
            kind = within[int(match[2])]
            place = sum(index <= int(match[2]) and each == kind for index, each in within.items())
            spelt[name] = f"{match[1]}.{kind}{place}.{match[3]}"
    return spelt


def _projections(names: Mapping[str, str]) -> dict[str, str]:
    """A shortcut's convolution that holds its norm: in a sequence, they are 0 and 1."""
    normed = {match[1] for ours in names.values() if (match := re.match(r"(.+\.projection)\.1\.weight$", ours))}
    return {
        name: f"{module}.0.weight" if (module := ours.removesuffix(".weight")) in normed else ours
        for name, ours in names.items()
    }


def _head(names: Mapping[str, str], shapes: Shapes) -> dict[str, str]:
    """The last layer: the only matrix there is, whatever it is called, or one with a usual name."""
    matrices = [name for name, shape in shapes.items() if len(shape) == 2 and name.endswith("weight")]
    if len(matrices) == 1:
        module = matrices[0].removesuffix("weight")
        heads = {name: f"linear.{name.removeprefix(module)}" for name in shapes if module and name.startswith(module)}
        return {**names, **{name: ours for name, ours in heads.items() if ours in ("linear.weight", "linear.bias")}}
    return {name: _HEAD.sub(r"linear.\1", ours) for name, ours in names.items()}
