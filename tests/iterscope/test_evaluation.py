"""A number depends on the network and the images, not on the torch settings of its caller or on other threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from iterscope.evaluation import evaluation
from tests.iterscope.conftest import calibrated
from tests.iterscope.naive import Naive

Probe = Callable[[nn.Module, Tensor, Tensor], list[Tensor]]
TRIALS = 50


def every_number(found: object) -> list[Tensor]:
    """All tensors of a result, in order."""
    if isinstance(found, Tensor):
        return [found]
    if isinstance(found, dict):
        return [number for value in found.values() for number in every_number(value)]
    return (
        [number for value in vars(found).values() for number in every_number(value)]
        if hasattr(found, "__dict__")
        else []
    )


PROBES: dict[str, Callable[[nn.Module, Tensor, Tensor], object]] = {
    "run_plans": lambda chain, x, _: it.run_plans(chain, x, [it.identity(), it.drop(1)]),
    "stream_plans": lambda chain, x, _: torch.cat([part for *_, part in it.stream_plans(chain, x, [it.drop(1)])], 1),
    "evaluate_plans": lambda chain, x, y: it.evaluate_plans(chain, x, y, [it.identity(), it.drop(1)]),
    "block_metrics": it.block_metrics,
    "plugged": lambda chain, x, y: it.block_metrics(chain, x, y, "plugged", it.unroll(-1, 2, 0.5)),
    "effective": lambda chain, x, y: it.block_metrics(chain, x, y, update="effective"),
    "training_survey": it.training_survey,
    "block_drop": it.block_drop,
    "early_exit": it.early_exit,
    "borderline": it.borderline,
    "unrolling": lambda chain, x, y: it.unrolling(chain, x, y, steps=2),
    "unrolling auto": lambda chain, x, y: it.unrolling(
        chain, x, y, 1, 2, "auto", training=(x, y), gradient="end_to_end"
    ),
    "shuffling": lambda chain, x, y: it.shuffling(chain, x, y, (0, 1), 2),
}


@contextmanager
def setting(read: Callable[[], object], write: Callable[[object], None], value: object) -> Iterator[None]:
    before = read()
    write(value)
    try:
        yield
        assert read() == value
    finally:
        write(before)


def of(owner: object, name: str, value: object) -> AbstractContextManager[None]:
    return setting(lambda: getattr(owner, name), lambda chosen: setattr(owner, name, chosen), value)


@contextmanager
def mixed_precision_interfaces() -> Iterator[None]:
    """TF32 chosen through torch's older interface, then through the newer one: the older one can't be read any more."""
    torch.set_float32_matmul_precision("medium")
    torch.backends.mkldnn.matmul.fp32_precision = "bf16"
    torch.backends.cuda.matmul.fp32_precision = "ieee"
    try:
        yield
        assert torch.backends.mkldnn.matmul.fp32_precision == "bf16"
        assert torch.backends.cuda.matmul.fp32_precision == "ieee"
    finally:
        torch.set_float32_matmul_precision("highest")


CALLERS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "inference mode": torch.inference_mode,
    "no gradients": torch.no_grad,
    "matmul precision": lambda: setting(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision, "medium"),
    "TF32": lambda: of(torch.backends.cuda.matmul, "allow_tf32", True),
    "bfloat16 in oneDNN": lambda: of(torch.backends.mkldnn.matmul, "fp32_precision", "bf16"),
    "bfloat16 convolutions in oneDNN": lambda: of(torch.backends.mkldnn.conv, "fp32_precision", "bf16"),
    "both interfaces": mixed_precision_interfaces,
    "default dtype": lambda: setting(torch.get_default_dtype, torch.set_default_dtype, torch.float64),
    "default device": lambda: torch.device("meta"),
}  # fmt: skip


@pytest.fixture(scope="module")
def network(images: Tensor) -> nn.Module:
    torch.manual_seed(11)
    return calibrated("resnet14", images[..., ::2, ::2], input_size=16)


@pytest.fixture(scope="module", params=[8, 32], ids=["8 images", "32 images"])
def measured(request: pytest.FixtureRequest) -> tuple[Tensor, Tensor]:
    """Few images are computed in the caller's thread, many in others."""
    x = torch.randn(request.param, 3, 16, 16, generator=torch.Generator().manual_seed(12))
    return x, torch.arange(request.param) % 10


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", PROBES)
def test_the_callers_settings_change_no_bit(name: str, network: nn.Module, measured: tuple[Tensor, Tensor]) -> None:
    x, y = measured
    expected = every_number(PROBES[name](it.residual_chain(network), x, y))
    assert expected
    for caller, settings in CALLERS.items():
        with settings():
            found = every_number(PROBES[name](it.residual_chain(network), x, y))
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert one.dtype == other.dtype, caller
            assert torch.equal(one.nan_to_num(9.0), other.nan_to_num(9.0)), caller


