"""The people of the reference scenario, started again in the middle of it."""

from dataclasses import replace
from typing import Any, cast

from deploy.local import scenario
from deploy.local.players import Players
from deploy.local.weeks import LastWeeks
from shared.contracts import counts, intake
from shared.contracts.message import Event

KEY = b"a key of the plans, 32 bytes or more"


class Sender:
    """Keeps the cases that were filed."""

    def __init__(self) -> None:
        self.filed: list[str] = []

    async def filing(self, filing: intake.FileDispute, **_: Any) -> None:
        self.filed.append(filing.reference)


def _heard(case: str, body: Event) -> Any:
    class Heard:
        subject, at, id, causation = case, scenario.CLOSING, f"{case}:1", ""

    found = cast(Any, Heard())
    found.body = body
    return found


async def test_who_is_started_again_files_on_after_disputes_that_were_counted_and_ended_before() -> None:
    first = replace(scenario.make(KEY)[0], amended=None, again=False)
    later = replace(
        next(plan for plan in scenario.make(KEY) if plan.week > first.week),
        again=False,
        filing=first.filing.model_copy(update={"reference": "LATER-1"}),
    )
    sender = Sender()
    players = Players([first, later], cast(Any, sender), lambda *_: None, LastWeeks(6, scenario.CLOSING))
    counted = counts.DisputeCounted.model_construct()
    returned = intake.FilingReturned.model_construct()
    await players._hear(_heard(first.case, counted))
    await players._hear(_heard(first.case, returned))

    await players._file()
    await players._file()

    assert sender.filed == [first.filing.reference, "LATER-1"]
    assert players._open == {later.case}
