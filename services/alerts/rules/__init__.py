"""When a weekly count is a surge: EARS C1, as data and pure functions.

The Early Aberration Reporting System compares a week with the weeks just before it. C1 takes the
mean and the standard deviation of the last `baseline` weeks, the current one not among them, and
alarms when the count is above `mean + qnorm(1 - alpha) * sd`.

**What alpha is and is not.** It would be the share of quiet weeks that alarm if mean and deviation
were known. Estimated from 7 weeks they are not: for steady normal counts the true share is the
tail of Student's t, 1.4 % at alpha = 0.001 and 8.7 % at 0.05, and for small counts, which are not
normal, it is another again. State the measured rate, not alpha. `min_count` keeps a single case
after empty weeks from being a surge.

Source: Hutwagner, Thompson, Seeman, Treadwell, "The bioterrorism preparedness and response Early
Aberration Reporting System (EARS)", J Urban Health 80 (2003) i89-i96; Fricker, Hegler, Dunfee,
"Comparing syndromic surveillance detection methods: EARS' versus a CUSUM-based methodology",
Stat Med 27 (2008) 3407-3429. The definition is that of `earsC` (method "C1") in the R package
surveillance, whose published values the tests reproduce.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import sqrt
from statistics import NormalDist
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.alerts.rules.confirming import Codes
from services.alerts.rules.noticing import Named
from shared.casework.calendar import Calendar, Deadline, end_of_day, library_calendar, local_day
from shared.casework.limits import Limit
from shared.casework.rulebook import RuleBook
from shared.contracts.common import LabelChange
from shared.contracts.referrals import RecipientKind
from shared.contracts.subscriptions import NoticeWay
from shared.contracts.words import Unit

__all__ = ["ALERT_RULES", "AlertRules", "Bound", "Context", "ears_c1", "iso_week_start"]

_NORMAL: Final = NormalDist()
_METHOD: Final = "EARS C1: Hutwagner et al. 2003; Fricker et al. 2008; R package surveillance, earsC"
BASELINE: Final = Limit("alerts.baseline", Unit.WEEKS, _METHOD, at_least=3, at_most=104)
LEVEL: Final = Limit("alerts.level", Unit.SHARE, _METHOD, at_least=0.000001, at_most=0.4)
LEAST_COUNT: Final = Limit(
    "alerts.least-count", Unit.DISPUTES, "practice of the platform", at_least=1, at_most=1_000_000
)
GRACE: Final = Limit("alerts.grace", Unit.DAYS, "practice of the platform", at_least=0, at_most=28)
PROMISED: Final = Limit(
    "alerts.promised-rate",
    Unit.SHARE,
    "Benjamini, Hochberg 1995; Benjamini, Yekutieli 2001",
    at_least=0.0001,
    at_most=0.5,
)
TAIL: Final = Limit(
    "alerts.tail-power", Unit.SHARE, "measured: suyuan alerts evaluate", at_least=0.3, at_most=1.0
)
CALM: Final = Limit("alerts.calm-weeks", Unit.WEEKS, "practice of the platform", at_least=1, at_most=26)
ANSWER: Final = Limit("alerts.answer", Unit.WORKING_DAYS, "practice of the platform", at_least=1, at_most=60)
BACKLOG: Final = Limit(
    "alerts.backlog", Unit.SHARE, "practice of the court; Mosimann 1962", at_least=0.000001, at_most=0.1
)
REFERRAL: Final = Limit(
    "alerts.referral", Unit.WORKING_DAYS, "practice of the platform", at_least=1, at_most=120
)
EXTENSION: Final = Limit(
    "alerts.referral-extension", Unit.WORKING_DAYS, "practice of the platform", at_least=1, at_most=60
)
REMINDER: Final = Limit(
    "alerts.referral-reminder", Unit.WORKING_DAYS, "practice of the platform", at_least=1, at_most=20
)
REQUEST: Final = Limit(
    "alerts.request", Unit.WORKING_DAYS, "practice of the platform", at_least=1, at_most=60
)
ISSUES: Final = Limit("alerts.issues", Unit.TIMES, "practice of the platform", at_least=10, at_most=5000)


@dataclass(frozen=True, slots=True)
class Bound:
    """What the weeks before lead one to expect of a week, in disputes a week."""

    mean: float
    """The mean of the baseline weeks: what was expected."""
    sd: float
    """Their standard deviation, with n - 1."""
    upper: float
    """The largest count that is no surge."""

    def exceeded_by(self, observed: int) -> bool:
        """Return whether a count is a surge; a count equal to the bound is none."""
        return observed > self.upper

    def tail(self, observed: int) -> float:
        """Return the nominal probability of a count above `observed`; see the module on what it is not.

        Without any variation in the baseline: 0.0 above the mean, else 1.0.
        """
        if self.sd == 0.0:
            return 0.0 if observed > self.mean else 1.0
        return _NORMAL.cdf((self.mean - observed) / self.sd)


class AlertRules(BaseModel):
    """The limits of the surge alarm. An alarm names the version that its week was judged under."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    version: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")] = "ears-c1.1"
    """The name of these limits, never used again for others."""
    baseline: Annotated[int, Field(ge=3, le=104), BASELINE] = 7
    """How many weeks before the judged one are looked at; with fewer there is no judgement."""
    alpha: Annotated[float, Field(gt=0.0, lt=0.5), LEVEL] = 0.001
    """The nominal share of quiet weeks that alarm, between 0 and 0.5."""
    min_count: Annotated[int, Field(ge=1, le=1_000_000), LEAST_COUNT] = 3
    """The smallest count, in disputes a week, that can be a surge."""
    grace_days: Annotated[int, Field(ge=0, le=28), GRACE] = 0
    """How long after its Sunday a week stays open for disputes that are still on their way."""
    citation: Annotated[str, Field(min_length=1, max_length=200)] = _METHOD
    """Where the method is defined, shown with each alarm."""
    rate: Annotated[float | None, PROMISED] = None
    """The promised share of false ones among the alerts of a week; None: each series is judged alone."""
    dependence: Literal["benjamini-hochberg", "benjamini-yekutieli"] | None = None
    """How the series of a week depend on each other; None: in whatever way (Benjamini, Yekutieli)."""
    tail_power: Annotated[float | None, TAIL] = None
    """How far probabilities below 0.01 are trusted: their logarithm grows by so much; None: as they are."""
    detector: Literal["ears-c1", "moving", "moving-2", "surveillance", "surveillance-2"] | None = None
    """Which detector judges (``services/alerts/detectors``); None: EARS C1 with the limits above."""
    calm_weeks: Annotated[int | None, CALM] = None
    """So many weeks as usual end an alert; None: one."""
    answer_days: Annotated[int | None, ANSWER] = None
    """Working days in which an institution answers an alert; None: no limit."""
    issues: Annotated[int | None, ISSUES] = None
    """Most issues of one institution and cause in one week, and ten times as many for good; None: 200."""
    backlog: Annotated[float | None, BACKLOG] = None
    """A day of at most this probability may be a backlog and no surge; None: nothing is told apart."""
    groups: Literal["scan"] | None = None
    """How surges of many series are told once, at their group; None: each series is told by itself."""
    taxonomy: tuple[LabelChange, ...] = ()
    """Labels that were renamed, merged or split: a city's own data, in its network file."""
    referral_days: Annotated[int | None, REFERRAL] = None
    """Working days in which a recipient answers a referral; None: no limit."""
    extension_days: Annotated[int | None, EXTENSION] = None
    """So many more, once, where the court extends that time; None: it does not."""
    reminder_days: Annotated[int | None, REMINDER] = None
    """So many working days before the last day is over there is an alarm; None: none."""
    request_days: Annotated[int | None, REQUEST] = None
    """Working days for the answer to what a case asks its institution, where no rule of the case says; None:
    no limit."""

    @property
    def most_issues(self) -> int:
        """Most issues of one institution and cause that are counted in one week."""
        return self.issues or 200

    @property
    def most_series(self) -> int:
        """Most series of one institution and cause that are kept for good."""
        return 10 * self.most_issues

    def answer_by(self, raised: datetime, calendar: Calendar) -> Deadline | None:
        """Return until when an alert is to be answered; ``None`` without a limit.

        Source: 民事诉讼法 (2023) art 85: the day itself is not counted.
        """
        return None if self.answer_days is None else calendar.after_working_days(raised, self.answer_days)

    def request_by(self, asked: datetime, calendar: Calendar) -> Deadline | None:
        """Return until when what a case asks is to be answered; ``None`` without a limit.

        Source: 民事诉讼法 (2023) art 85.
        """
        return None if self.request_days is None else calendar.after_working_days(asked, self.request_days)

    def refer_by(self, since: datetime, extended: bool, calendar: Calendar) -> Deadline | None:
        """Return until when a referral is to be answered; ``None`` without a limit.

        Args:
            since: When it was referred; that day is not counted.
            extended: Whether its recipient has got more time.
            calendar: Working days and holidays.

        Source: 民事诉讼法 (2023) art 85.
        """
        days = self._referral_days(extended)
        return None if days is None else calendar.after_working_days(since, days)

    def remind_at(self, since: datetime, extended: bool, calendar: Calendar) -> datetime | None:
        """Return when few enough working days are left for an alarm; ``None`` for none."""
        days = self._referral_days(extended)
        if days is None or self.reminder_days is None:
            return None
        return calendar.after_working_days(since, max(days - self.reminder_days, 0)).at

    def _referral_days(self, extended: bool) -> int | None:
        if self.referral_days is None:
            return None
        return self.referral_days + (self.extension_days or 0) * extended

    def bound(self, history: Sequence[int]) -> Bound | None:
        """Return the bound for the week after `history`; None while that is too short."""
        return ears_c1(history, baseline=self.baseline, alpha=self.alpha)

    def closes_at(self, week: date) -> datetime:
        """Return when a week is counted out: 00:00 of the Monday after it in Asia/Shanghai, plus the grace.

        Args:
            week: the Monday on which it begins.
        """
        return end_of_day(week + timedelta(days=6 + self.grace_days))

    def is_surge(self, history: Sequence[int], observed: int) -> bool:
        """Return whether a week is a surge after the weeks before it.

        Args:
            history: counts of complete weeks, oldest first, the judged week not among them.
            observed: the count of the judged week.
        """
        if observed < self.min_count:
            return False
        bound = self.bound(history)
        return bound is not None and bound.exceeded_by(observed)


