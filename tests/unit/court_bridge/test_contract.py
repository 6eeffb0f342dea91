"""What court_bridge says, as its readers' examples have it; and that it takes what others say."""

import pytest

from shared.casework.protocol import Received
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import FilingStatus
from shared.contracts.message import Event
from shared.contracts.performance import DefaultLifted
from tests.support.contract import example, names, same_as_example, written
from tests.support.spec import Given
from tests.unit.court_bridge.mother import (
    AGREED,
    CASE,
    DAY_31,
    DEFAULTED,
    EFFECTIVE,
    LATER,
    OPENED,
    STREAM,
    THE_COURT,
    confirming,
    docketed,
    granted,
    handed_over,
    hear,
    joined,
    refused,
    review,
    told,
)

READERS = {
    "court": ("end_reported", "filing_submitted"),
    "alerts": ("confirmation_granted",),
    "portal": (
        "confirmation_applied",
        "confirmation_lapsed",
        "confirmation_opened",
        "confirmation_requested",
        "confirmation_time_near",
        "end_reported",
        "handover_incomplete",
        "handover_prepared",
        "filing_submitted",
        "filing_reviewed",
        "case_docketed",
        "confirmation_granted",
        "confirmation_refused",
        "court_answer_rejected",
        "enforcement_closed",
        "enforcement_opened",
        "suit_on_agreement_opened",
    ),
}


def _said() -> dict[str, Received]:
    """The first event of each kind that these stories lead to, as it travels."""
    number = hear(confirming(), docketed())
    stories: list[Given] = [
        confirming(),
        handed_over(),
        joined(told(AGREED)),
        told(OPENED, EFFECTIVE, AGREED).until(DAY_31),
        told(OPENED, EFFECTIVE, AGREED),
        hear(confirming(), review(FilingStatus.ACCEPTED)),
        number,
        hear(number, granted()),
        hear(number, refused()),
        hear(told(), docketed()),
        hear(hear(number, granted()), DEFAULTED),
        hear(confirming(), DEFAULTED),
        hear(hear(confirming(), DEFAULTED), DefaultLifted(open_fen=0)),
    ]
    said: dict[str, Received] = {}
    for sequence, event in enumerate((e for story in stories for e in story.events), start=1):
        said.setdefault(_name(event), _travelling(event, sequence))
    return said


def _name(event: Event) -> str:
    return event.wire_type.split(".")[2].replace("-", "_")


def _travelling(event: Event, sequence: int) -> Received:
    return Received(
        body=event,
        id=f"{CASE}:{sequence}@/suyuan/court_bridge",
        source="/suyuan/court_bridge",
        subject=CASE,
        at=LATER,
        actor=SYSTEM if _name(event) in ("confirmation_applied", "filing_submitted") else THE_COURT,
        sequence=sequence,
    )


SAID = _said()
PAIRS = [(reader, name) for reader, names in READERS.items() for name in names]


@pytest.mark.parametrize(("reader", "name"), PAIRS)
def test_court_bridge_says_what_its_reader_expects(reader: str, name: str) -> None:
    same_as_example("court_bridge", reader, name, written(SAID[name]))
    assert example("court_bridge", reader, name) == SAID[name]


@pytest.mark.parametrize("name", names("mediation", "court_bridge"))
def test_it_takes_what_mediation_says(name: str) -> None:
    said = example("mediation", "court_bridge", name)
    STREAM.decide(told(OPENED).state, said)


@pytest.mark.parametrize("name", names("court", "court_bridge"))
def test_it_takes_what_the_court_answers(name: str) -> None:
    said = example("court", "court_bridge", name)
    events = STREAM.decide(None, said)
    assert [type(event).__name__ for event in events] == ["CourtAnswerRejected"]  # a case that nobody knows
