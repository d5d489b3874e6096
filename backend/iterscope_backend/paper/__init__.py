"""The paper's figures, table and claims from the runs of a store: gathered, never computed here."""

from iterscope_backend.paper.evidence import PaperEvidence
from iterscope_backend.paper.measuring import Wanted

__all__ = ["PaperEvidence", "Wanted"]
