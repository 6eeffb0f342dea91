"""Show 4: a decision that raises stops its own case, and redrive makes the case as if never broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from shared.contracts.common import RedriveDeadLetters
from shared.contracts.elements import CreditCardElements, Elements
from shared.contracts.envelope import Actor
from shared.contracts.intake import FileDispute, GiveConsent, GiveExplanation
from shared.contracts.kinds import End, Party
from shared.contracts.mediation import EndMediation
from shared.runtime.decide.chains import broken_links
from tests.kafka.helpers import Wire, encoded, envelope, until
from tests.support import broken
from tests.support.cases import case_id
from tests.support.services import Services, platform
from tests.unit.intake import mother

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]

BANK = Actor("ccb", "p-ccb-1", "institution_agent")
CLERK = Actor("people-mediation", "p-people-1", "organisation_clerk")


@dataclass
class Code:
    """The code of the services: while the marker exists, it has a mistake."""

    marker: Path

    def breaks(self) -> None:
        self.marker.touch()

    def is_mended(self) -> None:
        self.marker.unlink()


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Code:
    return Code(tmp_path_factory.mktemp("broken") / "marker")


@pytest.fixture(scope="module")
def services(code: Code) -> Iterator[Services]:
    with platform() as made:
        broken.start(made, "intake", code.marker)
        broken.start(made, "mediation", code.marker)
        made.ready()
        yield made


def filing(reference: str, *, marked: bool, prior: bool) -> FileDispute:
    """A filing of the mark's amount, or of one fen less."""
    claim = broken.MARK if marked else broken.MARK - 1
    base = mother.card(reference=reference, claim_fen=claim)
    block = CreditCardElements(
        **{**mother.CARD.model_dump(), "principal_fen": claim, "interest_fen": 0, "penalty_fen": 0}
    )
    # Two people: one respondent's two claims of nearly one amount would be taken for one dispute.
    person = mother.ZHANG.model_copy(update={"id_number": f"SAMPLE-{reference}"})
    update: dict[str, object] = {"elements": Elements(credit_card=block), "party": person}
    if not prior:
        update["prior"] = mother.PriorSteps()
    return base.model_copy(update=update)


async def file(on: Wire, body: FileDispute) -> None:
    headers = envelope(
        body, id=f"f-{body.reference}", subject=body.reference, source="/institutions/ccb", actor=BANK
    )
    await on.put("filings.ccb", encoded(body), headers, key=body.reference.encode())


async def agree(on: Wire, case: str) -> None:
    """The respondent agrees as well, so that two commands follow the filing."""
    respondent = Actor(case, "", "party")
    await on.command("intake", GiveConsent(party=Party.RESPONDENT), case, actor=respondent)


async def explain(on: Wire, case: str) -> None:
    """The explanation is the last that is missing: it refers the dispute."""
    given = GiveExplanation(content_version="rights-2025.1", channel="app")
    await on.command("intake", given, case, actor=BANK)


async def told(on: Wire, service: str, case: str) -> list[str]:
    return [row["type"].split(".")[-2] for row in await on.history(service, case)]


async def test_a_poisoned_filing_parks_its_case_and_redrive_makes_it_whole(on: Wire, code: Code) -> None:
    code.breaks()
    sick, well = case_id("ccb", "sick"), case_id("ccb", "well")
    for reference, case, marked in (("sick", sick, True), ("well", well, False)):
        await file(on, filing(reference, marked=marked, prior=False))
        await until(partial(on_the_way, on, case))
        await agree(on, case)
        await explain(on, case)

    async def referred() -> bool:
        return "dispute-referred" in await told(on, "intake", well)

    await until(referred)

    async def three_letters() -> bool:
        return [row["order"] for row in sorted((await on.letters("intake")).values(), key=_order)] == [
            1,
            2,
            3,
        ]

    await until(three_letters)
    letters = sorted((await on.letters("intake")).values(), key=_order)
    assert [row["reason"] for row in letters] == ["decision.raised", "case.parked", "case.parked"]
    assert {row["subject"] for row in letters} == {sick}
    assert "a mistake in the code" in letters[0]["stack"]
    assert await told(on, "intake", sick) == []

    # In vain before the fix; in order after it; and twice has one effect.
    await on.handled("intake", await on.command("intake", RedriveDeadLetters(), sick))
    assert len(await on.letters("intake")) == 3
    code.is_mended()
    first = await on.command("intake", RedriveDeadLetters(), sick)
    second = await on.command("intake", RedriveDeadLetters(), sick)
    await on.handled("intake", first, second)
    assert await on.letters("intake") == {}
    assert await told(on, "intake", sick) == await told(on, "intake", well)
    assert [r["time"] for r in await on.history("intake", sick)] == sorted(
        r["time"] for r in await on.history("intake", sick)
    )
    assert list(broken_links(await on.history("intake", sick))) == []
    states = {row["_id"]: row for row in await on.find("intake", "streams")}
    assert "parked" not in states[sick]

    async def opened() -> bool:
        return "mediation-opened" in await told(on, "mediation", sick)

    await until(opened)


async def on_the_way(on: Wire, case: str) -> bool:
    """Whether a filing is taken in, or parked: what follows it then comes behind it."""
    return bool(await on.find("intake", "streams", {"_id": case}))


def _order(row: dict[str, int]) -> int:
    return row["order"]


async def test_a_poisoned_event_parks_its_case_in_the_next_service_alone(on: Wire, code: Code) -> None:
    # Intake has the mistake as well: it knows the filing by its mark, so this is filed before.
    sick, well = case_id("ccb", "m-sick"), case_id("ccb", "m-well")
    await file(on, filing("m-sick", marked=True, prior=False))
    await file(on, filing("m-well", marked=False, prior=False))
    for case in (sick, well):
        await until(partial(on_the_way, on, case))
    code.breaks()
    for case in (sick, well):
        await explain(on, case)

    async def parked() -> bool:
        # How many depends on what mediation had heard of the case by the time the code broke.
        letters = (await on.letters("mediation")).values()
        return bool(letters) and {row["subject"] for row in letters} == {sick}

    async def opened() -> bool:
        return "mediation-opened" in await told(on, "mediation", well)

    await until(parked)
    await until(opened)
    sent = [
        await on.command("mediation", EndMediation(end=End.OTHER), case, actor=CLERK) for case in (sick, well)
    ]

    async def behind() -> bool:
        last = max((await on.letters("mediation")).values(), key=_order)
        return bool(last["message"].startswith(sent[0]))

    async def ended() -> bool:
        return "mediation-ended" in await told(on, "mediation", well)

    await until(behind)
    await until(ended)
    code.is_mended()
    await on.handled("mediation", await on.command("mediation", RedriveDeadLetters(), sick))
    assert await on.letters("mediation") == {}
    history = await told(on, "mediation", sick)
    assert history[:2] == ["mediation-opened", "designation-requested"]
    assert "mediation-ended" in history
    await until(partial(_no_place_of, on, sick))


async def _no_place_of(on: Wire, case: str) -> bool:
    rows = await on.find("mediation", "streams", {"kind": "roster"})
    return bool(rows) and all(case not in row["state"] for row in rows)
