"""Named examples for mediation's tests."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from services.mediation.handlers import Box, Handlers, handlers
from services.mediation.rules import CASE_RULES, CaseRules
from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Stream, Timed
from shared.casework.rulebook import RuleBook
from shared.contracts.agreements import AgreementDrafted
from shared.contracts.choices import ChoiceOpened
from shared.contracts.envelope import Actor
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import Cause, End, Party, Route, Tier
from shared.contracts.mediation import (
    AssignmentAccepted,
    DesignationRequested,
    MediationEnded,
    MediationOpened,
    MediatorDesignated,
    PlaceTaken,
    Score,
)
from shared.contracts.sealed import Clear, packed
from shared.contracts.sessions import Attendance, IdentityCheck, SessionForm, SessionHeld, SessionScheduled
from shared.network.schema import Network
from tests.support.spec import Given, given


def _without(**left_out: None) -> RuleBook[CaseRules]:
    now = replace(CASE_RULES.now, **left_out)
    return RuleBook({**CASE_RULES.versions, now.version: now}, current=now.version)


CHOOSING: Final = _without(ladder=None)
"""The limits of a case without reminders, which have tests of their own."""
QUIET: Final = _without(ladder=None, choose_days=None)
"""Likewise, and a mediator is asked for at once: so most cases begin."""
CASE = "sy1test"
ORGANISATION = "people-mediation"


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of 2026 in Beijing."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


MON = at(3, 2)
"""A Monday: the referral comes."""
TUE = at(3, 3)
ANSWER_BY = at(3, 6, 0)
"""Three working days after MON: Thursday is the last day."""
DESIGNATE_BY = at(3, 6, 0)
"""Three working days after MON: Thursday is the last day."""
DUE = at(4, 3, 0)
"""Thirty days after TUE: Thursday 2 April is the last day."""

AGENT = Actor("ccb", "p-ccb-1", "institution_agent")
PARTY = Actor(CASE, "", "party")
CLERK = Actor(ORGANISATION, "p-people-1", "organisation_clerk")
TEXT = "a" * 64
OTHER_TEXT = "b" * 64


def mediator(id: str = "m01", organisation: str = ORGANISATION) -> Actor:
    """A mediator who acts."""
    return Actor(organisation, id, "mediator")


def network(*mediators: dict[str, Any]) -> Network:
    """A network with one organisation that takes everything."""
    people = mediators or (
        {"id": "m01", "weight": 2},
        {"id": "m02", "weight": 1},
        {"id": "m03", "weight": 1},
    )
    causes = [cause.value for cause in Cause]
    listed = [
        {"name": "调解员", "specialities": causes, "weight": 1, "capacity": 60, **one} for one in people
    ]
    if {cause for one in listed for cause in one["specialities"]} != set(causes):
        listed.append(
            {"id": "zz", "name": "调解员", "specialities": causes, "weight": 1, "capacity": 1}
        )  # a network must have a specialist for every cause
    name = {"zh": "名", "en": "name"}
    return Network.model_validate(
        {
            "format": 1,
            "id": "test",
            "name": name,
            "court": {"id": "court", "code": "京0106", "place": "丰台", "name": name},
            "organisations": [{"id": ORGANISATION, "name": name, "mediators": listed}],
            "institutions": [{"id": "ccb", "kind": "bank", "name": name}],
            "routing": [
                {"organisation": ORGANISATION, "tiers": [tier.value for tier in Tier], "causes": causes}
            ],
        }
    )


OTHER = "banking-mediation"


def two_organisations(first: tuple[dict[str, Any], ...], second: tuple[dict[str, Any], ...]) -> Network:
    """A network whose second organisation takes the complex disputes."""
    one = network(*first).model_dump(mode="json")
    (other,) = network(*second).model_dump(mode="json")["organisations"]
    (line,) = one["routing"]
    one["organisations"].append({**other, "id": OTHER})
    one["routing"] = [
        {**line, "tiers": ["simple", "ordinary"]},
        {**line, "tiers": ["complex"], "organisation": OTHER},
    ]
    return Network.model_validate(one)


def _opened(sealed: str, bound: bytes) -> bytes | None:
    digits = sealed.partition(".")[2]
    if not digits.isdigit():
        return None
    return packed(Clear.FEN, int(digits)) if b"\noffer\n" in bound else packed(Clear.TEXT, digits)


def boxed(number: int) -> str:
    """What opens as an offer of so many fen, or as a concession, whoever sent it."""
    return f"1.{number:080}"


GLASS_BOX = Box(_opened, lambda case, plain: {"data": plain})
"""Opens everything that :func:`boxed` made; real keys are tested where they matter."""


def made(*mediators: dict[str, Any]) -> Handlers:
    """Mediation's handlers over a small network."""
    return handlers(network(*mediators), QUIET, box=GLASS_BOX)


