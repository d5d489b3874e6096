"""The paper's claims, sentence by sentence, checked on your own runs: the list of claims. `judging` gives the verdicts.

A claim is a sentence (in our words), the networks it is about, and a check: a pure function of the evidence whose docstring explains its
threshold. A claim whose networks weren't run is "not yet run", whatever other networks show.
"""

from __future__ import annotations

from functools import partial

from iterscope.paper import checks_blocks as blocks
from iterscope.paper import checks_refinement as refinement
from iterscope.paper import checks_sharing as sharing
from iterscope.paper import checks_training as training
from iterscope.paper.evidence import Evidence
from iterscope.paper.figures import PAPERS_FOUR
from iterscope.paper.judging import Claim

CLAIMS: tuple[Claim[Evidence], ...] = (
    Claim(
        "fig2-first-block", ("fig2",), "4.2",
        "In the single representation ResNet, the first block changes the hidden state significantly, and more than any other block.",
        partial(blocks.first_ratio_largest, name="single-representation", slot="first"),
    ),
    Claim(
        "fig2-pooling", ("fig2",), "4.2",
        "In the average pooling ResNet, too, the first block changes the hidden state significantly, and more than any other block.",
        partial(blocks.first_ratio_largest, name="average-pooling", slot="first"),
    ),
    Claim(
        "fig2-milder", ("fig2",), "4.2",
        "In the original ResNet, which has more convolutions on its main path, the first block stands out less than in the single "
        "representation ResNet.",
        partial(blocks.first_ratio_milder, name="original", other="single-representation", slot="first"),
    ),
    Claim(
        "fig2-small", ("fig2",), "4.2",
        "The higher blocks of the original ResNet change the hidden state only slightly.",
        partial(blocks.higher_ratios_small, name="original", slot="first"),
    ),
    Claim(
        "fig2-overlap", ("fig2",), "4.2",
        "The ℓ2 ratios on training and validation images coincide in all four architectures.",
        partial(blocks.curves_overlap, names=PAPERS_FOUR, slot="first"),
    ),
    Claim(
        "fig2-shortcuts", ("fig2",), "1",
        "Where the shape changes, the shortcut convolution does most of the representation learning.",
        partial(blocks.shortcuts_represent, names=("original", "wide"), slot="first"),
    ),
    Claim(
        "fig3-first-block", ("fig3",), "4.2",
        "In the single representation ResNet, dropping the first block is catastrophic.",
        partial(blocks.first_drop, name="single-representation", slot="first"),
    ),
    Claim(
        "fig3-pooling", ("fig3",), "4.2",
        "In the average pooling ResNet, too, dropping the first block is catastrophic.",
        partial(blocks.first_drop, name="average-pooling", slot="first"),
    ),
    Claim(
        "fig3-mild", ("fig3",), "4.2",
        "In the original ResNet, dropping any single block costs little accuracy.",
        partial(blocks.drops_mild, name="original", slot="first"),
    ),
    Claim(
        "fig3-wide", ("fig3",), "4.2",
        "In the wide ResNet, too, dropping any single block costs little accuracy.",
        partial(blocks.drops_mild, name="wide", slot="first"),
    ),
    Claim(
        "fig3-higher-blocks", ("fig3",), "4.2",
        "In the single representation and average pooling ResNets, most of the higher blocks can be dropped with minimal loss of accuracy.",
        partial(blocks.higher_drops_small, names=("single-representation", "average-pooling"), slot="first"),
    ),
    Claim(
        "fig4-negative", ("fig4",), "4.1",
        "The output of every block of the original ResNet points against the loss gradient: its cosine is negative.",
        partial(blocks.cosine_negative, names=("original",), slot="first"),
    ),
    Claim(
        "fig4-four", ("fig4",), "4.1",
        "The cosine is negative in every block of all four architectures.",
        partial(blocks.cosine_negative, names=PAPERS_FOUR, slot="first"),
    ),
    Claim(
        "fig4-higher-half", ("fig4",), "4.1",
        "In the original ResNet, the higher half of the blocks has a more negative cosine than the lower half, so it is more iterative.",
        partial(blocks.cosine_falls, name="original", slot="first"),
    ),
    Claim(
        "fig4-pooling", ("fig4",), "4.1",
        "In the average pooling ResNet, too, the higher half of the blocks is more iterative than the lower half.",
        partial(blocks.cosine_falls, name="average-pooling", slot="first"),
    ),
    Claim(
        "fig5-gradual", ("fig5",), "4.2",
        "Accuracy rises gradually over the blocks of the last stage, without a jump at any single block.",
        partial(training.exits_gradual, name="original", slot="first"),
    ),
    Claim(
        "fig6-borderline", ("fig6",), "4.3",
        "The next block corrects a significant part of the borderline images.",
        refinement.borderline_corrected,
    ),
    Claim(
        "fig6-overall", ("fig6",), "4.3",
        "The accuracy on all images stays about the same over the last five blocks.",
        refinement.overall_alike,
    ),
    Claim(
        "fig6-entropy", ("fig6",), "4.3",
        "The entropy of predictions decreases along the last blocks in all three groups of images.",
        refinement.entropy_falls,
    ),
    Claim(
        "fig6-training-loss", ("fig6",), "4.3",
        "Each of the last blocks lowers the training loss.",
        refinement.training_loss_falls,
    ),
    Claim(
        "fig6-test-loss", ("fig6",), "4.3",
        "The validation loss increases at the last block.",
        refinement.test_loss_rises,
    ),
    Claim(
        "fig6-correct-loss", ("fig6",), "4.3",
        "The loss of images that were already correct worsens along the last blocks.",
        refinement.correct_loss_worsens,
    ),
    Claim(
        "fig7-borderline", ("fig7",), "4.4",
        "Applying the last block 20 more times, with its output scaled, corrects borderline images.",
        refinement.unrolled_borderline_gain,
    ),
    Claim(
        "fig7-overall", ("fig7",), "4.4",
        "The additional steps preserve the accuracy on all images.",
        refinement.unrolled_accuracy_kept,
    ),
    Claim(
        "fig7-training-loss", ("fig7",), "4.4",
        "The additional steps lower the training loss.",
        refinement.unrolled_training_loss,
    ),
    Claim(
        "fig7-test-loss", ("fig7",), "4.4",
        "The additional steps increase the validation loss.",
        refinement.unrolled_test_loss,
    ),
    Claim(
        "fig20-unscaled", ("fig20",), "4.4",
        "Without scaling, the cosine stays negative for the first two additional steps.",
        partial(refinement.unrolled_cosine, scaled=False, steps=2),
    ),
    Claim(
        "fig20-explosion", ("fig20",), "4.4",
        "Without scaling, the activations explode along the additional steps.",
        refinement.unrolled_explodes,
    ),
    Claim(
        "fig20-scaled", ("fig20",), "4.4",
        "With scaling, the cosine stays negative for all additional steps.",
        partial(refinement.unrolled_cosine, scaled=True, steps=None),
    ),
    Claim(
        "fig8-explosion", ("fig8",), "4.5",
        "Naive sharing of blocks makes activations explode at initialisation.",
        sharing.explosion,
        initialisation=True,
    ),
    Claim(
        "fig8-gradient-ratio", ("fig8",), "4.5",
        "Naive sharing makes the gradient norm in the first stage much larger relative to that in the last stage.",
        sharing.gradient_ratio,
    ),
    Claim(
        "fig8-validation", ("fig8",), "4.5",
        "A naively shared ResNet has lower validation accuracy than an unshared ResNet with as many parameters.",
        partial(sharing.validation, worse="shared-naive", better="baseline"),
    ),
    Claim(
        "fig8-training", ("fig8",), "4.5",
        "The naively shared ResNet reaches about the same training accuracy, so it overfits.",
        sharing.training_alike,
    ),
    Claim(
        "fig9-explosion", ("fig9",), "4.5",
        "Unshared BatchNorm with a small initial γ removes most of the activation explosion.",
        sharing.explosion_tamed,
        initialisation=True,
    ),
    Claim(
        "fig9-validation", ("fig9",), "4.5",
        "Unshared BatchNorm recovers the validation accuracy that naive sharing loses.",
        partial(sharing.validation, worse="shared-naive", better="shared-ubn"),
    ),
    Claim(
        "fig9-statistics", ("fig9",), "4.5",
        "Of the three strategies, unsharing the statistics matters most.",
        sharing.statistics_matter_most,
    ),
    Claim(
        "fig9-gap", ("fig9",), "4.5",
        "Unsharing the statistics matters most because one set of running statistics does not fit all applications of a block.",
        sharing.statistics_gap,
    ),
    Claim(
        "fig9-all", ("fig9",), "4.5",
        "All strategies are needed: together they reach a higher accuracy than each alone.",
        sharing.all_needed,
    ),
    Claim(
        "table1-ubn", ("table1",), "4.5",
        "With unshared BatchNorm, a deep shared ResNet is more accurate than a shallow unshared ResNet with as many parameters.",
        partial(sharing.validation, worse="baseline", better="shared-ubn"),
    ),
    Claim(
        "fig10-negative", ("fig10",), "B",
        "On the second data set, too, every block of the original ResNet has a negative cosine.",
        partial(blocks.cosine_negative, names=("original",), slot="second"),
    ),
    Claim(
        "fig11-first-block", ("fig11",), "B",
        "On the second data set, too, the first block of the single representation ResNet changes the hidden state most.",
        partial(blocks.first_ratio_largest, name="single-representation", slot="second"),
    ),
    Claim(
        "fig12-first-block", ("fig12",), "B",
        "On the second data set, too, dropping the first block of the single representation ResNet is catastrophic.",
        partial(blocks.first_drop, name="single-representation", slot="second"),
    ),
    Claim(
        "fig13-negative", ("fig13",), "C",
        "With the classifier plugged in at each block of the last stage, the cosine stays negative throughout training.",
        partial(training.plugged_negative, names=("original",), slot="first"),
    ),
    Claim(
        "fig13-four", ("fig13",), "C",
        "With the classifier plugged in, the cosine stays negative throughout training in all four architectures.",
        partial(training.plugged_negative, names=PAPERS_FOUR, slot="first"),
    ),
    Claim(
        "fig14-grows", ("fig14",), "C",
        "The blocks of the last stage change the hidden state more as training progresses.",
        partial(training.ratio_grows, names=("original",), slot="first"),
    ),
    Claim(
        "fig14-four", ("fig14",), "C",
        "The ℓ2 ratio of the last stage grows in all four architectures.",
        partial(training.ratio_grows, names=PAPERS_FOUR, slot="first"),
    ),
    Claim(
        "fig15-negative", ("fig15",), "C",
        "On the second data set, too, the cosine with the classifier plugged in stays negative throughout training.",
        partial(training.plugged_negative, names=("original",), slot="second"),
    ),
    Claim(
        "fig16-grows", ("fig16",), "C",
        "On the second data set, too, the ℓ2 ratio grows as training progresses.",
        partial(training.ratio_grows, names=("original",), slot="second"),
    ),
    Claim(
        "fig17-rises", ("fig17",), "C",
        "On the second data set, too, accuracy rises from block to block in the last stage.",
        partial(training.exits_rise, name="original", slot="second"),
    ),
    Claim(
        "fig18-negative", ("fig18",), "D",
        "In a shared ResNet with unshared BatchNorm, the cosine stays negative, as in an unshared ResNet.",
        partial(training.plugged_negative, names=("shared-ubn",), slot="first"),
    ),
    Claim(
        "fig18-grows", ("fig18",), "D",
        "In a shared ResNet with unshared BatchNorm, the ℓ2 ratio of the last stage grows, as in an unshared ResNet.",
        partial(training.ratio_grows, names=("shared-ubn",), slot="first"),
    ),
)  # fmt: skip
