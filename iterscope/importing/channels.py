"""Notice that a network reads blue first (BGR), as OpenCV and Caffe give images, and let it read red first as all others do.

Weights don't tell the order of the colours, and BatchNorm's statistics hardly do: both orders are tried on the same images.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from iterscope.chunks import Progress
from iterscope.datasets.records import ImageSplit
from iterscope.evaluation import evaluation
from iterscope.importing.networks import does_as_well
from iterscope.importing.trial import affordable_images, answers, part

CHANNEL_IMAGES = 200
SURE_ERRORS = 3.0
"""Standard errors by which the answers to one order must be better: most networks answer well to both."""
SAID = (
    "the network reads blue first (BGR), as with images from OpenCV or Caffe: the inputs of its first convolution were exchanged, so "
    "that it reads red first and computes the same"
)


class BlueFirst(nn.Module):
    """A network that is given its images with red and blue exchanged."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        found: Tensor = self.network(images.flip(1))
        return found


def read_red_first(model: nn.Module, split: ImageSplit, progress: Progress) -> bool:
    """Exchange the inputs of the first convolution if the network reads blue first; whether it did.

    `split`: images of three channels with the network's normalisation. On grey images both orders are the same, and nothing is done.
    """
    first = next((each for each in model.modules() if isinstance(each, nn.Conv2d)), None)
    if first is None or first.in_channels != 3 or first.groups != 1:
        return False
    exchanged = BlueFirst(model)
    images = split.subset(affordable_images(model, split, runs=2, most=CHANNEL_IMAGES))
    red, blue = answers(model, images, part(progress, 0.0, 0.5)), answers(exchanged, images, part(progress, 0.5, 1.0))
    if does_as_well(red, blue, SURE_ERRORS) or blue.accuracy < red.accuracy:
        return False
    two = images.batch(0, 2)
    with evaluation(model), torch.no_grad():
        wanted = exchanged(two)
        first.weight.copy_(first.weight.flip(1))
        if torch.allclose(model(two), wanted, rtol=1e-3, atol=1e-3):
            return True
        first.weight.copy_(first.weight.flip(1))  # it is not what reads the images
    return False
