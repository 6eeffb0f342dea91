"""The court simulator: stands in for the court where there is none. No service of the platform.

It reads what is filed on ``court.outbound`` and answers on ``court.inbound``, late, out of order and
sometimes twice, as a court's system may. See docs/court_bridge.md.
"""

from deploy.local.court.decisions import Manners
from deploy.local.court.program import CourtSimulator, run

__all__ = ["CourtSimulator", "Manners", "run"]
