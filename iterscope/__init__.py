"""Iterscope: what a trained residual network does, block by block.

import iterscope as it

model = it.build("resnet110", num_classes=10)
chain = it.residual_chain(model)
m = it.block_metrics(chain, images, labels)  # m.cosine_loss, m.l2_ratio: (L, N), one row per block, one column per image
z = it.run_plans(chain, images, [it.identity(), it.drop(3), it.unroll(block=-1, steps=20, scale=0.1)])  # (P, N, K)

The measurements are those of Jastrzębski et al., "Residual Connections Encourage Iterative Inference", ICLR 2018.
"""

from typing import TYPE_CHECKING, Any

from iterscope.adapters import residual_chain
from iterscope.allocator import keep_freed_memory
from iterscope.architectures import (
    ArchitectureConfiguration,
    ArchitectureDescription,
    ForeignConfiguration,
    PreActivationResNet,
    architecture_configuration,
    architectures,
    build,
    build_foreign,
    build_from_configuration,
    configuration_from_dict,
)
from iterscope.architectures.factory import Factory
from iterscope.block_pass import BlockView
from iterscope.chain import BlockStep, ResidualBlock, ResidualChain
from iterscope.checkpoint_description import CheckpointDescription
from iterscope.checkpoint_images import CheckpointImages
from iterscope.checkpoints import (
    Checkpoint,
    checkpoint_data,
    describe_checkpoint,
    load_checkpoint,
    read_checkpoint,
    save_checkpoint,
    save_network,
)
from iterscope.datasets import Dataset, DatasetReference, ImageSplit, dataset_descriptions, load_dataset
from iterscope.engine import evaluate_plans, run_plans, stream_plans
from iterscope.errors import (
    ArchitectureError,
    BlockError,
    BudgetError,
    Cancelled,
    CheckpointError,
    ConfigurationError,
    DatasetError,
    InvalidInput,
    IterscopeError,
    OutOfMemory,
    PlanError,
)
from iterscope.features import FeatureBank, FeatureMap, feature_bank, fit_features
from iterscope.kept_states import StateShelf
from iterscope.map_blocks import map_blocks
from iterscope.numerics import Outcomes, outcomes
from iterscope.plan import (
    Plan,
    Step,
    drop,
    exit_after,
    format_steps,
    identity,
    parse_plan,
    plan,
    scale,
    shuffle,
    swap,
    unroll,
)
from iterscope.preprocessing import Preprocessing, preset
from iterscope.probes.alignment import Alignment, LineShape, alignment, line_shape
from iterscope.probes.batch_statistics import BatchStatistics, batch_statistics
from iterscope.probes.block_metrics import BlockMetrics, Survey, block_metrics, training_survey
from iterscope.probes.borderline import Borderline, EarlyExit, Groups, borderline, early_exit, groups_at
from iterscope.probes.cka import Similarity, cka, unbiased_hsic
from iterscope.probes.criticality import Criticality, criticality
from iterscope.probes.drop import BlockDrop, block_drop
from iterscope.probes.effective_depth import EffectiveDepth, effective_depth
from iterscope.probes.estimation_bias import EstimationBias, estimation_bias
from iterscope.probes.fixed_point import FixedPoint, fixed_point
from iterscope.probes.gain import Gain, gain
from iterscope.probes.intrinsic_dimension import IntrinsicDimension, intrinsic_dimension
from iterscope.probes.iterative_convergence import IterativeConvergence, iterative_convergence
from iterscope.probes.ledger import Ledger, PathIntegral, ledger, path_integral
from iterscope.probes.lesions import LesionCurve, Lesions, lesion_curve, lesions
from iterscope.probes.linear_probes import LinearProbe, LinearProbes, fit_probe, linear_probes
from iterscope.probes.path_lengths import PathLengths, path_lengths
from iterscope.probes.prediction_depth import PredictionDepth, prediction_depth
from iterscope.probes.separation import Separation, separation
from iterscope.probes.shuffling import Shuffling, kendall_tau, shuffling
from iterscope.probes.statistics import GroupCurve, Summary, group_curve, summarise, wilson_interval
from iterscope.probes.substitution import Phases, Substitution, phases, substitution
from iterscope.probes.translators import Translator, fit_translators, read_translators
from iterscope.probes.unrolling import SCALE_GRID, Unrolling, unrolling
from iterscope.recipes import RECIPES, TrainingConfiguration, training_configuration
from iterscope.recognition import Recognition, foreign_model, read_foreign_file, recognise
from iterscope.results import Comparison, compare

