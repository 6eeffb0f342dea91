"""One mediation: opened by a referral, held by one mediator at a time, over with one of eight ends."""

from collections.abc import Sequence
from datetime import datetime

from services.mediation.model import agreement
from services.mediation.model.deadlines import correction
from services.mediation.model.state import Case, ended
from services.mediation.rules import CaseRules
from shared.casework.calendar import Calendar
from shared.casework.protocol import Received, Timed, refuse
from shared.casework.rulebook import RuleBook
from shared.contracts import mediation as say
from shared.contracts.intake import ConsentRefused, DisputeReferred
from shared.contracts.kinds import End, Party, Route
from shared.contracts.message import Command, Event

_ALL_PARTIES = frozenset(Party)


def decide(
    state: Case | None, message: Received, rules: RuleBook[CaseRules], calendar: Calendar
) -> Sequence[Event]:
    """Say what a message does to a mediation; what is no business of a mediation does nothing.

    Raises:
        ValueError: A referral to mediation names no organisation.
        LookupError: A roster gives a place to a case that never asked.
    """
    match message.body:
        case DisputeReferred() as referral:
            return _open(state, message, referral, rules.now, calendar)
        case ConsentRefused() if state is not None and state.end is None:
            return [ended(state, End.PARTY_UNWILLING)]
        case say.PlaceTaken() as place:
            return _designate(state, message, place, rules, calendar)
        case Command():
            return _obey(state, message)
        case _:
            return []


def _open(
    state: Case | None, message: Received, referral: DisputeReferred, rules: CaseRules, calendar: Calendar
) -> list[Event]:
    """受理. Source: 法释〔2021〕23号 art 7 (explain first), art 24 (the period starts here)."""
    if state is not None or referral.to is not Route.MEDIATION:
        return []
    if not referral.explained:
        return refuse(message, "referral.not_explained", rule="mediation.explanation-first")
    if not _ALL_PARTIES.issubset(referral.consents):
        return refuse(message, "referral.consent_missing", rule="mediation.consent-of-all")
    if referral.organisation is None:
        raise ValueError("a referral to mediation names no organisation")
    due = rules.due_at(message.at, calendar)
    return [
        say.MediationOpened(
            organisation=referral.organisation,
            institution=referral.institution,
            cause=referral.cause,
            tier=referral.tier,
            claim_fen=referral.claim_fen,
            accepted_at=message.at,
            limit_days=rules.period_days,
            due_at=due.at,
            rules_version=rules.version,
            due_provisional=due.provisional,
        ),
        say.DesignationRequested(
            organisation=referral.organisation,
            case=message.subject,
            round=1,
            cause=referral.cause,
            excluded=(),
        ),
    ]


def _designate(
    state: Case | None,
    message: Received,
    place: say.PlaceTaken,
    rules: RuleBook[CaseRules],
    calendar: Calendar,
) -> list[Event]:
    """A place from the roster: taken if the case still waits for it, given back if not."""
    if state is None:
        raise LookupError(f"{message.subject} was given a mediator but never asked for one")
    if place.round == state.round and place.mediator == state.mediator:
        return []
    wanted = state.end is None and state.mediator is None and place.round == state.round
    if not wanted or place.mediator in state.excluded:
        return [
            say.DesignationDropped(
                organisation=state.organisation, case=state.case, mediator=place.mediator, round=place.round
            )
        ]
    answer = rules.at(state.rules_version).answer_by(message.at, calendar)
    return [
        say.MediatorDesignated(
            organisation=state.organisation,
            mediator=place.mediator,
            round=place.round,
            answer_by=answer.at,
            why=place.why,
            answer_provisional=answer.provisional,
        )
    ]


def _obey(state: Case | None, message: Received) -> list[Event]:
    """Who may, then whether it is done already, then whether it can still be done."""
    body, actor = message.body, message.actor
    if state is None:
        return refuse(message, "case.unknown")
    assert isinstance(body, Command)
    if actor.role not in body.roles:
        return refuse(message, "actor.not_allowed")
    match body:
        case say.SignAgreement():
            return agreement.sign(state, message, body)
        case say.SealAgreement():
            return agreement.seal(state, message, body)
        case say.EndMediation():
            return _end(state, message, body)
        case say.AcceptAssignment() | say.DeclineAssignment() | say.DraftAgreement():
            return _mediate(state, message, body)
        case _:
            return refuse(message, "command.unexpected")


def _mediate(
    state: Case,
    message: Received,
    body: say.AcceptAssignment | say.DeclineAssignment | say.DraftAgreement,
) -> list[Event]:
    """What only the mediator who holds the case may do. Source: 法释〔2021〕23号 art 12."""
    if state.end is not None:
        return refuse(message, "case.closed")
    if not _holds(state, message):
        if isinstance(body, say.DeclineAssignment) and message.actor.person in state.declined:
            return []
        return refuse(message, "assignment.not_held")
    assert state.mediator is not None
    match body:
        case say.AcceptAssignment():
            return [] if state.accepted else [say.AssignmentAccepted(mediator=state.mediator)]
        case say.DeclineAssignment() if state.accepted:
            return refuse(message, "assignment.already_accepted")
        case say.DeclineAssignment():
            declined = say.AssignmentDeclined(
                organisation=state.organisation,
                case=state.case,
                mediator=state.mediator,
                round=state.round,
                reason=body.reason.value,
            )
            return [declined, _next_round(state, state.mediator)]
        case say.DraftAgreement():
            return agreement.draft(state, message, body)


