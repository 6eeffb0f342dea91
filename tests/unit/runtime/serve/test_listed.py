"""Who has which role now: network file, and what events say of rosters."""

from __future__ import annotations

import pytest

from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK
from shared.runtime.serve import listed
from shared.runtime.serve.listed import Listed
from shared.runtime.serve.tokens import Person

NETWORK = load_network(DEFAULT_NETWORK)
PEOPLE, BANKING = "people-mediation", "banking-mediation"


class Rosters:
    """What events said: who joined, who left."""

    def __init__(self, **said: bool) -> None:
        self.said = said
        self.asked = 0

    async def __call__(self, organisation: str, mediator: str) -> bool | None:
        self.asked += 1
        return self.said.get(mediator) if organisation == PEOPLE else None


@pytest.mark.parametrize(
    ("organisation", "person", "role", "is_listed"),
    [
        ("ccb", "p-ccb-1", "institution_agent", True),
        ("ccb", "", "institution_agent", True),
        ("ccb", "p-abc-1", "institution_agent", False),
        ("ccb", "p-nobody", "institution_agent", False),
        ("abc", "p-ccb-1", "institution_agent", False),
        (PEOPLE, "", "institution_agent", False),
        (PEOPLE, "p-people-1", "organisation_clerk", True),
        (PEOPLE, "", "organisation_clerk", True),
        ("fengtai-court", "p-judge-1", "judge", True),
        ("fengtai-court", "p-judge-1", "operator", False),
        ("fengtai-court", "p-court-1", "judge", False),
        ("fengtai-court", "", "judge", False),
        ("fengtai-court", "", "court_clerk", True),
        ("ccb", "", "court_clerk", False),
        ("fengtai-court", "p-operator-1", "operator", True),
        ("ccb", "", "operator", True),
        ("nobody", "", "operator", False),
        ("system", "", "timer", False),
        ("ccb", "", "court", False),
        ("sy1x", "respondent", "party", True),
        (PEOPLE, "", "mediator", False),
        (PEOPLE, "m01", "mediator", True),
        (PEOPLE, "m13", "mediator", False),
        (PEOPLE, "m99", "mediator", False),
        ("ccb", "m01", "mediator", False),
    ],
)
async def test_a_role_is_that_of_the_network_file(
    organisation: str, person: str, role: str, is_listed: bool
) -> None:
    assert await Listed(NETWORK, Rosters()).lists(Person(organisation, person, role)) is is_listed


async def test_a_mediator_who_joined_is_listed_and_one_who_left_is_not() -> None:
    here = Listed(NETWORK, Rosters(m99=True, m01=False))

    assert await here.lists(Person(PEOPLE, "m99", "mediator"))
    assert not await here.lists(Person(PEOPLE, "m01", "mediator"))
    assert not await here.lists(Person(BANKING, "m99", "mediator"))


async def test_where_rosters_are_not_heard_of_one_who_may_have_joined_is_not_sent_away() -> None:
    here = Listed(NETWORK)

    assert await here.lists(Person(PEOPLE, "m99", "mediator"))
    assert not await here.lists(Person(PEOPLE, "m13", "mediator"))
    assert not await here.lists(Person("nobody", "m99", "mediator"))


async def test_who_leaves_is_refused_once_the_answer_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(listed.time, "monotonic", lambda: now)
    rosters, who = Rosters(m01=True), Person(PEOPLE, "m01", "mediator")
    here = Listed(NETWORK, rosters)
    assert await here.lists(who)

    rosters.said = {"m01": False}
    now += listed.KEPT_S / 2
    assert await here.lists(who)
    assert rosters.asked == 1
    now += listed.KEPT_S / 2
    assert not await here.lists(who)
