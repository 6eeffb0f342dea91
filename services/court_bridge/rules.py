"""Court bridge's rules as data: limits, bundles, kinds of case numbers, grounds of refusal."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Final

from shared.casework.calendar import Calendar, Deadline, last_day, last_day_after_months
from shared.casework.case_numbers import CaseType
from shared.casework.limits import Limit
from shared.casework.rulebook import RuleBook
from shared.contracts.kinds import DocumentType, End, FilingKind, Way
from shared.contracts.words import Unit
from shared.network.schema import Network

_D = DocumentType
_LAW: Final = "民事诉讼法 (2023) art 205"
CONFIRMATION: Final = Limit(_LAW, Unit.DAYS, _LAW, at_least=30, at_most=30, bound=_LAW)
CONFIRMATION_NEAR: Final = Limit(
    "court.confirmation-near", Unit.DAYS, "practice of the platform", at_least=1, at_most=20
)
DOUBT: Final = Limit(
    "court.doubt",
    Unit.DAYS,
    "no run of days off was ever longer (24 January to 2 February 2020)",
    at_least=0,
    at_most=30,
)
_ENFORCE: Final = "民事诉讼法 (2023) art 250"
ENFORCEMENT: Final = Limit(
    "court.enforcement", Unit.MONTHS, _ENFORCE, at_least=24, at_most=24, bound=_ENFORCE
)

_SUE: Final = "民法典 arts 188, 195"
LIMITATION: Final = Limit("court.limitation", Unit.MONTHS, _SUE, at_least=36, at_most=36, bound=_SUE)
NEAR: Final = Limit("court.limitation-near", Unit.DAYS, "practice of the platform", at_least=7, at_most=365)


_BUNDLE_AFTER: Final = {
    FilingKind.STATEMENT: (_D.HANDOVER_LETTER, _D.AGREEMENT, _D.APPLICANT_MATERIAL, _D.PROOF_OF_MEDIATION),
    FilingKind.RESUMPTION: (_D.HANDOVER_LETTER, _D.FAILURE_REPORT),
}
"""What the court gets at the end of a mediation after docketing; it has the suit's own papers.

