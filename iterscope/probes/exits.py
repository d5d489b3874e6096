"""Exits: distributions over the classes before the output. When does the prediction stop changing, and are the exits calibrated?

An exit is the head plugged in at a position of the last stage, or a probe at any position (`linear_probes`). E exits in order, N images, K
classes. How often answers differ is common practice; the expected calibration error is that of Guo, Pleiss, Sun and Weinberger 2017
(arXiv:1706.04599, equation 3, as cited by others; formula not checked in the paper), with equally wide bins of the confidence max p.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from iterscope.numerics import predicted
from iterscope.probes.linear_probes import divergence

BINS = 15
"""Of the confidence."""
THRESHOLDS = torch.arange(1, 51, dtype=torch.float64) / 50
"""Confidences at which an image may leave early."""


@dataclass(frozen=True)
class ExitAnswers:
    """What each exit says about each image; all tensors are (E, N)."""

    prediction: Tensor
    """int64; of equally likely classes, the first; −1 where the logits aren't finite."""
    confidence: Tensor
    """max p, float64."""
    loss: Tensor
    """−log p_y in nats, float64; infinite where a probe never tells the class."""
    brier: Tensor
    """Σ_k (p_k − 1[k = y])², float64, 0 to 2."""
    divergence: Tensor
    """KL(p_out ‖ p) in nats, float64."""


def exit_answers(logits: Tensor, output: Tensor, labels: Tensor) -> ExitAnswers:
    """The answers of exits from their logits (E, N, K), the network's own logits (N, K) and the classes (N,)."""
    wide = logits.double()
    log_p = wide.log_softmax(-1)
    p = log_p.exp()
    truth = nn.functional.one_hot(labels, wide.shape[-1]).double()
    return ExitAnswers(
        prediction=predicted(wide, impossible=True),
        confidence=p.amax(-1),
        loss=-log_p.gather(-1, labels.expand(wide.shape[:-1]).unsqueeze(-1)).squeeze(-1),
        brier=(p - truth).square().sum(-1),
        divergence=divergence(wide, output),
    )


def agreement(prediction: Tensor) -> Tensor:
    """(E, E) the share of images for which two exits give the same class, from predictions (E, N); −1 agrees with nothing."""
    return torch.stack([same_class(prediction, row).double().mean(1) for row in prediction])


def same_class(prediction: Tensor, other: Tensor) -> Tensor:
    """Whether two predictions are the same class, bool; −1, of logits that aren't finite, is none."""
    return (prediction == other) & (prediction >= 0)


def flips(prediction: Tensor, output: Tensor) -> Tensor:
    """(E,) the share of images whose class is another one at the next exit, or after the last exit at the output.

    Args:
        prediction: (E, N).
        output: (N,) the network's own.
    """
    following = torch.cat([prediction[1:], output.unsqueeze(0)])
    return (~same_class(prediction, following)).double().mean(1)


@dataclass(frozen=True)
class Reliability:
    """Images by their confidence, in B equally wide bins, (E, B); NaN where a bin is empty."""

    count: Tensor
    accuracy: Tensor
    confidence: Tensor


def in_bins(confidence: Tensor, bins: int = BINS) -> Tensor:
    """The bin of each confidence, int64: bin b holds those in (b/B, (b + 1)/B]."""
    return ((confidence * bins).ceil().long() - 1).clamp(0, bins - 1)


def reliability(confidence: Tensor, right: Tensor, bins: int = BINS) -> Reliability:
    """Accuracy and mean confidence in each bin, from confidences and what is right, (E, N)."""
    member = nn.functional.one_hot(in_bins(confidence, bins), bins).double()  # (E, N, B)
    count = member.sum(1)
    means = [torch.einsum("enb,en->eb", member, values.double()) / count for values in (right, confidence)]
    return Reliability(count.long(), *means)


def calibration_error(confidence: Tensor, right: Tensor, bins: int = BINS, counts: Tensor | None = None) -> Tensor:
    """ECE = Σ_b (n_b/n)·|accuracy_b − confidence_b| of each exit, 0 to 1: (E,), or (D, E) for D samples of the images.

    Args:
        confidence, right: (E, N).
        counts: (D, N) how often each image is in each sample.
    """
    weights = torch.ones(1, confidence.shape[1], dtype=torch.float64) if counts is None else counts
    excess = right.double() - confidence
    found = []
    for row, bin_of in zip(excess, in_bins(confidence, bins), strict=True):
        member = nn.functional.one_hot(bin_of, bins).double()
        found.append((weights @ (member * row[:, None])).abs().sum(1) / weights.sum(1))
    errors = torch.stack(found, 1)
    return errors[0] if counts is None else errors


@dataclass(frozen=True)
class EarlyExits:
    """What leaving early costs and saves, at each of T thresholds; (T,) float64."""

    accuracy: Tensor
    cost: Tensor
    """The mean share of the network's multiply-adds that run, without those of the exits themselves."""


def early_exits(
    confidence: Tensor,
    right: Tensor,
    right_output: Tensor,
    shares: Sequence[float] | Tensor,
    thresholds: Tensor = THRESHOLDS,
) -> EarlyExits:
    """Each image leaves at the first exit whose confidence reaches the threshold, or at the output.

    Args:
        confidence, right: (E, N).
        right_output: (N,) whether the network itself is right.
        shares: (E,) the share of the multiply-adds that has run at each exit.
    """  # fmt: skip
    all_right = torch.cat([right, right_output.unsqueeze(0)]).double()
    costs = torch.cat([torch.as_tensor(shares, dtype=torch.float64), torch.ones(1, dtype=torch.float64)])
    accuracy, cost = [], []
    for threshold in thresholds.tolist():
        leaves = torch.cat([confidence >= threshold, torch.ones_like(right_output).unsqueeze(0).bool()])
        first = leaves.long().argmax(0)
        accuracy.append(all_right.gather(0, first.unsqueeze(0)).mean())
        cost.append(costs[first].mean())
    return EarlyExits(torch.stack(accuracy), torch.stack(cost))
