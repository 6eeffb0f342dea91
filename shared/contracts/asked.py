"""What the events that ask an institution declare: each is the ``asks=`` of one event."""

from typing import Any, Final

from shared.contracts.asks import INSTITUTION_SEAT, Asks, RequestKind
from shared.contracts.kinds import DeadlineKind, ReturnGround


def _may_be_completed(returned: Any) -> bool:
    """Tell whether all that is wrong with a filing can be put right: a ground of the law cannot."""
    return all(one.rests_on in (None, ReturnGround.TO_COMPLETE) for one in returned.reasons)


def _asks_the_institution(accepted: Any) -> bool:
    return INSTITUTION_SEAT in accepted.asked


CORRECTION: Final = Asks(
    RequestKind.CORRECTION, ("intake.filing-amended", "intake.dispute-withdrawn"), when=_may_be_completed
)
CONSENT: Final = Asks(
    RequestKind.CONSENT,
    (
        "intake.consent-given",
        "intake.consent-refused",
        "mediation.consent-received",
        "mediation.party-left",
    ),
    ("mediation.mediation-ended",),
    until="ask_by",
    provisional="ask_provisional",
    corrected=DeadlineKind.INQUIRY,
    when=_asks_the_institution,
)
WAIVER: Final = Asks(
    RequestKind.WAIVER,
    (
        "mediation.mediator-kept",
        "mediation.recusal-requested",
        "mediation.mediator-replaced",
        "mediation.party-left",
    ),
    (
        "mediation.recusal-decided",
        "mediation.mediator-replaced",
        "mediation.assignment-declined",
        "mediation.assignment-lapsed",
        "mediation.co-mediator-left",
        "mediation.case-transferred",
        "mediation.mediation-ended",
    ),
    about="mediator",
)
EXTENSION: Final = Asks(
    RequestKind.EXTENSION,
    ("mediation.extension-agreed", "mediation.extension-refused", "mediation.party-left"),
    ("mediation.extension-refused", "mediation.period-extended", "mediation.mediation-ended"),
)
FACTS: Final = Asks(
    RequestKind.FACTS,
    ("mediation.facts-confirmed", "mediation.party-left"),
    ("mediation.mediation-ended",),
)
SIGNATURE: Final = Asks(
    RequestKind.SIGNATURE,
    ("mediation.agreement-signed", "mediation.party-left"),
    ("mediation.designation-requested", "mediation.case-transferred", "mediation.mediation-ended"),
)
CHOICE: Final = Asks(
    RequestKind.CHOICE,
    ("mediation.mediator-named", "mediation.choice-left", "mediation.party-left"),
    ("mediation.choice-ended", "mediation.mediation-ended"),
    until="choose_by",
    provisional="choose_provisional",
    corrected=DeadlineKind.CHOICE,
    offer=True,
)
CONFIRMATION: Final = Asks(
    RequestKind.CONFIRMATION,
    ("court.confirmation-requested",),
    ("court.confirmation-applied", "court.confirmation-lapsed"),
    until="apply_by",
    provisional="apply_by_provisional",
    offer=True,
)
SUIT: Final = Asks(
    RequestKind.SUIT, ("court.suit-chosen",), ("court.case-docketed",), until="sue_by", offer=True
)
