"""What a mediation knows, who may act on it, and how it ends."""

from datetime import datetime

from services.mediation.case.choosing import NOT_OFFERED, Choice
from services.mediation.case.clock import UNTOUCHED, Clock
from services.mediation.case.performance_state import NO_PLAN, Plan
from services.mediation.case.quick_decision_state import NOT_QUICK, QuickDecision
from services.mediation.case.talks import NOTHING_YET, Talks
from services.mediation.case.team import ALONE, CoMediator, Complaint, Recusal
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.parties import all_parties, party_of, why_not
from shared.casework.protocol import Refusal, State
from shared.casework.table import Table
from shared.contracts.agents import Agent, Reach
from shared.contracts.co_mediators import CoMediatorRequested, TeamGround
from shared.contracts.kinds import AgreementForm, Cause, End, Language, Party, Procedure, Tier, Way
from shared.contracts.mediation import DesignationRequested, MediationEnded
from shared.contracts.message import Command


class Mediation(State):
    """A mediation.

    Attributes:
        case: Its id.
        due_at: The first instant after the period; ``None`` before it runs, and while it is paused.
        due_provisional: A calendar that is still to come may move it.
        accepted_at: When the period started; ``None`` before it runs, and in cases of before
            provisional deadlines.
        round: Of designation; the roster's answer must name it.
        excluded: Mediators of earlier rounds, who are never asked again.
        declined: Those of them who said no.
        mediator: Who is designated or has accepted; at most one.
        answer_by: Until when the designated mediator may answer; ``None`` once answered.
        answer_provisional: A calendar that is still to come may move it.
        designated_at: When the last designation was made.
        requested_at: When the last designation was asked for.
        designate_by: Until when it may be made without an alarm; ``None`` once it is, and after the alarm.
        designate_provisional: A calendar that is still to come may move it.
        digest: Of the current draft of the agreement.
        form: By which law the draft takes effect.
        signed: Parties that signed this draft.
        language: In which the mediation is to be held; ``None`` for any.
        recusal: What is to be decided about the mediator; ``None`` for nothing.
        replaced_for: Parties at whose request a mediator was replaced.
        countersigned: Whether the mediator signed it.
        complete: Whether the agreement in force has everything that the law asks for.
        others: The parties beside the institution and the main respondent.
        consents: Parties that agree to mediation; ``None`` where all had agreed before the referral.
        ask_by: Until when the others may be asked without an alarm; ``None`` once all agree, and after it.
        ask_provisional: A calendar that is still to come may move it.
        way: How the dispute came.
        unreached: Parties that were sought and did not answer the last time.
        clock: What became of the period since the first acceptance.
        choice: Of a mediator, by the parties together.
        materials_received: Whether the organisation signed for what the court delegated.
        agents: Whom parties entrusted.
        quick: Whether it came for a quick decision, and the decision.
        plan: The terms of the draft, and how the agreement is performed.
        talks: Sessions, facts and what is said in confidence.
        left: Organisations that had the case before.
        tier: How much work it needs.
        procedure: Of the suit in which the court has it tried; ``None`` before docketing.
        co: The second mediator, where there is to be one.
        complaints: Of parties about mediators.
        end: ``None`` while it runs.
        merged_into: The dispute that it was merged into; empty for none.
    """

    organisation: str
    institution: str
    cause: Cause
    claim_fen: int
    rules_version: str
    due_at: datetime | None = None
    case: str = ""
    round: int = 0
    excluded: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    mediator: str | None = None
    answer_by: datetime | None = None
    accepted: bool = False
    digest: str | None = None
    amount_fen: int = 0
    signed: tuple[Party, ...] = ()
    sealed: bool = False
    end: End | None = None
    due_provisional: bool = False
    accepted_at: datetime | None = None
    answer_provisional: bool = False
    designated_at: datetime | None = None
    requested_at: datetime | None = None
    designate_by: datetime | None = None
    designate_provisional: bool = False
    language: Language | None = None
    recusal: Recusal | None = None
    replaced_for: tuple[Party, ...] = ()
    form: AgreementForm = AgreementForm.PLATFORM
    countersigned: bool = False
    complete: bool = False
    others: tuple[Party, ...] = ()
    consents: tuple[Party, ...] | None = None
    ask_by: datetime | None = None
    ask_provisional: bool = False
    way: Way = Way.DELEGATED
    procedure: Procedure | None = None
    materials_received: bool = False
    unreached: tuple[Party, ...] = ()
    agents: tuple[Agent, ...] = ()
    plan: Plan = NO_PLAN
    quick: QuickDecision = NOT_QUICK
    talks: Talks = NOTHING_YET
    left: tuple[str, ...] = ()
    clock: Clock = UNTOUCHED
    choice: Choice = NOT_OFFERED
    tier: Tier = Tier.SIMPLE
    co: CoMediator = ALONE
    merged_into: str = ""
    complaints: tuple[Complaint, ...] = ()

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody who is in the case."""
        return all_parties(self.others)

    @property
    def unasked(self) -> tuple[Party, ...]:
        """The parties that have not agreed yet."""
        if self.consents is None:
            return ()
        return tuple(party for party in self.parties if party not in self.consents)


case: Table[Mediation, Context] = Table("case", Mediation)


def is_held_by(mediation: Mediation, facts: Facts[Context]) -> bool:
    """Return whether the actor is who presides, designated or accepted: in most cases the only one."""
    actor = facts.actor
    return (
        bool(actor.person)
        and actor.person == mediation.mediator
        and actor.organisation == mediation.organisation
    )


def is_co_mediator(mediation: Mediation, facts: Facts[Context]) -> bool:
    """Return whether the actor mediates, or is designated to, beside the one who presides."""
    actor = facts.actor
    return (
        bool(actor.person)
        and actor.person == mediation.co.mediator
        and actor.organisation == mediation.organisation
    )


def is_one_of_its_mediators(mediation: Mediation, facts: Facts[Context]) -> bool:
    """Return whether the actor is the mediator who presides, or the second one."""
    return is_held_by(mediation, facts) or is_co_mediator(mediation, facts)


def acting_party(mediation: Mediation, facts: Facts[Context], reach: Reach = Reach.SPECIAL) -> Party | None:
    """Return the party of the case that the actor speaks for; ``None`` for nobody.

    Args:
        mediation: The case.
        facts: Who acts.
        reach: The authority that the act asks of an agent. Source: 民事诉讼法 (2023) art 62(2).
    """
    party = party_of(facts.actor, mediation.case, mediation.institution, mediation.agents, reach)
    return party if party in mediation.parties else None


def speaker(mediation: Mediation, facts: Facts[Context], reach: Reach = Reach.SPECIAL) -> Party:
    """Return the party that the actor speaks for, where an authority has found that there is one."""
    party = acting_party(mediation, facts, reach)
    assert party is not None
    return party


@authority
def by_a_party(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The institution's people for the applicant, each other party for itself or by its agent.

    The agent needs special authority: to leave, to sign and to waive is to dispose of the party's rights.
    """
    return why_not(facts.actor, mediation.case) if acting_party(mediation, facts) is None else None


