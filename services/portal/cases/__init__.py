"""The masked view of a case, put together from the events of all services in whatever order they arrive."""

from services.portal.cases import court, filing, institution, mediation, performance, quick_decisions, telling
from services.portal.cases.facts import COUNTED, STATUS, added, counts_of
from services.portal.cases.state import CaseView, FigureKey, cases, hidden_from, is_quiet, key_of, service_of

__all__ = [
    "COUNTED",
    "STATUS",
    "CaseView",
    "FigureKey",
    "added",
    "cases",
    "counts_of",
    "court",
    "filing",
    "hidden_from",
    "institution",
    "is_quiet",
    "key_of",
    "mediation",
    "performance",
    "quick_decisions",
    "service_of",
    "telling",
]
