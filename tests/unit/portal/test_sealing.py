"""What people say in confidence is sealed before it is sent, and shown on no timeline."""

from typing import Any

import httpx
import pytest

from services.portal.endpoints import commands, http
from services.portal.endpoints.sealing import Sealing, from_mediation
from services.portal.handlers import TIMELINE
from services.portal.rules.places import TIMELINE as LINES
from services.portal.rules.shown import heard_by
from services.portal.views import Views
from shared.casework.protocol import Change, Put, Received
from shared.contracts.common import CommandRefused, CommandUnchanged
from shared.contracts.confidence import ConcessionKept, LeaveOffer, OfferLeft, OffersMet
from shared.contracts.doubts import FalseMediationReported, FalseMediationSuspected
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import Party, Role
from shared.contracts.message import Event
from shared.contracts.sealed import bound_to, unpacked_fen, unpacked_text
from shared.contracts.sessions import CancelReason, SessionCancelled
from shared.contracts.words import Audience
from shared.runtime.base.sealing import SealingKeys
from tests.unit.mediation.mother import MON
from tests.unit.portal.over_http import CASE, OneCase, Portal, context, problem

KEYS = SealingKeys.of("a-sealing-key-of-the-tests-long-enough")
OFFER = f"/commands/mediation/leave-offer/{CASE}"
CONCESSION = f"/commands/mediation/keep-concession/{CASE}"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Mediation tells its public key; each time that it was asked is kept."""
    found: list[str] = []

    def source(url: str) -> Any:
        async def fetch() -> str:
            found.append(url)
            return KEYS.public

        return fetch

    monkeypatch.setattr(commands, "from_mediation", source)
    return found


@pytest.fixture
def sealing(asked: list[str]) -> Portal:
    parts: Any = context()
    return Portal(http(parts), parts.sender, parts.database)


async def test_an_amount_is_sent_sealed_for_its_case_and_sender(sealing: Portal) -> None:
    answer = await sealing.call("POST", OFFER, role="institution_agent", json={"offer": 654_321})
    assert answer.status_code == 202
    ((service, command, subject, more),) = sealing.sender.sent
    assert (service, type(command), subject) == ("mediation", LeaveOffer, CASE)
    assert "654321" not in repr((sealing.sender.sent, sealing.database.written)) + answer.text
    actor = str(more["actor"])
    assert actor == str(Actor("ccb", "p", "institution_agent"))
    plain = KEYS.open(command.offer, bound_to(LeaveOffer.wire_type, "offer", CASE, actor))
    assert plain is not None
    assert unpacked_fen(plain) == 654_321


async def test_a_text_is_sent_sealed_as_well(sealing: Portal) -> None:
    text = "本金可以打七折"
    answer = await sealing.call(
        "POST", CONCESSION, role="party", organisation=CASE, json={"concession": text}
    )
    assert answer.status_code == 202
    ((_, command, _, more),) = sealing.sender.sent
    bound = bound_to(command.wire_type, "concession", CASE, str(more["actor"]))
    plain = KEYS.open(command.concession, bound)
    assert plain is not None
    assert unpacked_text(plain) == text


@pytest.mark.parametrize("body", [{"offer": -1}, {"offer": "1." + "A" * 80}, {}, {"offer": 5, "more": 1}])
async def test_what_is_no_amount_is_refused_before_it_is_sealed(sealing: Portal, body: Any) -> None:
    answer = await sealing.call("POST", OFFER, role="institution_agent", json=body)
    assert problem(answer) == (422, "http.bad_payload")
    assert sealing.sender.sent == []


async def test_the_key_is_asked_for_once_a_minute_and_only_when_needed(
    sealing: Portal, asked: list[str]
) -> None:
    await sealing.call("POST", f"/commands/mediation/accept-assignment/{CASE}", role="mediator")
    assert asked == []
    for _ in range(3):
        await sealing.call("POST", OFFER, role="institution_agent", json={"offer": 1})
    assert len(asked) == 1


async def test_without_a_key_nothing_is_sent(portal: Portal) -> None:
    answer = await portal.call("POST", OFFER, role="institution_agent", json={"offer": 1})
    assert problem(answer) == (503, "sealing.unavailable")
    assert portal.sender.sent == []


@pytest.mark.parametrize("told", [httpx.Response(500), httpx.Response(200, json={"key": "no key"})])
async def test_what_is_no_key_is_not_used(monkeypatch: pytest.MonkeyPatch, told: httpx.Response) -> None:
    told.request = httpx.Request("GET", "http://mediation/sealing-key")

    async def get(self: httpx.AsyncClient, path: str) -> httpx.Response:
        return told

    monkeypatch.setattr(httpx.AsyncClient, "get", get)
    seal = Sealing(from_mediation("http://mediation")).sealed
    form = LeaveOffer.model_construct(offer=5)
    with pytest.raises(Exception, match=r"sealing\.unavailable"):
        await seal(LeaveOffer, form, CASE, SYSTEM)


async def test_the_description_shows_the_clear_form(portal: Portal) -> None:
    document = (await portal.call("GET", "/openapi.json", role="mediator")).json()
    field = document["components"]["schemas"]["LeaveOffer"]["properties"]["offer"]
    assert field["type"] == "integer"


QUIET = [
    OfferLeft(offered_by=Party.RESPONDENT),
    ConcessionKept(concession_number=1),
    CommandRefused(command=LeaveOffer.wire_type, reason="offer.too_often"),
    CommandUnchanged(command=LeaveOffer.wire_type),
]
TOLD = [
    OffersMet(midpoint_fen=5),
    SessionCancelled(session=1, reason=CancelReason.TECHNICAL),
    CommandRefused(command="suyuan.mediation.seal-agreement.v1", reason="agreement.none"),
]


def lines(event: Event) -> tuple[list[Put], Any]:
    """The lines of the timeline that an event adds, and the case after it."""
    message = Received(event, "m", "/suyuan/mediation", CASE, MON, SYSTEM, "c-1", 7)
    assert TIMELINE.absorb is not None
    assert TIMELINE.rows is not None
    view = TIMELINE.absorb(None, Received(TOLD[1], "m0", "/suyuan/mediation", CASE, MON, SYSTEM, "", 6))
    after = TIMELINE.absorb(view, message)
    rows = TIMELINE.rows(Change(message, CASE, view, after, (), "t:0"))
    return [row for row in rows if isinstance(row, Put) and row.collection == LINES], after


@pytest.mark.parametrize("event", QUIET, ids=lambda one: type(one).__name__)
def test_what_is_quiet_is_on_no_timeline_and_counts_nowhere(event: Event) -> None:
    found, after = lines(event)
    assert found == []
    assert (after.events, after.refused) == (1, 0)
    assert after.versions == {"mediation": 7}


@pytest.mark.parametrize(
    ("event", "roles"),
    [
        (OffersMet, {Role.INSTITUTION_AGENT, Role.PARTY, Role.MEDIATOR}),
        (
            FalseMediationSuspected,
            {Role.MEDIATOR, Role.ORGANISATION_CLERK, Role.COURT_CLERK, Role.JUDGE},
        ),
        (FalseMediationReported, set(Role)),
    ],
)
def test_some_events_are_for_some_people_alone(event: type[Event], roles: set[Role]) -> None:
    assert {role for role in Role if heard_by(role, event.short_type)} == roles


async def test_a_timeline_leaves_out_what_is_not_for_a_role() -> None:
    class Rows(OneCase):
        async def find(self, *_: Any, **__: Any) -> list[dict[str, Any]]:
            at, rank = "2026-03-02", 1
            return [
                {"type": one, "data": {}, "at": at, "rank": rank, "sequence": number, "_id": str(number)}
                for number, one in enumerate((OffersMet.short_type, FalseMediationReported.short_type))
            ]

    views: Any = Views(Rows())  # type: ignore[arg-type]
    assert [one["type"] for one in await views.timeline(CASE, Audience.INSTITUTION, Role.JUDGE)] == [
        FalseMediationReported.short_type
    ]
    assert len(await views.timeline(CASE, Audience.PARTY, Role.PARTY)) == 2


@pytest.mark.parametrize("event", TOLD, ids=lambda one: type(one).__name__)
def test_what_is_not_quiet_is(event: Event) -> None:
    found, after = lines(event)
    assert len(found) == 1
    assert after.events == 2
