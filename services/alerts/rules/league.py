"""How institutions answer in time: shares with intervals, and whether one differs by more than chance.

A small institution with one late answer in three is no worse than a large one with a tenth: a league
table of bare shares would shame it for noise. So each share stands with its interval, and beside the
limits of a funnel: where the shares of institutions of this size lie if they are all alike.

Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927)
209-212; Spiegelhalter, "Funnel plots for comparing institutional performance", Stat Med 24 (2005)
1185-1202.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import Any, Final

from scipy import stats

_Z: Final = NormalDist().inv_cdf(0.975)
_WARNING, _ALARM = 0.025, 0.001
"""One-sided: the usual limits of 95 % and of 99.8 %."""


class Timeliness(StrEnum):
    """How the answer to a request stands."""

    TIMELY = "timely"
    LATE = "late"
    OVERDUE = "overdue"
    OPEN = "open"
    NO_LIMIT = "no_limit"
    DROPPED = "dropped"


class Standing(StrEnum):
    """Where an institution lies in the funnel."""

    USUAL = "usual"
    BELOW = "below"
    FAR_BELOW = "far_below"
    ABOVE = "above"


class ReferralStanding(StrEnum):
    """Where a referral stands."""

    AWAITED = "awaited"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    LATE = "answered_late"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"

    @property
    def over(self) -> bool:
        """Whether nothing is awaited any more."""
        return self not in (ReferralStanding.AWAITED, ReferralStanding.OVERDUE)


@dataclass(frozen=True, slots=True)
class Line:
    """One institution.

    Attributes:
        requests: All that have a limit.
        timely: Answered before the limit.
        late: Answered after it.
        overdue: Not answered, and the limit has passed.
        open: Not answered, and the limit has not passed; in no share.
        share: Timely among those that are decided; ``None`` where none is.
        low: Lower end of the 95 % interval of the share.
        high: Its upper end.
        standing: Beside all institutions together.
    """

    institution: str
    requests: int
    timely: int
    late: int
    overdue: int
    open: int
    share: float | None
    low: float | None
    high: float | None
    standing: Standing


def timeliness(request: Mapping[str, Any], now: datetime) -> Timeliness:
    """Return how the answer to an alert, a referral or a request of a case stands at a time.

    What nobody waits for any more was overdue by then, or counts for nothing.

    Args:
        request: Its row.
        now: With a zone.
    """
    if request.get("drop_ground"):
        return Timeliness.OVERDUE if request["timely"] is False else Timeliness.DROPPED
    if request.get("timely") is not None:
        return Timeliness.TIMELY if request["timely"] else Timeliness.LATE
    if not request.get("answer_by"):
        return Timeliness.NO_LIMIT
    passed = datetime.fromisoformat(request["answer_by"]) <= now
    return Timeliness.OVERDUE if passed else Timeliness.OPEN


def asked(request: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return a row of ``requests`` as it is shown: how it stands, without what only decisions need."""
    hidden = ("_id", "request_about", "rules_version")
    shown = {name: value for name, value in request.items() if name not in hidden}
    return {**shown, "standing": timeliness(request, now).value}


def standing_of(referral: Mapping[str, Any], now: datetime) -> ReferralStanding:
    """Return where a referral stands at a time.

    Args:
        referral: Its row.
        now: With a zone.
    """
    if referral["answered_at"]:
        late = referral["timely"] is False
        return ReferralStanding.LATE if late else ReferralStanding.ANSWERED
    if referral["withdrawn"]:
        return ReferralStanding.WITHDRAWN
    if referral["superseded_by"]:
        return ReferralStanding.SUPERSEDED
    overdue = timeliness(referral, now) is Timeliness.OVERDUE
    return ReferralStanding.OVERDUE if overdue else ReferralStanding.AWAITED


def league(asked: Iterable[Mapping[str, Any]], now: datetime) -> list[Line]:
    """Return the institutions by their names; of one alone nobody can say how it lies beside others.

    Args:
        asked: Rows of what institutions were asked; of several that stand alike one, and how many (``of``).
        now: Business time, with a zone.
    """
    counts: dict[str, dict[Timeliness, int]] = defaultdict(lambda: dict.fromkeys(Timeliness, 0))
    for one in asked:
        counts[one["institution"]][timeliness(one, now)] += one.get("of", 1)
    timely = sum(one[Timeliness.TIMELY] for one in counts.values())
    decided = sum(map(_decided, counts.values()))
    whole = timely / decided if decided else 1.0
    return [_line(name, counts[name], whole) for name in sorted(counts)]


def _decided(count: Mapping[Timeliness, int]) -> int:
    return count[Timeliness.TIMELY] + count[Timeliness.LATE] + count[Timeliness.OVERDUE]


def _line(institution: str, count: Mapping[Timeliness, int], whole: float) -> Line:
    decided, timely = _decided(count), count[Timeliness.TIMELY]
    low, high = wilson(timely, decided) if decided else (None, None)
    return Line(
        institution,
        decided + count[Timeliness.OPEN],
        timely,
        count[Timeliness.LATE],
        count[Timeliness.OVERDUE],
        count[Timeliness.OPEN],
        timely / decided if decided else None,
        low,
        high,
        _standing(timely, decided, whole),
    )


def wilson(successes: int, number: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    Raises:
        ValueError: `number` is 0.
    """
    if number == 0:
        raise ValueError("a share of nothing has no interval")
    share, square = successes / number, _Z * _Z
    middle = share + square / (2 * number)
    half = _Z * sqrt(share * (1 - share) / number + square / (4 * number * number))
    return max(0.0, (middle - half) / (1 + square / number)), min(
        1.0, (middle + half) / (1 + square / number)
    )


def _standing(timely: int, decided: int, whole: float) -> Standing:
    if not decided:
        return Standing.USUAL
    at_most = float(stats.binom.cdf(timely, decided, whole))
    at_least = float(stats.binom.sf(timely - 1, decided, whole))
    if at_most <= _ALARM:
        return Standing.FAR_BELOW
    if at_most <= _WARNING:
        return Standing.BELOW
    return Standing.ABOVE if at_least <= _WARNING else Standing.USUAL
