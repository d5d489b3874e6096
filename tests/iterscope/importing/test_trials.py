"""Answers to images tell apart networks with the same tensors, normalisations, and orders of classes.

A random network stands for a trained one: the labels of the images are its own answers, with the forward pass and the normalisation that
have to be found.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from iterscope.architectures import ForeignConfiguration, build_foreign
from iterscope.datasets.records import ImageSplit
from iterscope.importing.batch_norms import statistics_gap
from iterscope.importing.channels import BlueFirst, read_red_first
from iterscope.importing.class_order import answered_order
from iterscope.importing.known_classes import imagenet_synsets, with_known_order
from iterscope.importing.measuring import measure_import
from iterscope.importing.networks import choose_network
from iterscope.importing.trial import Normalisation, answers, check, normalisations, try_normalisations
from iterscope.recognition import foreign_model, recognise
from iterscope.tensor_files import write_tensor_file


def silent(_share: float) -> None:
    pass


@lru_cache(maxsize=1)
def digits() -> it.Dataset:
    return it.load_dataset("digits", image_size=16)


def network(family: str, name: str, **options: Any) -> nn.Module:
    """Random weights, whose statistics are those of the digits, and with decided answers of all classes."""
    torch.manual_seed(3)
    configuration = ForeignConfiguration(family, name, 10, 16, options=options)  # type: ignore[arg-type]
    return build_foreign(configuration)


def decided(model: nn.Module, images: Tensor) -> nn.Module:
    """Sets BatchNorms' statistics from these images, and the last layer so that every class is answered, and surely."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None
            nn.init.normal_(module.weight, 1.0, 0.3)
            nn.init.normal_(module.bias, 0.0, 0.3)
    last: Any = model.linear if hasattr(model, "linear") else model.fc
    with torch.no_grad():
        model.train()(images)
        logits = model.eval()(images)
        last.weight.mul_(8 / logits.std(0)[:, None])
        last.bias.copy_(-8 * logits.mean(0) / logits.std(0) + 8 * last.bias / logits.std(0))
    return model


def labelled(model: nn.Module, split: ImageSplit, used: Normalisation) -> ImageSplit:
    found = answers(model, split.with_normalisation(used.mean, used.std))
    return replace(split, labels=found.logits.argmax(1))


def known(preset: str) -> Normalisation:
    return next(each for each in normalisations(digits()) if each.preset == preset)


VARIANTS = [
    ("cifar", "resnet8", {"shortcut": "B"}, {}),
    ("cifar", "resnet8", {"shortcut": "B"}, {"stem_pooling": True}),
    ("cifar", "resnet8", {"shortcut": "B"}, {"activation": "leaky_relu_0.1"}),
    ("cifar", "resnet8", {"shortcut": "A"}, {"padding": "end", "stem_pooling": True}),
    ("cifar", "resnet11", {"block": "bottleneck", "shortcut": "B"}, {"stride_in": "1x1"}),
    ("wide-cifar", "wrn10_2", {}, {"shortcut_reads": "input with branch", "activation": "leaky_relu_0.1"}),
    ("wide-cifar", "wrn10_2", {}, {"shortcut_reads": "input"}),
]


@pytest.mark.parametrize(("family", "name", "options", "variant"), VARIANTS, ids=lambda each: str(each))
def test_the_forward_pass_is_found_by_trying(family: str, name: str, options: Any, variant: Any) -> None:
    split, used = digits().validation.subset(64), known("unit")
    widths = {"widths": [8, 16, 16] if family == "cifar" else [32, 64, 128]}
    model = network(family, name, **options, **widths, **variant)
    decided(model, split.with_normalisation(used.mean, used.std).batch(0, 64))
    split = labelled(model, split, used)
    found = recognise(model.state_dict())
    models = {label: foreign_model(each, found.renamed(model.state_dict())) for label, each in found.alternatives}
    assert len(models) >= 4
    networks = choose_network(models, split, [used, known("half")], silent)
    chosen = models[networks.label].configuration
    assert chosen.options == model.configuration.options, networks  # type: ignore[union-attr]
    assert (networks.equals, networks.untried) == ((), ())
    assert {trial.label for trial in networks.trials} == set(models)