if TYPE_CHECKING:
    from iterscope.measurements import measure
    from iterscope.viewing.notebook import show

__version__ = "0.1.0"

__all__ = [
    "RECIPES",
    "SCALE_GRID",
    "Alignment",
    "ArchitectureConfiguration",
    "ArchitectureDescription",
    "ArchitectureError",
    "BatchStatistics",
    "BlockDrop",
    "BlockError",
    "BlockMetrics",
    "BlockStep",
    "BlockView",
    "Borderline",
    "BudgetError",
    "Cancelled",
    "Checkpoint",
    "CheckpointDescription",
    "CheckpointError",
    "CheckpointImages",
    "Comparison",
    "ConfigurationError",
    "Criticality",
    "Dataset",
    "DatasetError",
    "DatasetReference",
    "EarlyExit",
    "EffectiveDepth",
    "EstimationBias",
    "Factory",
    "FeatureBank",
    "FeatureMap",
    "FixedPoint",
    "ForeignConfiguration",
    "Gain",
    "GroupCurve",
    "Groups",
    "ImageSplit",
    "IntrinsicDimension",
    "InvalidInput",
    "IterativeConvergence",
    "IterscopeError",
    "Ledger",
    "LesionCurve",
    "Lesions",
    "LineShape",
    "LinearProbe",
    "LinearProbes",
    "OutOfMemory",
    "Outcomes",
    "PathIntegral",
    "PathLengths",
    "Phases",
    "Plan",
    "PlanError",
    "PreActivationResNet",
    "PredictionDepth",
    "Preprocessing",
    "Recognition",
    "ResidualBlock",
    "ResidualChain",
    "Separation",
    "Shuffling",
    "Similarity",
    "StateShelf",
    "Step",
    "Substitution",
    "Summary",
    "Survey",
    "TrainingConfiguration",
    "Translator",
    "Unrolling",
    "alignment",
    "architecture_configuration",
    "architectures",
    "batch_statistics",
    "block_drop",
    "block_metrics",
    "borderline",
    "build",
    "build_foreign",
    "build_from_configuration",
    "checkpoint_data",
    "cka",
    "compare",
    "configuration_from_dict",
    "criticality",
    "dataset_descriptions",
    "describe_checkpoint",
    "drop",
    "early_exit",
    "effective_depth",
    "estimation_bias",
    "evaluate_plans",
    "exit_after",
    "feature_bank",
    "fit_features",
    "fit_probe",
    "fit_translators",
    "fixed_point",
    "foreign_model",
    "format_steps",
    "gain",
    "group_curve",
    "groups_at",
    "identity",
    "intrinsic_dimension",
    "iterative_convergence",
    "keep_freed_memory",
    "kendall_tau",
    "ledger",
    "lesion_curve",
    "lesions",
    "line_shape",
    "linear_probes",
    "load_checkpoint",
    "load_dataset",
    "map_blocks",
    "measure",
    "outcomes",
    "parse_plan",
    "path_integral",
    "path_lengths",
    "phases",
    "plan",
    "prediction_depth",
    "preset",
    "read_checkpoint",
    "read_foreign_file",
    "read_translators",
    "recognise",
    "residual_chain",
    "run_plans",
    "save_checkpoint",
    "save_network",
    "scale",
    "separation",
    "show",
    "shuffle",
    "shuffling",
    "stream_plans",
    "substitution",
    "summarise",
    "swap",
    "training_configuration",
    "training_survey",
    "unbiased_hsic",
    "unroll",
    "unrolling",
    "wilson_interval",
]


def __getattr__(name: str) -> Any:
    """`it.measure` and `it.show` load the definitions of all measurements, and pydantic, when they are first used."""
    if name == "measure":
        from iterscope.measurements import measure

        return measure
    if name == "show":
        from iterscope.viewing.notebook import show

        return show
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
