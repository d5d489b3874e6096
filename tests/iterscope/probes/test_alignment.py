"""Residual Jacobians of a stage, and how straight its path is."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.autograd.functional import jacobian as full_jacobian

import iterscope as it
from iterscope.evaluation import evaluation
from iterscope.probes.alignment import Alignment, default_rank
from iterscope.probes.stages import stage_blocks
from tests.iterscope.probes import small_networks as networks
from tests.iterscope.probes.small_networks import KINDS, network, some_images
from tests.iterscope.probes.test_gain import first_input, linear, of_powers, pictures, states


class Moved(it.ResidualBlock):
    """Adds the same vector to each state."""

    def __init__(self, by: Tensor) -> None:
        super().__init__()
        self.by = by

    def branch(self, h: Tensor) -> Tensor:
        return self.by.expand(h.shape)


def path(*steps: Tensor) -> it.ResidualChain:
    return it.ResidualChain(nn.Identity(), [Moved(step) for step in steps], nn.Flatten())


def unit(axis: int) -> Tensor:
    return torch.eye(20, dtype=torch.float64)[axis].view(1, 1, 4, 5)


def test_steps_on_a_line_have_the_score_1() -> None:
    found = it.line_shape(path(unit(0), 3 * unit(0), 2 * unit(0)), states())
    assert found.steps == (3,)
    for values, wanted in (
        (found.score, 1),
        (found.cosine, 1),
        (found.tortuosity, 1),
        (found.spacing, math.sqrt(2 / 3) / 2),
    ):
        assert values.tolist() == [pytest.approx([wanted] * 3, rel=1e-12)]


def test_orthogonal_steps_have_the_score_root_n() -> None:
    found = it.line_shape(path(unit(0), 3 * unit(1), unit(7), unit(4)), states())
    assert found.score.tolist() == [pytest.approx([2.0] * 3, rel=1e-12)]
    assert found.cosine.abs().max() < 1e-12
    assert found.tortuosity[0, 0] == pytest.approx(6 / math.sqrt(12))


@pytest.mark.parametrize("kind", KINDS)
def test_the_line_shape_agrees_with_the_naive_computation(kind: str) -> None:
    chain, images = network(kind), some_images(3)
    found, all_states = it.line_shape(chain, images), networks.states(chain, images)
    for stage, blocks in enumerate(stage_blocks(chain)):
        steps = [
            (all_states[at + 1] - all_states[at]).flatten(1)
            for at in blocks
            if all_states[at + 1].shape == all_states[at].shape
        ]
        assert found.steps[stage] == len(steps)
        if len(steps) < 2:
            assert found.score[stage].isnan().all()
            continue
        units = [step / step.norm(dim=1, keepdim=True) for step in steps]
        lengths = torch.stack([step.norm(dim=1) for step in steps])
        assert torch.allclose(found.score[stage], len(steps) / sum(units).norm(dim=1))
        cosines = [torch.cosine_similarity(a, b) for a, b in pairwise(steps)]
        assert torch.allclose(found.cosine[stage], torch.stack(cosines).mean(0))
        assert torch.allclose(found.tortuosity[stage], lengths.sum(0) / sum(steps).norm(dim=1))
        assert torch.allclose(found.spacing[stage], lengths.std(0, correction=0) / lengths.mean(0))
    defined = found.score[~found.score.isnan()]
    assert (defined >= 1 - 1e-12).all()


def test_a_step_of_length_0_and_a_stage_of_one_block_are_undefined() -> None:
    assert it.line_shape(path(unit(0), 0 * unit(0), unit(1)), states()).score.isnan().all()
    alone = it.line_shape(path(unit(0)), states())
    assert alone.steps == (1,)
    assert alone.score.isnan().all()


def test_tied_linear_blocks_are_perfectly_aligned() -> None:
    weights = of_powers()
    found = it.alignment(linear(weights, weights, weights), states(), 8)
    assert found.coupling.min() > 1 - 1e-6
    assert found.overlap.min() > 1 - 1e-6
    assert found.mean_coupling().tolist() == [pytest.approx([1.0] * 3, abs=1e-6)]
    _, values, _ = np.linalg.svd(weights.numpy())
    assert found.values[1, :, 2].tolist() == pytest.approx(values[:8].tolist(), rel=1e-6)


def test_self_alignment_and_rank_are_those_of_the_matrix() -> None:
    left, values, right = np.linalg.svd(of_powers(1).numpy())
    found = it.alignment(linear(of_powers(1), of_powers(2)), states(1), 6)
    wanted = np.abs((left[:, :6] * right[:6].T).sum(0)).mean()
    assert found.self_alignment[0, 0] == pytest.approx(wanted, abs=1e-5)
    assert found.stable_rank[0, 0] == pytest.approx((values**2).sum(), rel=0.5)  # from 11 random vectors
    assert found.tail(3)[0, 0] == pytest.approx(1 / 8, rel=1e-6)
    assert found.tail(6).isnan().all()


def test_coupling_follows_its_definition() -> None:
    one, two = of_powers(1), of_powers(2)
    found = it.alignment(linear(one, two), states(1), 5)
    left, _, right = np.linalg.svd(two.numpy())
    values = np.linalg.svd(one.numpy())[1][:5]
    between = np.abs(left[:, :5].T @ one.numpy() @ right[:5].T)
    wanted = 1 - np.linalg.norm(between - np.diag(values)) / np.linalg.norm(values)
    assert found.coupling[0, 1, 0] == pytest.approx(wanted, abs=1e-5)
    own = np.linalg.svd(one.numpy())[0][:, :5]
    assert found.overlap[0, 1, 0] == pytest.approx(np.linalg.norm(own.T @ left[:, :5]) ** 2 / 5, abs=1e-5)
    assert found.overlap[0, 1, 0] == pytest.approx(float(found.overlap[1, 0, 0]), abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_whole_jacobians(kind: str) -> None:
    """Two blocks of the first stage, from all of J and numpy's decomposition."""
    chain, images = network(kind), pictures(kind, 1)
    found = it.alignment(chain, images, 2, iterations=80)
    parts = []
    for block in (0, 1):
        h = first_input(chain, images, block)
        with evaluation(chain):
            whole = full_jacobian(chain.block(block).branch, h).reshape(-1, h.numel()).numpy()
        left, values, right = np.linalg.svd(whole)
        left, values, right = left[:, :2], values[:2], right[:2].T
        parts.append((whole, left, values, right))
        assert found.values[block, :, 0].tolist() == pytest.approx(values.tolist(), rel=1e-4)
        assert found.self_alignment[block, 0] == pytest.approx(np.abs((left * right).sum(0)).mean(), abs=1e-3)
        wanted_rank = float((whole**2).sum() / values[0] ** 2)
        assert found.stable_rank[block, 0] == pytest.approx(wanted_rank, rel=0.3)  # from ten random vectors
    for i, j in ((0, 1), (1, 0)):
        (whole, own, values, _), (_, left, _, right) = parts[i], parts[j]
        apart = np.abs(left.T @ whole @ right) - np.diag(values)
        wanted = 1 - np.linalg.norm(apart) / np.linalg.norm(values)
        assert found.coupling[i, j, 0] == pytest.approx(wanted, abs=1e-3)
        assert found.overlap[i, j, 0] == pytest.approx(np.linalg.norm(own.T @ left) ** 2 / 2, abs=1e-3)