@authority
def by_a_party_or_any_agent(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """As above, but general authority is enough: what is asked for disposes of nothing."""
    party = acting_party(mediation, facts, Reach.GENERAL)
    return why_not(facts.actor, mediation.case) if party is None else None


@authority
def by_a_party_or_its_mediator(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """A party, or the mediator who holds the case."""
    if facts.actor.role == "mediator":
        return None if is_held_by(mediation, facts) else "assignment.not_held"
    return why_not(facts.actor, mediation.case) if acting_party(mediation, facts) is None else None


@authority
def by_its_mediator(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """Only the mediator who holds the case; of two who presides. Source: 法释〔2021〕23号 arts 11, 12."""
    return None if is_held_by(mediation, facts) else "assignment.not_held"


@authority
def by_one_of_its_mediators(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The mediator who presides, or the second one."""
    return None if is_one_of_its_mediators(mediation, facts) else "assignment.not_held"


@authority
def by_its_organisation(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """Only the organisation that holds the mediation."""
    return None if facts.actor.organisation == mediation.organisation else "actor.not_allowed"


@possible
def still_open(mediation: Mediation, _: Facts[Context], __: Command | None) -> Refusal | str | None:
    """Nothing happens to a mediation that is over; one that was merged says where it goes on."""
    if into := mediation.merged_into:
        return Refusal("case.merged", f"It goes on as {into}.", rule="intake.one-dispute")
    return None if mediation.end is None else "case.closed"


@possible
def not_suspended(mediation: Mediation, _: Facts[Context], __: Command | None) -> Refusal | None:
    """Nothing is negotiated, signed or ended by its mediator while a report of a false mediation is checked.

    Source: 法释〔2016〕14号 art 18.
    """
    if not mediation.talks.suspended:
        return None
    return Refusal("doubt.suspended", rule="mediation.false-mediation")


@possible
def with_all_consents(mediation: Mediation, facts: Facts[Context], _: Command | None) -> Refusal | None:
    """Nothing is negotiated before every party has agreed to mediation. Source: 法释〔2021〕23号 art 15."""
    if not mediation.unasked:
        return None
    return Refusal(
        "consent.missing", f"Missing: {', '.join(mediation.unasked)}.", rule="mediation.consent-of-all"
    )


@possible
def once_accepted(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """A mediator works on a case that the mediator has accepted. Source: 法释〔2021〕23号 art 12."""
    needed = facts.actor.role == "mediator"
    accepted = mediation.co.accepted if is_co_mediator(mediation, facts) else mediation.accepted
    return "assignment.not_accepted" if needed and not accepted else None


def above_claim(mediation: Mediation, amount_fen: int) -> Refusal | None:
    """Refuse an amount, in fen, that is more than was claimed."""
    if amount_fen <= mediation.claim_fen:
        return None
    detail = f"{amount_fen} fen over a claim of {mediation.claim_fen} fen."
    return Refusal("agreement.above_claim", detail, rule="mediation.within-the-claim")


def request(
    mediation: Mediation, facts: Facts[Context], *, without: str = "", chosen: str | None = None
) -> DesignationRequested:
    """Return the request for a mediator of the next round. Source: 法释〔2021〕23号 art 10.

    Args:
        mediation: The case; one that has just opened does not know its id yet.
        facts: The time, and the rules.
        without: A mediator who is not to be asked again; empty for nobody more than before.
        chosen: A mediator whom a party chose, or all together.
    """
    # The first designation is due within its limit of the application, however long the parties chose.
    since = (mediation.choice.opened_at if mediation.round == 0 else None) or facts.at
    by = facts.context.book.at(mediation.rules_version).designate_by(since, facts.context.calendar)
    return DesignationRequested(
        organisation=mediation.organisation,
        case=mediation.case or facts.subject,
        round=mediation.round + 1,
        cause=mediation.cause,
        excluded=_not_again(mediation, without),
        designate_by=None if by is None else by.at,
        designate_provisional=by is not None and by.provisional,
        institution=mediation.institution,
        language=mediation.language,
        chosen=chosen,
    )


def request_second(
    mediation: Mediation, facts: Facts[Context], ground: TeamGround, chosen: str | None = None
) -> CoMediatorRequested:
    """Return the request for a second mediator of the next round. Source: 法释〔2021〕23号 art 11.

    Args:
        mediation: The case.
        facts: The time, and the rules.
        ground: Why two are to mediate.
        chosen: A mediator whom a party chose.
    """
    return CoMediatorRequested(
        organisation=mediation.organisation,
        case=mediation.case,
        round=mediation.co.round + 1,
        cause=mediation.cause,
        excluded=_not_again(mediation),
        team_ground=ground,
        institution=mediation.institution,
        language=mediation.language,
        chosen=chosen,
    )


def _not_again(mediation: Mediation, without: str = "") -> tuple[str, ...]:
    """Return who is not designated for the case again, in whichever seat."""
    if not (without or mediation.co.gone):
        return mediation.excluded
    return tuple(dict.fromkeys((*mediation.excluded, *mediation.co.gone, *((without,) if without else ()))))


def ended(mediation: Mediation, end: End, *, merged_into: str | None = None) -> MediationEnded:
    """Return the one event that ends a mediation. Source: 法释〔2021〕23号 art 25."""
    settled = end is End.AGREEMENT
    return MediationEnded(
        organisation=mediation.organisation,
        institution=mediation.institution,
        case=mediation.case,
        cause=mediation.cause,
        end=end,
        mediator=mediation.mediator,
        claim_fen=mediation.claim_fen,
        settled_fen=mediation.claim_fen if settled else 0,
        agreed_fen=mediation.amount_fen if settled else 0,
        way=mediation.way,
        co_mediator=mediation.co.mediator,
        merged_into=merged_into,
    )
