"""A dispute at intake: registered once, screened, explained, agreed to, referred. Pure.

The raw data of a party never comes here: :class:`Filing` is a filing after the handlers took it out.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from services.intake.rules import IntakeRules, Verdict, reasons_to_return, screen, week_of
from services.intake.rules.content import content_digest, says_the_same
from shared.casework.calendar import local_day
from shared.casework.protocol import Received, State, refuse
from shared.contracts.elements import PersonalData
from shared.contracts.envelope import Actor
from shared.contracts.intake import (
    ConsentGiven,
    ConsentRefused,
    DisputeReferred,
    DisputeRegistered,
    DisputeScreened,
    ExplanationGiven,
    FileDispute,
    FilingAmended,
    FilingReturned,
    GiveConsent,
    GiveExplanation,
    PersonalDataRead,
    ReadPersonalData,
    RefuseConsent,
)
from shared.contracts.kinds import Cause, Party, Route, Tier
from shared.contracts.message import Event
from shared.network.schema import Network

ALL_PARTIES = (Party.APPLICANT, Party.RESPONDENT)


class Filing(FileDispute, family=""):
    """A filing as a decision sees it: without raw data. It never travels, so it has no family.

    Attributes:
        party_token: Keyed hash of the respondent; empty if unknown.
        masked_name: The respondent's name, masked.
        raw: On its way to intake's own store; no decision looks at it.
    """

    party_token: str = ""
    masked_name: str = ""
    raw: PersonalData | None = Field(default=None, repr=False)


class Status(StrEnum):
    """How far a dispute has come."""

    RETURNED = "returned"
    SCREENED = "screened"
    REFERRED = "referred"


class Case(State):
    """What intake remembers of a dispute.

    Attributes:
        returned_digest: Content of the filing that was returned; empty unless it is returned.
        explanation: Content version and channel of the last explanation; empty before the first.
        referred_to: Where it went; ``None`` before.
    """

    institution: str
    cause: Cause
    claim_fen: int
    party_token: str
    rules_version: str
    status: Status = Status.SCREENED
    returned_digest: str = ""
    tier: Tier = Tier.SIMPLE
    route: Route = Route.MEDIATION
    explanation: str = ""
    applicant_agrees: bool = False
    respondent_agrees: bool = False
    referred_to: Route | None = None

    @property
    def consents(self) -> tuple[Party, ...]:
        """The parties that agree to mediation."""
        return tuple(party for party in ALL_PARTIES if self.agrees(party))

    def agrees(self, party: Party) -> bool:
        """Tell whether a party agrees to mediation."""
        return self.applicant_agrees if party is Party.APPLICANT else self.respondent_agrees


def decide(case: Case | None, message: Received, rules: IntakeRules, network: Network) -> list[Event]:
    """Say what a filing or a request leads to; a repeat leads to nothing.

    Args:
        case: The dispute so far; ``None`` before its first filing.
        message: The filing or request, with its business time.
        rules: The rules of the version that the case started under.
        network: Who is who, and which organisation takes what.
    """
    match message.body:
        case Filing() as filing:
            return _file(case, filing, message.at, rules, network)
        case GiveExplanation() | GiveConsent() | RefuseConsent() | ReadPersonalData() if case is None:
            return refuse(message, "case.unknown")
        case GiveExplanation() as command if case is not None:
            return _explain(case, command, message, network)
        case GiveConsent(party=party) if case is not None:
            return _agree(case, party, message, network)
        case RefuseConsent(party=party) if case is not None:
            return _disagree(case, party, message, network)
        case ReadPersonalData(purpose=purpose) if case is not None:
            return _read(case, purpose, message, network)
        case _:
            return refuse(message, "command.unexpected")


def evolve(case: Case | None, event: Event, at: datetime) -> Case:
    """Give the dispute after an event."""
    if isinstance(event, DisputeRegistered):
        return Case(
            institution=event.institution,
            cause=event.cause,
            claim_fen=event.claim_fen,
            party_token=event.party_token,
            rules_version=event.rules_version,
        )
    assert case is not None, f"{type(event).__name__} before DisputeRegistered"
    update = _update(case, event)
    return case.model_copy(update=update) if update else case


def _update(case: Case, event: Event) -> dict[str, Any]:
    match event:
        case FilingAmended():
            return {
                "cause": event.cause,
                "claim_fen": event.claim_fen,
                "party_token": event.party_token,
            }
        case FilingReturned():
            return {"status": Status.RETURNED, "returned_digest": event.content_digest}
        case DisputeScreened():
            return {
                "status": Status.SCREENED,
                "returned_digest": "",
                "tier": event.tier,
                "route": event.route,
            }
        case ExplanationGiven():
            return {"explanation": _explanation(event)}
        case ConsentGiven(party=party):
            return {_field(party): True}
        case ConsentRefused(party=party):
            return {_field(party): False}
        case DisputeReferred(to=to):
            return {"status": Status.REFERRED, "referred_to": to}
        case _:
            return {}


# Filing ---------------------------------------------------------------------------------------


def _file(
    case: Case | None, filing: Filing, at: datetime, rules: IntakeRules, network: Network
) -> list[Event]:
    if case is None:
        return [_registered(filing, at, rules), *_checked(filing, at, rules, network)]
    if case.status is not Status.RETURNED or not filing.amends:
        return []
    if says_the_same(filing, case.returned_digest):
        return []
    return [_amended(filing), *_checked(filing, at, rules, network)]


def _checked(filing: Filing, at: datetime, rules: IntakeRules, network: Network) -> list[Event]:
    reasons = reasons_to_return(
        filing, party_named=bool(filing.party_token), today=local_day(at), rules=rules.elements
    )
    if reasons:
        return [
            FilingReturned(
                reasons=reasons, content_digest=content_digest(filing), rules_version=rules.version
            )
        ]
    verdict = screen(filing, filing.party_token, rules.screening)
    screened = DisputeScreened(
        tier=verdict.tier,
        route=verdict.route,
        rules=verdict.rules,
        decided_by=verdict.decided_by,
        rules_version=rules.version,
    )
    return [screened, *_prior_steps(filing, verdict, rules.version, network)]


def _prior_steps(filing: Filing, verdict: Verdict, version: str, network: Network) -> list[Event]:
    """What was done before filing: the explanation, and the consents; the filing is the applicant's."""
    events: list[Event] = []
    if (prior := filing.prior.explanation) is not None:
        events.append(ExplanationGiven(content_version=prior.content_version, channel=prior.channel))
    consents: tuple[Party, ...] = ()
    if verdict.route is Route.MEDIATION:
        consents = ALL_PARTIES if filing.prior.respondent_consent else ALL_PARTIES[:1]
        events += [ConsentGiven(party=party) for party in consents]
    screened = Case(
        institution=filing.institution,
        cause=filing.cause,
        claim_fen=filing.claim_fen,
        party_token=filing.party_token,
        rules_version=version,
        tier=verdict.tier,
        route=verdict.route,
        explanation=f"{prior.content_version}|{prior.channel}" if prior else "",
        applicant_agrees=Party.APPLICANT in consents,
        respondent_agrees=Party.RESPONDENT in consents,
    )
    return events + _referral(screened, network)


