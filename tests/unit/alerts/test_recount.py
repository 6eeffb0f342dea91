"""The recount agrees with what was counted, and finds one falsified figure wherever it stands."""

from typing import Any

import pytest

from cli.alerts_recount import Recount, compared
from services.alerts.groups.summing import ROOM
from services.alerts.rules import AlertRules
from services.alerts.rules.packing import key_of
from services.alerts.store import EXCLUDED, WEEKLY_COUNTS
from shared.casework.case_ids import GROUPS
from shared.casework.protocol import Received
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import Cause
from shared.runtime.base.collections import STREAMS
from tests.support.cases import case_id
from tests.unit.alerts.mother import World, amended, in_week, made, week

LIMITS: dict[str, Any] = {"rate": 0.05, "detector": "moving", "groups": "scan", "backlog": 0.001}
MOST = ROOM * AlertRules().most_series


class Recorded(World):
    """Keeps what intake said, too."""

    def hear(self, case: str, body: Any, at: Any) -> None:
        super().hear(case, body, at)
        number = self.numbers[f"intake {case}"]
        self.heard = [*getattr(self, "heard", []), _parsed(body, case, number)]


def _parsed(body: Any, subject: str, number: int) -> Any:
    return Received(body, f"{subject}:{number}", "/test", subject, in_week(0), SYSTEM, "", number)


class Database:
    """The rows of a world, and its states."""

    def __init__(self, world: World) -> None:
        kinds = {"alerts.archive": "archive", GROUPS: "groups"}
        self.streams = [
            {"kind": kinds[subject.partition("-")[0]], "state": state.model_dump_json()}
            for subject, state in world.states.items()
            if subject.partition("-")[0] in kinds
        ]
        self.rows = {
            name: [{"_id": id_, **row} for id_, row in rows.items()] for name, rows in world.rows.items()
        }

    async def find(self, collection: str, filter: Any, **_: Any) -> list[dict[str, Any]]:
        if collection == STREAMS:
            return [one for one in self.streams if one["kind"] == filter["kind"]]
        return self.rows.get(collection, [])


def filed() -> Recorded:
    """Some weeks of two institutions, with an amendment, late disputes and a cleared desk."""
    world = Recorded(made(**LIMITS))
    case = case_id("ccb", "R-1")
    for n in range(14):
        for day in range(5):
            for bank, issue in (("ccb", "fees"), ("abc", "fees"), ("ccb", "rate")):
                world.file(1 + (n + day) % 2, n, institution=bank, issue=issue, at=in_week(n, day + 0.5))
    world.file(60, 13, institution="ccb", issue="rate", at=in_week(13, 2.5))
    world.file(1, 5, name="R-1", issue="fees")
    world.pass_to(14)
    world.hear(case, amended(issue="rate"), in_week(14))
    world.file(2, 3, institution="abc", cause=Cause.LOAN, issue="fees", at=in_week(14))
    return world.settle()


def recount(world: Recorded) -> Recount:
    out = Recount()
    for parsed in world.heard:
        out.add(parsed)
    for number, (subject, timed) in enumerate(world.said):
        out.add(_parsed(timed.event, subject, number))
    return out


async def test_the_recount_of_series_sums_and_trends_finds_no_difference() -> None:
    world = filed()
    found = await compared(Database(world), recount(world), MOST)  # type: ignore[arg-type]
    assert found["differences"] == []
    assert found["sum_places"] >= 14 * len(("ccb", "abc", "credit_card", "fees", "rate"))
    assert found["trend_places"] > found["sum_places"]
    assert any(recount(world).summed.brought_down().values()), "a backlog is in no sum"


@pytest.mark.parametrize(
    "key", [key_of("ccb", "", ""), key_of("", "credit_card", ""), key_of("", "credit_card", "fees")]
)
async def test_a_falsified_sum_is_found(key: str) -> None:
    world = filed()
    groups = world.states[GROUPS]
    world.states[GROUPS] = groups.but(kept=groups.kept.with_week(week(4), {key: 1}, MOST))
    found = await compared(Database(world), recount(world), MOST)  # type: ignore[arg-type]
    (one,) = found["differences"]
    assert (one["where"], one["week"], one["stored"] - one["recounted"]) == ("sum", week(4).isoformat(), 1)


async def test_a_falsified_row_is_found_in_itself_and_in_every_trend_that_sums_it() -> None:
    world = filed()
    row = next(one for one in world.rows[WEEKLY_COUNTS].values() if one["week"] == week(4).isoformat())
    row["count"] += 1
    found = await compared(Database(world), recount(world), MOST)  # type: ignore[arg-type]
    places = {one["where"] for one in found["differences"]}
    trends = {
        f"trend {name} {span} count"
        for name in ("institution", "cause", "issue", "product", "region")
        for span in ("week", "month")
    }
    assert places == {"rows"} | trends
    assert world.rows[EXCLUDED] == {}
