"""Statistics of images that count several times equal those of copies of the images."""

from __future__ import annotations

import torch

from iterscope.probes.weighted import weighted_auroc, weighted_means, weighted_spearman

GENERATOR = torch.Generator().manual_seed(0)
A = torch.randint(0, 6, (40,), generator=GENERATOR).double()  # with ties
B = A + torch.randn(40, generator=GENERATOR).double()
COUNTS = torch.randint(0, 4, (3, 40), generator=GENERATOR).double()
COPIES = [torch.repeat_interleave(torch.arange(40), row.long()) for row in COUNTS]


def test_the_rank_correlation_is_that_of_copies() -> None:
    from scipy import stats  # takes seconds, in each test process

    found = weighted_spearman(A, B, COUNTS)
    expected = [stats.spearmanr(A[each], B[each]).statistic for each in COPIES]
    assert torch.allclose(found, torch.tensor(expected, dtype=torch.float64))
    assert weighted_spearman(A, torch.zeros(40), COUNTS).isnan().all()


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    positive = B > 3
    for row, each in zip(COUNTS, COPIES, strict=True):
        above, below = A[each][positive[each]], A[each][~positive[each]]
        pairs = above[:, None] - below[None, :]
        expected = ((pairs > 0).double() + 0.5 * (pairs == 0)).mean()
        assert torch.allclose(weighted_auroc(A, positive, row[None])[0], expected)
    assert weighted_auroc(A, positive & ~positive, COUNTS).isnan().all()


def test_means_leave_undefined_values_out() -> None:
    values = torch.stack([B, B.where(A > 1, torch.nan)])
    found = weighted_means(values, COUNTS)
    for row, each in zip(found, COPIES, strict=True):
        assert torch.allclose(row, values[:, each].nanmean(1))


def test_images_without_a_score_are_left_out() -> None:
    positive, defined = B > 3, A > 1
    partly = A.where(defined, torch.nan)
    assert torch.equal(
        weighted_auroc(partly, positive, COUNTS), weighted_auroc(A[defined], positive[defined], COUNTS[:, defined])
    )
    assert torch.allclose(
        weighted_spearman(partly, B, COUNTS), weighted_spearman(A[defined], B[defined], COUNTS[:, defined])
    )
    nothing = torch.full_like(A, torch.nan)
    assert weighted_auroc(nothing, positive, COUNTS).isnan().all()
    assert weighted_spearman(nothing, B, COUNTS).isnan().all()
