"""违约之后: a confirmed agreement in default is enforced by the court; on any other the payee may sue.

Whichever comes first, the default or the confirmation, the second of them opens the enforcement.
Source: 民事诉讼法 (2023) arts 127(5), 206, 250; 人民调解法 arts 32, 33.
"""

from collections.abc import Iterable

from services.court_bridge.case.state import CourtCase, Default, Ruling, case, rules_of
from services.court_bridge.rules import Context, enforce_by
from shared.casework.guards import Facts
from shared.contracts.kinds import FilingKind
from shared.contracts.message import Event
from shared.contracts.performance import (
    AgreementDefaulted,
    AgreementPerformed,
    DefaultLifted,
    EnforcementClosed,
    EnforcementOpened,
    ObjectionSettled,
    RepaymentRecorded,
    SuitOnAgreementOpened,
)


def _default_of(event: AgreementDefaulted) -> Default:
    return Default(due_fen=event.due_fen, open_fen=event.open_fen, last_pay_by=event.last_pay_by)


@case.on(AgreementDefaulted)
def take_default(court_case: CourtCase, event: AgreementDefaulted, facts: Facts[Context]) -> Iterable[Event]:
    """Enforcement needs the court's confirmation; without it the agreement itself is what is sued on.

    Not while the suit in which it was made is before the court: nobody sues twice in one matter.
    """
    default = _default_of(event)
    if court_case.ruling is Ruling.GRANTED:
        return opened(court_case, default, facts)
    pending = court_case.kind is FilingKind.STATEMENT and court_case.ruling is not Ruling.WITHDRAWN
    return [] if pending else to_be_sued_on(default)


def to_be_sued_on(default: Default | None) -> list[Event]:
    """Return that the payee may sue on the agreement, where it is in default. Source: 人民调解法 art 32."""
    if default is None or default.performed:
        return []
    reason = "enforcement.not_confirmed"
    return [SuitOnAgreementOpened(due_fen=default.due_fen, open_fen=default.open_fen, reason=reason)]


@case.takes(AgreementDefaulted)
def keep_default(court_case: CourtCase, event: AgreementDefaulted, facts: Facts[Context]) -> CourtCase:
    """A confirmation that comes later opens the enforcement."""
    return court_case.but(default=_default_of(event))


@case.takes(RepaymentRecorded)
def keep_payment(court_case: CourtCase, event: RepaymentRecorded, facts: Facts[Context]) -> CourtCase:
    """What is paid after a default is enforced no more."""
    return _unpaid(court_case, event.open_fen)


@case.takes(ObjectionSettled)
def keep_settled(court_case: CourtCase, event: ObjectionSettled, facts: Facts[Context]) -> CourtCase:
    """What counts no more is owed again."""
    return _unpaid(court_case, event.open_fen)


@case.takes(AgreementPerformed)
def keep_performed(court_case: CourtCase, event: AgreementPerformed, facts: Facts[Context]) -> CourtCase:
    """Of what was paid in the end nothing is enforced."""
    default = court_case.default
    return court_case if default is None else court_case.but(default=default.but(performed=True))


def _unpaid(court_case: CourtCase, open_fen: int) -> CourtCase:
    """Return the case with what is unpaid by now, where there was a default."""
    default = court_case.default
    if default is None:
        return court_case
    changed = default.due_fen + open_fen - default.open_fen
    return court_case.but(
        default=default.but(
            open_fen=open_fen,
            due_fen=min(open_fen, max(0, changed)),
            performed=default.performed and open_fen <= default.open_fen,
        )
    )


def opened(court_case: CourtCase, default: Default | None, facts: Facts[Context]) -> list[Event]:
    """Return that enforcement is open, where an agreement that is confirmed is in default."""
    months = rules_of(court_case, facts.context).enforcement_months
    if default is None or default.performed or months is None:
        return []
    end = enforce_by(default.last_pay_by, months, facts.context.calendar)
    return [
        EnforcementOpened(
            due_fen=default.due_fen,
            open_fen=default.open_fen,
            enforce_by=end.at,
            provisional=end.provisional,
        )
    ]


@case.on(DefaultLifted)
def lift(court_case: CourtCase, event: DefaultLifted, facts: Facts[Context]) -> Iterable[Event]:
    """Enforcement, or the suit on the agreement, is open no more."""
    if court_case.default is not None:
        yield EnforcementClosed(open_fen=event.open_fen)


@case.after(EnforcementClosed)
def closed(court_case: CourtCase, event: EnforcementClosed) -> CourtCase:
    return court_case.but(default=None)


case.unchanged_by(EnforcementOpened, SuitOnAgreementOpened)
