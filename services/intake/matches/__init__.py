"""比对: the disputes of one respondent, in one stream, so that there is one writer whatever the replicas.

What a case says of itself comes here by a delivery that is keyed by the respondent, and what is found goes
back to the case. A filing costs one subject more, loaded by its id: however many cases are stored.
"""

from services.intake.matches import matching
from services.intake.matches.state import Candidate, Matches, matches

__all__ = ["Candidate", "Matches", "matches", "matching"]
