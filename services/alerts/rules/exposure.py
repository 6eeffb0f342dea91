"""Exposure: how many accounts stand behind a count, by institution, or by institution and product."""

from collections.abc import Iterable
from math import isfinite


def exposure_of(rows: Iterable[tuple[str, str, str]]) -> dict[str, float]:
    """Return accounts by ``institution`` or ``institution|product``.

    Args:
        rows: Institution, product (empty for all of them) and accounts, as somebody wrote them.

    Raises:
        ValueError: An institution is missing, or accounts are no positive number.
    """
    out = {}
    for institution, product, accounts in rows:
        number = float(accounts)
        if not institution.strip() or not isfinite(number) or number <= 0:
            raise ValueError(f"{institution},{product},{accounts}")
        out["|".join(filter(None, (institution.strip(), product.strip())))] = number
    return out


def exposure_in(written: Iterable[str]) -> dict[str, float]:
    """Return the same of texts ``institution:accounts`` or ``institution|product:accounts``.

    Raises:
        ValueError: As above.
    """
    parts = [one.rpartition(":") for one in written]
    return exposure_of((*place.partition("|")[::2], accounts) for place, _, accounts in parts)
