"""The paper's figures and claims, from your own runs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from iterscope.measurements.records import Number
from iterscope.paper.roles import Role
from iterscope_backend.schemas.common import example

Verdict = Literal["holds", "does not hold", "inconclusive", "not yet run"]


class PaperDatasets(BaseModel):
    first: str | None = Field(description="Data set in place of CIFAR-10.")
    second: str | None = Field(description="Data set in place of CIFAR-100.")
    choices: list[str] = Field(
        description="Data sets of completed runs; the one with the most of the paper's networks comes first."
    )


class FigureSummary(BaseModel):
    id: str
    title: str
    section: str
    shows: str = Field(description="What the paper's figure shows.")
    state: Literal["complete", "partial", "not yet run"]
    panel_count: int = Field(description="Number of panels; 0 for a table.")
    missing: list[str] = Field(description="What is missing, each with the command or action that adds it.")
    claims: list[str] = Field(description="Ids of the claims about this figure.")


class Finding(BaseModel):
    """A claim of the paper, tested on your own runs."""

    id: str
    figures: list[str]
    section: str
    sentence: str
    about: Literal["trained networks", "initialisation"]
    verdict: Verdict
    measured: str = Field(description="The measured value as a sentence, or what is missing.")
    statistic: Number
    judged: str = Field(
        description="The number that is judged, with its interval and the threshold, as text; empty without one."
    )
    criterion: str = Field(description="Which number is judged, and why the threshold lies where it does.")
    comparison: Literal["<", ">"] | None
    threshold: Number
    interval: tuple[Number, Number] | None = Field(
        description="Bootstrap interval over images, extended to Student's t interval over seeds if there are three or more. The claim "
        "holds if the whole interval is on the right side of the threshold, and does not hold if it is on the other side."
    )
    level: Number = Field(description="The interval's level: 0.95, or 1 − 0.05/3 if `looks` is not 0.")
    looks: int = Field(description="How often `iterscope paper --more-seeds` has judged the claim; at most 3.")
    n_runs: int = Field(description="Number of seeds of the network that has the fewest.")
    n_samples: int | None = Field(description="Number of images behind the statistic.")
    nets: list[str]
    scope: str = Field(description='Where the verdict is from, such as "on digits, ResNet-56, 4 seeds: seen".')
    note: str | None = Field(description="Why a verdict is inconclusive, and what else limits it.")


class Counts(BaseModel):
    holds: int
    does_not_hold: int = Field(alias="does not hold")
    inconclusive: int
    not_yet_run: int = Field(alias="not yet run")


class Paper(BaseModel):
    """The state of every figure, and all claims."""

    model_config = example(
        datasets={"first": "digits", "second": "digit-pairs", "choices": ["digits"]},
        figures=[
            {
                "id": "fig2",
                "title": "ℓ2 ratio of every block",
                "section": "4.2",
                "shows": "How much each block changes the hidden state.",
                "state": "partial",
                "panel_count": 4,
                "missing": [
                    "no completed run of the wide ResNet on digits: `iterscope paper --only fig2` trains what is missing"
                ],
                "claims": ["fig2-small"],
            }
        ],
        claims=[
            {
                "id": "fig2-small",
                "figures": ["fig2"],
                "section": "4.2",
                "sentence": "The higher blocks of the original ResNet change the hidden state only slightly.",
                "about": "trained networks",
                "verdict": "holds",
                "measured": "mean ℓ2 ratio 0.181 in the higher half of ResNet-56 on digits",
                "statistic": 0.181,
                "judged": "judged: 0.181, 95 % interval 0.17 to 0.19; holds below 0.5",
                "criterion": "The mean ℓ2 ratio of the higher half of the blocks is below 0.5: F then turns h by at most 30°.",
                "comparison": "<",
                "threshold": 0.5,
                "interval": [0.17, 0.19],
                "level": 0.95,
                "looks": 0,
                "n_runs": 4,
                "n_samples": 359,
                "nets": ["ResNet-56 on digits"],
                "scope": "on digits, ResNet-56, 4 seeds: seen",
                "note": None,
            }
        ],
        counts={"holds": 1, "does not hold": 0, "inconclusive": 0, "not yet run": 0},
        wanted=10,
    )

    datasets: PaperDatasets
    figures: list[FigureSummary]
    claims: list[Finding]
    counts: Counts
    wanted: int = Field(description="Number of probes that the figures need and that haven't been run yet.")


class PanelBlock(BaseModel):
    index: int
    stage: int
    is_projection: bool
    shared_with: int | None = Field(description="The block whose convolutions this block reuses.")


class XAxis(BaseModel):
    kind: Literal["block", "epoch", "step"]
    label: str


class YAxis(BaseModel):
    label: str
    unit: str = Field(description="Unit of the values; accuracies are in %.")
    log: bool


class PanelSeries(BaseModel):
    name: str
    split: Literal["train", "validation"] | None
    block: int | None
    group: Literal["borderline", "correct", "all"] | None
    role: Role | None
    x: list[int]
    mean: list[Number] = Field(description="Mean over seeds.")
    std: list[Number] | None = Field(description="Standard deviation over seeds (n − 1); null for one seed.")
    low: list[Number] | None = Field(
        description="Lower bound of the 95 % Wilson interval, over the images of all seeds."
    )
    high: list[Number] | None
    n: int = Field(description="Number of seeds.")
    samples: int | None = Field(description="Number of images over all seeds; for logged metrics, of one run.")


class Panel(BaseModel):
    title: str
    role: Role | Literal["baseline"] | None = Field(description="null if several networks are compared.")
    dataset: str | None
    state: Literal["ready", "not yet run", "not yet measured"]
    missing: str | None = Field(description="What is missing, and how to add it.")
    runs: list[str]
    n: int
    blocks: list[PanelBlock]
    x: XAxis
    y: YAxis
    mark_x: int | None = Field(description="Position of a vertical line: the last trained step.")
    series: list[PanelSeries]


class Cell(BaseModel):
    mean: Number
    std: Number
    text: str


class TableRow(BaseModel):
    label: str
    runs: list[str]
    n: int
    cells: list[Cell | None] = Field(description="One cell for each column except the first, which is the label.")


class PaperTable(BaseModel):
    columns: list[str]
    rows: list[TableRow]


class WantedProbe(BaseModel):
    probe: str
    request: dict[str, Any] = Field(description="The body for POST /probe/{probe}.")


class PaperRun(BaseModel):
    id: str
    name: str
    seed: int | None
    epochs: int
    configuration: dict[str, Any]
    checkpoint_sha256: str | None


class PaperProvenance(BaseModel):
    runs: list[PaperRun]
    library_versions: dict[str, str]


class Figure(FigureSummary):
    """One figure or table."""

    model_config = example(
        id="fig4",
        title="Cosine loss of every block",
        section="4.1",
        shows="Blocks point against the loss gradient.",
        state="partial",
        panel_count=4,
        missing=[],
        claims=["fig4-negative"],
        panels=[
            {
                "title": "ResNet-56 on digits",
                "role": "original",
                "dataset": "digits",
                "state": "ready",
                "missing": None,
                "runs": ["r7k2m9qx4"],
                "n": 1,
                "blocks": [{"index": 0, "stage": 0, "is_projection": False, "shared_with": None}],
                "x": {"kind": "block", "label": "residual block index"},
                "y": {"label": "cos(F_i, ∂L/∂h_i)", "unit": "", "log": False},
                "mark_x": None,
                "series": [
                    {
                        "name": "validation",
                        "split": "validation",
                        "block": None,
                        "group": None,
                        "role": "original",
                        "x": [0],
                        "mean": [-0.012],
                        "std": None,
                        "low": None,
                        "high": None,
                        "n": 1,
                        "samples": 24,
                    }
                ],
            }
        ],
        table=None,
        wanted=[],
        provenance={"runs": [], "library_versions": {"iterscope": "0.1.0"}},
    )

    panels: list[Panel]
    table: PaperTable | None
    wanted: list[WantedProbe]
    provenance: PaperProvenance