def _registered(filing: Filing, at: datetime, rules: IntakeRules) -> DisputeRegistered:
    return DisputeRegistered(
        institution=filing.institution,
        reference_digest=hashlib.sha256(filing.reference.encode()).hexdigest(),
        cause=filing.cause,
        issue=filing.issue,
        product=_product(filing),
        claim_fen=filing.claim_fen,
        party_token=filing.party_token,
        masked_name=filing.masked_name,
        week=week_of(at),
        rules_version=rules.version,
    )


def _amended(filing: Filing) -> FilingAmended:
    return FilingAmended(
        cause=filing.cause,
        issue=filing.issue,
        product=_product(filing),
        claim_fen=filing.claim_fen,
        party_token=filing.party_token,
        masked_name=filing.masked_name,
    )


def _product(filing: Filing) -> str | None:
    complaint = filing.elements.complaint
    return filing.product or (complaint.product if complaint else None)


# Explanation, consent, referral ---------------------------------------------------------------


def _explain(case: Case, command: GiveExplanation, message: Received, network: Network) -> list[Event]:
    if not _may_act_for_anybody(case, message.actor, network) and not _is_applicant(case, message.actor):
        return refuse(message, "actor.not_allowed")
    if case.status is Status.RETURNED:
        return refuse(message, "filing.returned")
    event = ExplanationGiven(content_version=command.content_version, channel=command.channel)
    if case.explanation == _explanation(event):
        return []
    return _with_referral(case, event, message.at, network)


