"""调解协议: in force with the last party's signature, complete with the mediator's and the seal.

What a people's-mediation agreement takes effect with, and what agreements did under earlier rules, is data.
Of a draft with terms the platform makes the text; without them the text is the mediator's own.
Source: 法释〔2021〕23号 art 19 (as of 2022-01-01); 人民调解法 art 29.
"""

from collections.abc import Iterable

from services.mediation.case.doubts import suspected
from services.mediation.case.neutrality import known_and_agreed
from services.mediation.case.performance_clocks import scheduled
from services.mediation.case.performance_state import NO_PLAN, Plan
from services.mediation.case.settlement import settlement, unfit
from services.mediation.case.state import (
    Mediation,
    above_claim,
    acting_party,
    by_its_mediator,
    by_its_organisation,
    by_one_of_its_mediators,
    case,
    ended,
    is_co_mediator,
    not_suspended,
    once_accepted,
    still_open,
    with_all_consents,
)
from services.mediation.rules import Context, Mark
from shared.casework.agreement_text import CURRENT, digest_of
from shared.casework.guards import Facts, authority, possible
from shared.casework.parties import why_not
from shared.casework.protocol import Refusal
from shared.contracts.agreements import (
    AgreementCompleted,
    AgreementCountersigned,
    AgreementDrafted,
    AgreementEffective,
    AgreementSealed,
    AgreementSigned,
    CountersignAgreement,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.kinds import Cause, End
from shared.contracts.message import Command, Event

_ON_TEXT = (SignAgreement, CountersignAgreement, SealAgreement)


@authority
def by_the_party(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """The institution's people sign for the applicant, each other party for itself or by its agent."""
    party = acting_party(mediation, facts)
    other = isinstance(command, SignAgreement) and command.party is not party
    return why_not(facts.actor, mediation.case) if party is None or other else None


@possible
def not_complete(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """What an agreement in force still lacks may come after its effect; nothing else does."""
    waits = mediation.end is End.AGREEMENT and not mediation.complete
    return None if mediation.end is None or waits else "case.closed"


@possible
def on_this_text(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """There is a draft, and it is the one that the signature or seal names."""
    if mediation.digest is None:
        return "agreement.none"
    if isinstance(command, _ON_TEXT) and command.digest != mediation.digest:
        return "agreement.other_digest"
    return None


@possible
def within_the_claim(mediation: Mediation, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """Nobody settles for more than was claimed; a complaint claims no sum."""
    if not isinstance(command, DraftAgreement) or mediation.cause is Cause.COMPLAINT:
        return None
    return above_claim(mediation, command.amount_fen)


@possible
def for_mediation(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """A case that came for a quick decision is mediated once its consumer did not accept one."""
    return "decision.decides" if mediation.quick.decides else None


@possible
def with_a_text(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Terms make the text, so a digest that is given beside them is the platform's."""
    if not isinstance(command, DraftAgreement) or _is_the_text(mediation, command):
        return None
    return "agreement.no_text" if command.terms is None else "agreement.digest_differs"


@possible
def with_fitting_terms(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Instalments add up, their days are in order, and whoever pays or stands in is a party."""
    if not isinstance(command, DraftAgreement) or command.terms is None:
        return None
    return unfit(mediation, command.terms, command.amount_fen, facts)


def _digest(mediation: Mediation, command: DraftAgreement) -> str | None:
    """Return the digest of a draft's text: the platform's of its terms, or the sender's."""
    if command.terms is None:
        return command.digest
    return digest_of(settlement(mediation, command.amount_fen, command.form, command.terms), CURRENT)


def _is_the_text(mediation: Mediation, command: DraftAgreement) -> bool:
    """Tell whether a draft has a text, and the digest that it gives is its own."""
    digest = _digest(mediation, command)
    return digest is not None and command.digest in (None, digest)


def _stands(mediation: Mediation, digest: str) -> bool:
    """Return whether what was put under this text still counts."""
    return digest == mediation.digest and mediation.end in (None, End.AGREEMENT)


def _is_drafted(mediation: Mediation, command: DraftAgreement, facts: Facts[Context]) -> bool:
    same = (command.amount_fen, command.form, command.terms) == (
        mediation.amount_fen,
        mediation.form,
        mediation.plan.terms,
    )
    if not same or mediation.end is not None or not _is_the_text(mediation, command):
        return False
    return _digest(mediation, command) == mediation.digest


@case.on(
    DraftAgreement,
    by_its_mediator,
    still_open,
    for_mediation,
    once_accepted,
    with_all_consents,
    within_the_claim,
    with_a_text,
    with_fitting_terms,
    not_suspended,
    known_and_agreed,
    already=_is_drafted,
)
def draft(mediation: Mediation, command: DraftAgreement, facts: Facts[Context]) -> Iterable[Event]:
    """A new draft voids what was signed."""
    digest = _digest(mediation, command)
    assert digest is not None
    yield AgreementDrafted(
        digest=digest,
        amount_fen=command.amount_fen,
        form=command.form,
        terms=command.terms,
        text_version=None if command.terms is None else CURRENT,
    )
    yield from suspected(mediation, command.amount_fen, facts)


@case.after(AgreementDrafted)
def drafted(mediation: Mediation, event: AgreementDrafted) -> Mediation:
    return mediation.but(
        digest=event.digest,
        amount_fen=event.amount_fen,
        form=event.form,
        signed=(),
        countersigned=False,
        sealed=False,
        co=mediation.co.but(countersigned=False) if mediation.co.countersigned else mediation.co,
        plan=NO_PLAN
        if event.terms is None
        else Plan(terms=event.terms, text_version=event.text_version or ""),
    )


def _is_signed(mediation: Mediation, command: SignAgreement, facts: Facts[Context]) -> bool:
    return command.party in mediation.signed and _stands(mediation, command.digest)


@case.on(
    SignAgreement, by_the_party, still_open, on_this_text, not_suspended, known_and_agreed, already=_is_signed
)
def sign(mediation: Mediation, command: SignAgreement, facts: Facts[Context]) -> Iterable[Event]:
    """Each party signs once; with the last one the agreement binds, unless its form asks for more."""
    return _with(mediation, AgreementSigned(party=command.party, digest=command.digest), facts)


@case.after(AgreementSigned)
def signed(mediation: Mediation, event: AgreementSigned) -> Mediation:
    return mediation.but(signed=(*mediation.signed, event.party))


def _is_countersigned(mediation: Mediation, command: CountersignAgreement, facts: Facts[Context]) -> bool:
    signed = mediation.co.countersigned if is_co_mediator(mediation, facts) else mediation.countersigned
    return signed and _stands(mediation, command.digest)


@case.on(
    CountersignAgreement,
    by_one_of_its_mediators,
    not_complete,
    once_accepted,
    on_this_text,
    not_suspended,
    known_and_agreed,
    already=_is_countersigned,
)
def countersign(
    mediation: Mediation, command: CountersignAgreement, facts: Facts[Context]
) -> Iterable[Event]:
    """The mediator signs, before or after the effect; of two mediators each."""
    return _with(mediation, AgreementCountersigned(mediator=facts.actor.person, digest=command.digest), facts)


@case.after(AgreementCountersigned)
def countersigned(mediation: Mediation, event: AgreementCountersigned) -> Mediation:
    if event.mediator == mediation.co.mediator:
        return mediation.but(co=mediation.co.but(countersigned=True))
    return mediation.but(countersigned=True)


def _is_sealed(mediation: Mediation, command: SealAgreement, facts: Facts[Context]) -> bool:
    return mediation.sealed and _stands(mediation, command.digest)


@case.on(
    SealAgreement,
    by_its_organisation,
    not_complete,
    on_this_text,
    not_suspended,
    known_and_agreed,
    already=_is_sealed,
)
def seal(mediation: Mediation, command: SealAgreement, facts: Facts[Context]) -> Iterable[Event]:
    """The organisation that holds the mediation seals, before or after the effect."""
    return _with(mediation, AgreementSealed(digest=command.digest), facts)


@case.after(AgreementSealed)
def sealed(mediation: Mediation, event: AgreementSealed) -> Mediation:
    return mediation.but(sealed=True)


def _marks(mediation: Mediation) -> frozenset[Mark]:
    """Return what is under the current draft."""
    marks = {
        Mark.PARTIES: set(mediation.parties) <= set(mediation.signed),
        Mark.MEDIATOR: mediation.countersigned and (mediation.co.countersigned or not mediation.co.accepted),
        Mark.SEAL: mediation.sealed,
    }
    return frozenset(mark for mark, there in marks.items() if there)


def _with(mediation: Mediation, mark: Event, facts: Facts[Context]) -> Iterable[Event]:
    """Yield a mark under the agreement, and what the agreement becomes by it: in force, complete."""
    after = case.evolve(mediation, mark, facts.at, facts.context)
    rules = facts.context.book.at(mediation.rules_version)
    marks = _marks(after)
    complete = rules.is_complete(marks)
    assert after.digest is not None
    yield mark
    if mediation.end is None and rules.takes_effect(after.form, marks):
        yield AgreementEffective(digest=after.digest, amount_fen=after.amount_fen, complete=complete)
        yield ended(after, End.AGREEMENT)
        yield from scheduled(after, facts)
    elif mediation.end is not None and complete:
        yield AgreementCompleted(digest=after.digest)


@case.after(AgreementEffective)
def in_force(mediation: Mediation, event: AgreementEffective) -> Mediation:
    return mediation.but(complete=event.complete)


@case.after(AgreementCompleted)
def completed(mediation: Mediation, event: AgreementCompleted) -> Mediation:
    return mediation.but(complete=True)
