"""虚假调解: signs are told, a person reports, another decides; meanwhile nothing takes effect.

The signs are computed from what this case's own events say, and prove nothing. A report suspends the
mediation and stops its clock; a party can leave all the while, and the report is decided all the same.
Source: 法释〔2021〕23号 art 23 (as of 2022-01-01); 法释〔2016〕14号 art 18.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from services.mediation.case.contact import by_one_of_its_mediators_or_clerk
from services.mediation.case.pause import paused, period_runs, resumed
from services.mediation.case.state import Mediation, case, ended, not_suspended, once_accepted, still_open
from services.mediation.case.talks import Doubt
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.contracts.clocks import PauseGround
from shared.contracts.doubts import (
    DecideFalseMediation,
    FalseMediationDecided,
    FalseMediationReported,
    FalseMediationSign,
    FalseMediationSuspected,
    ReportFalseMediation,
)
from shared.contracts.kinds import End
from shared.contracts.message import Command, Event

_CHECK = PauseGround.FALSE_MEDIATION_CHECK


# Signs ------------------------------------------------------------------------------------------


def _signs(
    mediation: Mediation, amount_fen: int, facts: Facts[Context], hours: int
) -> Iterator[FalseMediationSign]:
    accepted, talks = mediation.accepted_at, mediation.talks
    if accepted is not None and facts.at - accepted < timedelta(hours=hours):
        yield FalseMediationSign.SETTLED_AT_ONCE
    if amount_fen == mediation.claim_fen > 0:
        yield FalseMediationSign.WHOLE_CLAIM
    if not talks.held:
        yield FalseMediationSign.NO_SESSION
    if len(talks.held) == 1 and talks.undisputed is not None:
        yield FalseMediationSign.NOTHING_DISPUTED


def suspected(mediation: Mediation, amount_fen: int, facts: Facts[Context]) -> Iterable[Event]:
    """Yield the signs of a draft, where there are enough of them and they were not told already."""
    rules = facts.context.book.at(mediation.rules_version)
    if rules.at_once_hours is None or rules.signs_together is None:
        return
    found = tuple(_signs(mediation, amount_fen, facts, rules.at_once_hours))
    if len(found) >= rules.signs_together and found != mediation.talks.signs:
        yield FalseMediationSuspected(signs=found)


@case.after(FalseMediationSuspected)
def told(mediation: Mediation, event: FalseMediationSuspected) -> Mediation:
    return mediation.but(talks=mediation.talks.but(signs=event.signs))


# Reported, and decided --------------------------------------------------------------------------


def _is_reported(mediation: Mediation, command: ReportFalseMediation, facts: Facts[Context]) -> bool:
    doubt = mediation.talks.doubt
    return doubt is not None and doubt.false is None and doubt.conduct == command.conduct


@case.on(
    ReportFalseMediation,
    by_one_of_its_mediators_or_clerk,
    still_open,
    period_runs,
    once_accepted,
    not_suspended,
    already=_is_reported,
)
def report(mediation: Mediation, command: ReportFalseMediation, facts: Facts[Context]) -> Iterable[Event]:
    """The mediation is suspended, and its clock stops where it runs."""
    yield FalseMediationReported(conduct=command.conduct, reported_by=str(facts.actor))
    yield from paused(mediation, _CHECK, facts)


@case.after(FalseMediationReported)
def reported(mediation: Mediation, event: FalseMediationReported) -> Mediation:
    return mediation.but(talks=mediation.talks.but(doubt=Doubt(conduct=event.conduct, by=event.reported_by)))


@authority
def by_organisation_or_court(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The organisation that holds the mediation, or the court. Source: 法释〔2016〕14号 art 18."""
    own = facts.actor.role == "court_clerk" or facts.actor.organisation == mediation.organisation
    return None if own else "actor.not_allowed"


@possible
def under_check(mediation: Mediation, _: Facts[Context], __: Command | None) -> str | None:
    """There is a report that is not decided, also where a party has left since."""
    return None if mediation.talks.suspended else "doubt.none"


@possible
def by_somebody_else(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """Nobody decides about a report of one's own."""
    doubt = mediation.talks.doubt
    return "doubt.own_report" if doubt is not None and doubt.by == str(facts.actor) else None


def _is_decided(mediation: Mediation, command: DecideFalseMediation, facts: Facts[Context]) -> bool:
    doubt = mediation.talks.doubt
    return doubt is not None and doubt.false is command.false_mediation


@case.on(DecideFalseMediation, by_organisation_or_court, under_check, by_somebody_else, already=_is_decided)
def decide(mediation: Mediation, command: DecideFalseMediation, facts: Facts[Context]) -> Iterable[Event]:
    """False: the mediation is over, without an agreement that anybody could confirm. Not: it goes on."""
    yield FalseMediationDecided(false_mediation=command.false_mediation)
    if mediation.end is not None:
        return
    if command.false_mediation:
        yield ended(mediation, End.OTHER)
    else:
        yield from resumed(mediation, _CHECK, facts)


@case.after(FalseMediationDecided)
def decided(mediation: Mediation, event: FalseMediationDecided) -> Mediation:
    doubt = mediation.talks.doubt
    assert doubt is not None
    return mediation.but(talks=mediation.talks.but(doubt=doubt.but(false=event.false_mediation)))