Source: 法释〔2016〕14号 arts 20, 21, 26.
"""
_BARRED_AFTER: Final = {
    FilingKind.STATEMENT: frozenset({_D.MEDIATION_RECORD}),
    FilingKind.RESUMPTION: frozenset({_D.AGREEMENT, _D.CONFIRMATION_APPLICATION, _D.MEDIATION_RECORD}),
}
_NO_STATEMENT: Final = frozenset(
    {
        "statement.unlawful",
        "statement.not_voluntary",
        "statement.harms_others",
        "statement.false_mediation",
        "statement.not_signed_for",
    }
)
"""Source: 民事诉讼法 (2023) arts 99, 102; 法释〔2021〕23号 art 23."""


@dataclass(frozen=True, slots=True)
class BridgeRules:
    """One version of what court_bridge decides by.

    Attributes:
        version: A case keeps it.
        confirmation_days: Days from the agreement's effect in which to apply for confirmation.
        doubt: How much longer nothing is late where the calendar of the last day is not known yet.
        bundle: Documents without which nothing is filed.
        barred: Documents that show what was conceded; they never reach the court with a handover.
        number_types: Types that a case number of such a filing may have.
        grounds: Grounds on which a court may refuse to confirm.
        enforcement_months: From the last instalment's day on, in which to ask for enforcement; in versions
            that leave it out, nobody followed what comes of an agreement.
        limitation_months: From the end of a failed mediation on, in which to sue; in versions that leave it
            out, nobody watched.
        limitation_near_days: So many days before the last of them there is an alarm.
        joint_application: Whether every party applies for confirmation itself (民事诉讼法 (2023) art 205); in
            versions that leave it out, the platform applied.
        confirmation_near_days: So many days before the end of the time to apply there is an alarm; versions
            that leave it out watched no such time.
        reports_every_end: Whether the court that delegated a dispute hears of every end (法释〔2016〕14号
            arts 19, 26); in versions that leave it out, of failures alone.
        no_statement: Grounds on which a court makes no statement of an agreement after docketing; versions
            that leave it out knew no mediation after docketing, and take today's.
    """

    version: str
    confirmation_days: Annotated[int, CONFIRMATION]
    doubt: Annotated[timedelta, DOUBT]
    bundle: Mapping[FilingKind, tuple[DocumentType, ...]]
    barred: Mapping[FilingKind, frozenset[DocumentType]]
    number_types: Mapping[FilingKind, frozenset[CaseType]]
    grounds: frozenset[str]
    enforcement_months: Annotated[int | None, ENFORCEMENT] = None
    limitation_months: Annotated[int | None, LIMITATION] = None
    limitation_near_days: Annotated[int | None, NEAR] = None
    no_statement: frozenset[str] | None = None
    joint_application: bool | None = None
    confirmation_near_days: Annotated[int | None, CONFIRMATION_NEAR] = None
    reports_every_end: bool | None = None

    def documents(self, kind: FilingKind) -> tuple[DocumentType, ...]:
        """Return the documents without which nothing of a kind is filed."""
        found = self.bundle.get(kind)
        return _BUNDLE_AFTER[kind] if found is None else found

    def never(self, kind: FilingKind) -> frozenset[DocumentType]:
        """Return the documents that never reach the court with a filing of a kind."""
        found = self.barred.get(kind)
        return _BARRED_AFTER[kind] if found is None else found

    def types(self, kind: FilingKind) -> frozenset[CaseType]:
        """Return the types that a case number of a filing may have; a suit that is docketed gets no other."""
        return self.number_types.get(kind, frozenset())

    def is_ground_against_statement(self, ground: str | None) -> bool:
        """Return whether the court may refuse a statement on a ground."""
        return ground in (_NO_STATEMENT if self.no_statement is None else self.no_statement)


_RULES_2025 = BridgeRules(
    version="court-2025.1",
    confirmation_days=30,  # 民事诉讼法 (2023) art 205
    doubt=timedelta(days=10),  # no run of days off was ever longer (24 January to 2 February 2020)
    bundle={  # 法释〔2021〕23号 arts 19-21; 民诉法解释 art 354
        FilingKind.CONFIRMATION: (
            _D.CONFIRMATION_APPLICATION,
            _D.AGREEMENT,
            _D.APPLICANT_MATERIAL,
            _D.MEDIATION_APPLICATION,
            _D.MEDIATION_RECORD,
        ),
        FilingKind.HANDOVER: (
            _D.HANDOVER_LETTER,
            _D.APPLICANT_MATERIAL,
            _D.MEDIATION_APPLICATION,
            _D.MEDIATION_RECORD,
            _D.NOTICE_OF_RIGHTS,
        ),
    },
    barred={  # 法释〔2016〕14号 art 22; 法释〔2021〕23号 art 18
        FilingKind.CONFIRMATION: frozenset(),
        FilingKind.HANDOVER: frozenset({_D.AGREEMENT, _D.CONFIRMATION_APPLICATION}),
    },
    number_types={  # 法〔2015〕137号
        FilingKind.CONFIRMATION: frozenset({CaseType.CONFIRMATION, CaseType.SPECIAL}),
        FilingKind.HANDOVER: frozenset({CaseType.FIRST_INSTANCE, CaseType.PRE_SUIT_MEDIATION}),
    },
    grounds=frozenset(  # 民诉法解释 (2022) art 358
        {
            "confirmation.unlawful",
            "confirmation.harms_others",
            "confirmation.against_morals",
            "confirmation.not_voluntary",
            "confirmation.unclear",
            "confirmation.other",
        }
    ),
)

_RULES_2026 = replace(
    _RULES_2025,
    version="court-2026.1",
    number_types={  # a suit gets a number of its own, never the one of the mediation before it
        FilingKind.CONFIRMATION: frozenset({CaseType.CONFIRMATION, CaseType.SPECIAL}),
        FilingKind.HANDOVER: frozenset({CaseType.FIRST_INSTANCE}),
    },
)

_RULES_2026_2 = replace(
    _RULES_2026,
    version="court-2026.2",
    # The record holds what was conceded, and stays with the organisation (法释〔2016〕14号 art 22): the court
    # gets a coded report of a failure (法释〔2021〕23号 art 21), and with an agreement the proof of who
    # presided (民诉法解释 art 354).
    bundle={
        FilingKind.CONFIRMATION: (
            _D.CONFIRMATION_APPLICATION,
            _D.AGREEMENT,
            _D.APPLICANT_MATERIAL,
            _D.MEDIATION_APPLICATION,
            _D.PROOF_OF_MEDIATION,
        ),
        FilingKind.HANDOVER: (
            _D.HANDOVER_LETTER,
            _D.APPLICANT_MATERIAL,
            _D.MEDIATION_APPLICATION,
            _D.FAILURE_REPORT,
            _D.NOTICE_OF_RIGHTS,
        ),
        **_BUNDLE_AFTER,
    },
    barred={
        FilingKind.CONFIRMATION: frozenset({_D.MEDIATION_RECORD}),
        FilingKind.HANDOVER: frozenset({_D.AGREEMENT, _D.CONFIRMATION_APPLICATION, _D.MEDIATION_RECORD}),
        **_BARRED_AFTER,
    },
    no_statement=_NO_STATEMENT,
    enforcement_months=24,
    limitation_months=36,
    limitation_near_days=60,
    joint_application=True,
    confirmation_near_days=7,
    reports_every_end=True,
)

BOOK = RuleBook(
    versions={rules.version: rules for rules in (_RULES_2025, _RULES_2026, _RULES_2026_2)},
    current=_RULES_2026_2.version,
)
"""Every version that a running case may have started under."""


@dataclass(frozen=True, slots=True)
class Context:
    """What court_bridge's decisions know besides state and message.

    Attributes:
        book: The rules by version.
        network: Which court it is.
        calendar: What is known about working days.
    """

    book: RuleBook[BridgeRules]
    network: Network
    calendar: Calendar


_FILING = re.compile(r"(.+)-([a-z])([1-9][0-9]{0,2})")
_LETTER = {
    FilingKind.CONFIRMATION: "c",
    FilingKind.HANDOVER: "h",
    FilingKind.STATEMENT: "s",
    FilingKind.RESUMPTION: "r",
}


def kind_after(end: End, way: Way) -> FilingKind | None:
    """Return what is filed after a mediation ended so; ``None`` when the parties need no court.

    After docketing the court hears of every end, since its suit waits.

    Source: 法释〔2016〕14号 arts 20, 21, 26.
    """
    if way is Way.DOCKETED:
        return FilingKind.STATEMENT if end is End.AGREEMENT else FilingKind.RESUMPTION
    if end is End.AGREEMENT:
        return FilingKind.CONFIRMATION
    return None if end is End.SETTLED_OR_WITHDRAWN else FilingKind.HANDOVER


def filing_id(case: str, kind: FilingKind, attempt: int) -> str:
    """Return the id of the n-th filing of a case: ``<case>-c1``, ``<case>-h2``."""
    return f"{case}-{_LETTER[kind]}{attempt}"


def attempt_of(filing: str, case: str, kind: FilingKind) -> int:
    """Return the attempt that a filing id of a case names; 0 if it names none."""
    found = _FILING.fullmatch(filing)
    return int(found[3]) if found and found[1] == case and found[2] == _LETTER[kind] else 0


def in_time(effective_at: datetime, at: datetime, rules: BridgeRules, calendar: Calendar) -> bool:
    """Return whether confirmation may still be applied for.

    Where the calendar of the last day is not known yet, a day that may turn out to be in time is: the right
    is lost for good by a refusal, and the court, to which the application goes, knows the days.

    Source: 民事诉讼法 (2023) arts 85, 205.
    """
    deadline = apply_by(effective_at, rules, calendar)
    return at < deadline.at + (rules.doubt if deadline.provisional else timedelta())


def apply_by(effective_at: datetime, rules: BridgeRules, calendar: Calendar) -> Deadline:
    """Return the first instant at which it is too late to apply for confirmation."""
    return calendar.after_days(effective_at, rules.confirmation_days)


def enforce_by(last_pay_by: datetime, months: int, calendar: Calendar) -> Deadline:
    """Return the first instant at which it is too late to ask for enforcement.

    Source: 民事诉讼法 (2023) arts 85, 250: from the end of the last instalment's time on.

    Args:
        last_pay_by: The first instant after the last instalment's last day.
        months: 24: two years.
        calendar: What is known about working days.
    """
    return calendar.rolled(last_day_after_months(last_day(last_pay_by), months))


def facts_digest(*facts: object) -> str:
    """Return the digest of what a document of the platform's own states."""
    return hashlib.sha256("\x1f".join(map(str, facts)).encode()).hexdigest()
