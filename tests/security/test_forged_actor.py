"""Who acts is who signed, whatever a header says: each of these attacks worked once, with any client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from deploy.local.keys import PUBLIC
from shared.contracts.common import DiscardDeadLetters
from shared.contracts.court import FilingReviewCompleted
from shared.contracts.envelope import Actor
from shared.contracts.intake import GiveExplanation
from shared.contracts.kinds import End, FilingStatus
from shared.contracts.mediation import EndMediation
from shared.contracts.message import Command
from shared.network.keys import KeysFile
from shared.network.load import read_keys_file
from shared.runtime.base.documents import Document
from shared.runtime.base.signing import Signer
from tests.kafka.filings import filing, registered
from tests.kafka.helpers import Wire, changed, encoded, envelope, signed, until
from tests.support.cases import case_id
from tests.support.services import Services, platform

pytestmark = [pytest.mark.kafka, pytest.mark.flow]

OPERATOR = Actor("fengtai-court", "p-operator-1", "operator")
CLERK = Actor("people-mediation", "p-people-1", "organisation_clerk")
COURT = Actor("fengtai-court", "", "court")


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform() as made:
        made.start("intake", "mediation", "court_bridge")
        made.ready()
        yield made


async def filed(on: Wire, reference: str) -> str:
    """File a dispute of abc that goes to mediation; return its case."""
    _, _, value, headers = row = filing("abc", reference)
    await on.put("filings.abc", value, headers, key=reference.encode())
    await registered(on, [row])
    return case_id("abc", reference)


async def letter_at(on: Wire, service: str, place: str) -> Document:
    """Wait for the dead letter of a record; return it."""

    async def there() -> Document | None:
        return (await on.letters(service)).get(place)

    found: Document = await until(there, why=lambda: on.services.log(service))
    return found


async def sent_by_a_bank(
    on: Wire, service: str, body: Command, subject: str, actor: Actor, *, owner: str | None = None
) -> Document:
    """Send a command in somebody's name, as a bank's client could; return the dead letter that it became."""
    headers = envelope(body, id="forged", subject=subject, source="/institutions/ccb", actor=actor)
    place = await on.put(f"{service}.commands", encoded(body), headers, key=subject.encode(), owner=owner)
    return await letter_at(on, service, place)


async def test_a_bank_discards_no_letter_of_another_as_the_operator(on: Wire) -> None:
    broken = await on.put("filings.abc", b"{", filing("abc", "letter")[3], key=b"letter")
    await letter_at(on, "intake", broken)

    forged = await sent_by_a_bank(on, "intake", DiscardDeadLetters(letters=(broken,)), "x", OPERATOR)

    assert forged["reason"] == "proof.missing"
    assert forged["organisation"] == ""
    assert broken in await on.letters("intake")
    # The operator can, and what was forged goes the same way.
    letters = DiscardDeadLetters(letters=(broken, forged["_id"]))
    await on.handled("intake", await on.command("intake", letters, "x"))
    assert broken not in await on.letters("intake")


async def test_a_bank_ends_no_mediation_of_another_as_its_clerk(on: Wire) -> None:
    case = await filed(on, "ended")
    explain = GiveExplanation(content_version="rights-2025.1", channel="app")
    await on.command("intake", explain, case, actor=Actor("abc", "p-abc-1", "institution_agent"))
    await until(lambda: _is_opened(on, case), why=lambda: on.services.log("mediation"))

    forged = await sent_by_a_bank(on, "mediation", EndMediation(end=End.OTHER), case, CLERK)

    assert forged["reason"] == "proof.missing"
    told = {row["type"] for row in await on.history("mediation", case)}
    assert EndMediation.wire_type not in told
    assert not any("mediation-ended" in one for one in told)
    (stream,) = await on.find("mediation", "streams", {"_id": case})
    assert "parked" not in stream  # and it stops nothing


async def _is_opened(on: Wire, case: str) -> bool:
    return any("mediation-opened" in row["type"] for row in await on.history("mediation", case))


async def test_what_a_bank_files_as_a_judge_is_filed_by_the_bank(on: Wire) -> None:
    _, _, value, headers = row = filing("ccb", "as-judge")
    forged = changed(headers, ce_actor=b"fengtai-court/p-judge-1/judge")
    await on.put("filings.ccb", value, forged, key=b"as-judge")
    await registered(on, [row])

    history = await on.history("intake", case_id("ccb", "as-judge"))

    assert history[0]["actor"] == "ccb//institution_agent"
    assert "judge" not in str([row["actor"] for row in history])


async def test_an_operator_signs_for_nobody_else(on: Wire) -> None:
    case = await filed(on, "by-operator")

    forged = await sent_by_a_bank(
        on, "mediation", EndMediation(end=End.OTHER), case, CLERK, owner="p-operator-1"
    )

    assert forged["reason"] == "proof.wrong_speaker"


async def test_a_service_signs_for_no_other_service(on: Wire) -> None:
    case = await filed(on, "by-intake")

    forged = await sent_by_a_bank(on, "mediation", EndMediation(end=End.OTHER), case, CLERK, owner="intake")

    assert forged["reason"] == "proof.wrong_speaker"


async def test_a_command_that_somebody_saw_cannot_be_sent_for_another_case_or_once_more(on: Wire) -> None:
    body, case = DiscardDeadLetters(), await filed(on, "seen")
    headers = envelope(body, id="seen-1", subject=case)
    headers = signed(on.services.signer(), "intake.commands", case.encode(), headers, encoded(body))
    await on.put("intake.commands", encoded(body), headers, key=case.encode())
    await on.handled("intake", "seen-1")

    again = await on.put("intake.commands", encoded(body), headers, key=case.encode())
    other = changed(headers, ce_id=b"seen-2", ce_subject=b"other")
    forged = await letter_at(
        on, "intake", await on.put("intake.commands", encoded(body), other, key=case.encode())
    )

    assert forged["reason"] == "proof.wrong"
    assert again not in await on.letters("intake")
    assert len(await on.find("intake", "commands", {"id": "seen-1"})) == 1


async def test_nobody_answers_in_the_courts_name(on: Wire) -> None:
    case = await filed(on, "court")
    body = FilingReviewCompleted(filing=f"{case}-c1", answers="x", status=FilingStatus.ACCEPTED)
    headers = envelope(
        body, id=f"{case}:1@/courts/fengtai-court", subject=case, source="/courts/fengtai-court",
        sequence=1, actor=COURT,
    )  # fmt: skip

    for owner, reason in ((None, "proof.missing"), ("portal", "proof.wrong_speaker")):
        place = await on.put("court.inbound", encoded(body), headers, key=case.encode(), owner=owner)
        assert (await letter_at(on, "court_bridge", place))["reason"] == reason
    stopped = await on.find("court_bridge", "streams", {"_id": case, "parked": {"$exists": True}})
    assert stopped == []


async def test_a_key_that_is_lost_is_revoked_without_a_restart(on: Wire) -> None:
    path = on.services.folder / PUBLIC
    before = read_keys_file(path)
    thief = Signer.of(on.services.keys.setting("p-operator-1"))
    await on.handled("intake", await on.command("intake", DiscardDeadLetters(), "nobody"))
    now = datetime.now(UTC)
    keys = tuple(
        one.model_copy(update={"revoked": now}) if one.id == thief.id else one for one in before.keys
    )

    path.write_text(KeysFile(format=1, keys=keys).text(), "utf-8")
    try:

        async def refused() -> bool:
            body = DiscardDeadLetters()
            headers = envelope(body, id=f"lost-{datetime.now(UTC).timestamp()}", subject="nobody")
            place = await on.put(
                "intake.commands", encoded(body), headers, key=b"nobody", owner="p-operator-1"
            )
            id_ = dict(headers)["ce_id"] or b""
            await until(lambda: _settled(on, place, id_.decode()))
            return (await on.letters("intake")).get(place, {}).get("reason") == "proof.key_not_valid"

        await until(refused, within_s=30)
        # Whoever has another key works on.
        await on.handled("intake", await on.command("intake", DiscardDeadLetters(), "nobody"))
    finally:
        path.write_text(before.text(), "utf-8")


async def _settled(on: Wire, place: str, id: str) -> bool:
    return place in await on.letters("intake") or bool(await on.find("intake", "commands", {"id": id}))
