"""What later works found, on one network."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from iterscope_backend.schemas.common import example
from iterscope_backend.schemas.paper import Counts, Finding


class StudiedRun(BaseModel):
    id: str
    name: str
    network: str = Field(description='Such as "ResNet-56 on digits".')


class StudiedSeed(BaseModel):
    run: str
    name: str
    seed: int | None


class DrawnPanel(BaseModel):
    name: str = Field(description="The panel of the drawn answer.")
    title: str
    sentence: str = Field(description="What its axes show.")


class SeedAnswer(BaseModel):
    run: str
    stored: bool
    request: dict[str, Any] = Field(description="The body for POST /probe/{probe}.")


class WorkMeasurement(BaseModel):
    key: str
    probe: str
    title: str
    summary: str
    formula: str
    citation: str
    panels: list[DrawnPanel] = Field(description="The panels of the answer that show the finding.")
    request: dict[str, Any] | None = Field(
        description="The body for POST /probe/{probe} for the run; null if it can't be measured."
    )
    stored: bool = Field(description="Whether the run's answer is stored.")
    seeds: list[SeedAnswer] = Field(description="The run and its other seeds.")


class WorkOnRun(BaseModel):
    id: str
    authors: str
    source: str = Field(description='Where its definitions are from; "after" one whose formula we have not read.')
    title: str
    question: str
    finding: str
    measurements: list[WorkMeasurement]
    claims: list[str] = Field(description="Ids of its claims.")


class Literature(BaseModel):
    """Every work, and all claims."""

    model_config = example(
        run={"id": "r7k2m9qx4", "name": "demo", "network": "ResNet-56 on digits"},
        seeds=[{"run": "r7k2m9qx4", "name": "demo", "seed": 0}],
        works=[
            {
                "id": "separation",
                "authors": "He and Su 2023; Papyan, Han and Donoho 2020",
                "source": "arXiv:2210.17020; NC1: arXiv:2008.08186",
                "title": "A law of data separation",
                "question": "Does each block reduce the scatter within classes, relative to that between them, by the same factor?",
                "finding": "The scatter within classes, relative to that between them, falls by the same factor at every layer.",
                "measurements": [
                    {
                        "key": "separation",
                        "probe": "separation",
                        "title": "Separation of classes",
                        "summary": "How well each position separates the classes",
                        "formula": "D_l = tr(SS_w SS_b⁺) ≈ ρ^l D_0",
                        "citation": "He and Su 2023",
                        "panels": [
                            {
                                "name": "separation",
                                "title": "Separation of the classes",
                                "sentence": "Scatter within classes against that between.",
                            }
                        ],
                        "request": {"checkpoint": "c8n3w5tz"},
                        "stored": True,
                        "seeds": [{"run": "r7k2m9qx4", "stored": True, "request": {"checkpoint": "c8n3w5tz"}}],
                    }
                ],
                "claims": ["separation-law"],
            }
        ],
        claims=[
            {
                "id": "separation-law",
                "figures": ["separation"],
                "section": "",
                "sentence": "The logarithm of the scatter falls on a line over the positions.",
                "about": "trained networks",
                "verdict": "holds",
                "measured": "correlation −0.97 of position and log D on training images in ResNet-56 on digits",
                "statistic": -0.97,
                "judged": "judged: −0.97, 95 % interval −0.98 to −0.96; holds below −0.9",
                "criterion": "The correlation of position and log D is below −0.9.",
                "comparison": "<",
                "threshold": -0.9,
                "interval": [-0.98, -0.96],
                "level": 0.95,
                "looks": 0,
                "n_runs": 1,
                "n_samples": 1438,
                "nets": ["ResNet-56 on digits"],
                "scope": "on digits, ResNet-56, 1 seed, this network only: seen",
                "note": None,
            }
        ],
        counts={"holds": 1, "does not hold": 0, "inconclusive": 0, "not yet run": 0},
        wanted=0,
    )

    run: StudiedRun | None = Field(description="The run whose network is shown; null without a run that has ended.")
    seeds: list[StudiedSeed] = Field(description="That run, and completed runs that differ from it only in their seed.")
    works: list[WorkOnRun]
    claims: list[Finding] = Field(description="The claims; `figures` names the work.")
    counts: Counts
    wanted: int = Field(description="Number of probes that haven't been run yet, of all seeds.")
