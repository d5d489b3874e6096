"""The works after Jastrzębski et al. 2018, in an order to read them: what each asks, what it found, and the measurements that show it.

A claim is a sentence (in our words) and a check, a pure function of the stored answers of one network's seeds; `checks` has them.
"After" in a source says that its formula was not read in the work itself: the definition is then ours, in its spirit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from iterscope.literature import checks
from iterscope.literature.studied import Studied
from iterscope.panels import Panel
from iterscope.paper.judging import Claim
from iterscope.paper.measures import Measurement
from iterscope.probes.ledger import ESTIMATES, PATH, PLUGGED

SMALL = "not expected of small networks"


@dataclass(frozen=True)
class Drawn:
    """One panel of a measurement's answer."""

    panel: str
    """Its name in the drawn answer: that of the field, and "by block" for a matrix; the title of a panel of several fields."""
    title: str
    sentence: str
    """What its axes show."""

    @classmethod
    def joint(cls, panel: Panel) -> Self:
        """A panel of several fields, which says itself what it shows."""
        return cls(panel.title, panel.title, panel.sentence)


@dataclass(frozen=True)
class Asked:
    """A measurement that shows what a work found, asked of the checkpoint of the last epoch."""

    key: str
    """By which checks find its answers."""
    probe: str
    drawn: tuple[Drawn, ...]
    options: Mapping[str, object] = field(default_factory=dict)
    """What is asked besides the network, where it isn't the default."""
    from_start: bool = False
    """Whether the run's checkpoint of epoch 0 is needed, too, as the option `earlier`."""


@dataclass(frozen=True)
class Work:
    """One work, or several about one question."""

    id: str
    authors: str
    """With the year."""
    source: str
    title: str
    question: str
    finding: str
    asked: tuple[Asked, ...]
    claims: tuple[Claim[Studied], ...]


def _claims(
    work: str,
    *found: tuple[str, str, Callable[[Studied], Measurement]] | tuple[str, str, Callable[[Studied], Measurement], str],
) -> tuple[Claim[Studied], ...]:
    """Claims of (id, sentence, check and, where there is one, remark)."""
    return tuple(
        Claim(f"{work}-{id}", (work,), "", sentence, check, remark=rest[0] if rest else None)
        for id, sentence, check, *rest in found
    )


