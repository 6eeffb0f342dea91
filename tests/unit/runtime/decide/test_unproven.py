"""What nobody signed who may has no effect: on no case, on no order, on no letter of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.envelope import Actor
from shared.contracts.message import Command, Message
from shared.contracts.topics import COURT_INBOUND, EVENT_TOPICS, REJECTIONS, source_of
from shared.network.keys import Key, Keys
from shared.network.load import load_network
from shared.runtime.base.keyring import Keyring
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import DEFAULT_NETWORK
from shared.runtime.base.signing import Signer, proof_of
from shared.runtime.ingest.proofs import Proofs
from tests.support.runtime.harness import World
from tests.support.runtime.service import COMMANDS, EVENTS, T0, Ask, Step

NETWORK = load_network(DEFAULT_NETWORK)
PORTAL, COURT = Signer("portal-1", b"p" * 32), Signer("court-1", b"c" * 32)
BANK = Actor("ccb", "p-1", "operator")
THE_COURT, SOURCE = Actor("fengtai-court", "", "court"), "/courts/fengtai-court"


def key(signer: Signer, owner: str) -> Key:
    return Key(id=signer.id, owner=owner, use="messages", public=signer.public, since=T0 - timedelta(days=1))


def world(*, court: bool = True) -> World:
    known = [key(PORTAL, "portal"), *([key(COURT, "fengtai-court")] if court else [])]
    return World(proofs=Proofs(Keyring(Keys(tuple(known))), NETWORK))


def signed(record: Raw, signer: Signer) -> Raw:
    headers = [(name, value or b"") for name, value in record.headers]
    proof = proof_of(signer, record.topic, record.key, headers, record.value)
    return replace(record, headers=(*record.headers, proof))


def command(on: World, subject: str, body: Command, id: str, signer: Signer | None = PORTAL) -> Raw:
    record = on.log.command(subject, body, id=id, actor=BANK)
    return record if signer is None else signed(record, signer)


def answer(on: World, number: int, body: Message | None = None, signer: Signer | None = COURT) -> Raw:
    """Return what the court says of case c, or what somebody says in its name."""
    id_ = f"c:{number}@{SOURCE}"
    record = on.log.message(
        COURT_INBOUND,
        "c",
        body or Step(amount=1),
        id=id_,
        source=SOURCE,
        at=T0,
        sequence=number,
        actor=THE_COURT,
    )
    return record if signer is None else signed(record, signer)


def test_a_forged_command_does_nothing_and_does_not_use_up_the_id_of_the_true_one() -> None:
    on = world()
    on.run([command(on, "a", Ask(amount=5), "c-1", None), command(on, "a", Ask(amount=2), "c-1")])

    assert on.state("a").total == 2
    assert on.reasons() == ["proof.missing"]


def test_the_same_signed_command_again_has_no_second_effect() -> None:
    on = world()
    true = command(on, "a", Ask(amount=2), "c-1")
    on.run([true, on.log.again(true)], [on.log.again(true)])

    assert on.state("a").total == 2
    assert on.letters() == []


def test_another_discards_no_letter_and_redrives_none() -> None:
    on = world()
    on.mistakes.decision = True
    on.run([command(on, "a", Ask(amount=13), "c-1")])
    for number, body in enumerate((DiscardDeadLetters(), RedriveDeadLetters())):
        on.run([command(on, "a", body, f"evil-{number}", None)])

    assert on.reasons() == ["decision.raised", "proof.missing", "proof.missing"]


def test_nobody_is_told_of_a_forged_command_since_its_id_may_be_another_s() -> None:
    on = world()
    on.run([command(on, "a", Ask(amount=5), "of-somebody-else", None)])

    assert [one for one in on.published if one.topic == REJECTIONS] == []
    (letter,) = on.letters()
    assert letter["organisation"] == ""


def test_what_is_forged_in_the_courts_name_stops_no_case() -> None:
    on = world()
    on.run([answer(on, 1), answer(on, 2, signer=None), answer(on, 2, Step(amount=10)), answer(on, 3)])

    assert on.state("c").total == 12
    assert on.reasons() == ["proof.missing"]
    assert [row.get("parked") for row in on.rows("streams").values()] == [None]


def test_to_discard_what_is_forged_gives_no_number_of_the_court_up() -> None:
    on = world()
    on.run([answer(on, 1), answer(on, 2, signer=None)])
    (letter,) = on.letters()
    on.run([command(on, "x", DiscardDeadLetters(letters=(letter["_id"],)), "d-1")])
    on.run([answer(on, 2, Step(amount=10))])

    assert on.letters() == []
    assert on.state("c").total == 11


def test_what_the_court_signed_with_a_key_not_yet_known_is_taken_in_its_order_once_it_is() -> None:
    on = world(court=False)
    on.run([answer(on, 1), answer(on, 2)])
    first, second = on.letters()
    assert [first["reason"], second["reason"]] == ["proof.unknown_key"] * 2

    on.proofs = Proofs(Keyring(Keys((key(PORTAL, "portal"), key(COURT, "fengtai-court")))), NETWORK)
    on.start()
    on.run([answer(on, 3)])
    on.run([command(on, "x", RedriveDeadLetters(letters=(first["_id"], second["_id"])), "r-1")])

    assert on.letters() == []
    assert on.state("c").total == 3


def test_a_letter_of_before_signatures_is_not_taken_by_a_redrive_and_can_be_discarded() -> None:
    on = World()
    on.mistakes.decision = True
    on.run([on.log.command("a", Ask(amount=13), id="old")])
    on.mistakes.decision = False
    on.proofs = world().proofs
    on.start()

    on.run([command(on, "a", RedriveDeadLetters(), "r-1")])
    assert on.reasons() == ["proof.missing"]
    on.run([command(on, "a", DiscardDeadLetters(), "d-1"), command(on, "a", Ask(amount=2), "c-2")])

    assert on.letters() == []
    assert on.state("a").total == 2
    assert COMMANDS in {row["record"]["topic"] for row in on.letters("discarded")}


def test_a_service_that_is_taken_over_uses_up_no_number_of_another_by_what_it_says_on_its_own_topic() -> None:
    on = world()
    first = on.log.event("a", 1)
    forged = on.log.event("a", 2, amount=50, source="/suyuan/alerts", topic=EVENTS)
    other = on.log.event("a", 2, amount=50, source=SOURCE_OF_INTAKE, topic=ALERTS)
    on.run([first, forged, other, on.log.event("a", 2, amount=10), on.log.event("a", 3)])

    assert on.state("a").total == 12
    assert on.reasons() == ["message.wrong_source"] * 2
    assert [row.get("parked") for row in on.rows("streams").values()] == [None]
    letters = [one["_id"] for one in on.letters()]
    on.run([command(on, "x", RedriveDeadLetters(letters=tuple(letters)), "r-1")])
    assert on.reasons() == ["message.wrong_source"] * 2
    on.run([command(on, "x", DiscardDeadLetters(letters=tuple(letters)), "d-1"), on.log.event("a", 4)])
    assert (on.letters(), on.state("a").total) == ([], 13)


SOURCE_OF_INTAKE = source_of("intake")
ALERTS = EVENT_TOPICS["alerts"]
