"""The works after Jastrzębski et al. 2018, one file per work: what each asks, what it found, the measurements that show it, and its claims.

A claim is a sentence (in our words) and a check, a pure function of the stored answers of one network's seeds. A threshold is the
source's, or chance; each check says why it is what it is. A number with an interval over images is judged by it from one seed on; one
without is judged from three seeds on. "After" in a source says that its formula was not read in the work itself: the definition is then
ours, in its spirit.
"""

from __future__ import annotations

from iterscope.literature.studied import Studied
from iterscope.literature.work import Asked, Drawn, Work
from iterscope.literature.works import (
    alignment,
    cka,
    criticality,
    effective_depth,
    estimation_bias,
    exits,
    fixed_point,
    intrinsic_dimension,
    iterative_convergence,
    ledger,
    lesions,
    overthinking,
    prediction_depth,
    probes,
    separation,
    substitute,
)
from iterscope.paper.judging import Claim

__all__ = ["CLAIMS", "WORKS", "Asked", "Drawn", "Work"]

WORKS: tuple[Work, ...] = tuple(
    work.WORK
    for work in (
        ledger,
        probes,
        exits,
        prediction_depth,
        overthinking,
        effective_depth,
        cka,
        criticality,
        substitute,
        iterative_convergence,
        separation,
        lesions,
        alignment,
        fixed_point,
        estimation_bias,
        intrinsic_dimension,
    )
)
"""In an order to read them, which is that of the page."""
CLAIMS: tuple[Claim[Studied], ...] = tuple(claim for work in WORKS for claim in work.claims)