def test_the_settings_matter_outside() -> None:
    """The check can fail: the same product differs under bfloat16."""
    a, b = torch.randn(64, 64), torch.randn(64, 64)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert not torch.equal((a @ b).float(), a.double().matmul(b.double()).float())


def test_what_was_made_in_inference_mode_can_be_measured(images: Tensor, labels: Tensor) -> None:
    model = it.build("resnet8", seed=3).eval()
    expected = it.block_metrics(it.residual_chain(model), images, labels)
    with torch.inference_mode():
        made = it.build("resnet8", seed=3).train()
        x, y = images.clone(), labels.clone()
        inside = it.block_metrics(made, x, y)
    outside = it.block_metrics(made, x, y)
    assert all(parameter.is_inference() for parameter in made.parameters())
    assert all(module.training for module in made.modules())
    for found in (inside, outside):
        assert torch.equal(found.cosine_loss, expected.cosine_loss)
        assert torch.equal(found.loss, expected.loss)


def test_an_unknown_module_is_traced_in_any_mode(images: Tensor) -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second, self.last = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3, padding=1), nn.Linear(4, 10)

        def forward(self, x: Tensor) -> Tensor:
            h = self.first(x)
            h = h + self.second(h).relu()
            return self.last(h.mean((2, 3)))

    model = Residual()
    expected = it.run_plans(it.residual_chain(model), images, [it.identity()])
    for caller, settings in CALLERS.items():
        if caller != "default device":  # which an unknown module's own forward pass may depend on
            with settings():
                assert torch.equal(it.run_plans(it.residual_chain(model), images, [it.identity()]), expected), caller


def test_a_float64_network_is_measured_in_float64(images: Tensor, labels: Tensor) -> None:
    model = calibrated("resnet8", images).double()
    chain, naive = it.residual_chain(model), Naive(model)
    exact = images.double() + 1e-9  # a difference that float32 doesn't have
    metrics = it.block_metrics(chain, exact, labels)
    assert {number.dtype for number in every_number(metrics) if number.is_floating_point()} == {torch.float64}
    for block in range(3):
        cosine = naive.cosine(exact, labels, block, plugged=False)
        assert (metrics.cosine_loss[block] - cosine).abs().max() < 1e-11
        assert torch.allclose(metrics.l2_ratio[block], naive.ratio(exact, block), rtol=1e-12)
    logits = naive.logits(exact, [(0, 1.0), (1, 1.0), (2, 1.0)]).detach()
    assert torch.allclose(it.run_plans(chain, exact, [it.identity()])[0], logits, rtol=1e-12, atol=1e-12)
    outcomes = it.evaluate_plans(chain, exact, labels, [it.identity()])
    assert torch.allclose(outcomes.loss[0], nn.functional.cross_entropy(logits, labels, reduction="none"), rtol=1e-12)


