"""Layouts of files that people have: names with wrappers in them, subtrees, nesting, and networks that miss something."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from iterscope.architectures import ForeignConfiguration, build_foreign
from iterscope.errors import CheckpointError
from iterscope.recognition import foreign_model, open_foreign_file, recognise
from iterscope.recognition.unwrapping import SeveralTables, unwrap

Weights = dict[str, Tensor]
Rule = tuple[str, str | Callable[[re.Match[str]], str]]


def weights_of(name: str = "resnet8", family: str = "cifar", classes: int = 10, **options: Any) -> Weights:
    """On the meta device, where only names and shapes are."""
    with torch.device("meta"):
        configuration = ForeignConfiguration(family, name, classes, 32, options=options)  # type: ignore[arg-type]
        return dict(build_foreign(configuration).state_dict())


def respelled(weights: Mapping[str, Tensor], *rules: Rule) -> Weights:
    for pattern, spelling in rules:
        weights = {re.sub(pattern, spelling, name): tensor for name, tensor in weights.items()}
    return dict(weights)


def below(prefix: str, weights: Mapping[str, Tensor]) -> Weights:
    return {prefix + name: tensor for name, tensor in weights.items()}


SMALL = weights_of()
FOUR_STAGES = weights_of("resnet18", widths=[4, 8, 16, 32])
LARGE = weights_of("resnet18", "torchvision")
TWO_STAGES = weights_of("resnet10", widths=[8, 16], blocks=[2, 2], shortcut="B")
BOTTLENECKS = weights_of("resnet50", "torchvision")

WRAPPED: list[tuple[Rule, ...]] = [
    *[
        ((r"^", prefix),)
        for prefix in ("_module.", "_forward_module.", "_fsdp_wrapped_module.", "model._orig_mod.", "module._orig_mod.")
    ],
    *[((r"^", prefix),) for prefix in ("net_module.", "classifier_net.", "base_model.", "trunk.", "a.b.c.")],
    ((r"^(layer\d)\.", r"\1._orig_mod."),),
    ((r"^(layer\d\.\d)\.", r"\1._checkpoint_wrapped_module."),),
    (
        (r"^(layer\d\.\d)\.", r"_fsdp_wrapped_module.\1._fsdp_wrapped_module."),
        (r"^(conv1|bn1|linear)\.", r"_fsdp_wrapped_module.\1."),
    ),
    ((r"^(layer\d)\.", r"\1.module."),),
]


@pytest.mark.parametrize("rules", WRAPPED, ids=lambda rules: str(rules[0][1]))
def test_wrappers_are_removed_wherever_they_stand(rules: tuple[Rule, ...]) -> None:
    theirs = respelled(SMALL, *rules)
    found = recognise(theirs)
    assert found.configuration is not None, found.problems
    assert set(found.renamed(theirs)) == set(SMALL)


def test_a_segment_is_kept_where_names_would_become_the_same() -> None:
    theirs = {"module.weight": torch.zeros(1), "weight": torch.zeros(1)}
    assert set(unwrap(theirs).tensors) == set(theirs)


def children(name: str) -> str:
    places = {"conv1": "0", "bn1": "1", "layer1": "4", "layer2": "5", "layer3": "6", "layer4": "7"}
    first, _, rest = name.partition(".")
    return f"features.{places[first]}.{rest}" if first in places else name


HUGGING_FACE: tuple[Rule, ...] = (
    (r"^conv1\.", "resnet.embedder.embedder.convolution."),
    (r"^bn1\.", "resnet.embedder.embedder.normalization."),
    (r"^fc\.", "classifier.1."),
    (
        r"^layer(\d)\.(\d+)\.conv(\d)\.",
        lambda m: f"resnet.encoder.stages.{int(m[1]) - 1}.layers.{m[2]}.layer.{int(m[3]) - 1}.convolution.",
    ),
    (
        r"^layer(\d)\.(\d+)\.bn(\d)\.",
        lambda m: f"resnet.encoder.stages.{int(m[1]) - 1}.layers.{m[2]}.layer.{int(m[3]) - 1}.normalization.",
    ),
    (
        r"^layer(\d)\.(\d+)\.downsample\.0\.",
        lambda m: f"resnet.encoder.stages.{int(m[1]) - 1}.layers.{m[2]}.shortcut.convolution.",
    ),
    (
        r"^layer(\d)\.(\d+)\.downsample\.1\.",
        lambda m: f"resnet.encoder.stages.{int(m[1]) - 1}.layers.{m[2]}.shortcut.normalization.",
    ),
)
DETECTRON: tuple[Rule, ...] = (
    (r"^conv1\.", "stem.conv1."),
    (r"^bn1\.", "stem.conv1.norm."),
    (r"^layer(\d)\.", lambda m: f"res{int(m[1]) + 1}."),
    (r"\.bn(\d)\.", r".conv\1.norm."),
    (r"\.downsample\.0\.", ".shortcut."),
    (r"\.downsample\.1\.", ".shortcut.norm."),
    (r"^fc\.", "linear."),
)
SPELLINGS: dict[str, tuple[Weights, tuple[Rule, ...]]] = {
    "Hugging Face": (LARGE, HUGGING_FACE),
    "Hugging Face, bottlenecks": (BOTTLENECKS, HUGGING_FACE),
    "mmpretrain": (LARGE, ((r"^fc\.", "head.fc."), (r"^(?!head)", "backbone."))),
    "children numbered": (LARGE, ((r"^.*$", lambda m: children(m[0])),)),
    "children of children": (LARGE, ((r"^.*$", lambda m: children(m[0]).replace("features.", "").replace("fc.", "9.")),)),
    "dropout before the last layer": (LARGE, ((r"^fc\.", "fc.1."),)),
    "a head of another name": (LARGE, ((r"^fc\.", "my_last_layer.out."),)),
    "Detectron2": (BOTTLENECKS, DETECTRON),
    "the stem is layer0": (LARGE, ((r"^conv1\.", "layer0.0."), (r"^bn1\.", "layer0.1."))),
    "stages from 0": (SMALL, ((r"^layer(\d)\.", lambda m: f"layer{int(m[1]) - 1}."),)),
    "stages in a list": (SMALL, ((r"^layer(\d)\.", lambda m: f"layers.{int(m[1]) - 1}."),)),
    "blocks from 1": (SMALL, ((r"^layer(\d)\.(\d)\.", lambda m: f"stage{m[1]}.block{int(m[2]) + 1}."),)),
    "a branch in a sequence": (
        SMALL,
        tuple((rf"\.{part}\.", f".left.{at}.") for part, at in (("conv1", 0), ("bn1", 1), ("conv2", 3), ("bn2", 4))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SPELLINGS)
def test_known_spellings_are_one_network(kind: str) -> None:
    weights, rules = SPELLINGS[kind]
    theirs = respelled(weights, *rules)
    found = recognise(theirs)
    assert found.configuration is not None, found.problems
    assert set(found.renamed(theirs)) == set(weights)


@pytest.mark.parametrize(
    ("weights", "blocks"),
    [
        (FOUR_STAGES, (1, 1, 1, 1)),
        (LARGE, (1, 1, 1, 1)),
        (weights_of("resnet20"), (3, 2, 1)),
        (BOTTLENECKS, (1, 2, 3, 1)),
        (TWO_STAGES, (2, 1)),
    ],
)
def test_the_lengths_of_stages_are_read_from_the_file(weights: Weights, blocks: tuple[int, ...]) -> None:
    def kept(name: str) -> bool:
        match = re.match(r"layer(\d)\.(\d+)\.", name)
        return match is None or int(match[2]) < blocks[int(match[1]) - 1]

    found = recognise({name: tensor for name, tensor in weights.items() if kept(name)})
    assert isinstance(found.configuration, ForeignConfiguration), found.problems
    assert found.configuration.options["blocks"] == list(blocks)
    assert ForeignConfiguration.from_dict(found.configuration.to_dict()) == found.configuration


def test_what_lies_beside_the_network_is_left_out_and_named() -> None:
    beside = {"criterion.weight": torch.zeros(10), "train_acc.correct": torch.tensor(3), "queue": torch.zeros(7)}
    theirs = {**below("model.", SMALL), **beside}
    found = recognise(theirs)
    assert found.configuration is not None, found.problems
    assert found.nesting == "model."
    assert set(found.renamed(theirs)) == set(SMALL)
    assert any("criterion.weight" in sentence and "left out" in sentence for sentence in found.evidence)


def test_a_normaliser_and_an_attackers_copy_are_understood() -> None:
    mean, std = torch.tensor([0.5, 0.25, 0.125]).view(3, 1, 1), torch.tensor([1.0, 0.5, 0.25]).view(3, 1, 1)
    theirs = {
        "module.normalizer.new_mean": mean,
        "module.normalizer.new_std": std,
        **below("module.model.", FOUR_STAGES),
        "module.attacker.normalize.new_mean": mean,
        "module.attacker.normalize.new_std": std,
        **below("module.attacker.model.", FOUR_STAGES),
    }
    found = recognise(theirs)
    assert found.configuration is not None, found.problems
    assert found.normalisation == ([0.5, 0.25, 0.125], [1.0, 0.5, 0.25])
    assert any("under attacker.model." in sentence for sentence in found.evidence)


def test_a_normaliser_for_pixels_to_255_is_scaled() -> None:
    theirs = {"0.mean": torch.full((3,), 127.5), "0.std": torch.full((3,), 51.0), **below("1.", SMALL)}
    assert recognise(theirs).normalisation == ([0.5] * 3, [0.2] * 3)


def test_what_lies_beside_a_network_without_a_prefix_is_left_out() -> None:
    beside = {"mu": torch.zeros(1, 3, 1, 1), "sigma": torch.ones(1, 3, 1, 1), "criterion.weight": torch.zeros(10)}
    found = recognise({**SMALL, **beside})
    assert found.normalisation == ([0.0] * 3, [1.0] * 3)
    assert set(found.names.values()) == set(SMALL)


def test_a_last_layer_without_a_bias_has_one_of_0() -> None:
    torch.manual_seed(0)
    weights = dict(build_foreign(ForeignConfiguration("cifar", "resnet8", 10, 32)).state_dict())
    del weights["linear.bias"]
    found = recognise(weights)
    assert found.configuration is not None
    assert not foreign_model(found.configuration, found.renamed(weights)).linear.bias.any()  # type: ignore[union-attr, operator]


def test_two_networks_of_equal_names_are_asked_for() -> None:
    torch.manual_seed(0)
    one, two = (dict(build_foreign(ForeignConfiguration("cifar", "resnet8", 10, 32)).state_dict()) for _ in range(2))
    found = recognise({**below("first.", one), **below("second.", two)})
    assert found.configuration is None
    assert "--table first" in found.problems[0]
    assert recognise({**below("ema_net.", two), **below("first.", one)}).nesting == "first."


def test_counters_of_profilers_are_left_out() -> None:
    modules = {name.rpartition(".")[0] for name in SMALL}
    counters = {f"{module}.{name}": torch.zeros(1) for module in modules for name in ("total_ops", "total_params")}
    assert recognise({**SMALL, **counters, "total_ops": torch.zeros(1)}).configuration is not None


@pytest.mark.parametrize("key", ["net_state", "classifier_state", "student", "a b"])
def test_the_only_table_is_found_wherever_it_lies(key: str) -> None:
    optimiser = {"state": {0: {"momentum_buffer": torch.zeros(4, 4)}}, "param_groups": [{"lr": 0.1}]}
    for value in (
        {"optimizer_state": optimiser, key: SMALL, "epoch": 200},
        {"saved": [{key: SMALL}, optimiser], "epoch": 200},
    ):
        found = unwrap(value)
        assert found.tensors.keys() == SMALL.keys()
        assert found.epoch == 200


def test_several_tables_are_named_and_can_be_chosen() -> None:
    other = {name: tensor for name, tensor in SMALL.items() if not name.startswith("linear")}
    value = {"state_of_g": below("g.", SMALL), "state_of_d": other}
    with pytest.raises(SeveralTables, match=r"state_of_g \(\d+ tensors\), state_of_d.*--table state_of_g"):
        unwrap(value)
    assert unwrap(value, "state_of_d").tensors.keys() == other.keys()
    assert unwrap(value, "state_of_g.g.layer1.0").tensors.keys() == {
        name.removeprefix("layer1.0.") for name in SMALL if name.startswith("layer1.0.")
    }
    with pytest.raises(SeveralTables, match=r"no table of tensors called 'x': there are state_of_g"):
        unwrap(value, "x")


def test_a_moving_average_beside_the_weights_is_told(tmp_path: Any) -> None:
    weights = {"conv1.weight": torch.ones(1, 3, 2, 2)}
    torch.save({"state_dict": weights, "state_dict_ema": {"conv1.weight": torch.zeros(1, 3, 2, 2)}}, tmp_path / "a.pth")
    found = open_foreign_file(tmp_path / "a.pth")
    assert "state_dict_ema" in found.notes[0]
    assert "--table" in found.notes[0]
    assert not open_foreign_file(tmp_path / "a.pth", table="state_dict_ema").tensors["conv1.weight"].any()
    with pytest.raises(CheckpointError, match=r"a\.pth has no table of tensors called 'b'"):
        open_foreign_file(tmp_path / "a.pth", table="b")


def without_head(weights: Weights) -> Weights:
    return {name: tensor for name, tensor in weights.items() if not name.startswith(("fc.", "linear."))}


def projected(weights: Weights) -> Weights:
    return {**without_head(weights), "fc.0.weight": torch.zeros(64, 64), "fc.2.weight": torch.zeros(128, 64)}


MISSING: dict[str, tuple[Weights, tuple[str, ...]]] = {
    "no last layer": (without_head(BOTTLENECKS), (r"no classifier in it", r"resnet50", r"lacks fc\.weight")),
    "MoCo": (
        {
            **below("encoder_q.", projected(LARGE)),
            **below("encoder_k.", projected(LARGE)),
            "queue": torch.zeros(128, 9),
        },
        (r"encoder_q", r"no classifier in it"),
    ),
    "MoCo of one layer": (
        {**below("encoder_q.", LARGE), "queue": torch.zeros(128, 9)},
        (r"encoder_q", r"no classifier in it"),
    ),
    "SimCLR": (
        {**below("backbone.", without_head(LARGE)), "projector.0.weight": torch.zeros(128, 512)},
        (r"projector", r"no classifier in it"),
    ),
    "DINO": (
        {
            **below("backbone.", without_head(BOTTLENECKS)),
            "head.mlp.0.weight": torch.zeros(9, 9),
            "head.last_layer.weight_g": torch.zeros(9, 1),
        },
        (r"no classifier in it",),
    ),
    "GroupNorm": (
        {name: each for name, each in LARGE.items() if "running_" not in name and "num_batches" not in name},
        (r"GroupNorm in place of BatchNorm",),
    ),
    "one output": ({**LARGE, "fc.weight": torch.zeros(1, 512), "fc.bias": torch.zeros(1)}, (r"one output", r"sigmoid")),
    "one output, small images": (
        {**SMALL, "linear.weight": torch.zeros(1, 64), "linear.bias": torch.zeros(1)},
        (r"one output",),
    ),
    "pruned": (
        {re.sub("weight$", "weight_orig", name) if "conv" in name else name: each for name, each in SMALL.items()},
        (r"pruned", r"prune\.remove"),
    ),
    "spectral normalisation": (
        {
            ours: each
            for name, each in SMALL.items()
            for ours in ([name] if "conv" not in name else [f"{name}_orig", f"{name}_u"])
        },
        (r"it has spectral normalisation.*remove_spectral_norm",),
    ),
    "a vision transformer": (
        {"patch_embed.proj.weight": torch.zeros(4, 3, 4, 4), "cls_token": torch.zeros(1, 1, 4)},
        (r"vision transformer",),
    ),
}


@pytest.mark.parametrize("kind", MISSING)
def test_a_refusal_says_what_is_the_matter(kind: str) -> None:
    weights, words = MISSING[kind]
    found = recognise(weights)
    assert found.configuration is None
    text = "; ".join(found.problems)
    assert [each for each in words if not re.search(each, text)] == [], text
    assert "running_mean" not in text or kind != "GroupNorm"
    assert "pruned" not in text or kind == "pruned"


def test_networks_of_timm_are_named_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("timm")
    weights = weights_of("resnet26d", "timm")
    assert recognise(below("timm_model.", weights)).configuration is not None
    monkeypatch.setitem(__import__("sys").modules, "timm", None)
    problems = "; ".join(recognise(weights).problems)
    assert "timm is not installed: pip install 'iterscope[timm]'" in problems


def test_pruned_and_normalised_weights_are_put_together(tmp_path: Any) -> None:
    torch.manual_seed(0)
    pruned, normalised = nn.Conv2d(3, 4, 3), nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 4, 3))
    mask = (torch.rand_like(pruned.weight) > 0.5).float()
    value = {
        "conv1.weight_orig": pruned.weight.detach(),
        "conv1.weight_mask": mask,
        **below("conv2.", normalised.state_dict()),
    }
    torch.save(value, tmp_path / "a.pth")
    found = open_foreign_file(tmp_path / "a.pth")
    assert torch.equal(found.tensors["conv1.weight"], pruned.weight.detach() * mask)
    torch.testing.assert_close(found.tensors["conv2.weight"], normalised.weight.detach())
    assert len(found.notes) == 2