def ears_c1(history: Sequence[int], *, baseline: int = 7, alpha: float) -> Bound | None:
    """Return the EARS C1 bound for the week that follows `history`.

    Args:
        history: counts of complete weeks, oldest first, the judged week not among them. A week
            without disputes is a 0, not a gap. Only the last `baseline` are looked at.
        baseline: how many weeks make the baseline, 2 or more.
        alpha: the nominal false-alarm rate, between 0 and 1.

    Returns:
        The bound, or None when `history` has fewer than `baseline` weeks.

    Raises:
        ValueError: `baseline` is less than 2, or `alpha` is not between 0 and 1.

    Source: see the module.
    """
    if baseline < 2:
        raise ValueError(f"a deviation needs at least two weeks, not {baseline}")
    z = _quantile(alpha)
    if len(history) < baseline:
        return None
    weeks = history[len(history) - baseline :]
    # Whole numbers up to the last step: a steady series has a deviation of exactly 0.
    total = sum(weeks)
    scaled = baseline * sum(one * one for one in weeks) - total * total
    mean = total / baseline
    sd = sqrt(scaled / (baseline * (baseline - 1)))
    return Bound(mean, sd, mean + z * sd)


_PANEL_1: Final = AlertRules(
    version="panel.1",
    rate=0.05,
    dependence="benjamini-yekutieli",
    tail_power=0.8,
    detector="surveillance",
    calm_weeks=2,
    answer_days=10,
    issues=200,
    backlog=0.001,
    referral_days=30,
    extension_days=15,
    reminder_days=5,
    groups="scan",
    citation="Farrington et al. 1996; Noufaily et al. 2013; Benjamini, Yekutieli 2001",
)
ALERT_RULES: Final = RuleBook(
    {
        "ears-c1.1": AlertRules(),
        "panel.1": _PANEL_1,
        "panel.2": _PANEL_1.model_copy(
            update={
                "version": "panel.2",
                "detector": "surveillance-2",
                "request_days": 5,
                "citation": "Noufaily et al. 2013; Dawid 1984; Held et al. 2005; Benjamini, Yekutieli 2001",
            }
        ),
    },
    current="panel.2",
)
"""Every version of the limits. A week is judged under the current one, and its alarm names it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What alerts' decisions know besides state and message.

    Attributes:
        book: The limits of the alarm by version.
        institutions: Ids of those that the network file has; ``None`` for any.
        gates: Id of the subject that is the clock of each partition of the keyed topics.
        calendar: Working days and holidays.
        names: Of institutions and issues, by id and code, for what people read.
        ways: How notices are sent here.
        recipients: To whom alerts can be referred, each with its kind.
        codes: By which new addresses are confirmed.
    """

    book: RuleBook[AlertRules]
    institutions: frozenset[str] | None = None
    gates: tuple[str, ...] = ("alerts.gate-0-0",)
    calendar: Calendar = field(default_factory=library_calendar)
    names: Mapping[str, Named] = field(default_factory=dict)
    ways: frozenset[NoticeWay] = frozenset({NoticeWay.TOPIC})
    recipients: Mapping[str, RecipientKind] = field(default_factory=dict)
    codes: Codes = field(default_factory=Codes)

    @property
    def rules(self) -> AlertRules:
        """The limits in force; every week is judged under them."""
        return self.book.now


@lru_cache(maxsize=64)
def _quantile(alpha: float) -> float:
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"alpha is a share between 0 and 1, not {alpha}")
    return _NORMAL.inv_cdf(1.0 - alpha)


def iso_week_start(at: datetime) -> date:
    """Return the Monday of the ISO week that an instant falls into, in Asia/Shanghai.

    Raises:
        ValueError: the time has no zone.
    """
    day = local_day(at)
    return day - timedelta(days=day.weekday())
