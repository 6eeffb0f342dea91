"""The limits of a mediation, as data with a version and a citation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from services.mediation.rules.performance import PerformanceRules
from services.mediation.rules.reminders import Ladder
from services.mediation.rules.team import MAJOR, MANY, OVERFLOW, TRAINING, TRAINING_ALARM
from shared.casework.calendar import Calendar, Deadline
from shared.casework.limits import Limit
from shared.casework.rulebook import RuleBook
from shared.contracts.co_mediators import TeamGround
from shared.contracts.kinds import AgreementForm, Procedure, Tier
from shared.contracts.words import Unit

_ONLINE: Final = "法释〔2021〕23号"
PERIOD: Final = Limit(
    "mediation.period", Unit.DAYS, f"{_ONLINE} art 24", at_least=1, at_most=30, bound=f"{_ONLINE} art 24"
)
ORDINARY: Final = Limit(
    "mediation.period-ordinary",
    Unit.DAYS,
    f"{_ONLINE} art 24",
    at_least=1,
    at_most=15,
    bound=f"{_ONLINE} art 24",
)
SUMMARY: Final = Limit(
    "mediation.period-summary",
    Unit.DAYS,
    f"{_ONLINE} art 24",
    at_least=1,
    at_most=7,
    bound=f"{_ONLINE} art 24",
)
ANSWER: Final = Limit(
    "mediation.answer",
    Unit.WORKING_DAYS,
    f"{_ONLINE} art 12",
    at_least=1,
    at_most=3,
    bound=f"{_ONLINE} art 12",
)
DESIGNATION: Final = Limit(
    "mediation.designation",
    Unit.WORKING_DAYS,
    f"{_ONLINE} art 10",
    at_least=1,
    at_most=3,
    bound=f"{_ONLINE} art 10",
)
INQUIRY: Final = Limit(
    "mediation.inquiry",
    Unit.WORKING_DAYS,
    f"{_ONLINE} art 15",
    at_least=1,
    at_most=3,
    bound=f"{_ONLINE} art 15",
)
DECISION: Final = Limit(
    "mediation.decision-time",
    Unit.WORKING_DAYS,
    "practice of the organisations: 小额纠纷快速解决机制",
    at_least=1,
    at_most=15,
)
INSTALMENTS: Final = Limit(
    "mediation.instalments", Unit.PERIODS, "practice of the organisations", at_least=1, at_most=600
)

EXTENSION: Final = Limit(
    "mediation.extension-by-all",
    Unit.DAYS,
    f"{_ONLINE} art 24; the number is the platform's",
    at_least=1,
    at_most=180,
)

CHOICE: Final = Limit(
    "mediation.choice",
    Unit.WORKING_DAYS,
    f"{_ONLINE} art 10",
    at_least=1,
    at_most=2,
    bound=f"{_ONLINE} art 10",
)


SESSIONS: Final = Limit(
    "mediation.sessions", Unit.TIMES, "practice of the platform", at_least=1, at_most=1000
)
OFFERS: Final = Limit(
    "mediation.sealed-offers", Unit.TIMES, "practice of the platform", at_least=1, at_most=5
)
CONCESSIONS: Final = Limit(
    "mediation.concessions-kept", Unit.TIMES, "practice of the platform", at_least=1, at_most=200
)


AT_ONCE: Final = Limit(
    "mediation.settled-at-once", Unit.HOURS, "practice of the court", at_least=1, at_most=168
)
SIGNS: Final = Limit("mediation.signs-together", Unit.SIGNS, "practice of the court", at_least=1, at_most=4)


class Mark(StrEnum):
    """What is put under an agreement."""

    PARTIES = "parties"
    MEDIATOR = "mediator"
    SEAL = "seal"


_BEFORE: Final = (Mark.PARTIES, Mark.SEAL)


@dataclass(frozen=True, slots=True)
class CaseRules:
    """One version of the limits.

    Attributes:
        version: What a case keeps from its opening on.
        source: The law that the limits come from.
        period_days: Length of the mediation before filing, in calendar days (art 24).
        ordinary_days: Length of the mediation in a suit of the ordinary procedure, in calendar days (art 24);
            versions that leave it out knew no mediation after docketing, and take `period_days`.
        summary_days: The same in a suit of the summary procedure.
        answer_days: How long a designated mediator may take to answer, in working days (art 12).
        designate_days: How long the designation may take, in working days (art 10); ``None`` for no limit.
        from_acceptance: Whether the period runs from the mediator's acceptance (art 24); in versions that
            leave it out, it ran from the referral.
        ask_days: How long asking the other parties for their consent may take from the acceptance on, in
            working days (art 15); in versions that leave it out, all had agreed before the referral.
        effective_with: What an agreement of each form takes effect with (art 19; 人民调解法 art 29); in
            versions that leave it out, with all parties' signatures and the seal.
        sought_first: Whether a party is out of reach only after an attempt on record (arts 15, 25); in
            versions that leave it out, the mediator's word was enough.
        sessions: How many sessions of a case may be announced, those moved or called off included; ``None``
            for as many as there are numbers.
        offers: How many sealed offers a side may leave: each that does not meet tells that it does not, and
            n of them cut a range to its 2^n-th part; versions that leave it out have none.
        concessions: How many may be kept of a case; versions that leave it out keep none.
        at_once_hours: An agreement within this time of the acceptance is a sign of a false one (art 23).
        signs_together: How many signs are told to a person; versions that leave it out look for none.
        most_instalments: How many instalments the terms of an agreement may have; ``None`` for no limit.
        training_years: So long a training lists a mediator; in versions that leave it out, for ever.
        training_alarm_days: So many days before its end it is told.
        two_from_fen: Two mediators mediate a claim of so much, or one of the highest tier, where two are free
            (art 11); in versions that leave it out, one did.
        two_from_parties: So many parties are many: two mediators, likewise.
        overflow_queue: So many cases may wait in a roster; one more passes to another organisation, as does
            one that nobody is designated for in time. In versions that leave it out, it waited.
        extension_days: How long one extension may be that all parties agree to, in days (art 24); in
            versions that leave it out, as long as they agree.
        accept_days: How long a consumer may think about a quick decision, in working days; in versions that
            leave it out, there was none.
        performance: How payments count; in versions that leave it out, nobody followed the performance.
        choose_days: How long parties that all agreed before the referral may choose a mediator together, in
            working days (art 10); in versions that leave it out, one was designated at once.
        ladder: Who is reminded of a limit, and when; in versions that leave it out, nobody was.
    """

    version: str
    source: str
    period_days: Annotated[int, PERIOD]
    answer_days: Annotated[int, ANSWER]
    designate_days: Annotated[int | None, DESIGNATION] = None
    from_acceptance: bool | None = None
    ask_days: Annotated[int | None, INQUIRY] = None
    effective_with: Mapping[AgreementForm, tuple[Mark, ...]] | None = None
    sought_first: bool | None = None
    sessions: Annotated[int | None, SESSIONS] = None
    offers: Annotated[int | None, OFFERS] = None
    concessions: Annotated[int | None, CONCESSIONS] = None
    at_once_hours: Annotated[int | None, AT_ONCE] = None
    signs_together: Annotated[int | None, SIGNS] = None
    most_instalments: Annotated[int | None, INSTALMENTS] = None
    overflow_queue: Annotated[int | None, OVERFLOW] = None
    extension_days: Annotated[int | None, EXTENSION] = None
    performance: PerformanceRules | None = None
    choose_days: Annotated[int | None, CHOICE] = None
    training_years: Annotated[int | None, TRAINING] = None
    training_alarm_days: Annotated[int | None, TRAINING_ALARM] = None
    two_from_fen: Annotated[int | None, MAJOR] = None
    two_from_parties: Annotated[int | None, MANY] = None
    ladder: Ladder | None = None
    accept_days: Annotated[int | None, DECISION] = None
    ordinary_days: Annotated[int | None, ORDINARY] = None
    summary_days: Annotated[int | None, SUMMARY] = None

    def takes_effect(self, form: AgreementForm, marks: Collection[Mark]) -> bool:
        """Return whether an agreement with these marks binds.

        Source: 法释〔2021〕23号 art 19; 人民调解法 art 29.
        """
        needed = _BEFORE if self.effective_with is None else self.effective_with[form]
        return all(mark in marks for mark in needed)

    def is_complete(self, marks: Collection[Mark]) -> bool:
        """Return whether nothing that the law asks for is missing under an agreement.

        Source: 法释〔2021〕23号 art 19.
        """
        return all(mark in marks for mark in (_BEFORE if self.effective_with is None else Mark))

    def two_mediators(self, tier: Tier, claim_fen: int, parties: int) -> TeamGround | None:
        """Return why two mediators are to mediate a case; ``None`` for one.

        Source: 法释〔2021〕23号 art 11; 法释〔2016〕14号 art 13.
        """
        if self.two_from_fen is None or self.two_from_parties is None:
            return None
        if claim_fen >= self.two_from_fen:
            return TeamGround.MAJOR
        if tier is Tier.COMPLEX:
            return TeamGround.DIFFICULT
        return TeamGround.MANY_PARTIES if parties >= self.two_from_parties else None

    def period(self, procedure: Procedure | None) -> int:
        """Return the length of the mediation, in calendar days.

        Args:
            procedure: Of the suit in which the court has it tried; ``None`` before docketing.

        Source: 法释〔2021〕23号 art 24; 法释〔2016〕14号 art 27.
        """
        if procedure is None:
            return self.period_days
        days = self.ordinary_days if procedure is Procedure.ORDINARY else self.summary_days
        return self.period_days if days is None else days

    def due_at(
        self, accepted_at: datetime, calendar: Calendar, procedure: Procedure | None = None
    ) -> Deadline:
        """Return the first instant after the period; the day of acceptance is not counted.

        Source: 法释〔2021〕23号 art 24; 民事诉讼法 (2023) art 85.
        """
        return calendar.after_days(accepted_at, self.period(procedure))

    def answer_by(self, designated_at: datetime, calendar: Calendar) -> Deadline:
        """Return the first instant at which the designated mediator's answer is too late.

        Source: 法释〔2021〕23号 art 12; 民事诉讼法 (2023) art 85.
        """
        return calendar.after_working_days(designated_at, self.answer_days)

    def designate_by(self, requested_at: datetime, calendar: Calendar) -> Deadline | None:
        """Return the first instant at which the designation is too late; ``None`` for no limit.

        Source: 法释〔2021〕23号 art 10; 民事诉讼法 (2023) art 85.
        """
        days = self.designate_days
        return None if days is None else calendar.after_working_days(requested_at, days)

    def choose_by(self, opened_at: datetime, calendar: Calendar) -> Deadline | None:
        """Return the first instant at which it is too late to choose; ``None`` where nobody could.

        Source: 法释〔2021〕23号 art 10; 民事诉讼法 (2023) art 85.
        """
        days = self.choose_days
        return None if days is None else calendar.after_working_days(opened_at, days)

    def accept_by(self, given_at: datetime, calendar: Calendar) -> Deadline | None:
        """Return the first instant at which a quick decision can be accepted no more; ``None`` for no limit.

        Source: practice of the organisations; 民事诉讼法 (2023) art 85 for the days.
        """
        days = self.accept_days
        return None if days is None else calendar.after_working_days(given_at, days)

    def ask_by(self, accepted_at: datetime, calendar: Calendar) -> Deadline | None:
        """Return the first instant at which asking the other parties is late; ``None`` for no limit.

        Source: 法释〔2021〕23号 art 15; 民事诉讼法 (2023) art 85.
        """
        days = self.ask_days
        return None if days is None else calendar.after_working_days(accepted_at, days)


_V2022: Final = CaseRules(
    version="mediation-2022.1",
    source="法释〔2021〕23号 arts 12, 24 (as of 2022-01-01)",
    period_days=30,
    answer_days=3,
)

_V2022_2: Final = CaseRules(
    version="mediation-2022.2",
    source="法释〔2021〕23号 arts 10, 12, 24 (as of 2022-01-01)",
    period_days=30,
    answer_days=3,
    designate_days=3,
    from_acceptance=True,
)

_V2026: Final = CaseRules(
    version="mediation-2026.1",
    source="法释〔2021〕23号 arts 10, 12, 15, 19, 24 (as of 2022-01-01); 人民调解法 art 29",
    period_days=30,
    answer_days=3,
    designate_days=3,
    from_acceptance=True,
    ask_days=3,
    effective_with={
        AgreementForm.PLATFORM: (Mark.PARTIES,),
        AgreementForm.PEOPLES_MEDIATION: (Mark.PARTIES, Mark.MEDIATOR, Mark.SEAL),
    },
)

_V2026_2: Final = replace(_V2026, version="mediation-2026.2", sought_first=True)

_V2026_3: Final = replace(
    _V2026_2,
    version="mediation-2026.3",
    sessions=100,
    offers=3,
    concessions=50,
    at_once_hours=24,
    signs_together=3,
    most_instalments=60,
    overflow_queue=500,
    training_years=2,
    training_alarm_days=30,
    extension_days=30,
    accept_days=5,
    ordinary_days=15,
    summary_days=7,
    performance=PerformanceRules(tolerance_fen=100, grace_days=5, objection_days=10),
    choose_days=2,
    two_from_fen=500_000_000,
    two_from_parties=5,
    ladder=Ladder(first_days=10, second_days=3, last_days=1, answer_days=1, escalate_days=2, pause_days=30),
)

CASE_RULES: Final = RuleBook(
    {one.version: one for one in (_V2022, _V2022_2, _V2026, _V2026_2, _V2026_3)}, current=_V2026_3.version
)
"""Every version of the limits; a running case keeps its own."""
