"""The figures counted from the events themselves: each event once, a dispute that came twice once."""

from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from cli.figures import Figures
from shared.contracts.kinds import End
from shared.contracts.message import Event
from tests.support.cases import case_id
from tests.support.duplicate_walks import merged, undone
from tests.unit.portal.mother import ended, opened, registered

KEPT, OTHER = case_id("ccb", "CC-0"), case_id("ccb", "CC-1")
END = ended(End.AGREEMENT)
INTAKE, MEDIATION = "/suyuan/intake", "/suyuan/mediation"


def story(case: str, *intake: Event, mediation: tuple[Event, ...]) -> list[list[Any]]:
    """The events of a case, by topic in their order."""
    return [
        [
            SimpleNamespace(source=source, subject=case, sequence=number, body=body)
            for number, body in enumerate(events, 1)
        ]
        for source, events in ((INTAKE, intake), (MEDIATION, mediation))
    ]


def counted(*queues: list[Any]) -> dict[str, Any]:
    figures = Figures()
    for queue in queues:
        for parsed in queue:
            figures.add(cast(Any, parsed))
            figures.add(cast(Any, parsed))  # published again after a crash
    return figures.report()


@given(st.permutations([0, 1, 2, 3]), st.booleans())
def test_a_dispute_that_came_twice_counts_once_whatever_is_read_first(order: list[int], undo: bool) -> None:
    last = (undone(OTHER, KEPT),) if undo else ()
    queues = [
        *story(KEPT, registered(), mediation=(opened(), END)),
        *story(OTHER, registered(), merged(OTHER, KEPT), *last, mediation=(opened(), END)),
    ]
    found = counted(*(queues[place] for place in order))
    times = 2 if undo else 1
    assert (found["filed"], found["mediated"], found["settled"]) == (times, times, times)
    assert found["settled_amount"] == f"{50_000 * times}.00"
    assert found["ended"][End.AGREEMENT] == times


def test_the_end_of_a_mediation_that_was_merged_away_is_no_end() -> None:
    gone = ended(End.OTHER).model_copy(update={"merged_into": KEPT})
    queues = story(
        OTHER, registered(), merged(OTHER, KEPT), undone(OTHER, KEPT), mediation=(opened(), gone, END)
    )
    assert sum(counted(*queues)["ended"].values()) == 1