def test_batchnorm_statistics_tell_the_forward_pass_without_labels() -> None:
    """They are those of the images in the right network; the gap of a shifted or scaled one is known in closed form."""
    images = digits().train.subset(64).with_normalisation((0.0,) * 3, (1.0,) * 3).batch(0, 64)
    model = decided(network("cifar", "resnet8", widths=[8, 16, 16], activation="leaky_relu_0.1"), images)
    assert statistics_gap(model, images) == pytest.approx(0.0, abs=0.01)
    other = network("cifar", "resnet8", widths=[8, 16, 16])
    other.load_state_dict(model.state_dict())
    gap = statistics_gap(other, images)
    assert gap is not None
    assert gap > 0.1
    norm = nn.Sequential(nn.BatchNorm2d(1))
    norm[0].running_mean, norm[0].running_var = torch.tensor([1.0]), torch.tensor([4.0])
    two = torch.tensor([0.0, 2.0]).view(2, 1, 1, 1)  # mean 1, variance 1
    assert statistics_gap(norm, two) == pytest.approx(math.log(4), rel=1e-4)
    assert statistics_gap(norm, 2 * two + 6) == pytest.approx(3.5, rel=1e-4)
    assert statistics_gap(nn.Sequential(nn.Flatten()), two) is None


def test_another_activation_is_no_quiet_guess() -> None:
    used = known("unit")
    split = digits().validation.subset(64)
    model = decided(
        network("cifar", "resnet8", widths=[8, 16, 16]), split.with_normalisation(used.mean, used.std).batch(0, 64)
    )
    split = labelled(model, split, used).with_normalisation(used.mean, used.std)
    for norm in model.modules():
        if isinstance(norm, nn.BatchNorm2d):
            norm.running_var.mul_(2)  # type: ignore[union-attr]
    warning = check(model, split, tuple("abcdefghij"), [], "unit", silent).warning
    assert warning is not None
    assert "BatchNorm statistics don't fit" in warning
    assert "activation" in warning


def coloured(count: int = 120) -> ImageSplit:
    """Images of three channels that differ."""
    generator = torch.Generator().manual_seed(5)
    plain = torch.randint(0, 256, (count, 3, 1, 1), generator=generator) + torch.randint(
        -60, 60, (count, 3, 16, 16), generator=generator
    )
    return ImageSplit(
        plain.clamp(0, 255).to(torch.uint8),
        torch.zeros(count, dtype=torch.int64),
        (0.5,) * 3,
        (0.25,) * 3,
        torch.arange(count),
    )


@pytest.mark.parametrize("blue_first", [True, False])
def test_a_network_that_reads_blue_first_reads_red_first_afterwards(blue_first: bool) -> None:
    split = coloured()
    model = decided(network("cifar", "resnet8", widths=[8, 16, 16]), split.batch(0, len(split)))
    trained = BlueFirst(model) if blue_first else model
    with torch.no_grad():
        wanted = trained(split.batch(0, len(split)))
    split = replace(split, labels=wanted.argmax(1))
    assert read_red_first(model, split, silent) == blue_first
    with torch.no_grad():
        assert torch.allclose(model(split.batch(0, len(split))), wanted, atol=1e-3)
    assert not read_red_first(model, split, silent)


def test_the_order_of_colours_of_grey_images_is_left_as_it_is() -> None:
    split = digits().validation.subset(64)
    model = decided(network("cifar", "resnet8", widths=[8, 16, 16]), split.batch(0, 64))
    with torch.no_grad():
        split = replace(split, labels=model(split.batch(0, 64)).argmax(1))
    assert not read_red_first(model, split, silent)


def test_networks_that_do_equally_well_are_named_and_the_usual_one_is_chosen() -> None:
    split, used = digits().validation.subset(64), known("unit")
    model = decided(
        network("cifar", "resnet8", widths=[8, 16, 16]), split.with_normalisation(used.mean, used.std).batch(0, 64)
    )
    networks = choose_network({"usual": model, "other": model}, labelled(model, split, used), [used], silent)
    assert (networks.label, networks.equals) == ("usual", ("other",))


def test_networks_beyond_the_time_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iterscope.importing.networks.NETWORK_SECONDS", 1e-6)
    model = network("cifar", "resnet8", widths=[4, 4, 4])
    models = {"one": model, "two": model, "three": model}
    networks = choose_network(models, digits().validation.subset(32), [known("unit"), known("half")], silent)
    assert (networks.label, networks.untried) == ("one", ("two", "three"))


def test_little_time_tries_the_other_networks_with_the_best_normalisation_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iterscope.importing.networks.seconds_an_image", lambda *_: 0.4)  # 150 images in all
    split, used = digits().validation.subset(64), known("pixels")
    model = decided(
        network("cifar", "resnet8", widths=[8, 16, 16], stem_pooling=True),
        split.with_normalisation(used.mean, used.std).batch(0, 64),
    )
    found = recognise(model.state_dict())
    models = {label: foreign_model(each, found.renamed(model.state_dict())) for label, each in found.alternatives}
    networks = choose_network(models, labelled(model, split, used), [known("half"), used, known("unit")], silent)
    assert networks.untried == ()
    assert "max pooling" in networks.label