def test_images_are_converted_to_the_networks_dtype(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    images = images[..., ::2, ::2]
    expected = it.block_metrics(network, images, labels).cosine_loss
    assert torch.equal(it.block_metrics(network, images.double(), labels).cosine_loss, expected)
    digits = it.load_dataset("digits").validation.subset(3)
    double = it.build("resnet8", seed=0).double()
    assert it.run_plans(double, digits, [it.identity()]).dtype == torch.float64


def test_threads_measure_one_network_in_training_mode(images: Tensor, labels: Tensor) -> None:
    model = it.build("resnet8", seed=0).train()
    model.blocks[0].conv1.weight.requires_grad_(False)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    expected = it.block_metrics(it.residual_chain(model), images[:4], labels[:4]).cosine_loss

    def measure(_trial: int) -> Tensor:
        return it.block_metrics(it.residual_chain(model), images[:4], labels[:4]).cosine_loss

    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(measure, range(2 * TRIALS)):
            assert torch.equal(found, expected)
    assert all(module.training for module in model.modules())
    assert [name for name, weight in model.named_parameters() if not weight.requires_grad] == ["blocks.0.conv1.weight"]
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_a_network_stays_in_evaluation_mode_until_the_last_thread_ends() -> None:
    """Whichever of two overlapping evaluations begins and ends first."""
    model = nn.Sequential(nn.BatchNorm2d(2), nn.Conv2d(2, 2, 1)).train()
    precision = torch.get_float32_matmul_precision()
    for first_to_end in (0, 1):
        entered, leave, left = ([threading.Event() for _ in range(2)] for _ in range(3))

        def run(
            which: int, entered: list[threading.Event] = entered, leave: list[threading.Event] = leave,
            left: list[threading.Event] = left,
        ) -> None:  # fmt: skip
            with evaluation(model):
                entered[which].set()
                leave[which].wait(30)
            left[which].set()

        threads = [threading.Thread(target=run, args=(which,)) for which in range(2)]
        for which, thread in enumerate(threads):
            thread.start()
            assert entered[which].wait(30)
        leave[first_to_end].set()
        assert left[first_to_end].wait(30)
        assert not any(module.training for module in model.modules())
        assert not model[1].weight.requires_grad
        leave[1 - first_to_end].set()
        for thread in threads:
            thread.join()
        assert all(module.training for module in model.modules())
        assert model[1].weight.requires_grad
        assert torch.get_float32_matmul_precision() == precision


@pytest.mark.parametrize(
    "settings",
    [nullcontext, *(CALLERS[name] for name in ("matmul precision", "TF32", "bfloat16 in oneDNN", "both interfaces"))],
)
def test_precision_is_full_inside_and_restored(settings: Callable[[], AbstractContextManager[object]]) -> None:
    def state() -> list[str]:
        places = (torch.backends, torch.backends.cudnn, torch.backends.mkldnn)
        operations = [torch.backends.cuda.matmul]
        operations += [getattr(backend, name) for backend in places[1:] for name in ("conv", "rnn")]
        return [place.fp32_precision for place in [*places, *operations, torch.backends.mkldnn.matmul]]

    with settings():
        before = state()

        def broken() -> None:
            with evaluation(nn.Identity()):
                assert set(state()) == {"ieee"}
                assert torch.get_float32_matmul_precision() == "highest"
                assert not torch.backends.cudnn.allow_tf32
                raise KeyError

        with pytest.raises(KeyError):
            broken()
        assert state() == before


class Hungry(it.ResidualBlock):
    """A block that needs a given amount of memory."""

    needed = 1 << 52
    """Bytes: more than any machine can address."""

    def branch(self, h: Tensor) -> Tensor:
        torch.empty(self.needed, dtype=torch.uint8)
        return h


def hungry() -> tuple[it.ResidualChain, Hungry]:
    block = Hungry()
    return it.ResidualChain(nn.Identity(), [block, Hungry()], nn.Sequential(nn.Flatten(), nn.Linear(32, 10))), block


@pytest.mark.parametrize("name", ["run_plans", "evaluate_plans", "block_metrics", "block_drop"])
def test_running_out_of_memory_is_reported_as_such_and_not_remembered(name: str) -> None:
    chain, block = hungry()
    chain.blocks[1].needed = 1
    x, y = torch.randn(3, 2, 4, 4), torch.arange(3)
    with pytest.raises(
        it.OutOfMemory, match=r"the network ran out of memory: .*can't allocate memory.*memory_budget"
    ) as caught:
        PROBES[name](chain, x, y)
    assert isinstance(caught.value, MemoryError)
    assert not isinstance(caught.value, ValueError)
    block.needed = 1
    assert every_number(PROBES[name](chain, x, y))


def test_a_shape_that_ran_out_of_memory_is_not_refused_later() -> None:
    chain, block = hungry()
    with pytest.raises(it.OutOfMemory):
        chain.shape_after((2, 4, 4), 0, first=True)
    block.needed = 1
    assert chain.shape_after((2, 4, 4), 0, first=True) == (2, 4, 4)


def test_a_shape_that_a_block_does_not_take_is_none(chain: it.ResidualChain) -> None:
    assert chain.shape_after((5, 8, 8), 0, first=True) is None
    assert chain.shape_after((16, 8, 8), 0, first=True) == (16, 8, 8)
