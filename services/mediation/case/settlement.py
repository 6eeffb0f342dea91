"""What is settled: the text of a case's agreement or decision, and whether its terms fit the case."""

from services.mediation.case.state import Mediation
from services.mediation.rules import Context, wrong_with
from shared.casework.agreement_text import Agreement
from shared.casework.calendar import local_day
from shared.casework.guards import Facts
from shared.contracts.kinds import AgreementForm
from shared.contracts.terms import DecisionReason, Terms


def settlement(
    mediation: Mediation,
    amount_fen: int,
    form: AgreementForm,
    terms: Terms | None,
    reasons: tuple[DecisionReason, ...] = (),
) -> Agreement:
    """Return what the text of an agreement of a case says.

    Args:
        mediation: The case.
        amount_fen: What is settled on.
        form: By which law it takes effect.
        terms: ``None`` where nothing is paid.
        reasons: Of a decision; empty for an agreement.
    """
    return Agreement(
        case=mediation.case,
        organisation=mediation.organisation,
        institution=mediation.institution,
        cause=mediation.cause,
        amount_fen=amount_fen,
        form=form,
        terms=terms,
        reasons=reasons,
    )


def unfit(mediation: Mediation, terms: Terms, amount_fen: int, facts: Facts[Context]) -> str | None:
    """Return why terms do not fit: instalments that do not add up, days out of order, strangers."""
    return wrong_with(
        terms,
        amount_fen=amount_fen,
        parties=mediation.parties,
        today=local_day(facts.at),
        most=facts.context.book.at(mediation.rules_version).most_instalments,
    )
