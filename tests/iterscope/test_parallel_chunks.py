"""Chunks at once: the same values in the same order, whatever happens on the way, and the process left as it was."""

from __future__ import annotations

import gc
import signal
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from itertools import product

import pytest
import torch
from torch import Tensor

import iterscope as it
from iterscope.chunks import CPU_CHUNK, LEAST_CPU_CHUNK, Chunks, Progress, divide
from iterscope.parallel_chunks import map_chunks

SPANS = Chunks(tuple((at * 10, at * 10 + 10) for at in range(7)), at_once=3)
FOREVER = 60.0


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    """Torch has two threads here, and has them still after each test, as new threads do; none of ours is left."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    assert torch.get_num_threads() == 2
    assert default_threads() == 2
    assert not [thread for thread in threading.enumerate() if thread.name == "iterscope chunks"]
    torch.set_num_threads(before)


def default_threads() -> int:
    """Torch's number of threads in a new thread."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return found[0]


def one_at_a_time(compute: Callable[[], Tensor]) -> Tensor:
    torch.set_num_threads(1)
    try:
        return compute()
    finally:
        torch.set_num_threads(2)


def test_results_come_in_order_whichever_is_done_first() -> None:
    def work(start: int, stop: int, _on_step: Progress) -> tuple[int, int]:
        time.sleep(0.03 if start == 0 else 0.001)
        return start, stop

    assert map_chunks(SPANS, work, lambda _: None) == list(SPANS.spans)


def test_each_thread_computes_with_one_thread_of_torchs_to_the_end() -> None:
    def work(_start: int, _stop: int, _on_step: Progress) -> tuple[int, int]:
        before = torch.get_num_threads()
        torch.ones(1 << 16).exp().sum()  # a parallel region: where torch sets a thread up at the latest
        return before, torch.get_num_threads()

    assert map_chunks(SPANS, work, lambda _: None) == [(1, 1)] * 7


def test_the_default_for_new_threads_stays_where_it_differs_from_the_callers() -> None:
    torch.set_num_threads(3)
    thread = threading.Thread(target=torch.set_num_threads, args=(5,))
    thread.start()
    thread.join()
    map_chunks(SPANS, lambda *_: None, lambda _: None)
    assert torch.get_num_threads() == 3
    assert default_threads() == 5
    torch.set_num_threads(2)


def test_new_threads_get_all_threads_while_chunks_are_computed() -> None:
    seen: list[int] = []

    def work(_start: int, _stop: int, on_step: Progress) -> None:
        on_step(0.5)

    map_chunks(SPANS, work, lambda _: seen.append(default_threads()))
    assert set(seen) == {2}


@pytest.mark.parametrize("at_once", [1, 3])
def test_progress_rises_in_the_calling_thread_to_all_images(at_once: int) -> None:
    told: list[float] = []
    callers: set[threading.Thread] = set()

    def tell(done: float) -> None:
        told.append(done)
        callers.add(threading.current_thread())

    def work(_start: int, _stop: int, on_step: Progress) -> None:
        for step in range(4):
            on_step((step + 1) / 4)

    map_chunks(Chunks(SPANS.spans, at_once), work, tell)
    assert told == sorted(told)
    assert told[-1] == 70.0
    assert len(told) >= 7 * 4
    assert callers == {threading.current_thread()}


@pytest.mark.parametrize("at_once", [1, 3])
def test_an_error_leaves_with_its_traceback_and_stops_the_others(at_once: int) -> None:
    begun: list[int] = []

    def breaks() -> None:
        raise ZeroDivisionError("chunk 20")

    def work(start: int, _stop: int, on_step: Progress) -> None:
        begun.append(start)
        if start == 20:
            breaks()
        while start < 20 and at_once > 1:  # until they are stopped
            time.sleep(0.001)
            on_step(0.5)

    with pytest.raises(ZeroDivisionError, match="chunk 20") as caught:
        map_chunks(Chunks(SPANS.spans, at_once), work, lambda _: None)
    assert "breaks" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert sorted(begun) == [0, 10, 20]


def test_ctrl_c_stops_all() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def work(start: int, _stop: int, on_step: Progress) -> None:
        if start == 10:
            signal.raise_signal(signal.SIGINT)  # Python handles it in the main thread
        end = time.monotonic() + FOREVER
        while time.monotonic() < end:
            time.sleep(0.001)
            on_step(0.5)

    try:
        with pytest.raises(KeyboardInterrupt):
            map_chunks(SPANS, work, lambda _: None)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("error", [it.Cancelled, KeyboardInterrupt])
def test_what_the_callback_raises_stops_all_at_their_next_step(error: type[BaseException]) -> None:
    def work(_start: int, _stop: int, on_step: Progress) -> None:
        end = time.monotonic() + FOREVER
        while time.monotonic() < end:
            time.sleep(0.001)
            on_step(0.5)

    def stop(_done: float) -> None:
        raise error

    began = time.monotonic()
    with pytest.raises(error):
        map_chunks(SPANS, work, stop)
    assert time.monotonic() - began < FOREVER / 2


