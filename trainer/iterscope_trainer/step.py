"""One step of SGD: forward, loss, backward, update.

On a GPU, the step of a full batch is recorded as one CUDA graph. A ResNet-110's step consists of 2,500 kernels of five microseconds each on
an H200, which runs them faster than Python can launch them (docs/RESULTS.md). The graph replays exactly the recorded kernels.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from iterscope.architectures import PreActivationResNet
from iterscope.errors import ConfigurationError
from iterscope.recipes import TrainingConfiguration

logger = logging.getLogger(__name__)

WARM_UP = 3
"""Number of full batches before a graph is recorded: real steps in which cuDNN chooses its algorithms and the compiler compiles."""


class Step:
    """`step(images, labels, rate)` trains the network on one batch.

    Args:
        configuration: with its precision resolved; `batch_size` is the size of a full batch.
        compiled: use torch.compile. If it fails, steps continue without it if `compile` is `auto`; otherwise TrainingError is raised.
    """

    def __init__(
        self, model: PreActivationResNet, configuration: TrainingConfiguration, device: torch.device, *, compiled: bool
    ) -> None:
        self.model, self.configuration, self.device, self.compiled = model, configuration, device, compiled
        self.layout = torch.channels_last if configuration.channels_last else torch.contiguous_format
        self.forward: Callable[[Tensor], Tensor] = torch.compile(model) if compiled else model
        on_gpu = device.type == "cuda"
        rate = configuration.schedule.learning_rate(0, configuration.epochs)
        self.optimizer = torch.optim.SGD(
            model.parameters(),
            lr=torch.tensor(rate, device=device)
            if on_gpu
            else rate,  # a tensor, because the graph reads it from memory
            momentum=configuration.momentum,
            weight_decay=configuration.weight_decay,
            nesterov=False,
            fused=True,
        )
        self.full_batches = 0
        self.recorded: _Recorded | None = None

    @property
    def autocast(self) -> torch.autocast:
        """bfloat16 for the operations that support it; weights and optimizer stay float32."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.configuration.precision == "bfloat16")

    @property
    def learning_rate(self) -> float:
        """Learning rate of the last step."""
        return float(self.optimizer.param_groups[0]["lr"])

    def __call__(self, images: Tensor, labels: Tensor, rate: float) -> tuple[Tensor, Tensor]:
        """Train on one batch. Returns its mean loss and number of right predictions before the update; read them before the next step.

        Args:
            images: normalised (B, 3, H, W).
            labels: (B,).
            rate: the learning rate.
        """
        for group in self.optimizer.param_groups:
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate
        images = images.contiguous(memory_format=self.layout)
        if len(labels) != self.configuration.batch_size:
            return self._step(self.model, images, labels)  # compiling for a last batch of another size isn't worth it
        self.full_batches += 1
        if self.device.type != "cuda":
            return self._full_batch(images, labels)
        if self.full_batches <= WARM_UP:
            return self._aside(images, labels)
        if self.recorded is None:
            self.recorded = _Recorded(self._full_batch, images, labels)
        return self.recorded(images, labels)

    def _step(self, forward: Callable[[Tensor], Tensor], images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        with self.autocast:
            logits = forward(images)
            loss = cross_entropy(logits.float(), labels)
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.optimizer.step()
        return loss.detach(), (logits.detach().argmax(1) == labels).sum()

    def _full_batch(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Train on a full batch; for the first one, the compiler may fail."""
        if not self.compiled or self.full_batches > 1:
            return self._step(self.forward, images, labels)
        try:
            return self._step(self.forward, images, labels)
        except Exception as error:  # the compiler may raise anything: no C++ compiler, no Triton, …
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            if self.configuration.compile != "auto":
                raise ConfigurationError(
                    f"compile is true, but torch.compile fails on this machine ({reason}): "
                    "install a C++ compiler, or train with --set compile=false"
                ) from error
            logger.warning(
                "torch.compile fails on this machine (%s): training continues without it, more slowly", reason
            )
            self.forward, self.compiled = self.model, False
            return self._step(self.forward, images, labels)

    def _aside(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Run the step on a separate stream, as CUDA requires before recording."""
        stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            values = self._full_batch(images, labels)
        torch.cuda.current_stream().wait_stream(stream)
        return values


class _Recorded:
    """A step as a CUDA graph: it always reads its batch from, and writes its results to, the same memory."""

    def __init__(self, step: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]], images: Tensor, labels: Tensor) -> None:
        self.images, self.labels = torch.empty_like(images), torch.empty_like(labels)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.values = step(self.images, self.labels)

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        self.images.copy_(images)
        self.labels.copy_(labels)
        self.graph.replay()
        return self.values