def referral(**other: Any) -> DisputeReferred:
    """A dispute that comes to mediation with everything that it needs."""
    fields: dict[str, Any] = {
        "to": Route.MEDIATION,
        "organisation": ORGANISATION,
        "institution": "ccb",
        "cause": Cause.CREDIT_CARD,
        "tier": Tier.SIMPLE,
        "claim_fen": 1_000_000,
        "explained": True,
        "consents": (Party.APPLICANT, Party.RESPONDENT),
    }
    return DisputeReferred(**(fields | other))


def opened(stream: Stream[Any], when: datetime, **other: Any) -> Given:
    """A referral of both sides."""
    return given(stream, subject=CASE).when(referral(**other), at=when)


WHY = (Score(mediator="m01", places=0, assigned=0, weight=2.0, score=0.5),)

OPENED = MediationOpened(
    organisation=ORGANISATION,
    institution="ccb",
    cause=Cause.CREDIT_CARD,
    tier=Tier.SIMPLE,
    claim_fen=1_000_000,
    opened_at=MON,
    rules_version="mediation-2026.3",
    consents=(Party.APPLICANT, Party.RESPONDENT),
)
CHOICE = ChoiceOpened(case=CASE, choose_by=at(3, 5, 0))
"""Two working days after MON: Wednesday is the last day."""
ASKING = OPENED.model_copy(update={"consents": (Party.APPLICANT,)})
"""Only the institution has agreed so far."""
ACCEPTED = AssignmentAccepted(mediator="m01", limit_days=30, due_at=DUE)


def request(
    case: str, round: int = 1, *excluded: str, cause: Cause = Cause.CREDIT_CARD
) -> DesignationRequested:
    """A case asks the organisation's roster for a mediator."""
    return DesignationRequested(
        organisation=ORGANISATION, case=case, round=round, cause=cause, excluded=excluded
    )


def requested(round: int = 1, *excluded: str, by: datetime | None = None) -> DesignationRequested:
    """The example case asks for a mediator; its first request is late from Friday on."""
    about = {"designate_by": by or DESIGNATE_BY, "institution": "ccb"}
    return request(CASE, round, *excluded).model_copy(update=about)


def place(mediator: str = "m01", round: int = 1, case: str = CASE) -> PlaceTaken:
    """The roster gives a place."""
    return PlaceTaken(case=case, mediator=mediator, round=round, why=WHY)


def designated(mediator: str = "m01", round: int = 1, by: datetime = ANSWER_BY) -> MediatorDesignated:
    """A mediator is designated."""
    return MediatorDesignated(
        organisation=ORGANISATION, mediator=mediator, round=round, answer_by=by, why=WHY
    )


def ended(end: End, who: str | None = "m01", agreed_fen: int = 0) -> MediationEnded:
    """The end of the example case."""
    return MediationEnded(
        organisation=ORGANISATION,
        institution="ccb",
        case=CASE,
        cause=Cause.CREDIT_CARD,
        end=end,
        mediator=who,
        claim_fen=1_000_000,
        settled_fen=1_000_000 if end is End.AGREEMENT else 0,
        agreed_fen=agreed_fen,
    )


def over(case: str, who: str | None) -> MediationEnded:
    """The end of any case, by which the roster gets a place back."""
    return ended(End.OTHER, who).model_copy(update={"case": case, "claim_fen": 0})


REFERRED = (Timed(MON, OPENED), Timed(MON, requested()))
ASSIGNED = (*REFERRED, Timed(MON, designated()))
HELD = (*ASSIGNED, Timed(TUE, ACCEPTED))
ASK_BY = at(3, 7, 0)
"""Three working days after TUE: Friday is the last day."""
ASKED = (
    Timed(MON, ASKING),
    *ASSIGNED[1:],
    Timed(TUE, ACCEPTED.model_copy(update={"ask_by": ASK_BY})),
)
"""A mediator has accepted, and the respondent has not said whether it agrees."""
MET = (
    *HELD,
    Timed(
        TUE,
        SessionScheduled(
            session=1, session_at=at(3, 5, 14), how=SessionForm.ONLINE, meeting_code="884-201-33"
        ),
    ),
    Timed(
        at(3, 5, 16),
        SessionHeld(
            session=1,
            attendance=tuple(
                Attendance(party=party, checked=IdentityCheck.FACE_COMPARED, warned=True)
                for party in (Party.APPLICANT, Party.RESPONDENT)
            ),
        ),
    ),
)
"""A session with both was held on Thursday afternoon."""
DRAFTED = (*HELD, Timed(TUE, AgreementDrafted(digest=TEXT, amount_fen=800_000)))
