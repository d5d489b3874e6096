"""Every component id of the pages."""

from enum import StrEnum
from typing import Any


class Shell(StrEnum):
    """The frame around the pages."""

    LOCATION = "location"
    MAIN = "main"
    NAVIGATION = "navigation"
    NOTIFICATIONS = "notifications"
    REFRESH = "refresh"
    HEALTH = "backend-health"
    HEALTH_TIMER = "backend-health-timer"
    BACKEND_DOWN = "backend-down"
    COPY_LINK = "copy-link"
    THEME = "theme-toggle"
    RETRY = "retry-timer"
    PENDING_TIMER = "pending-timer"
    PENDING_JOB = "pending-job"
    PENDING_PROGRESS = "pending-progress"
    SINK = "sink"


class Runs(StrEnum):
    """The Runs page."""

    TABLE = "runs-table"
    FIGURE = "runs-accuracy"
    SEEDS = "runs-seeds"
    SEEN = "runs-seen"
    TIMER = "runs-timer"
    NEW = "runs-new"
    NEW_PANEL = "runs-new-panel"
    RECIPE = "runs-recipe"
    RECIPE_NOTE = "runs-recipe-note"
    DATASET = "runs-dataset"
    EPOCHS = "runs-epochs"
    BATCH = "runs-batch"
    SEED = "runs-seed"
    NAME = "runs-name"
    START = "runs-start"
    START_ERROR = "runs-start-error"
    CANCEL = "runs-cancel"
    DELETE_DIALOG = "runs-delete-dialog"
    DELETE_TEXT = "runs-delete-text"
    DELETE_TARGET = "runs-delete-target"
    DELETE_CONFIRM = "runs-delete-confirm"
    DELETE_KEEP = "runs-delete-keep"


class Blocks(StrEnum):
    """The Blocks page."""

    RUN = "blocks-run"
    STATUS = "blocks-status"
    CLAIM = "blocks-claim"
    SCRUBBER = "blocks-epoch"
    EPOCH_LABEL = "blocks-epoch-label"
    PLAY = "blocks-play"
    SPLIT = "blocks-split"
    METRIC = "blocks-metric"
    COSINE = "blocks-cosine"
    RATIO = "blocks-ratio"
    DROP = "blocks-drop"
    LINES = "blocks-lines"
    HEAT = "blocks-heat"
    EXIT = "blocks-exit"
    GRADIENT = "blocks-gradient"
    TRAINING = "blocks-training"
    SEEDS = "blocks-seeds"
    DATA = "blocks-data"
    MORE = "blocks-more"
    DELTA = "blocks-delta"
    LIVE = "blocks-live"
    CURSOR = "blocks-cursor"
    CHECKPOINTS = "blocks-checkpoints"
    DROP_REQUEST = "blocks-drop-request"
    DROP_RESULT = "blocks-drop-result"


class Interventions(StrEnum):
    """The Interventions page."""

    RUN = "interventions-run"
    CHECKPOINT = "interventions-checkpoint"
    SPLIT = "interventions-split"
    STRIP = "interventions-strip"
    MODE = "interventions-mode"
    BLOCK = "interventions-block"
    STEPS = "interventions-steps"
    SCALE = "interventions-scale"
    AUTO = "interventions-auto"
    REFERENCE = "interventions-reference"
    PLAN = "interventions-plan"
    PLAN_TEXT = "interventions-plan-text"
    CONTEXT = "interventions-context"
    JOBS = "interventions-jobs"
    TIMER = "interventions-timer"
    STATUS = "interventions-status"
    PROGRESS = "interventions-progress"
    CANCEL = "interventions-cancel"
    ERROR = "interventions-error"
    OUTCOME = "interventions-outcome"
    GROUPS = "interventions-groups"
    COSINE = "interventions-cosine"
    RATIO = "interventions-ratio"
    UNROLL_PANEL = "interventions-unroll-panel"
    UNROLL_GROUPS = "interventions-unroll-groups"
    UNROLL_METRICS = "interventions-unroll-metrics"
    CHANGED = "interventions-changed"


class Examples(StrEnum):
    """The Examples page."""

    RUN = "examples-run"
    CHECKPOINT = "examples-checkpoint"
    SPLIT = "examples-split"
    GROUP = "examples-group"
    CLASS = "examples-class"
    SORT = "examples-sort"
    GRID = "examples-grid"
    STORY = "examples-story"
    PROBABILITIES = "examples-probabilities"
    MARGIN = "examples-margin"
    BLOCKS = "examples-blocks"
    RANDOM = "examples-random"


class Paper(StrEnum):
    """The Paper page; those of the second half have one a figure: `of(id, figure)`."""

    DATASET = "paper-dataset"
    SECOND = "paper-second"
    CONTEXT = "paper-context"
    SEEN = "paper-seen"
    LIVE = "paper-live"
    STRIP = "paper-strip"
    BODY = "paper-body"
    FOOT = "paper-foot"
    CLAIMS = "paper-claims"
    WANT = "paper-want"
    WANTED = "paper-wanted"
    MEASURED = "paper-measured"
    MEASURE = "paper-measure"
    JOBS = "paper-jobs"
    TIMER = "paper-timer"
    PROGRESS = "paper-progress"
    STATUS = "paper-status"
    CANCEL = "paper-cancel"
    ERROR = "paper-error"


def of(name: StrEnum, figure: Any) -> dict[str, Any]:
    """The id of one figure's part; `figure` may be Dash's MATCH or ALL."""
    return {"type": str(name), "figure": figure}
