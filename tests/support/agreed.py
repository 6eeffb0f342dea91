"""An agreement in force with a plan of three instalments, and payments under it."""

import hashlib
from datetime import date, datetime

from shared.casework.agreement_text import CURRENT, Agreement, digest_of
from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Timed
from shared.contracts.agreements import AgreementDrafted, AgreementSigned, SignAgreement
from shared.contracts.kinds import AgreementForm, Cause, Party
from shared.contracts.performance import RecordRepayment
from shared.contracts.terms import Instalment, Terms
from tests.support.spec import Given, given
from tests.unit.mediation.mother import AGENT, CASE, HELD, ORGANISATION, PARTY, TUE, made

STREAM = made().case
EFFECT = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
"""A Tuesday: the last party signs."""
TERMS = Terms(
    payer=Party.RESPONDENT,
    instalments=(
        Instalment(pay_on=date(2026, 3, 31), pay_fen=300_000),
        Instalment(pay_on=date(2026, 5, 1), pay_fen=300_000),  # a holiday until 5 May
        Instalment(pay_on=date(2026, 6, 30), pay_fen=200_000),
    ),
    default_after=2,
)
PAY_BY = (
    datetime(2026, 4, 1, tzinfo=SHANGHAI),
    datetime(2026, 5, 7, tzinfo=SHANGHAI),
    datetime(2026, 7, 1, tzinfo=SHANGHAI),
)
"""6 May is the first working day after the holiday, and so the second instalment's last one."""


def on(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    """An instant in Beijing."""
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def digest(terms: Terms) -> str:
    """The digest of the example agreement with some terms."""
    form = AgreementForm.PLATFORM
    said = Agreement(CASE, ORGANISATION, "ccb", Cause.CREDIT_CARD, terms.total_fen, form, terms)
    return digest_of(said, CURRENT)


def signed_once(terms: Terms = TERMS) -> tuple[Timed, ...]:
    """A draft with terms that only the respondent has still to sign."""
    drafted = AgreementDrafted(
        digest=digest(terms), amount_fen=terms.total_fen, terms=terms, text_version=CURRENT
    )
    signed = AgreementSigned(party=Party.APPLICANT, digest=digest(terms))
    return (*HELD, Timed(TUE, drafted), Timed(TUE, signed))


def in_force(terms: Terms = TERMS, at: datetime = EFFECT) -> Given:
    """An agreement with terms of which the clocks run."""
    sign = SignAgreement(party=Party.RESPONDENT, digest=digest(terms))
    done = given(STREAM, *signed_once(terms)).when(sign, at=at, actor=PARTY)
    return Given(STREAM, done.state, CASE, list(done.new))


def payment(reference: str) -> str:
    """The digest that a payment is known by."""
    return hashlib.sha256(reference.encode()).hexdigest()


def paid(reference: str, paid_fen: int, paid_on: date) -> RecordRepayment:
    """A payment that the institution records."""
    return RecordRepayment(payment=payment(reference), paid_on=paid_on, paid_fen=paid_fen)


def after(run: Given, reference: str, paid_fen: int, at: datetime) -> Given:
    """What a payment leads to that is recorded on its own day."""
    return Given(STREAM, run.state, CASE).when(paid(reference, paid_fen, at.date()), at=at, actor=AGENT)
