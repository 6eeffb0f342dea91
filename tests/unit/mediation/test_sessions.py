"""No session without everybody's consent, identity and warning; none in the past or behind the period."""

import pytest
from pydantic import ValidationError

from services.mediation.rules import CASE_RULES
from shared.casework.protocol import Timed
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Party
from shared.contracts.parties import ConsentReceived
from shared.contracts.sessions import (
    Attendance,
    CancelReason,
    CancelSession,
    ConfirmServiceAddress,
    IdentityCheck,
    RecordSession,
    ScheduleSession,
    ServiceAddressConfirmed,
    SessionCancelled,
    SessionForm,
    SessionHeld,
    SessionPlace,
    SessionScheduled,
)
from tests.support.spec import given
from tests.unit.mediation.mother import (
    AGENT,
    ASKED,
    ASSIGNED,
    CLERK,
    DUE,
    HELD,
    MET,
    OTHER_TEXT,
    PARTY,
    TEXT,
    TUE,
    at,
    made,
    mediator,
)

CASE = made().case
THURSDAY = at(3, 5, 14)
AFTER = at(3, 5, 16)
M1 = mediator()


def online(**other: object) -> ScheduleSession:
    fields = {"session_at": THURSDAY, "how": SessionForm.ONLINE, "meeting_code": "884-201-33"}
    return ScheduleSession(**(fields | other))


def there(party: Party, identity: IdentityCheck | None = IdentityCheck.IN_PERSON, warned: bool = True):
    return Attendance(party=party, checked=identity, warned=warned)


BOTH = (there(Party.APPLICANT), there(Party.RESPONDENT))
ANNOUNCED = (
    *HELD,
    Timed(
        TUE,
        SessionScheduled(session=1, session_at=THURSDAY, how=SessionForm.ONLINE, meeting_code="884-201-33"),
    ),
)
ALONE = (
    *HELD,
    Timed(
        TUE,
        SessionScheduled(
            session=1,
            session_at=THURSDAY,
            how=SessionForm.ONLINE,
            meeting_code="884-201-33",
            alone_with=Party.RESPONDENT,
        ),
    ),
)


def test_a_session_is_announced_with_its_time_and_its_place():
    on_site = ScheduleSession(
        session_at=THURSDAY, how=SessionForm.ON_SITE, place=SessionPlace.ORGANISATION, room="二号调解室"
    )
    given(CASE, *HELD).when(on_site, at=TUE, actor=M1).then(
        SessionScheduled(
            session=1,
            session_at=THURSDAY,
            how=SessionForm.ON_SITE,
            place=SessionPlace.ORGANISATION,
            room="二号调解室",
        )
    )


def test_the_same_announcement_again_is_silent_and_another_time_moves_the_session():
    announced = given(CASE, *HELD).when(online(), at=TUE, actor=M1)
    announced.when(online(), at=TUE, actor=M1).then_nothing()
    moved = announced.when(online(session_at=at(3, 6, 10)), at=TUE, actor=M1)
    assert [(one.number, one.at) for one in moved.state.talks.planned] == [(2, at(3, 6, 10))]
    moved.when(RecordSession(session=1, attendance=BOTH), at=AFTER, actor=M1).then_refused("session.unknown")


def test_a_session_waits_for_the_consent_of_all():
    asked = given(CASE, *ASKED).when(online(), at=TUE, actor=M1)
    asked.then_refused("consent.missing")
    agreed = given(CASE, *ASKED, (ConsentReceived(party=Party.RESPONDENT), TUE))
    assert [type(event) for event in agreed.when(online(), at=TUE, actor=M1).events] == [SessionScheduled]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (online(session_at=TUE), "session.past"),
        (online(session_at=DUE), "session.after_period"),
        (online(meeting_code=None), "session.nowhere"),
        (online(how=SessionForm.ON_SITE), "session.nowhere"),
        (online(alone_with=Party.RESPONDENT), "session.apart"),
        (online(alone_with=Party.RESPONDENT_2, apart_agreed=True), "party.not_in_case"),
    ],
)
def test_what_is_no_announcement(command, reason):
    given(CASE, *HELD).when(command, at=TUE, actor=M1).then_refused(reason)


def test_there_is_a_bound_to_how_often_a_session_is_moved():
    most = CASE_RULES.now.sessions
    assert most is not None
    case = given(CASE, *HELD)
    for number in range(most):
        case = case.when(online(session_at=at(3, 5, 14, number % 2)), at=TUE, actor=M1)
    assert case.state.talks.numbered == most
    case.when(online(session_at=at(3, 6, 14)), at=TUE, actor=M1).then_refused("session.too_many")


