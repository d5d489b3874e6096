"""Inputs as people have them give the same numbers; what is wrong is named before anything runs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

import iterscope as it


class Counted(nn.Module):
    """A stem that counts the images that run through it."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 4, 3, padding=1)
        self.images = 0

    def forward(self, x: Tensor) -> Tensor:
        self.images += len(x)
        return self.convolution(x)


class Tanh(it.ResidualBlock):
    def branch(self, h: Tensor) -> Tensor:
        return h.tanh()


@pytest.fixture
def small() -> it.ResidualChain:
    torch.manual_seed(0)
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 10))
    return it.ResidualChain(Counted(), [Tanh(), Tanh(), Tanh()], head, name="small")


@pytest.fixture(scope="module")
def x() -> Tensor:
    return torch.randn(7, 3, 8, 8, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def y() -> Tensor:
    return torch.tensor([0, 9, 3, 3, 1, 2, 8])


def read_only(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    array = array.copy()
    array.flags.writeable = False
    return array


class Pairs(Dataset[Any]):
    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x, self.y = x, y

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.x[index], int(self.y[index])


class Stream(IterableDataset[Any]):
    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.x, self.y = x, y

    def __iter__(self) -> Any:
        return iter(zip(self.x, self.y.tolist(), strict=True))


def test_every_form_of_images_and_labels_gives_the_same_numbers(small: it.ResidualChain, x: Tensor, y: Tensor) -> None:
    expected = it.block_metrics(small, x, y)
    forms: list[tuple[Any, Any]] = [
        (x.numpy(), y.numpy()),
        (x.double().numpy(), y.tolist()),
        (x.numpy().astype(">f4"), tuple(y.tolist())),
        (read_only(x.numpy()), read_only(y.numpy().astype(np.uint8))),
        (np.ascontiguousarray(x.permute(0, 2, 3, 1).numpy()).transpose(0, 3, 1, 2), [np.int64(each) for each in y]),
        (x[:].requires_grad_(), list(y)),
        (x.double(), y.int()),
        (TensorDataset(x, y), None),
        (Pairs(x, y), None),
        (Pairs(x, y), y),
        (Stream(x, y), None),
        (DataLoader(Pairs(x, y), batch_size=2), None),
        (DataLoader(TensorDataset(x), batch_size=3), y),
    ]
    for images, labels in forms:
        found = it.block_metrics(small, images, labels)
        assert torch.allclose(found.cosine_loss, expected.cosine_loss, atol=1e-5)
        assert torch.allclose(found.loss, expected.loss, rtol=1e-5)
        assert torch.equal(found.outcomes.labels, y)
    shuffled = it.evaluate_plans(small, DataLoader(Pairs(x, y), batch_size=2, shuffle=True), None, [it.identity()])
    assert torch.allclose(shuffled.loss.sort().values, expected.outcomes.loss.sort().values, rtol=1e-5)


class CountedPairs(Pairs):
    """Counts how often each item is read."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        super().__init__(x, y)
        self.read: Counter[int] = Counter()

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        self.read[index] += 1
        return super().__getitem__(index)


@pytest.mark.parametrize("loader", [False, True])
def test_a_data_set_is_read_chunk_by_chunk_and_once_in_a_pass(loader: bool) -> None:
    chain, x = it.residual_chain(it.build("resnet8", seed=0)), torch.randn(40, 3, 32, 32)
    y = torch.arange(40) % 10
    for measure in (
        lambda images: it.block_metrics(chain, images, memory_budget=20 << 20),
        lambda images: it.evaluate_plans(chain, images, None, [it.identity()]),
        lambda images: it.run_plans(chain, images, [it.identity()]),
        lambda images: it.map_blocks(chain, images, None, lambda view: view.labels),
    ):
        data = CountedPairs(x, y)
        found = measure(DataLoader(data, batch_size=7) if loader else data)
        assert data.read == dict.fromkeys(range(40), 1)
    assert torch.equal(found, y.expand(3, 40))


def test_what_is_wrong_in_a_later_item_is_named(small: it.ResidualChain, x: Tensor, y: Tensor) -> None:
    labels = y.clone()
    labels[5] = 99
    with pytest.raises(it.DatasetError, match=r"label 99 of image 5 is out of range: .* 0 to"):
        it.block_metrics(small, Pairs(x, labels))
    sizes = [(x[0], 0), (x[1], 1), (x[2][:, :4], 2)]
    with pytest.raises(it.DatasetError, match=r"images 0 to 2 of Some can't be read.*all of one size"):
        it.block_metrics(small, Some(sizes))
    with pytest.raises(it.DatasetError, match="labels is missing"):
        it.block_metrics(small, TensorDataset(x))


class Some(Dataset[Any]):
    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Any:
        return self.items[index]


def test_a_split_has_its_own_labels() -> None:
    digits = it.load_dataset("digits").validation.subset(5)
    chain = it.residual_chain(it.build("resnet8", seed=0))
    assert torch.equal(it.block_drop(chain, digits).baseline.labels, digits.labels)
    auto = it.unrolling(chain, digits, steps=0, scale="auto", training=digits)
    assert torch.equal(auto.outcomes.loss, it.early_exit(chain, digits, digits.labels).outcomes.loss[-1:])


def test_a_plain_model_and_a_plans_text_are_taken(y: Tensor) -> None:
    model, x = it.build("resnet14", seed=0), torch.randn(7, 3, 32, 32)
    chain = it.residual_chain(model)
    plans = [it.drop(1), it.unroll(-1, 2, 0.5), it.swap(1, 1)]
    texts = ["0 1@0 2..5", [*((block, 1) for block in range(6)), (5, 0.5), (5, 0.5)], [it.Step(b) for b in range(6)]]
    assert torch.equal(it.run_plans(model, x, texts), it.run_plans(chain, x, plans))
    assert torch.equal(it.run_plans(model, x, "0 1@0 2..5"), it.run_plans(chain, x, plans[:1]))
    assert torch.equal(
        it.block_metrics(model, x, y, plan="0 1@0 2..5").l2_ratio, it.block_metrics(chain, x, y, plan=plans[0]).l2_ratio
    )
    assert torch.equal(it.training_survey(model, x, y).exits.loss, it.early_exit(model, x, y).outcomes.loss)
    assert it.borderline(nn.DataParallel(model), x, y).blocks == (4, 5)
    assert it.shuffling(model, x, y, [1], 1).orders == it.shuffling(chain, x, y, [1], 1).orders


def test_numpys_and_torchs_numbers_count_as_numbers(small: it.ResidualChain, x: Tensor, y: Tensor) -> None:
    one, two, half = np.int64(1), torch.tensor(2), np.float32(0.5)
    assert it.drop(one).steps(small) == it.drop(1).steps(small)
    assert it.drop(np.array([1, 2])).steps(small) == it.drop([1, 2]).steps(small)
    assert it.unroll(np.int8(-1), two, half).steps(small) == it.unroll(-1, 2, 0.5).steps(small)
    assert it.plan([(one, half), (two, one)]).steps(small) == it.plan([(1, 0.5), (2, 1.0)]).steps(small)
    assert it.swap(one, two).scale(two, half).steps(small) == it.swap(1, 2).scale(2, 0.5).steps(small)
    assert it.block_drop(small, x, y, [one, [0, two]]).dropped == ((1,), (0, 2))
    assert it.block_drop(small, x, y, np.array([[0, 1], [1, 2]])).dropped == ((0, 1), (1, 2))
    assert it.borderline(small, x, y, threshold=np.float64(0.2), reference=one, memory_budget=1e9).reference == 1
    assert it.unrolling(small, x, y, one, two, half).steps == 2
    assert it.shuffling(small, x, y, np.array([0, 1]), one, seed=two).swaps == (0, 1)


WRONG_IMAGES: dict[str, tuple[Any, str]] = {
    "HWC": (torch.zeros(7, 8, 8, 3), r"shape \(7, 8, 8, 3\), which looks like \(N, H, W, C\): .*permute\(0, 3, 1, 2\)"),
    "HWC array": (np.zeros((7, 8, 8, 3)), r"\(7, 8, 8, 3\), which looks like \(N, H, W, C\)"),
    "one image": (torch.zeros(3, 8, 8), r"shape \(3, 8, 8\): give normalised floating-point images \(N, C, H, W\)"),
    "integers": (np.zeros((7, 3, 8, 8), np.uint8), r"torch.uint8 tensor .*: give normalised floating-point images"),
    "text": (np.array(["a"] * 7), "images is an array of <U1: give numbers"),
    "a path": ("images.png", r"images is 'images.png': give a tensor or an array \(N, C, H, W\)"),
    "None": (None, "images is None: give a tensor"),
    "none": (torch.zeros(0, 3, 8, 8), "images is empty: give at least one image"),
    "an empty data set": (DataLoader(TensorDataset(torch.zeros(0, 3, 8, 8))), "images is empty"),
    "pictures": (Pairs([object()] * 7, torch.zeros(7)), "the images 0 to 0 of Pairs can't be read: .*object.*the image as a tensor"),
    "grey": (torch.zeros(7, 1, 8, 8), r"small can't run on images of shape 1×8×8 \(C, H, W\): .*channels"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_IMAGES)
def test_wrong_images_are_named(name: str, small: it.ResidualChain, y: Tensor) -> None:
    images, message = WRONG_IMAGES[name]
    for probe in (
        lambda: it.block_metrics(small, images, y),
        lambda: it.block_drop(small, images, y),
        lambda: it.run_plans(small, images, [it.identity()]),
    ):
        with pytest.raises(it.DatasetError, match=message):
            probe()
    assert isinstance(it.DatasetError(), ValueError)
    assert small.stem.images <= 3, "only single images ran"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_image_that_is_not_finite_is_named(value: float, small: it.ResidualChain, y: Tensor) -> None:
    images = torch.zeros(7, 3, 8, 8)
    images[5, 1, 2, 3] = value
    for given in (images, images.numpy(), TensorDataset(images, y)):
        with pytest.raises(ValueError, match="image 5 contains NaN or infinite values"):
            it.early_exit(small, given, y)
    assert small.stem.images == 0


WRONG_LABELS: dict[str, tuple[Any, str]] = {
    "too large": ([0, 1, 2, 10, 4, 5, 6], "label 10 of image 3 is out of range: small has 10 classes, 0 to 9"),
    "negative": (np.array([0, 1, 2, 3, 4, -1, 6]), "label -1 of image 5 is out of range"),
    "fractions": (torch.zeros(7), "labels is of torch.float32: give class indices, which are whole numbers"),
    "a list of fractions": ([0.0] * 7, "labels is of torch.float64"),
    "truth values": (torch.zeros(7, dtype=torch.bool), "labels is of torch.bool"),
    "names": (["cat"] * 7, "labels is an array of <U3: give numbers"),
    "one-hot": (torch.zeros(7, 10, dtype=torch.long), r"labels has shape \(7, 10\) for 7 images: give one class index"),
    "too few": ([0, 1, 2], r"labels has shape \(3,\) for 7 images"),
    "ragged": ([[0], [1, 2]], "labels is .*: give one class index per image"),
    "none": (None, "labels is missing: images has no labels of its own"),
    "enormous": ([10**400] * 7, "labels is"),
}


@pytest.mark.parametrize("name", WRONG_LABELS)
def test_wrong_labels_are_named(name: str, small: it.ResidualChain, x: Tensor) -> None:
    labels, message = WRONG_LABELS[name]
    for probe in (it.block_metrics, it.training_survey, it.block_drop, it.early_exit, it.unrolling, it.shuffling):
        with pytest.raises(ValueError, match=message):
            probe(small, x, labels)
    assert small.stem.images <= 6, "only single images ran"


def test_labels_that_contradict_a_shuffling_loader_are_refused(small: it.ResidualChain, x: Tensor, y: Tensor) -> None:
    with pytest.raises(it.DatasetError, match="labels differs from the labels that the TensorDataset gives"):
        it.block_drop(small, TensorDataset(x, y), y.flip(0))


def test_other_wrong_arguments_are_value_errors_too(small: it.ResidualChain, x: Tensor, y: Tensor) -> None:
    for call, message in (
        (lambda: it.block_metrics("resnet56", x, y), "'resnet56' is not a network: give a ResidualChain or a torch module"),
        (lambda: it.run_plans(small, x, 3), "plans is 3: give a list of plans"),
        (lambda: it.run_plans(small, x, []), "plans is empty"),
        (lambda: it.run_plans(small, x, [3]), "3 is not a plan: give"),
        (lambda: it.block_metrics(small, x, y, plan="0..two"), "can't read '0..two' in the plan"),
        (lambda: it.block_drop(small, x, y, [1.5]), "1.5 in blocks is not a block"),
        (lambda: it.drop(1.5), "blocks is 1.5: give a block"),
        (lambda: it.run_plans(small, x, [it.drop(["1"])]), "block '1' is not an index"),
        (lambda: it.early_exit(small, x, y, memory_budget="4 GiB"), "memory_budget is '4 GiB': give a number of bytes"),
        (lambda: it.early_exit(small, x, y, memory_budget=-1), "memory_budget is -1"),
        (lambda: it.shuffling(small, x, y, repeats=1.5), "repeats is 1.5"),
        (lambda: it.shuffling(small, x, y, [True]), "swaps is"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            call()


def test_a_replaced_head_has_its_own_classes(small: it.ResidualChain, x: Tensor, y: Tensor) -> None:
    it.block_metrics(small, x, y)
    small.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 20))
    assert it.block_metrics(small, x, [19] * 7).loss.isfinite().all()
    small.head = nn.AdaptiveAvgPool2d(1)
    with pytest.raises(it.ArchitectureError, match=r"the head of small gives a tensor of shape \(1, 4, 1, 1\)"):
        it.block_metrics(small, x, y)
