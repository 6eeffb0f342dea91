"""披露之后: who disclosed an interest does nothing that rests on neutrality until every party has agreed.

The parties' own acts go on: they agree to the mediator, ask for another one, or leave. The clocks run on: the
law stops none of them for it.
Source: 法释〔2021〕23号 art 13(2) (as of 2022-01-01); 法释〔2016〕14号 art 15(2).
"""

from services.mediation.case.state import Mediation, is_one_of_its_mediators
from services.mediation.case.team import Recusal
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.casework.protocol import Refusal
from shared.contracts.message import Command


def pending(mediation: Mediation, mediator: str | None = None) -> Recusal | None:
    """Return the recusal that is still to be decided about one of the mediators of now.

    Args:
        mediation: The case.
        mediator: About whom; ``None`` for who presides.
    """
    if mediator is not None and mediator == mediation.co.mediator:
        return mediation.co.recusal
    found = mediation.recusal
    if found is None or found.mediator != mediation.mediator:
        return None
    return found if mediator in (None, found.mediator) else None


def unwaived(mediation: Mediation) -> Refusal | None:
    """Return why nothing may rest on the mediators' neutrality now; ``None`` where it may."""
    for found in (pending(mediation), mediation.co.recusal):
        if found is None or not found.disclosed:
            continue
        lacking = [party for party in mediation.parties if party not in found.kept]
        if lacking:
            detail = f"{found.mediator}; not agreed yet: {', '.join(lacking)}."
            return Refusal("interest.not_waived", detail, rule="mediation.waived-by-all")
    return None


@possible
def known_and_agreed(mediation: Mediation, _: Facts[Context], __: Command | None) -> Refusal | None:
    """No mediator has an interest, or every party knows of it and agrees to go on."""
    return unwaived(mediation)


@possible
def mediator_known_and_agreed(
    mediation: Mediation, facts: Facts[Context], _: Command | None
) -> Refusal | None:
    """As above, where it is a mediator of the case who acts."""
    return unwaived(mediation) if is_one_of_its_mediators(mediation, facts) else None
