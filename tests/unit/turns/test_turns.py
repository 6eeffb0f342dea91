"""Every turn that a case can take, told on the decisions of all services."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from deploy.local.turns import STORIES, Case, Story, Telling
from shared.casework.calendar import SHANGHAI
from shared.contracts.kinds import End
from shared.contracts.mediation import MediationEnded
from tests.support.cases import PARTY_KEY
from tests.support.platform import Platform, tell

MONDAY = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
NAMES = [one.en for one in STORIES]


def told(story: Story, number: int, platform: Platform | None = None) -> tuple[Platform, Telling]:
    """Tell a story to its end, or until nothing happens any more."""
    platform = platform or Platform(MONDAY)
    case = Case(story.filing(number), PARTY_KEY.encode(), now=platform.now + timedelta(minutes=1))
    telling = Telling(case, story.script(case))
    tell(platform, telling)
    return platform, telling


@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_the_story_goes_as_it_is_told(story: Story) -> None:
    platform, telling = told(story, 1 + STORIES.index(story))
    assert telling.over, f"waits for {telling.waits_for}; refused {telling.refused}"
    assert [one.split()[1] for one in telling.refused] == list(story.refuses)
    ends = [said.body.end for said in platform.of(telling.case.id) if isinstance(said.body, MediationEnded)]
    assert ends == ([] if story.end is None else [story.end])


def test_every_end_of_a_mediation_is_told() -> None:
    assert {story.end for story in STORIES} >= set(End)


def test_no_two_stories_have_the_same_name() -> None:
    names = Counter(name for story in STORIES for name in (story.zh, story.en))
    assert [name for name, count in names.items() if count > 1] == []