@pytest.mark.parametrize("preset", ["pixels", "unit", "half"])
def test_the_range_of_pixels_is_found(preset: str) -> None:
    split, used = digits().validation.subset(64), known(preset)
    model = decided(
        network("cifar", "resnet8", widths=[8, 16, 16]), split.with_normalisation(used.mean, used.std).batch(0, 64)
    )
    trials = try_normalisations("it", model, labelled(model, split, used), normalisations(digits()), silent)
    assert (trials[0].preset, trials[0].accuracy) == (preset, 1.0)


def test_another_order_of_classes_is_named_with_the_order() -> None:
    split, used = digits().validation.subset(100), known("unit")
    model = decided(
        network("cifar", "resnet8", widths=[8, 16, 16]), split.with_normalisation(used.mean, used.std).batch(0, 100)
    )
    split = labelled(model, split, used)
    places = torch.tensor([0, 1, 9, 2, 3, 4, 5, 6, 7, 8])  # as folders 0, 1, 10, 2, … sort
    shuffled = replace(split, labels=places.argsort()[split.labels]).with_normalisation(used.mean, used.std)
    names = tuple("abcdefghij")
    checked = check(model, shuffled, names, [], "unit", silent)
    assert checked.warning is not None
    assert "another order" in checked.warning
    order = [names[int(label)] for label in places.argsort()]
    assert f"--classes {','.join(order)}" in checked.warning
    assert check(model, split.with_normalisation(used.mean, used.std), names, [], "unit", silent).warning is None


def test_answers_of_chance_are_no_order() -> None:
    torch.manual_seed(0)
    labels = torch.arange(10).repeat(10)
    assert answered_order(torch.randint(0, 10, (100,)), labels, 10) is None
    assert answered_order(labels, labels, 10) is None
    assert answered_order(1 - torch.arange(2).repeat(8), torch.arange(2).repeat(8), 2) is not None
    assert answered_order(torch.tensor([1, 0, 1, 0]), torch.tensor([0, 1, 0, 1]), 2) is None  # too few


def test_imagenets_classes_are_known_by_their_synsets_and_names() -> None:
    synsets = imagenet_synsets()
    assert (len(set(synsets)), synsets[0], list(synsets)) == (1000, "n01440764", sorted(synsets))
    assert with_known_order(("n02102040", "n01440764"), 1000) == synsets
    named = with_known_order(("Golden_Retriever", "tench"), 1000)
    assert named is not None
    assert (named[0], named[207], named[1]) == ("tench", "Golden_Retriever", synsets[1])
    assert with_known_order(("tench", "my dog"), 1000) is None
    assert with_known_order(("n01440764",), 10) is None


@pytest.fixture
def opened(tmp_path: Any) -> dict[str, Any]:
    configuration = ForeignConfiguration("cifar", "resnet8", 10, 32, options={"widths": [4, 4, 4], "shortcut": "B"})
    write_tensor_file(tmp_path / "tensors.safetensors", build_foreign(configuration).state_dict(), {})
    return {
        "tensors": str(tmp_path / "tensors.safetensors"),
        "alternatives": [["it", configuration.to_dict()]],
        "dataset": "digits",
        "target": str(tmp_path / "checkpoint.safetensors"),
        "check": False,
    }


@pytest.mark.parametrize(
    ("answers_given", "mean", "std"),
    [
        ({"mean": [127.5] * 3, "std": [51.0] * 3, "max_value": 255.0}, 0.5, 0.2),
        ({"max_value": 255.0}, 0.0, 1 / 255),
        ({"mean": [0.5], "std": [0.25]}, 0.5, 0.25),
        ({"normalisation": [[0.5] * 3, [0.25] * 3]}, 0.5, 0.25),
        ({"normalisation": [[0.5] * 3, [0.25] * 3], "preset": "unit"}, 0.0, 1.0),
    ],
)
def test_a_normalisation_that_is_given_is_used(
    opened: dict[str, Any], answers_given: Any, mean: float, std: float
) -> None:
    made = measure_import({**opened, **answers_given}, silent)
    prepared = made["description"]["preprocessing"]
    assert prepared["mean"] == pytest.approx([mean] * 3)
    assert prepared["std"] == pytest.approx([std] * 3)