WORKS: tuple[Work, ...] = (
    Work(
        "ledger",
        "Kramár, Lieberum, Shah and Nanda 2024",
        "after arXiv:2403.00745, and equations 2 to 4 of Jastrzębski et al. 2018",
        "What each block pays of the loss",
        "How much of the loss does each block pay off, and does the gradient predict that?",
        "Gradients rank the parts of a network by what removing them costs, and are only an approximation of it.",
        (
            Asked(
                "ledger",
                "ledger",
                (
                    Drawn.joint(PLUGGED),
                    Drawn.joint(PATH),
                    Drawn.joint(ESTIMATES),
                    Drawn("damage", "Damage of dropping each block", "How much the loss grows without each block."),
                ),
            ),
        ),
        _claims(
            "ledger",
            (
                "fidelity",
                "The gradient predicts what a block pays less and less well towards the output.",
                checks.fidelity_falls,
            ),
            ("rank", "Blocks with a larger estimate by the gradient are more harmful to drop.", checks.estimates_rank),
            (
                "sign",
                "The gradient can't replace dropping: it is wrong about the sign for more than one block in ten.",
                checks.signs_differ,
            ),
        ),
    ),
    Work(
        "probes",
        "Alain and Bengio 2016; Belrose et al. 2023",
        "after arXiv:1610.01644 and arXiv:2303.08112",
        "Linear readers of every state",
        "After which block could a linear reader tell the class, or the network's own answer?",
        "The accuracy of linear probes rises with depth, monotonically.",
        (
            Asked(
                "probes",
                "probes",
                (
                    Drawn(
                        "accuracy",
                        "Accuracy of linear probes",
                        "Share of images whose class a linear probe tells from the state at each position.",
                    ),
                    Drawn(
                        "agreement",
                        "Agreement of probes with the network",
                        "Share of images for which that probe says what the network says.",
                    ),
                ),
            ),
            Asked(
                "network-probes",
                "probes",
                (
                    Drawn(
                        "divergence",
                        "Distance from the network's answer",
                        "How far a probe of the network's own answer is from it (KL divergence) at each position.",
                    ),
                ),
                {"target": "network"},
            ),
        ),
        _claims(
            "probes",
            ("rise", "The accuracy of linear probes rises with depth.", checks.probes_rise),
            (
                "last",
                "In post-activation networks, the probe of the last state is as accurate as the network, within 3 points.",
                checks.last_probe_close,
            ),
        ),
    ),
    Work(
        "exits",
        "Guo, Pleiss, Sun and Weinberger 2017",
        "calibration error: arXiv:1706.04599, equation 3; agreement of exits: common practice",
        "Agreement and calibration of exits",
        "When does the answer stop changing, and does an exit know how sure it may be?",
        "Networks are more sure than they are right; the calibration error says by how much.",
        (
            Asked(
                "exits",
                "exits",
                (
                    Drawn(
                        "disagreement",
                        "Disagreement with the output",
                        "Share of images for which the network's head, reading this position, says another class than the network.",
                    ),
                    Drawn(
                        "calibration error",
                        "Calibration error",
                        "How far the exit's confidence is from its accuracy, on average.",
                    ),
                    Drawn("overconfidence", "Overconfidence", "Confidence minus accuracy at each position."),
                    Drawn(
                        "early cost",
                        "Cost of leaving early",
                        "Share of the multiply-adds that run if each image leaves at the first exit of this confidence.",
                    ),
                ),
            ),
        ),
        _claims(
            "exits",
            (
                "settle",
                "From block to block, fewer images have another answer than at the output.",
                checks.exits_settle,
            ),
            (
                "overconfident",
                "The head is worse calibrated on the first state that it can read than on the last.",
                checks.first_exit_miscalibrated,
            ),
        ),
    ),
    Work(
        "prediction-depth",
        "Baldock, Maennel and Neyshabur 2021",
        "after arXiv:2106.09647",
        "Prediction depth",
        "After how many blocks is an image's answer settled for good?",
        "Images that the network gets wrong, or is unsure of, are settled later.",
        (
            Asked(
                "prediction-depth",
                "prediction-depth",
                (
                    Drawn(
                        "settled",
                        "Images that are settled",
                        "Share of images whose nearest training images give the network's answer here and from here on.",
                    ),
                    Drawn(
                        "accuracy",
                        "Accuracy of nearest neighbours",
                        "Share of images whose class the nearest training images give at each position.",
                    ),
                ),
            ),
        ),
        _claims(
            "prediction-depth",
            ("wrong", "Images that the network gets wrong are settled later than others.", checks.wrong_are_deeper),
            ("doubt", "The less sure the network is of an image, the later it is settled.", checks.doubtful_are_deeper),
        ),
    ),
    Work(
        "overthinking",
        "Kaya, Hong and Dumitraș 2019",
        "arXiv:1810.07052, sections 4 and 5.2; linear probes as exits are ours",
        "Overthinking",
        "Which images are right early and spoiled later, and which need less depth?",
        "About half of a network's errors are right at an earlier exit, and exits that disagree point to errors.",
        (
            Asked(
                "overthinking",
                "overthinking",
                (
                    Drawn(
                        "destructive",
                        "Images that are spoiled later",
                        "Share of images that are right at this exit and wrong at the output.",
                    ),
                    Drawn(
                        "wasteful",
                        "Images that needed less depth",
                        "Share of images that are right at this exit already, and at the output.",
                    ),
                ),
            ),
        ),
        _claims(
            "overthinking",
            ("destructive", "More than a quarter of the errors are right at an earlier exit.", checks.errors_spoiled),
            ("confusion", "Images about which the exits disagree are more often errors.", checks.confusion_tells),
        ),
    ),
    Work(
        "effective-depth",
        "Csordás, Manning and Potts 2025",
        "after arXiv:2505.13898",
        "Effective depth",
        "Which later blocks build on a block?",
        "In language models, the first half of the layers matters more to what follows and to the output than the second.",
        (
            Asked(
                "effective-depth",
                "effective-depth",
                (
                    Drawn(
                        "effect, by block",
                        "Effect on later blocks",
                        "How much each later block (horizontal) changes what it adds when one block (vertical) is dropped.",
                    ),
                    Drawn(
                        "output change",
                        "Effect on the output",
                        "How far the class probabilities move when each block is dropped.",
                    ),
                ),
            ),
        ),
        _claims(
            "effective-depth",
            (
                "halves",
                "Dropping a block of the first half changes the output more than dropping one of the second half.",
                checks.first_half_matters,
            ),
        ),
    ),
    Work(
        "cka",
        "Kornblith et al. 2019; Nguyen, Raghu and Kornblith 2021",
        "arXiv:1905.00414; arXiv:2010.15327, equations 2 and 3",
        "Similarity of states",
        "Which blocks see the images alike?",
        "States are alike in blocks along the diagonal: more within a stage, and more the nearer they are.",
        (
            Asked(
                "cka",
                "cka",
                (
                    Drawn(
                        "cka, by position",
                        "Similarity of states (CKA)",
                        "How alike the states at two positions are: 1 for the same up to rotation and scale, 0 for unrelated ones.",
                    ),
                ),
            ),
        ),
        _claims(
            "cka",
            (
                "stages",
                "States of the same stage are more alike than states of different stages, by at least 0.1.",
                checks.stages_alike,
            ),
            ("near", "The nearer two states are, the more alike.", checks.near_alike),
        ),
    ),
    Work(
        "criticality",
        "Zhang, Bengio and Singer 2022",
        "after JMLR 23, arXiv:1902.01996",
        "Blocks rewound and re-randomised",
        "Which blocks' training mattered?",
        "A few critical blocks fall to chance when they are rewound to their first weights; the others barely change the network.",
        (
            Asked(
                "criticality",
                "criticality",
                (
                    Drawn(
                        "accuracy, by block",
                        "Accuracy with replaced weights",
                        "Accuracy with one block's weights (vertical) replaced by those before training, or by a fresh draw.",
                    ),
                    Drawn(
                        "distance, by block",
                        "Distance of the weights",
                        "How far the block's weights are from those that replace them.",
                    ),
                ),
                from_start=True,
            ),
        ),
        _claims(
            "criticality",
            (
                "robust",
                "At least a third of the blocks can go back to their first weights for less than 5 points of accuracy.",
                checks.some_robust,
                SMALL,
            ),
            (
                "critical",
                "The most critical block costs more than 30 points of accuracy when it goes back to its first weights.",
                checks.one_critical,
            ),
            (
                "random",
                "For at least four of five blocks, fresh weights cost at least as much as the first ones.",
                checks.random_costs_more,
            ),
        ),
    ),
    Work(
        "substitute",
        "Jacobs, Fel, Hakim, Brondetta, Ba and Keller 2025",
        "after arXiv:2512.19941; the matrix is ours",
        "Substitution and phases",
        "Could one block do another's work, so that depth is repetition?",
        "Vision transformers can be rewritten as a few blocks, each applied several times; for that, the blocks are trained again.",
        (
            Asked(
                "substitute",
                "substitute",
                (
                    Drawn(
                        "gain, by block",
                        "Gain by a substitute",
                        "Accuracy with one block (horizontal) in place of another (vertical), minus that without the other block.",
                    ),
                    Drawn(
                        "cosine, by block",
                        "Similarity of branches",
                        "How alike the outputs of two branches on the same input are.",
                    ),
                ),
                {"full": True},
            ),
            Asked(
                "phases",
                "phases",
                (
                    Drawn(
                        "similarity, by block",
                        "Similarity of states in a stage",
                        "How alike the states after two blocks of a stage are (mean cosine).",
                    ),
                ),
            ),
        ),
        _claims(
            "substitute",
            (
                "unshared",
                "In a network without shared weights, no block helps in place of another one of its stage.",
                checks.substitutes_useless,
            ),
            ("near", "Near blocks replace each other better than distant ones.", checks.near_substitute),
            (
                "shared",
                "In a network with shared weights, a block in place of another one helps by more than 10 points.",
                checks.shared_substitute,
            ),
        ),
    ),
    Work(
        "iterative-convergence",
        "Lippl, Peters and Kriegeskorte 2024",
        "our own definitions, in the spirit of PLOS ONE 19(3) e0293440, whose formulas we have not read",
        "Iterative convergence",
        "Does a stage behave like an iteration: does it settle, and are its steps interchangeable?",
        "Ordinary residual networks don't learn iterative solutions.",
        (
            Asked(
                "iterative-convergence",
                "iterative-convergence",
                (
                    Drawn(
                        "towards chance",
                        "Error towards chance",
                        "How far the error moves from the network's (0) to chance (1) with fewer blocks of a stage, or more steps.",
                    ),
                    Drawn("convergence", "Convergence", "The mean of that for each stage, with only its first blocks."),
                    Drawn(
                        "divergence",
                        "Divergence",
                        "The mean of that for each stage, with more steps of its last block.",
                    ),
                ),
            ),
        ),
        _claims(
            "iterative-convergence",
            (
                "diverges",
                "More steps of a stage's last block lead a tenth of the way to chance or further, in every stage.",
                checks.stages_diverge,
            ),
            (
                "needed",
                "Without its last blocks, a stage ends a tenth of the way to chance or further, in every stage.",
                checks.stages_unconverged,
            ),
            (
                "order",
                "The first blocks of a stage serve better alone than its last ones, in every stage.",
                checks.order_matters,
            ),
        ),
    ),
    Work(
        "separation",
        "He and Su 2023; Papyan, Han and Donoho 2020",
        "arXiv:2210.17020; NC1: arXiv:2008.08186",
        "A law of data separation",
        "Does each block tighten the classes by the same factor?",
        "The scatter within classes, relative to that between them, falls by the same factor at every layer.",
        (
            Asked(
                "separation",
                "separation",
                (
                    Drawn(
                        "separation",
                        "Separation of the classes",
                        "Scatter within classes against that between their means, on training images; smaller is better separated.",
                    ),
                    Drawn("nc1", "Neural collapse (NC1)", "The same with equally weighted classes, per class (NC1)."),
                ),
            ),
        ),
        _claims(
            "separation",
            ("law", "The logarithm of the scatter falls on a line over the positions.", checks.separation_law),
        ),
    ),
    Work(
        "lesions",
        "Veit, Wilber and Belongie 2016",
        "after arXiv:1605.06431, section 4",
        "Lesions and path lengths",
        "Do errors grow smoothly as blocks go, and how long are the paths that carry the gradient?",
        "Errors grow smoothly with the number of dropped blocks, and most of the gradient comes from short paths, as in an ensemble.",
        (
            Asked(
                "lesions",
                "lesions",
                (
                    Drawn(
                        "error",
                        "Error without several blocks",
                        "Mean error without this many blocks drawn at random; the band is from the best to the worst set.",
                    ),
                ),
            ),
            Asked(
                "path-lengths",
                "path-lengths",
                (
                    Drawn(
                        "weight",
                        "Gradient by path length",
                        "Share of the gradient that takes paths through this many branches.",
                    ),
                    Drawn(
                        "gradient norm",
                        "Gradient along one path",
                        "Mean norm of the gradient along one path of that length.",
                    ),
                ),
            ),
        ),
        _claims(
            "lesions",
            ("grows", "The error grows with the number of dropped blocks.", checks.error_grows),
            ("smooth", "No single step makes up more than half of the error's growth.", checks.error_smooth),
            ("short", "The paths that carry the gradient are shorter than the average path.", checks.paths_short),
        ),
    ),
    Work(
        "alignment",
        "Li and Papyan 2023; Aubry et al. 2025; Gai and Zhang 2021",
        "arXiv:2401.09018; arXiv:2407.07810; after arXiv:2102.09235",
        "Residual alignment",
        "Do blocks push along the same directions, on a straight line?",
        "In well-trained deep networks, states move along a line in equal steps, and the Jacobians of the blocks share their directions.",
        (
            Asked(
                "alignment",
                "alignment",
                (
                    Drawn(
                        "coupling, by block",
                        "Coupling of blocks",
                        "How well the directions of one block (vertical) fit the Jacobian of another (horizontal): 1 is perfect.",
                    ),
                    Drawn(
                        "line shape share",
                        "Line shape",
                        "How straight the path through each stage is: 1 for orthogonal steps, less for a line.",
                    ),
                    Drawn(
                        "cosine", "Cosine of successive steps", "Mean cosine between successive steps in each stage."
                    ),
                    Drawn("first", "Largest singular value", "The largest singular value of each block's Jacobian."),
                ),
                {"images": 20},
            ),
        ),
        _claims(
            "alignment",
            ("line", "The path through every stage is straighter than one of orthogonal steps.", checks.straighter),
            ("cosine", "Successive steps point the same way, in every stage.", checks.steps_agree),
            (
                "coupling",
                "The blocks of every stage share their directions: the coupling is above 0.3.",
                checks.coupled,
                SMALL,
            ),
        ),
    ),
    Work(
        "fixed-point",
        "after Jastrzębski et al. 2018",
        "our own definitions, after section 4.4",
        "Repeating a block",
        "Does a repeated block settle?",
        "Repeating the last block as it was trained drives the state away; with a small factor it refines it.",
        (
            Asked(
                "fixed-point",
                "fixed-point",
                (
                    Drawn(
                        "contraction",
                        "Growth of the updates",
                        "How much longer or shorter each further update is than the one before; below 1 it settles.",
                    ),
                    Drawn(
                        "update",
                        "Size of the updates",
                        "How large the update is, against the state, after this many repetitions.",
                    ),
                ),
            ),
            Asked(
                "fixed-point-scaled",
                "fixed-point",
                (
                    Drawn(
                        "contraction",
                        "Growth of the updates with a factor of 0.1",
                        "The same with a tenth of each update.",
                    ),
                ),
                {"alpha": 0.1},
            ),
            Asked(
                "gain",
                "gain",
                (
                    Drawn(
                        "gain", "Gain of each block", "By how much each block can stretch a small change of its input."
                    ),
                ),
            ),
        ),
        _claims(
            "fixed-point",
            (
                "unscaled",
                "Repeated as trained, the last block doesn't settle: its updates grow.",
                checks.repetition_grows,
            ),
            ("scaled", "Repeated with a factor of 0.1, its updates shrink.", checks.scaled_settles),
        ),
    ),
    Work(
        "estimation-bias",
        "Greff, Srivastava and Schmidhuber 2017",
        "after arXiv:1612.07771",
        "Unbiased estimates",
        "Does a stage refine one estimate, unbiased from its first block on?",
        "The blocks of a stage estimate the same features: their error has a mean of zero, and a spread that shrinks.",
        (
            Asked(
                "estimation-bias",
                "estimation-bias",
                (
                    Drawn(
                        "spread",
                        "Spread of the error",
                        "Spread of the difference between each state and the last one of its stage.",
                    ),
                    Drawn(
                        "ratio",
                        "Mean of the error against its spread",
                        "Mean of that difference against its spread; 0 is unbiased.",
                    ),
                ),
            ),
        ),
        _claims(
            "estimation-bias",
            ("falls", "From block to block of a stage, the spread of the error falls.", checks.spread_falls),
            (
                "last",
                "The error of the last stage is unbiased: its mean is less than half of its spread.",
                checks.last_stage_unbiased,
            ),
            (
                "all",
                "The error of every stage is unbiased in the same sense.",
                checks.stages_unbiased,
                "not expected: the means of hidden states drift",
            ),
        ),
    ),
    Work(
        "intrinsic-dimension",
        "Ansuini, Laio, Macke and Zoccolan 2019; Facco et al. 2017",
        "arXiv:1905.12784; doi:10.1038/s41598-017-11873-y",
        "Intrinsic dimension",
        "In how many directions do the images really spread at each block?",
        "The dimension rises in the first layers and falls towards the output.",
        (
            Asked(
                "intrinsic-dimension",
                "intrinsic-dimension",
                (
                    Drawn(
                        "dimension",
                        "Intrinsic dimension",
                        "In how many directions the images spread at each position, by their two nearest neighbours.",
                    ),
                ),
            ),
        ),
        _claims(
            "intrinsic-dimension",
            (
                "rise",
                "The dimension rises before it falls: it is larger inside the network than at both ends.",
                checks.dimension_rises,
            ),
            ("fall", "At the output it is below half of its largest value.", checks.dimension_falls),
        ),
    ),
)
"""In the order of the page."""
CLAIMS: tuple[Claim[Studied], ...] = tuple(claim for work in WORKS for claim in work.claims)
