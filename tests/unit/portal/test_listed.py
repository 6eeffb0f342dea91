"""The portal knows from events which mediators joined a roster and which left it."""

from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause
from shared.contracts.rosters import MediatorAdded, MediatorEntry, MediatorRemoved, RemovalGround
from tests.unit.portal.mother import MEDIATION, Rows, received


def test_who_joined_a_roster_and_who_left_it_is_known_by_the_events() -> None:
    clerk = Actor("people-mediation", "p-people-1", "organisation_clerk")
    entry = MediatorEntry(
        mediator="m99", shown_as="新", specialities=(Cause.LOAN,), weight=1, capacity=1, trained=True
    )
    out = Rows()
    for number, body in enumerate(
        (
            MediatorAdded(entry=entry),
            MediatorRemoved(mediator="m01", ground=RemovalGround.RESIGNED),
            MediatorRemoved(mediator="m99", ground=RemovalGround.RESIGNED),
        ),
        start=1,
    ):
        out.take(received(body, MEDIATION, number, subject="people-mediation", actor=clerk))
        if number == 2:
            stand = {id: row["listed"] for id, row in out.rows["listed"].items()}
            assert stand == {"people-mediation|m99": True, "people-mediation|m01": False}

    assert out.rows["listed"]["people-mediation|m99"]["listed"] is False
