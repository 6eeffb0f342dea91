"""Ids of cases, series, subscriptions: whoever is asked twice gives the same; nobody can guess a case's.

A case is known by its institution and that institution's reference. Its id follows from them with intake's
secret alone, so that nobody who guesses a reference has the id of a case. Everybody else finds a case by
asking: the registration tells the reference, ``GET /cases?reference=…`` looks it up.
"""

import base64
import hashlib
import hmac
import re
from functools import lru_cache

CASE_PREFIX = "sy1"
SERIES_PREFIX = "sr1"
SUBSCRIPTION_PREFIX = "sb1"
REFERRAL_PREFIX = "rf1"
_SUBSCRIPTION_ID = re.compile(SUBSCRIPTION_PREFIX + "[a-z2-7]{32}")
_CASE_ID = re.compile(CASE_PREFIX + "[a-z2-7]{32}")
_SERIES_ID = re.compile(SERIES_PREFIX + "[a-z2-7]{32}")
_REFERRAL_ID = re.compile(REFERRAL_PREFIX + "[a-z2-7]{32}")
SHARD_PREFIX = "alerts.counts-"
ARCHIVE_PREFIX = "alerts.archive-"
GATE_PREFIX = "alerts.gate-"
PANEL = "alerts.panel"
"""The one subject in which all series of a week are judged together."""
SUBSCRIBERS = "alerts.subscribers"
"""The one subject that knows who asked to be told of what."""
GROUPS = "alerts.groups"
"""The one subject that holds the sums of groups of series."""


def case_id(key: bytes, institution: str, reference: str) -> str:
    """Return the id of a dispute: the same however often it is sent.

    Args:
        key: Intake's secret (``SUYUAN_PARTY_KEY``); another one gives other ids.
        institution: Id of the institution.
        reference: The institution's own reference.

    Returns:
        ``sy1`` and 32 characters of lower-case base32 (160 bits of an HMAC-SHA256).
    """
    text = "\x1f".join(("suyuan/case", institution, reference)).encode()
    return CASE_PREFIX + _base32(hmac.digest(key, text, hashlib.sha256))


def earlier_case_id(institution: str, reference: str) -> str:
    """Return the id that a dispute had before ids were keyed, in the same form: disputes of then keep it.

    Anybody can compute it, so it is good for one thing: to find what was registered under it.
    """
    return CASE_PREFIX + _short_digest(institution, reference)


@lru_cache(maxsize=16_384)
def series_id(institution: str | None, cause: str | None, issue: str | None) -> str:
    """Return the id of a weekly series: ``sr1`` and 32 characters of lower-case base32.

    A sum over series has one as well; what is not named, ``None`` or empty, is summed.
    """
    return SERIES_PREFIX + _short_digest(institution or "", cause or "", issue or "")


def subscription_id(organisation: str, person: str, name: str) -> str:
    """Return the id of somebody's subscription: ``sb1`` and 32 characters of lower-case base32.

    It follows from who subscribes, so that nobody takes the id of somebody else's.

    Args:
        organisation: Of the actor.
        person: The actor; empty for a machine.
        name: What the subscriber calls it.
    """
    return SUBSCRIPTION_PREFIX + _short_digest("suyuan/subscription", organisation, person, name)


def referral_id(recipient: str, matter: str) -> str:
    """Return the id of a referral: ``rf1`` and 32 characters of lower-case base32."""
    return REFERRAL_PREFIX + _short_digest("suyuan/referral", recipient, matter)


def is_case_id(text: str) -> bool:
    """Tell whether a subject is a case: the id alone, and nothing before or behind it."""
    return _CASE_ID.fullmatch(text) is not None


def is_series_id(text: str) -> bool:
    """Tell whether a subject is a weekly series."""
    return _SERIES_ID.fullmatch(text) is not None


def is_subscription_id(text: str) -> bool:
    """Tell whether a subject is a subscription."""
    return _SUBSCRIPTION_ID.fullmatch(text) is not None


def is_referral_id(text: str) -> bool:
    """Tell whether a subject is a referral of a systemic issue."""
    return _REFERRAL_ID.fullmatch(text) is not None


def _short_digest(*parts: str) -> str:
    return _base32(hashlib.sha256("\x1f".join(parts).encode()).digest())


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest[:20]).decode().lower()
