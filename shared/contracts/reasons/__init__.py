"""Reason codes: they never change, and read alike in event, HTTP answer, dead letter and CLI."""

from typing import Final

from shared.contracts.reasons.answers import ANSWERS
from shared.contracts.reasons.court import COURT
from shared.contracts.reasons.fields import FIELDS
from shared.contracts.reasons.filings import FILINGS
from shared.contracts.reasons.reason import Reason, together
from shared.contracts.reasons.records import RECORDS
from shared.contracts.reasons.refusals import REFUSALS
from shared.contracts.reasons.retention import RETENTION
from shared.contracts.reasons.subscriptions import SUBSCRIPTIONS
from shared.contracts.reasons.talks import TALKS

__all__ = ["REASONS", "Reason", "text"]

REASONS: Final[dict[str, Reason]] = together(
    records=RECORDS,
    fields=FIELDS,
    answers=ANSWERS,
    refusals=REFUSALS,
    talks=TALKS,
    filings=FILINGS,
    court=COURT,
    retention=RETENTION,
    subscriptions=SUBSCRIPTIONS,
)
"""Every reason by its code."""


def text(code: str) -> Reason:
    """Return the sentences of a code; a code from a later version speaks for itself."""
    return REASONS.get(code, Reason(code, code))
