"""The roster of one organisation: who holds which case, who waits, and who is next."""

from services.mediation.roster import availability, register, shares, standing, training
from services.mediation.roster.state import Roster, roster

__all__ = ["Roster", "availability", "register", "roster", "shares", "standing", "training"]