def _end(state: Case, message: Received, body: say.EndMediation) -> list[Event]:
    """One of the seven ends without an agreement. Source: 法释〔2021〕23号 art 25."""
    if message.actor.role == "organisation_clerk":
        if message.actor.organisation != state.organisation:
            return refuse(message, "actor.not_allowed")
    elif not _holds(state, message):
        return refuse(message, "assignment.not_held")
    if state.end is not None:
        return [] if state.end is body.end else refuse(message, "case.closed")
    if body.end is End.AGREEMENT:
        return refuse(message, "agreement.not_in_force", rule="mediation.agreement-in-force")
    if message.actor.role == "mediator" and not state.accepted:
        return refuse(message, "assignment.not_accepted")
    return [ended(state, body.end)]


def _holds(state: Case, message: Received) -> bool:
    actor = message.actor
    return bool(actor.person) and actor.person == state.mediator and actor.organisation == state.organisation


def _next_round(state: Case, without: str) -> say.DesignationRequested:
    return say.DesignationRequested(
        organisation=state.organisation,
        case=state.case,
        round=state.round + 1,
        cause=state.cause,
        excluded=(*state.excluded, without),
    )


def due(state: Case) -> datetime | None:
    """Give the next instant at which time alone changes the case; ``None`` once it is over."""
    if state.end is not None:
        return None
    return state.due_at if state.answer_by is None else min(state.answer_by, state.due_at)


def advance(state: Case, to: datetime, rules: RuleBook[CaseRules], calendar: Calendar) -> list[Timed]:
    """Give what time brought about until ``to``: the answer that did not come, the period's end.

    A deadline that the calendar can correct by now is corrected before it can pass. An answer that is due
    when the period is over lapses with the case, without another round.

    Source: 法释〔2021〕23号 arts 12, 24.
    """
    out: list[Timed] = []
    while state.end is None and (step := _next(state, to, rules, calendar)):
        out += step
        for timed in step:
            state = evolve(state, timed.event, timed.at)
    return out


def _next(state: Case, to: datetime, rules: RuleBook[CaseRules], calendar: Calendar) -> list[Timed]:
    """Give the next thing that time brings about until ``to``; in the order of their times."""
    if (found := correction(state, say.DeadlineKind.ANSWER, to, rules, calendar)) is not None:
        return [found]
    answer_by, mediator = state.answer_by, state.mediator
    if answer_by is not None and mediator is not None and answer_by <= to and answer_by < state.due_at:
        lapsed = say.AssignmentLapsed(
            organisation=state.organisation, case=state.case, mediator=mediator, round=state.round
        )
        return [Timed(answer_by, lapsed), Timed(answer_by, _next_round(state, mediator))]
    if (found := correction(state, say.DeadlineKind.PERIOD, to, rules, calendar)) is not None:
        return [found]
    return [Timed(state.due_at, ended(state, End.EXPIRED))] if state.due_at <= to else []


def evolve(state: Case | None, event: Event, at: datetime) -> Case:
    """Give the case after an event."""
    match event:
        case say.MediationOpened():
            return Case(
                organisation=event.organisation,
                institution=event.institution,
                cause=event.cause,
                claim_fen=event.claim_fen,
                rules_version=event.rules_version,
                due_at=event.due_at,
                due_provisional=event.due_provisional,
                accepted_at=event.accepted_at,
            )
    assert state is not None, f"a mediation cannot begin with {type(event).__name__}"
    match event:
        case say.DesignationRequested():
            change: dict[str, object] = {
                "case": event.case,
                "round": event.round,
                "excluded": event.excluded,
            }
        case say.MediatorDesignated():
            change = {
                "mediator": event.mediator,
                "answer_by": event.answer_by,
                "answer_provisional": event.answer_provisional,
                "designated_at": at,
            }
        case say.DeadlineCorrected(deadline=say.DeadlineKind.PERIOD):
            change = {"due_at": event.after, "due_provisional": event.provisional}
        case say.DeadlineCorrected(deadline=say.DeadlineKind.ANSWER):
            change = {"answer_by": event.after, "answer_provisional": event.provisional}
        case say.AssignmentAccepted():
            change = {"accepted": True, "answer_by": None, "answer_provisional": False}
        case say.AssignmentDeclined():
            change = {
                "mediator": None,
                "answer_by": None,
                "answer_provisional": False,
                "declined": (*state.declined, event.mediator),
            }
        case say.AssignmentLapsed():
            change = {"mediator": None, "answer_by": None, "answer_provisional": False}
        case say.MediationEnded():
            change = {"end": event.end, "answer_by": None, "answer_provisional": False}
        case _:
            change = agreement.changed(state, event)
    return state.model_copy(update=change) if change else state
