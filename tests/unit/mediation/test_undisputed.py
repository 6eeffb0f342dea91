"""Facts are undisputed once every party has confirmed the same text, in writing."""

from hypothesis import given as for_all
from hypothesis import strategies as st

from shared.casework.protocol import Timed
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Party
from shared.contracts.sessions import (
    ConfirmFacts,
    FactItem,
    FactsConfirmed,
    FactsRecorded,
    FactsUndisputed,
    RecordUndisputedFacts,
)
from tests.support.spec import given
from tests.unit.mediation.mother import (
    AGENT,
    CASE,
    CLERK,
    HELD,
    MET,
    MON,
    OPENED,
    OTHER_TEXT,
    PARTY,
    TEXT,
    at,
    made,
    mediator,
)

STREAM = made().case
FRIDAY = at(3, 6)
ITEMS = (FactItem.PRINCIPAL, FactItem.OVERDUE_SINCE)
M1 = mediator()
RECORD = RecordUndisputedFacts(digest=TEXT, items=ITEMS)
CONFIRM = ConfirmFacts(digest=TEXT)
RECORDED = (*MET, Timed(FRIDAY, FactsRecorded(digest=TEXT, items=ITEMS)))


def test_with_the_last_partys_confirmation_the_facts_are_undisputed():
    recorded = given(STREAM, *MET).when(RECORD, at=FRIDAY, actor=M1)
    recorded.then(FactsRecorded(digest=TEXT, items=ITEMS))
    one = recorded.when(CONFIRM, at=FRIDAY, actor=PARTY)
    one.then(FactsConfirmed(party=Party.RESPONDENT, digest=TEXT))
    one.when(CONFIRM, at=FRIDAY, actor=PARTY).then_nothing()
    both = one.when(CONFIRM, at=FRIDAY, actor=AGENT)
    both.then(FactsConfirmed(party=Party.APPLICANT, digest=TEXT), FactsUndisputed(digest=TEXT, items=ITEMS))
    both.when(CONFIRM, at=FRIDAY, actor=AGENT).then_nothing()
    both.when(RECORD, at=FRIDAY, actor=M1).then_nothing()


def test_another_text_voids_what_was_confirmed_of_the_first():
    one = given(STREAM, *RECORDED).when(CONFIRM, at=FRIDAY, actor=PARTY)
    changed = one.when(RecordUndisputedFacts(digest=OTHER_TEXT, items=ITEMS), at=FRIDAY, actor=M1)
    assert changed.state.talks.facts.confirmed == ()
    changed.when(CONFIRM, at=FRIDAY, actor=AGENT).then_refused("facts.other_digest")
    changed.when(ConfirmFacts(digest=OTHER_TEXT), at=FRIDAY, actor=AGENT).then(
        FactsConfirmed(party=Party.APPLICANT, digest=OTHER_TEXT)
    )


def test_what_all_confirmed_stands_until_all_confirm_another_text():
    done = (
        given(STREAM, *RECORDED).when(CONFIRM, at=FRIDAY, actor=PARTY).when(CONFIRM, at=FRIDAY, actor=AGENT)
    )
    again = done.when(RecordUndisputedFacts(digest=OTHER_TEXT, items=ITEMS), at=FRIDAY, actor=M1)
    assert again.state.talks.undisputed == TEXT


def test_a_further_respondent_has_to_confirm_as_well():
    opened = OPENED.model_copy(
        update={
            "others": (Party.RESPONDENT_2,),
            "consents": (Party.APPLICANT, Party.RESPONDENT, Party.RESPONDENT_2),
        }
    )
    past = (Timed(MON, opened), *RECORDED[1:])
    two = given(STREAM, *past).when(CONFIRM, at=FRIDAY, actor=PARTY).when(CONFIRM, at=FRIDAY, actor=AGENT)
    assert two.state.talks.undisputed is None
    guarantor = Actor(CASE, "respondent-2", "party")
    assert two.when(CONFIRM, at=FRIDAY, actor=guarantor).state.talks.undisputed == TEXT


def test_no_facts_are_recorded_before_a_session_and_none_confirmed_before_they_are_recorded():
    given(STREAM, *HELD).when(RECORD, at=FRIDAY, actor=M1).then_refused("facts.no_session")
    given(STREAM, *MET).when(CONFIRM, at=FRIDAY, actor=PARTY).then_refused("facts.none")
    given(STREAM, *MET).when(RECORD, at=FRIDAY, actor=CLERK).then_refused("actor.not_allowed")
    given(STREAM, *RECORDED).when(CONFIRM, at=FRIDAY, actor=CLERK).then_refused("actor.not_allowed")


TEXTS = st.sampled_from([TEXT, OTHER_TEXT])
MOVES = st.lists(st.tuples(st.sampled_from(["record", "agent", "party"]), TEXTS), max_size=12)


@for_all(MOVES)
def test_whatever_the_order_only_a_text_that_both_confirmed_since_it_was_recorded_is_undisputed(moves):
    case = given(STREAM, *MET)
    text, confirmed, stands = None, set(), None
    for who, digest in moves:
        if who == "record":
            case = case.when(RecordUndisputedFacts(digest=digest, items=ITEMS), at=FRIDAY, actor=M1)
            if digest != text and not (text is None and digest == stands):
                text, confirmed = digest, set()
        else:
            actor = AGENT if who == "agent" else PARTY
            case = case.when(ConfirmFacts(digest=digest), at=FRIDAY, actor=actor)
            confirmed |= {who} if digest == text else set()
            if confirmed == {"agent", "party"}:
                text, confirmed, stands = None, set(), text
        assert case.state.talks.undisputed == stands
