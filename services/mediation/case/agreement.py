"""调解协议: in force with the last signature and the seal, in whatever order they come.

Source: 法释〔2021〕23号 art 19 (as of 2022-01-01).
"""

from collections.abc import Iterable

from services.mediation.case.state import (
    Mediation,
    by_its_mediator,
    by_its_organisation,
    case,
    ended,
    once_accepted,
    still_open,
)
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.kinds import Cause, End, Party
from shared.contracts.mediation import (
    AgreementDrafted,
    AgreementEffective,
    AgreementSealed,
    AgreementSigned,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.message import Command, Event

_PARTIES = len(Party)


@authority
def by_the_party(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """The institution's agent signs for the applicant, the party itself as respondent."""
    actor = facts.actor
    if actor.role == "party":  # its organisation is the case in which its part was proven
        side, allowed = Party.RESPONDENT, actor.organisation == mediation.case
    else:
        side, allowed = Party.APPLICANT, actor.organisation == mediation.institution
    if isinstance(command, SignAgreement) and command.party is not side:
        allowed = False
    return None if allowed else "actor.not_allowed"


@possible
def on_this_text(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """There is a draft, and it is the one that the signature or seal names."""
    if mediation.digest is None:
        return "agreement.none"
    if isinstance(command, SignAgreement | SealAgreement) and command.digest != mediation.digest:
        return "agreement.other_digest"
    return None


@possible
def within_the_claim(mediation: Mediation, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """Nobody settles for more than was claimed; a complaint claims no sum."""
    if not isinstance(command, DraftAgreement) or mediation.cause is Cause.COMPLAINT:
        return None
    if command.amount_fen <= mediation.claim_fen:
        return None
    detail = f"{command.amount_fen} fen over a claim of {mediation.claim_fen} fen."
    return Refusal("agreement.above_claim", detail, rule="mediation.within-the-claim")


def _stands(mediation: Mediation, digest: str) -> bool:
    """Return whether what was put under this text still counts."""
    return digest == mediation.digest and mediation.end in (None, End.AGREEMENT)


def _is_drafted(mediation: Mediation, command: DraftAgreement, facts: Facts[Context]) -> bool:
    same = command.digest == mediation.digest and command.amount_fen == mediation.amount_fen
    return same and mediation.end is None


@case.on(DraftAgreement, by_its_mediator, still_open, once_accepted, within_the_claim, already=_is_drafted)
def draft(mediation: Mediation, command: DraftAgreement, facts: Facts[Context]) -> Iterable[Event]:
    """A new draft voids what was signed."""
    return [AgreementDrafted(digest=command.digest, amount_fen=command.amount_fen)]


@case.after(AgreementDrafted)
def drafted(mediation: Mediation, event: AgreementDrafted) -> Mediation:
    return mediation.but(digest=event.digest, amount_fen=event.amount_fen, signed=(), sealed=False)


def _is_signed(mediation: Mediation, command: SignAgreement, facts: Facts[Context]) -> bool:
    return command.party in mediation.signed and _stands(mediation, command.digest)


@case.on(SignAgreement, by_the_party, still_open, on_this_text, already=_is_signed)
def sign(mediation: Mediation, command: SignAgreement, facts: Facts[Context]) -> Iterable[Event]:
    """Each party signs once."""
    yield AgreementSigned(party=command.party, digest=command.digest)
    if mediation.sealed and len(mediation.signed) + 1 == _PARTIES:
        yield from _in_force(mediation)


@case.after(AgreementSigned)
def signed(mediation: Mediation, event: AgreementSigned) -> Mediation:
    return mediation.but(signed=(*mediation.signed, event.party))


def _is_sealed(mediation: Mediation, command: SealAgreement, facts: Facts[Context]) -> bool:
    return mediation.sealed and _stands(mediation, command.digest)


@case.on(SealAgreement, by_its_organisation, still_open, on_this_text, already=_is_sealed)
def seal(mediation: Mediation, command: SealAgreement, facts: Facts[Context]) -> Iterable[Event]:
    """The organisation that holds the mediation seals."""
    yield AgreementSealed(digest=command.digest)
    if len(mediation.signed) == _PARTIES:
        yield from _in_force(mediation)


@case.after(AgreementSealed)
def sealed(mediation: Mediation, event: AgreementSealed) -> Mediation:
    return mediation.but(sealed=True)


def _in_force(mediation: Mediation) -> Iterable[Event]:
    """The agreement is in force, and the mediation over."""
    assert mediation.digest is not None
    yield AgreementEffective(digest=mediation.digest, amount_fen=mediation.amount_fen)
    yield ended(mediation, End.AGREEMENT)


case.unchanged_by(AgreementEffective)
