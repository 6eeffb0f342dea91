"""Another city is another network file: the same code, its own court, organisation and people."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cli.local import LocalPlan, LocalSystem
from shared.contracts import court, mediation
from shared.contracts.elements import CreditCardElements, Elements, PersonalData
from shared.contracts.envelope import Actor
from shared.contracts.intake import Explanation, FileDispute, PriorSteps
from shared.contracts.kinds import Cause, End
from shared.contracts.topics import SERVICES
from shared.runtime.serve.client import EventReader, MessageSender

pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[2]
FILING = FileDispute(
    institution="city-bank",
    reference="QC-2026-1",
    cause=Cause.CREDIT_CARD,
    issue="overdue_principal",
    claim_fen=1_200_000,
    party=PersonalData(name="赵子青", id_number="SAMPLE-1"),
    elements=Elements(
        credit_card=CreditCardElements(
            as_of=date(2026, 1, 5),
            principal_fen=1_100_000,
            interest_fen=100_000,
            penalty_fen=0,
            fees_fen=0,
            overdue_since=date(2025, 6, 1),
            terms_prompted=True,
            contract_basis="contract, art 5",
        )
    ),
    prior=PriorSteps(explanation=Explanation(content_version="rights-2023", channel="app")),
)


def test_a_dispute_of_another_city_goes_to_its_own_mediator_and_its_own_court(tmp_path: Path) -> None:
    network = ROOT / "deploy" / "networks" / "chancheng.yaml"
    plan = LocalPlan(tmp_path / "city", dict.fromkeys(SERVICES, 1), network=network)
    with LocalSystem(plan, lambda _: None) as system:
        mediator, number = asyncio.run(_through(system))
    assert mediator in {one.id for one in system.network.organisations[0].mediators}
    assert "粤0604" in number


async def _through(system: LocalSystem) -> tuple[str, str]:
    """File one dispute, let its mediator end it in vain and the bank sue, and wait for the court's number."""
    settings = system.of_people()
    mediator = ""
    async with (
        MessageSender(settings, source="/institutions/city-bank") as sender,
        EventReader(settings, ("mediation.events", "court.events")) as reader,
        asyncio.timeout(60),
    ):
        await sender.filing(FILING, at=datetime.now(UTC))
        while True:
            for parsed in await reader.batch():
                body = parsed.body
                if isinstance(body, mediation.MediatorDesignated):
                    mediator = body.mediator
                    who = Actor(body.organisation, mediator, "mediator")
                    for command in (mediation.AcceptAssignment(), mediation.EndMediation(end=End.OTHER)):
                        await sender.command("mediation", command, parsed.subject, actor=who)
                elif isinstance(body, court.SuitSuggested):
                    agent = Actor("city-bank", "q-bank-1", "institution_agent")
                    await sender.command("court_bridge", court.ChooseSuit(), parsed.subject, actor=agent)
                elif isinstance(body, court.CaseDocketed):
                    return mediator, body.case_number
