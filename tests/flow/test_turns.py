"""Every turn that a case can take, told to the real stack over its topics."""

import asyncio
from pathlib import Path

from cli.local import LocalPlan, LocalSystem
from deploy.local.turns import STORIES
from deploy.local.turns.play import play
from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import TimeSource
from shared.runtime.commit.mongo import Database
from tests.support.cli import suyuan


def _nothing(*_: object) -> None:
    """Show no progress in tests."""


def test_every_story_goes_on_the_real_stack_as_it_is_told(tmp_path: Path) -> None:
    plan = LocalPlan(tmp_path / "turns", dict.fromkeys(SERVICES, 1), time=TimeSource.REPLAY)
    with LocalSystem(plan, _nothing) as system:
        mediation = system.settings("portal").mediation_url
        tellings = asyncio.run(play(system.of_people(), mediation, STORIES, _nothing))
        refused = {
            story.en: [one.split()[1] for one in telling.refused]
            for story, telling in zip(STORIES, tellings, strict=True)
        }
        assert refused == {story.en: list(story.refuses) for story in STORIES}
        assert asyncio.run(_left_over(system)) == dict.fromkeys(SERVICES, (0, 0))
        again = suyuan("rebuild", "--data", str(plan.data), "--json")
        assert [one for service in again.json["services"] for one in service["differing"]] == []
        assert {one["service"] for one in again.json["services"] if one["subjects"]} == set(SERVICES)


async def _left_over(system: LocalSystem) -> dict[str, tuple[int, int]]:
    """Return how many dead letters and held messages each service has."""
    found = {}
    for service in SERVICES:
        settings = system.settings(service)
        database = Database.connect(settings.mongo_url.get_secret_value(), settings.database(service))
        found[service] = await database.count("deadletters", {}), await database.count("holds", {})
        database.close()
    return found
