"""An agreement with everything that terms can say."""

from datetime import date

from shared.casework.agreement_text import Agreement
from shared.contracts.kinds import AgreementForm, Cause, Party
from shared.contracts.terms import Instalment, Terms

TERMS = Terms(
    payer=Party.RESPONDENT,
    instalments=(
        Instalment(pay_on=date(2026, 4, 30), pay_fen=300_050),
        Instalment(pay_on=date(2026, 5, 31), pay_fen=500_000),
    ),
    guarantors=(Party.RESPONDENT_2, Party.RESPONDENT_3),
    waived_fen=123_456_78,
    default_after=2,
)
AGREEMENT = Agreement(
    case="sy1test",
    organisation="people-mediation",
    institution="ccb",
    cause=Cause.CREDIT_CARD,
    amount_fen=800_050,
    form=AgreementForm.PLATFORM,
    terms=TERMS,
)
