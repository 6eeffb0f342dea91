"""Ids that everybody derives alike, without asking anybody."""

import base64
import hashlib
import re

CASE_PREFIX = "sy1"
SERIES_PREFIX = "sr1"
_CASE_ID = re.compile(CASE_PREFIX + "[a-z2-7]{32}")
_SERIES_ID = re.compile(SERIES_PREFIX + "[a-z2-7]{32}")


def case_id(institution: str, reference: str) -> str:
    """Return the id of a dispute: the same for everybody, however often it is sent.

    Args:
        institution: Id of the institution.
        reference: The institution's own reference.

    Returns:
        ``sy1`` and 32 characters of lower-case base32 (160 bits of a SHA-256).
    """
    return CASE_PREFIX + _short_digest(institution, reference)


def series_id(institution: str, cause: str, issue: str) -> str:
    """Return the id of a weekly series: ``sr1`` and 32 characters of lower-case base32."""
    return SERIES_PREFIX + _short_digest(institution, cause, issue)


def is_case_id(text: str) -> bool:
    """Tell whether a subject is a case: the id alone, and nothing before or behind it."""
    return _CASE_ID.fullmatch(text) is not None


def is_series_id(text: str) -> bool:
    """Tell whether a subject is a weekly series."""
    return _SERIES_ID.fullmatch(text) is not None


def _short_digest(*parts: str) -> str:
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return base64.b32encode(digest[:20]).decode().lower()
