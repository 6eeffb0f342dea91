"""What the disputes of an alert share more often than the rest of their institution and cause."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scipy import stats

FEATURES: Final = ("product", "region", "way", "claim")
"""Fields of a counted dispute that are compared."""
_LEAST: Final = 3
_RATE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Shared:
    """A value that is over-represented among the disputes of an alert.

    Attributes:
        feature: Which field.
        value: Its value.
        among: Disputes of the alert that have it.
        of: Disputes of the alert that say anything of the field.
        rest_among: Disputes of the rest that have it.
        rest_of: Disputes of the rest that say anything of it.
        probability: Of so many or more by chance, times the values that were looked at (at most 1).
    """

    feature: str
    value: str
    among: int
    of: int
    rest_among: int
    rest_of: int
    probability: float


def shared(cases: Sequence[Mapping[str, Any]], rest: Sequence[Mapping[str, Any]]) -> list[Shared]:
    """Return what the cases share, the least probable first.

    Args:
        cases: Rows of the alert's disputes.
        rest: Rows of what they are compared with.

    Source: Fisher's exact test, one-sided; Bonferroni over all values looked at.
    """
    found = [one for feature in FEATURES for one in _of(feature, cases, rest)]
    told = [
        Shared(
            one.feature,
            one.value,
            one.among,
            one.of,
            one.rest_among,
            one.rest_of,
            min(1.0, one.probability * len(found)),
        )
        for one in found
    ]
    return sorted(
        (one for one in told if one.probability <= _RATE and one.among >= _LEAST),
        key=lambda one: (one.probability, one.feature, one.value),
    )


def _of(feature: str, cases: Iterable[Mapping[str, Any]], rest: Iterable[Mapping[str, Any]]) -> list[Shared]:
    here, there = _values(feature, cases), _values(feature, rest)
    of, rest_of = here.total(), there.total()
    out = []
    for value, among in sorted(here.items()):
        known = there[value]
        tail = stats.hypergeom.sf(among - 1, of + rest_of, among + known, of)
        out.append(Shared(feature, value, among, of, known, rest_of, float(tail)))
    return out


def _values(feature: str, rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    return Counter(str(row[feature]) for row in rows if row.get(feature))
