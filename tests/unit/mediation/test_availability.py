"""A mediator's note to the organisation of when cases can be taken."""

from datetime import date

from shared.contracts.mediation import AvailabilityNoted, NoteAvailability
from tests.support.spec import given
from tests.unit.mediation.mother import MON, ORGANISATION, TUE, made, mediator, requested

FREE = NoteAvailability(available_from=date(2026, 3, 9), available_days=30, note="上午")
NOTED = AvailabilityNoted(mediator="m01", available_from=date(2026, 3, 9), available_days=30, note="上午")


def test_a_mediator_of_the_roster_notes_when_cases_can_be_taken_and_the_choice_stays_as_it_was():
    roster = given(made().roster, subject=ORGANISATION)
    told = roster.when(FREE, at=MON, actor=mediator("m01")).then(NOTED)

    told.when(FREE, at=TUE, actor=mediator("m01")).then_nothing()
    later = FREE.model_copy(update={"available_days": 7})
    told.when(later, at=TUE, actor=mediator("m01")).then(NOTED.model_copy(update={"available_days": 7}))
    told.when(requested(), at=TUE).then(*roster.when(requested(), at=TUE).events)
    for stranger in (mediator("m09"), mediator("m01", "another-organisation")):
        told.when(FREE, at=TUE, actor=stranger).then_refused("actor.not_allowed")
