"""主动释明: rights, cost and mediation are explained before a dispute is referred.

Source: 法释〔2021〕23号 art 7 (as of 2022-01-01).
"""

from collections.abc import Iterable

from services.intake.case.referral import referral
from services.intake.case.state import (
    Dispute,
    case,
    is_applicant,
    is_clerk_of_court,
    is_clerk_of_organisation,
    not_merged,
    not_returned,
    not_withdrawn,
)
from services.intake.rules import Context
from services.intake.rules.explanations import DIGESTS, fault_of
from shared.casework.guards import Facts, authority, possible
from shared.contracts.intake import Explanation, ExplanationGiven, GiveExplanation
from shared.contracts.message import Command, Event


@authority
def by_applicant_or_clerk(dispute: Dispute, facts: Facts[Context], _: Command | None) -> str | None:
    """The institution itself, or a clerk of the mediation organisation or of the court."""
    allowed = (
        is_applicant(dispute, facts) or is_clerk_of_organisation(dispute, facts) or is_clerk_of_court(facts)
    )
    return None if allowed else "actor.not_allowed"


@possible
def known_text(_: Dispute, __: Facts[Context], command: Command | None) -> str | None:
    """What nobody can read afterwards was not explained: the version has a text, the channel a name."""
    if not isinstance(command, GiveExplanation):
        return None
    fault = fault_of(command.content_version, command.channel)
    return None if fault is None else fault[0]


def _is_given(dispute: Dispute, command: GiveExplanation, facts: Facts[Context]) -> bool:
    return dispute.explanation == _text(command)


@case.on(
    GiveExplanation,
    by_applicant_or_clerk,
    not_merged,
    not_withdrawn,
    not_returned,
    known_text,
    already=_is_given,
)
def explain(dispute: Dispute, command: GiveExplanation, facts: Facts[Context]) -> Iterable[Event]:
    """Another text or another channel is another explanation."""
    event = explanation_of(command)
    after = case.evolve(dispute, event, facts.at, facts.context)
    return [event, *referral(after, facts.context)]


@case.after(ExplanationGiven)
def explained(dispute: Dispute, event: ExplanationGiven) -> Dispute:
    return dispute.but(explanation=_text(event))


def explanation_of(given: GiveExplanation | Explanation) -> ExplanationGiven:
    """Return the event of an explanation, with the digest of its text.

    Filings under rules of before may name a version that there never was.
    """
    return ExplanationGiven(
        content_version=given.content_version,
        channel=given.channel,
        text_digest=DIGESTS.get(given.content_version),
        proof=given.proof,
    )


def _text(given: GiveExplanation | ExplanationGiven) -> str:
    proven = f"|{given.proof}" if given.proof else ""
    return f"{given.content_version}|{given.channel}{proven}"
