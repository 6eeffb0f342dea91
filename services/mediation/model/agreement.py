"""调解协议: in force with the last signature and the seal, in whatever order they come.

Source: 法释〔2021〕23号 art 19 (as of 2022-01-01).
"""

from services.mediation.model.state import Case, ended
from shared.casework.protocol import Received, refuse
from shared.contracts import mediation as say
from shared.contracts.kinds import End, Party
from shared.contracts.message import Event

_PARTIES = len(Party)


def draft(state: Case, message: Received, body: say.DraftAgreement) -> list[Event]:
    """A new draft voids what was signed; the same draft again changes nothing."""
    if not state.accepted:
        return refuse(message, "assignment.not_accepted")
    if body.digest == state.digest and body.amount_fen == state.amount_fen:
        return []
    return [say.AgreementDrafted(digest=body.digest, amount_fen=body.amount_fen)]


def sign(state: Case, message: Received, body: say.SignAgreement) -> list[Event]:
    """The institution's agent signs for the applicant, the party itself as respondent."""
    if not _may_sign(state, message, body.party):
        return refuse(message, "actor.not_allowed")
    if refused := _refused(state, message, body.digest, done=body.party in state.signed):
        return refused
    if body.party in state.signed:
        return []
    signed = say.AgreementSigned(party=body.party, digest=body.digest)
    complete = state.sealed and len(state.signed) + 1 == _PARTIES
    return [signed, *_in_force(state)] if complete else [signed]


def seal(state: Case, message: Received, body: say.SealAgreement) -> list[Event]:
    """The organisation that holds the mediation seals."""
    if message.actor.organisation != state.organisation:
        return refuse(message, "actor.not_allowed")
    if refused := _refused(state, message, body.digest, done=state.sealed):
        return refused
    if state.sealed:
        return []
    sealed = say.AgreementSealed(digest=body.digest)
    complete = len(state.signed) == _PARTIES
    return [sealed, *_in_force(state)] if complete else [sealed]


def changed(state: Case, event: Event) -> dict[str, object]:
    """Give the fields that an event of the agreement changes; none for other events."""
    match event:
        case say.AgreementDrafted():
            return {"digest": event.digest, "amount_fen": event.amount_fen, "signed": (), "sealed": False}
        case say.AgreementSigned():
            return {"signed": (*state.signed, event.party)}
        case say.AgreementSealed():
            return {"sealed": True}
        case _:
            return {}


def _may_sign(state: Case, message: Received, party: Party) -> bool:
    actor = message.actor
    if actor.role == "party":  # its organisation is the case in which its part was proven
        return party is Party.RESPONDENT and actor.organisation == state.case
    return party is Party.APPLICANT and actor.organisation == state.institution


def _refused(state: Case, message: Received, digest: str, *, done: bool) -> list[Event]:
    """Why a signature or seal cannot be given; none when it stands or can be given."""
    if state.end is not None and not (done and digest == state.digest and state.end is End.AGREEMENT):
        return refuse(message, "case.closed")
    if state.digest is None:
        return refuse(message, "agreement.none")
    if digest != state.digest:
        return refuse(message, "agreement.other_digest")
    return []


def _in_force(state: Case) -> list[Event]:
    assert state.digest is not None
    return [
        say.AgreementEffective(digest=state.digest, amount_fen=state.amount_fen),
        ended(state, End.AGREEMENT, state.amount_fen),
    ]
