"""A systemic issue that was referred: from the alerts that it came of to the answer of its recipient."""

from services.alerts.referral import answering, clock, ending, opening
from services.alerts.referral.state import Referral, referral

__all__ = ["Referral", "answering", "clock", "ending", "opening", "referral"]