@pytest.mark.parametrize("kind", ["pre-activation", "post-activation"])
def test_only_blocks_of_one_stage_that_keep_the_shape_are_compared(kind: str) -> None:
    chain = network(kind, 14)
    found = it.alignment(chain, pictures(kind, 2), 2, iterations=1)
    kept = torch.tensor(found.keeps_shape)
    assert kept.tolist() == [True, True, False, True, False, True]
    stages = torch.tensor(chain.stages)
    together = (stages.unsqueeze(0) == stages.unsqueeze(1)) & kept & kept.unsqueeze(1)
    for pairs in (found.coupling, found.overlap):
        assert torch.equal(pairs.isfinite().all(2), together)
        assert torch.equal(pairs.isnan().all(2), ~together)
    own = torch.diagonal(found.coupling)[:, kept]
    assert torch.allclose(own, torch.ones_like(own), atol=1e-9)
    assert found.mean_coupling()[1:].isnan().all()
    assert found.self_alignment[~kept].isnan().all()
    assert found.values.isfinite().all()


def test_the_fit_of_the_inverse_is_a_correlation() -> None:
    chain = linear(*(of_powers() / factor for factor in (1, 2, 3)))  # 1/s_1 grows on a line
    found = it.alignment(chain, states(2), 2)
    assert found.inverse_fit().tolist() == [pytest.approx([1.0, 1.0], abs=1e-9)]
    assert it.alignment(linear(of_powers(), of_powers()), states(1), 2).inverse_fit().isnan().all()


