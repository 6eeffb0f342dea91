"""What the portal knows of a case."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Final, NamedTuple

from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.told import CaseEventTold, is_quiet
from shared.contracts.words import Audience

__all__ = [
    "EMPTY",
    "CaseView",
    "FigureKey",
    "Waiting",
    "cases",
    "hidden_from",
    "is_quiet",
    "key_of",
    "service_of",
]

INSIDE: Final = Audience.INSIDE
"""The text to sign is for who signs it: ``services.portal.views.agreement`` shows it to them."""
SOURCE: Final = "/suyuan/"


class Waiting(State):
    """An event of which the institution is not told yet.

    Attributes:
        event: What it will be told.
        after: Service and number of the event that caused it; number 0 for none of this case.
    """

    event: CaseEventTold
    after: tuple[str, int] = ("", 0)


class CaseView(State):
    """A case as the portal shows it. Times are ISO 8601 in UTC; amounts are in fen.

    A field is for the parties as well, unless its type names a narrower circle. What it is made of must
    be for that circle too.

    Attributes:
        reference: By which the institution knows the case; empty where it was filed before this was told.
        versions: Number of the last event of each service.
        co_mediator: Who mediates beside; empty for nobody.
        events: How many events the case has.
        refused: How many requests were refused.
        due_provisional: A calendar that is still to come may move ``due_at``.
        paused: What stops the clock of the period; it has no ``due_at`` then.
        agreement_digest: Of the text that is to be signed now; empty while there is none.
        agreement_fen: What that text settles.
        agreement_signed: The parties that signed it.
        agreement_countersigned: Whether the mediator signed it.
        agreement_sealed: Whether the organisation sealed it.
        agreement_form: By which law it takes effect.
        agreement_terms: What that text says, as elements; empty where it is the mediator's own.
        agreement_text: The template of that text; empty likewise.
        decision_reasons: Of a quick decision whose text that is; empty otherwise.
        accept_by: Until when the consumer may accept it; empty where none is to be answered.
        performance: How an agreement with terms is performed; empty for any other.
        unpaid_fen: What is unpaid of it.
        in_default: Whether it ever was in default.
        enforce_by: Until when enforcement may be asked for; empty where it is not open.
        merged_into: The dispute that it is one more id of; empty for none. It then adds to no figure.
        joined: Disputes that were merged into this one.
        accepted: Who mediates it, and since when: what a mediator's file counts the days by.
        waiting: What its institution is not told yet, in the order in which it came.
        counted: What the case adds to each figure, so that it can move with its cause and organisation.
    """

    institution: str = ""
    reference: Annotated[str, Audience.INSTITUTION] = ""
    organisation: str = ""
    cause: str = ""
    issue: str = ""
    product: str = ""
    masked_name: str = ""
    claim_fen: int = 0
    tier: str = ""
    route: str = ""
    mediator: str = ""
    co_mediator: str = ""
    status: str = ""
    end: str = ""
    settled_fen: int = 0
    agreed_fen: int = 0
    agreement_digest: Annotated[str, INSIDE] = ""
    agreement_fen: Annotated[int, INSIDE] = 0
    agreement_signed: Annotated[tuple[str, ...], INSIDE] = ()
    agreement_countersigned: Annotated[bool, INSIDE] = False
    agreement_sealed: Annotated[bool, INSIDE] = False
    agreement_form: Annotated[str, INSIDE] = ""
    agreement_terms: Annotated[Mapping[str, Any], INSIDE] = {}
    agreement_text: Annotated[str, INSIDE] = ""
    decision_reasons: Annotated[tuple[str, ...], INSIDE] = ()
    accept_by: str = ""
    performance: str = ""
    unpaid_fen: int = 0
    in_default: bool = False
    enforce_by: str = ""
    case_numbers: tuple[str, ...] = ()
    merged_into: str = ""
    joined: tuple[str, ...] = ()
    first_at: str = ""
    opened_at: str = ""
    due_at: str = ""
    due_provisional: bool = False
    paused: str = ""
    last_at: str = ""
    events: int = 0
    refused: int = 0
    versions: Mapping[str, int] = {}
    counted: Mapping[str, int] = {}
    accepted: Mapping[str, str] = {}
    waiting: Annotated[tuple[Waiting, ...], INSIDE] = ()


EMPTY: Final = CaseView()

# The portal decides about no case: the table has no act for a request. Its context are the institutions
# that are told of their cases.
cases: Table[CaseView, frozenset[str]] = Table("timeline", CaseView, blank=lambda _: EMPTY)


@cache
def hidden_from(viewer: Audience) -> frozenset[str]:
    """Return the fields of a case that a viewer may not see."""
    return frozenset(
        name
        for name, field in CaseView.model_fields.items()
        for one in field.metadata
        if isinstance(one, Audience) and not one.reaches(viewer)
    )


class FigureKey(NamedTuple):
    """What a case's figures are kept by; each is empty while unknown."""

    institution: str = ""
    cause: str = ""
    organisation: str = ""


def key_of(view: CaseView | None) -> FigureKey:
    """Return what a case's figures are kept by: institution, cause, and who mediates it."""
    if view is None or not (view.institution and view.cause):
        return FigureKey()
    return FigureKey(view.institution, view.cause, view.organisation)


def service_of(source: str) -> str:
    """Return the service of a source; another source is its own name."""
    return source.removeprefix(SOURCE)