def test_a_thread_that_cannot_start_is_the_callers_error(monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start
    started: list[threading.Thread] = []

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "iterscope chunks":
            if len(started) == 2:  # the one that starts the others, and the first of them
                raise RuntimeError("can't start new thread")
            started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        map_chunks(SPANS, lambda *_: None, lambda _: None)


MANY = torch.randn(100, 3, 32, 32, generator=torch.Generator().manual_seed(7))
LABELS = torch.arange(100) % 10
PLANS = [it.identity(), it.drop(2), it.unroll(-1, 2, 0.1)]


def test_plans_give_bitwise_what_one_thread_gives(chain: it.ResidualChain) -> None:
    together = it.run_plans(chain, MANY, PLANS)
    assert torch.equal(together, one_at_a_time(lambda: it.run_plans(chain, MANY, PLANS)))
    with torch.no_grad():
        assert torch.equal(together[0], chain(MANY))


@pytest.mark.parametrize("gradient", ["end_to_end", "plugged"])
def test_block_metrics_give_what_one_thread_gives(chain: it.ResidualChain, gradient: str) -> None:
    def metrics() -> Tensor:
        found = it.block_metrics(chain, MANY, LABELS, gradient)
        names = ("cosine_loss", "l2_ratio", "activation_norm", "gradient_norm")
        return torch.stack([getattr(found, name) for name in names])

    assert torch.allclose(metrics(), one_at_a_time(metrics), rtol=1e-5, atol=1e-5, equal_nan=True)


def test_the_callers_modes_of_torch_change_nothing(chain: it.ResidualChain) -> None:
    expected = it.run_plans(chain, MANY, PLANS)
    assert not expected.requires_grad
    with torch.no_grad():
        assert not it.block_metrics(chain, MANY, LABELS).cosine_loss.isnan().any()
    with torch.enable_grad():
        assert torch.equal(it.run_plans(chain, MANY, PLANS), expected)


def test_a_measured_network_can_be_forgotten() -> None:
    """What a probe needs memory for is found by a pass whose graph must not outlive it."""
    chain = it.residual_chain(it.build("resnet8", stem_width=4, widths=(4, 4, 4)))
    images, labels = torch.randn(2, 3, 32, 32), torch.zeros(2, dtype=torch.long)
    it.block_metrics(chain, images, labels)
    it.block_drop(chain, images, labels, [[0]])
    weights = [weakref.ref(parameter) for parameter in chain.parameters()]
    del chain
    gc.collect()
    assert not [weight for weight in weights if weight() is not None]


def test_probes_leave_the_network_as_it_was_when_they_are_cancelled() -> None:
    model = it.build("resnet8", seed=0).train()
    chain = it.residual_chain(model)

    def stop(share: float) -> None:
        if share > 0.3:
            raise it.Cancelled

    for probe in (it.block_metrics, it.block_drop):
        with pytest.raises(it.Cancelled):
            probe(chain, MANY, LABELS, progress=stop)
        assert all(module.training for module in model.modules())
        assert all(parameter.requires_grad for parameter in model.parameters())


def test_nothing_runs_while_a_stream_waits_for_its_reader(chain: it.ResidualChain) -> None:
    budget = 4 << 20
    alone = threading.active_count()
    stream = it.stream_plans(chain, MANY, [it.identity()], memory_budget=budget)
    start, stop, logits = next(stream)
    assert (start, stop) == (0, len(logits[0]))
    assert stop < 50
    assert threading.active_count() == alone
    stream.close()


def test_a_stream_gives_all_images_in_order(chain: it.ResidualChain) -> None:
    seen: list[float] = []
    parts = list(it.stream_plans(chain, MANY, PLANS, memory_budget=8 << 20, progress=seen.append))
    assert [start for start, *_ in parts] == [0, *(stop for _, stop, _ in parts[:-1])]
    assert parts[-1][1] == 100
    assert torch.equal(torch.cat([logits for *_, logits in parts], 1), it.run_plans(chain, MANY, PLANS))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize("threads", [1, 2, 3, 16])
def test_chunks_at_once_share_the_budget_and_cover_all_images(
    threads: int, chain: it.ResidualChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    for count, fitting in product([1, 7, 16, 90, 359, 1000], [1, 2, 5, 40, 1000]):
        chunks = divide(chain, count, 1000, fitting * 1000 + 999)
        assert [start for start, _ in chunks.spans] == [0, *(stop for _, stop in chunks.spans[:-1])]
        assert chunks.spans[-1][1] == count
        lengths = [stop - start for start, stop in chunks.spans]
        assert 1 <= min(lengths) <= max(lengths) <= min(lengths) + 1
        assert max(lengths) <= CPU_CHUNK
        assert chunks.at_once * max(lengths) <= fitting
        assert chunks.at_once <= min(threads, len(lengths))
        assert len(lengths) % chunks.at_once == 0 or set(lengths) == {1}
        assert (chunks.at_once > 1) == (threads > 1 and count >= 2 * LEAST_CPU_CHUNK and fitting > 1)


def test_a_budget_of_one_image_is_enough_for_any_number_of_threads(chain: it.ResidualChain) -> None:
    assert divide(chain, 100, 1000, 1000).at_once == 1
    with pytest.raises(it.BudgetError, match="but one image takes"):
        divide(chain, 100, 1000, 999)
