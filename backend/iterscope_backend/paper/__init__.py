"""The paper's figures, table and claims, gathered from the runs in a store. Nothing is computed here."""

from iterscope_backend.paper.evidence import PaperEvidence
from iterscope_backend.paper.needs import Wanted

__all__ = ["PaperEvidence", "Wanted"]
