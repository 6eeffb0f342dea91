"""An explanation is recorded by those of the case, and the last missing step refers."""

from dataclasses import replace

import pytest

from services.intake.rules.explanations import CONTENTS, EXPLANATIONS
from shared.contracts.envelope import Actor
from shared.contracts.intake import (
    Explanation,
    ExplanationGiven,
    FilingReturned,
    GiveConsent,
    PriorSteps,
    RefuseConsent,
)
from shared.contracts.words import Words
from tests.support.spec import given
from tests.unit.intake.mother import (
    APPLICANT,
    BANK,
    CASE,
    CLERK,
    COURT_CLERK,
    EXPLAIN,
    EXPLAINED,
    MON,
    OPERATOR,
    OTHER_BANK,
    OTHER_CLERK,
    REGISTERED,
    RESPONDENT,
    SCREENED,
    STREAM,
    TUE,
    card,
    explained,
    filed,
    new,
    referred,
    returned,
    taken,
)

PUBLISHED = {
    "rights-2023": "22c168b9d97b3509ab6dbaf797f9864c4e2499b065313b47d6f659b9f4028308",
    "rights-2025.1": "4d1a0b67b342ce67d7dd5dc6a15d8794451cd0a5723700ce48db29ba39e35993",
}
"""A better text is a new version."""


@pytest.mark.parametrize("actor", [CLERK, COURT_CLERK, BANK])
def test_an_explanation_is_recorded_and_refers_what_waited_for_it(actor: Actor) -> None:
    filed().when(EXPLAIN, at=TUE, actor=actor).then(EXPLAINED, referred())


def test_an_explanation_alone_refers_nothing() -> None:
    given(STREAM, (REGISTERED, MON), (SCREENED, MON), subject=CASE).when(EXPLAIN, at=TUE, actor=CLERK).then(
        EXPLAINED
    )


def test_the_same_explanation_again_changes_nothing() -> None:
    explained().when(EXPLAIN, at=TUE, actor=CLERK).then_nothing()


@pytest.mark.parametrize("actor", [OTHER_BANK, OTHER_CLERK, OPERATOR, RESPONDENT, Actor("system")])
def test_only_those_of_the_case_explain(actor: Actor) -> None:
    filed().when(EXPLAIN, at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_a_returned_filing_is_amended_first() -> None:
    returned().when(EXPLAIN, at=TUE, actor=BANK).then_refused("filing.returned")
    returned().when(GiveConsent(party=APPLICANT), at=TUE, actor=BANK).then_refused("filing.returned")
    returned().when(RefuseConsent(party=APPLICANT), at=TUE, actor=BANK).then_refused("filing.returned")


def test_an_explanation_names_a_text_that_there_is_and_keeps_its_digest() -> None:
    event, *_ = filed().when(EXPLAIN, at=TUE, actor=CLERK).events
    assert isinstance(event, ExplanationGiven)
    text = EXPLANATIONS[event.content_version]
    assert event.text_digest == text.digest
    assert replace(text, cost=Words("改", "other")).digest != text.digest


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"content_version": "rights-1900"}, "explanation.unknown_version"),
        ({"channel": "pigeon"}, "explanation.unknown_channel"),
    ],
)
def test_an_explanation_of_an_unknown_text_or_way_is_refused(changes: dict[str, str], reason: str) -> None:
    wrong = EXPLAIN.model_copy(update=changes)
    filed().when(wrong, at=TUE, actor=CLERK).then_refused(reason)


def test_a_filing_whose_earlier_explanation_nobody_knows_is_returned_with_the_field_named() -> None:
    prior = PriorSteps(explanation=Explanation(content_version="rights-1900", channel="app"))
    events = new().when(taken(card(prior=prior)), at=MON).events
    assert isinstance(events[1], FilingReturned)
    (reason,) = events[1].reasons
    assert (reason.code, reason.field) == (
        "explanation.unknown_version",
        "prior.explanation.content_version",
    )
    assert not any(isinstance(one, ExplanationGiven) for one in events)


def test_what_shows_that_it_was_displayed_is_kept_and_another_proof_is_another_explanation() -> None:
    proven = EXPLAIN.model_copy(update={"proof": "ab" * 32})
    before = given(STREAM, (REGISTERED, MON), (SCREENED, MON), (EXPLAINED, MON), subject=CASE)
    before.when(EXPLAIN, at=TUE, actor=CLERK).then_nothing()
    before.when(proven, at=TUE, actor=CLERK).then(EXPLAINED.model_copy(update={"proof": "ab" * 32}))
    prior = PriorSteps(
        explanation=Explanation(content_version="rights-2025.1", channel="app", proof="ab" * 32)
    )
    events = new().when(taken(card(prior=prior)), at=MON).events
    assert [one.proof for one in events if isinstance(one, ExplanationGiven)] == ["ab" * 32]


@pytest.mark.parametrize("version", EXPLANATIONS)
def test_every_text_has_the_four_contents_in_both_languages(version: str) -> None:
    for name in CONTENTS:
        words = getattr(EXPLANATIONS[version], name)
        assert len(words.zh) > 20
        assert len(words.en) > 40
        assert not words.swapped


def test_no_text_that_was_given_is_edited() -> None:
    assert {one.version: one.digest for one in EXPLANATIONS.values()} == PUBLISHED