def test_blocks_that_do_nothing_are_undefined() -> None:
    found = it.alignment(path(0 * unit(0), unit(1)), states(1), 2)
    for values in (found.stable_rank, found.coupling, found.overlap, found.self_alignment, found.tail(1)):
        assert values.isnan().all()
    assert found.values.max() == 0


def test_the_rank_is_cut_to_the_dimensions() -> None:
    found = it.alignment(linear(of_powers()), states(1), 30, iterations=2)
    assert found.values[0, :20, 0].isfinite().all()
    assert found.values[0, 20:, 0].isnan().all()


def test_images_and_chunks_are_independent() -> None:
    chain, images = network("post-activation"), pictures("post-activation", 4)
    whole = it.alignment(chain, images, 2, iterations=2)
    each = [it.alignment(chain, images[at : at + 1], 2, iterations=2) for at in range(4)]
    for name in ("values", "coupling", "stable_rank"):
        joined = torch.cat([getattr(one, name) for one in each], -1)
        assert torch.allclose(getattr(whole, name), joined, rtol=1e-8, atol=1e-10, equal_nan=True)
    lines = torch.cat([it.line_shape(chain, images[at : at + 1]).score for at in range(4)], 1)
    assert torch.allclose(it.line_shape(chain, images).score, lines, rtol=1e-12, equal_nan=True)


def test_the_rank_covers_the_classes_if_there_are_few() -> None:
    assert [default_rank(each) for each in (None, 2, 10, 31, 100)] == [10, 10, 11, 32, 10]
    with pytest.raises(it.ConfigurationError, match="rank is 0"):
        it.alignment(network("pre-activation"), some_images(1), 0)


def test_the_measurement_has_means_and_intervals() -> None:
    data, model = it.load_dataset("digits"), it.build("resnet20", stem_width=2, widths=(2, 2, 2), seed=0).eval()
    answer = it.measure("alignment", model, data, limit=40, images=3, rank=2, iterations=1)
    assert (answer["samples"], answer["images"], answer["rank"]) == (40, 3, 2)
    lines = it.line_shape(model, data.validation.subset(40))
    chosen = data.validation.subset(40).subset(3)
    found = it.alignment(model, chosen, 2, iterations=1)
    assert answer["first"]["mean"] == pytest.approx(found.values[:, 0].mean(1).tolist(), rel=1e-4)
    for stage in (0, 1, 2):
        one = answer["stages"][stage]
        assert one["coupling"] == pytest.approx(float(found.mean_coupling()[stage].mean()), abs=1e-3)
        low, high = one["line_shape_share_interval"]
        assert low < one["line_shape_share"] < high
        share = lines.score[stage].mean() / math.sqrt(lines.steps[stage])
        assert one["line_shape_share"] == pytest.approx(float(share), rel=1e-5)
    assert answer["coupling"][0][3] is None
    assert answer["coupling"][0][0] == pytest.approx(1, abs=1e-3)
    assert len(answer["singular_values"]) == 9


def test_projections_are_left_out_of_the_fit_of_the_inverse() -> None:
    """As of every comparison of blocks: the first block's s_1 isn't on the line of the other three."""
    nothing = torch.full((4, 4, 1), torch.nan, dtype=torch.float64)
    first = torch.tensor([9.0, 1.0, 1 / 2, 1 / 3], dtype=torch.float64).view(4, 1, 1)
    kept = (False, True, True, True)
    found = Alignment(1, (0,) * 4, kept, first, first[:, 0], first[:, 0], nothing, nothing)
    assert found.inverse_fit().tolist() == [[pytest.approx(1.0, abs=1e-9)]]