def _agree(case: Case, party: Party, message: Received, network: Network) -> list[Event]:
    if (refused := _refuse_consent_act(case, party, message, network)) is not None:
        return refused
    if case.agrees(party):
        return []
    if case.status is Status.REFERRED:
        return refuse(message, "case.referred")
    return _with_referral(case, ConsentGiven(party=party), message.at, network)


def _disagree(case: Case, party: Party, message: Received, network: Network) -> list[Event]:
    if (refused := _refuse_consent_act(case, party, message, network)) is not None:
        return refused
    if case.status is Status.REFERRED:
        if case.referred_to is Route.COURT and not case.agrees(party):
            return []
        return refuse(message, "case.referred")
    after = evolve(case, ConsentRefused(party=party), message.at)
    return [ConsentRefused(party=party), _referred(after, Route.COURT, network)]


def _refuse_consent_act(case: Case, party: Party, message: Received, network: Network) -> list[Event] | None:
    if not _may_speak_for(case, party, message, network):
        return refuse(message, "actor.not_allowed")
    if case.status is Status.RETURNED:
        return refuse(message, "filing.returned")
    if case.route is not Route.MEDIATION:
        return refuse(message, "case.not_for_mediation")
    return None


def _with_referral(case: Case, event: Event, at: datetime, network: Network) -> list[Event]:
    return [event, *_referral(evolve(case, event, at), network)]


def _referral(case: Case, network: Network) -> list[Event]:
    """Refer what is ready; never to mediation without explanation and all consents (F05, F06)."""
    if case.referred_to is not None:
        return []
    if case.route is Route.COURT:
        return [_referred(case, Route.COURT, network)]
    ready = case.route is Route.MEDIATION and case.explanation and case.consents == ALL_PARTIES
    return [_referred(case, Route.MEDIATION, network)] if ready else []


def _referred(case: Case, to: Route, network: Network) -> DisputeReferred:
    organisation = network.route(case.tier, case.cause).id if to is Route.MEDIATION else None
    return DisputeReferred(
        to=to,
        organisation=organisation,
        institution=case.institution,
        cause=case.cause,
        tier=case.tier,
        claim_fen=case.claim_fen,
        explained=bool(case.explanation),
        consents=case.consents,
    )


def _explanation(given: ExplanationGiven) -> str:
    return f"{given.content_version}|{given.channel}"


def _field(party: Party) -> str:
    return "applicant_agrees" if party is Party.APPLICANT else "respondent_agrees"


# Reading personal data ------------------------------------------------------------------------


def _read(case: Case, purpose: str, message: Received, network: Network) -> list[Event]:
    """Record who reads and why, before anything is shown. Source: 个人信息保护法 arts 28-29, 55."""
    if message.actor.role != "operator" and not _may_act_for_anybody(case, message.actor, network):
        return refuse(message, "actor.not_allowed")
    if not purpose.strip():
        return refuse(message, "personal_data.no_purpose")
    if not case.party_token:
        return refuse(message, "personal_data.none")
    return [PersonalDataRead(reader=str(message.actor), purpose=purpose)]


# Who may ----------------------------------------------------------------------------------------


def _is_applicant(case: Case, actor: Actor) -> bool:
    return actor.role == "institution_agent" and actor.organisation == case.institution


def _may_act_for_anybody(case: Case, actor: Actor, network: Network) -> bool:
    """The clerk of the organisation that the dispute is routed to, or of the court."""
    if actor.role == "court_clerk":
        return actor.organisation == network.court.id
    return (
        actor.role == "organisation_clerk" and actor.organisation == network.route(case.tier, case.cause).id
    )


def _may_speak_for(case: Case, party: Party, message: Received, network: Network) -> bool:
    """The institution for itself, the party for itself (its organisation is the case), the clerk for both."""
    actor = message.actor
    if party is Party.APPLICANT and _is_applicant(case, actor):
        return True
    if party is Party.RESPONDENT and actor.role == "party":
        return actor.organisation == message.subject
    return actor.role == "organisation_clerk" and _may_act_for_anybody(case, actor, network)