def test_parties_are_talked_to_apart_where_all_agree():
    apart = online(alone_with=Party.RESPONDENT, apart_agreed=True)
    found = given(CASE, *ANNOUNCED).when(apart, at=TUE, actor=M1)
    assert [one.alone_with for one in found.state.talks.planned] == [None, Party.RESPONDENT]


def test_a_session_is_held_with_everybody_identified_and_warned():
    held = given(CASE, *ANNOUNCED).when(RecordSession(session=1, attendance=BOTH), at=AFTER, actor=M1)
    held.then(SessionHeld(session=1, attendance=BOTH))
    held.when(RecordSession(session=1, attendance=BOTH), at=AFTER, actor=M1).then_nothing()
    held.when(CancelSession(session=1, reason=CancelReason.TECHNICAL), at=AFTER, actor=M1).then_refused(
        "session.unknown"
    )


@pytest.mark.parametrize(
    ("past", "attendance", "reason"),
    [
        (ANNOUNCED, (BOTH[0], there(Party.RESPONDENT, None)), "session.unidentified"),
        (ANNOUNCED, (BOTH[0], there(Party.RESPONDENT, warned=False)), "session.not_warned"),
        (ANNOUNCED, BOTH[:1], "session.party_missing"),
        (ANNOUNCED, (*BOTH, BOTH[0]), "session.party_twice"),
        (ANNOUNCED, (*BOTH, there(Party.RESPONDENT_2)), "party.not_in_case"),
        (ALONE, BOTH, "session.not_alone"),
        (ALONE, BOTH[:1], "session.not_alone"),
        (HELD, BOTH, "session.unknown"),
    ],
)
def test_what_is_no_session(past, attendance, reason):
    record = RecordSession(session=1, attendance=attendance)
    given(CASE, *past).when(record, at=AFTER, actor=M1).then_refused(reason)


def test_a_session_is_not_recorded_before_its_time():
    record = RecordSession(session=1, attendance=BOTH)
    given(CASE, *ANNOUNCED).when(record, at=at(3, 5, 13, 59), actor=M1).then_refused("session.not_yet")


def test_a_session_that_is_called_off_can_be_announced_anew():
    cancel = CancelSession(session=1, reason=CancelReason.PARTY_PREVENTED)
    off = given(CASE, *ANNOUNCED).when(cancel, at=TUE, actor=M1)
    off.then(SessionCancelled(session=1, reason=CancelReason.PARTY_PREVENTED))
    off.when(cancel, at=TUE, actor=M1).then_nothing()
    again = off.when(online(), at=TUE, actor=M1)
    assert [one.number for one in again.state.talks.planned] == [2]


@pytest.mark.parametrize(
    ("past", "actor", "reason"),
    [
        (HELD, mediator("m02"), "assignment.not_held"),
        (HELD, CLERK, "actor.not_allowed"),
        (HELD, PARTY, "actor.not_allowed"),
        (ASSIGNED, M1, "assignment.not_accepted"),
    ],
)
def test_only_the_mediator_who_accepted_announces_a_session(past, actor, reason):
    given(CASE, *past).when(online(), at=TUE, actor=actor).then_refused(reason)


@pytest.mark.parametrize("code", ["https://meet.example/?who=13900001234", "会议", "a" * 33, "13900001234"])
def test_a_meeting_code_is_neither_a_link_nor_a_phone_number(code):
    with pytest.raises(ValidationError):
        online(meeting_code=code)


def test_a_time_without_a_zone_is_no_time():
    with pytest.raises(ValidationError):
        online(session_at=THURSDAY.replace(tzinfo=None))


def test_each_party_confirms_its_own_service_address_and_a_later_one_replaces_it():
    mine = ConfirmServiceAddress(digest=TEXT, electronic=True)
    confirmed = given(CASE, *HELD).when(mine, at=TUE, actor=PARTY)
    confirmed.then(ServiceAddressConfirmed(party=Party.RESPONDENT, digest=TEXT, electronic=True))
    confirmed.when(mine, at=TUE, actor=PARTY).then_nothing()
    other = ConfirmServiceAddress(digest=OTHER_TEXT, electronic=False)
    two = confirmed.when(mine, at=TUE, actor=AGENT).when(other, at=TUE, actor=PARTY)
    assert {one.party: one.digest for one in two.state.talks.addresses} == {
        Party.APPLICANT: TEXT,
        Party.RESPONDENT: OTHER_TEXT,
    }
    stranger = Actor("abc", "p-1", "institution_agent")
    confirmed.when(mine, at=TUE, actor=stranger).then_refused("actor.not_allowed")


def test_a_session_that_was_announced_is_forgotten_with_the_end():
    over = given(CASE, *MET).when(online(session_at=at(3, 9)), at=AFTER, actor=M1)
    assert over._advanced(DUE).state.talks.planned == ()
