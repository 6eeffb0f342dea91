"""The sums of what cases count, and what follows from them."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from services.portal.cases import COUNTED, FigureKey
from services.portal.rules import ENDS
from shared.contracts.kinds import End

FIGURES: Final = (
    *dict.fromkeys(COUNTED.values()),
    "alerts",
    "claim_fen",
    "settled",
    "settled_fen",
    "agreed_fen",
    "timed",
    "open_seconds",
    *ENDS,
)
"""Every figure: counts, amounts in fen, and the seconds that ``timed`` ended mediations were open."""

SUMS: Final[Mapping[str, Any]] = {
    "$group": {
        "_id": {name: f"${name}" for name in FigureKey._fields},
        **{name: {"$sum": f"${name}"} for name in FIGURES},
    }
}

Document = dict[str, Any]


def summed(rows: Iterable[Mapping[str, Any]]) -> Document:
    """Return totals and groups of the sums by institution and cause.

    ``own`` are those of each institution, ``mediated_by`` those of each organisation's cases.
    """
    every = list(rows)
    return {
        **summed_rows(every),
        "own": _of_each(every, "institution"),
        "mediated_by": _of_each(every, "organisation"),
    }


def _of_each(rows: Iterable[Mapping[str, Any]], part: str) -> dict[str, Document]:
    of_each: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of_each.setdefault(row["_id"].get(part) or "", []).append(row)
    return {name: summed_rows(its) for name, its in of_each.items() if name}


def summed_rows(rows: Iterable[Mapping[str, Any]]) -> Document:
    """Return totals and groups of sums, of nothing else than these rows."""
    totals = dict.fromkeys(FIGURES, 0)
    institutions: dict[str, dict[str, int]] = {}
    causes: dict[str, dict[str, int]] = {}
    for row in rows:
        key = row["_id"]
        institution = institutions.setdefault(key["institution"], dict.fromkeys(FIGURES, 0))
        cause = causes.setdefault(key["cause"], dict.fromkeys(FIGURES, 0))
        for name in FIGURES:
            value = int(row.get(name) or 0)
            totals[name] += value
            institution[name] += value
            cause[name] += value
    return {
        "totals": derived(totals),
        "by_institution": {name: derived(one) for name, one in sorted(institutions.items()) if name},
        "by_cause": {name: derived(one) for name, one in sorted(causes.items()) if name},
    }


def derived(sums: Mapping[str, int]) -> Document:
    """Return the sums and what follows from them: open mediations, ends by code, rates, amounts as text."""
    out: Document = {name: value for name, value in sums.items() if name not in ENDS}
    out["open"] = sums["mediated"] - sums["ended"]
    out["ends"] = {end.value: sums[f"ended_{end.value}"] for end in End}
    out["settled_cny"] = cny(sums["settled_fen"])
    out["settled_wan"] = wan(sums["settled_fen"])
    out["agreed_cny"] = cny(sums["agreed_fen"])
    out["agreed_wan"] = wan(sums["agreed_fen"])
    out["settled_rate"] = sums["settled"] / sums["ended"] if sums["ended"] else None
    out["mean_days"] = round(sums["open_seconds"] / sums["timed"] / 86_400, 2) if sums["timed"] else None
    return out


def cny(fen: int) -> str:
    """Return an amount in yuan with two decimals: ``71,979,200.00``."""
    return f"{Decimal(fen).scaleb(-2):,.2f}"


def wan(fen: int) -> str:
    """Return an amount in ten thousand yuan (万元), rounded half up to two decimals: ``7,197.92``."""
    return f"{Decimal(fen).scaleb(-6).quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
