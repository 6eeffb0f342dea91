"""What somebody sees of a case hangs on no field that is not for them: tried field by field.

An event comes twice, with two values of one field. Whoever may not see the field gets the same answers both
times, over every way of reading; whoever may see it does not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, cast

import pytest
from pydantic import BaseModel

from services.portal.cases import facts
from services.portal.cases.facts import facts_of
from services.portal.cases.state import CaseView
from services.portal.handlers import TIMELINE
from services.portal.rules import places
from services.portal.store import case_rows
from services.portal.views import CaseFilter, Views, scope_of
from shared.casework.protocol import Change, Increment, Put, Received, Timed
from shared.contracts.agreements import AgreementDrafted
from shared.contracts.common import MessageRejected, OperationCarriedOut
from shared.contracts.declared import fields_of
from shared.contracts.envelope import Actor
from shared.contracts.fields import MaskedName
from shared.contracts.message import Event, Message, events
from shared.contracts.quick_decisions import QuickDecisionIssued
from shared.contracts.words import Audience, Words
from shared.runtime.serve.tokens import Person
from tests.support.cases import case_id
from tests.support.toys import toy_family

CASE = case_id("ccb", "R-1")
AT = datetime(2026, 3, 2, tzinfo=UTC)
PARTY = Person(CASE, "p-1", "party")
INSTITUTION = Person("ccb", "p-1", "institution_agent")
VIEWERS = {Audience.PARTY: PARTY, Audience.INSTITUTION: INSTITUTION}
KNOWN = CaseView(institution="ccb", cause="loan", organisation="people-mediation", masked_name="王*")

ALLOWED = {
    # A signature names the text that it is put under, so who signs is shown its digest.
    (AgreementDrafted, "digest"): {"to sign"},
    (QuickDecisionIssued, "digest"): {"to sign"},
    # Who sent a message learns what is wrong with it; nobody else sees its outcome.
    (MessageRejected, "faults"): {"outcome"},
    (OperationCarriedOut, "found"): {"outcome"},
    (OperationCarriedOut, "settled"): {"outcome"},
}

Path = tuple[str, ...]
PLAIN: Mapping[type, tuple[Any, Any]] = {
    str: ("one", "two"),
    int: (11, 22),
    float: (0.25, 0.75),
    bool: (True, False),
    datetime: (AT, AT + timedelta(days=1)),
    date: (AT.date(), AT.date() + timedelta(days=1)),
}


def leaves(model: type[BaseModel]) -> Iterator[tuple[Path, Audience]]:
    """Yield every plain field within a model, with the narrowest circle on the way to it."""
    for name, one in fields_of(model).items():
        if one.part is None:
            yield (name,), one.audience
            continue
        for path, audience in leaves(one.part):
            narrower = audience if one.audience.reaches(audience) else one.audience
            yield (name, *path), narrower


def made(model: type[BaseModel], path: Path = (), second: bool = False) -> Any:
    """Return a model with all its fields, and the second value where a path leads to."""
    values = {}
    for name, one in fields_of(model).items():
        here = path[:1] == (name,)
        if one.part is not None:
            value = made(one.part, path[1:] if here else (), second)
        else:
            value = value_of(one.holds, second and here)
        values[name] = (value,) if one.many else value
    return model.model_construct(**values)


def value_of(holds: type, second: bool) -> Any:
    if issubclass(holds, Enum):
        return list(holds)[-1 if second else 0]
    return next(pair[second] for kind, pair in PLAIN.items() if holds is kind)


class Kept:
    """A database that holds what one event wrote; whatever is asked for is there."""

    def __init__(self, event: Event, before: CaseView) -> None:
        message = Received(event, f"{CASE}:3@/suyuan/x", "/suyuan/x", CASE, AT, ACTOR, "c-1", 3)
        assert TIMELINE.absorb is not None
        after = TIMELINE.absorb(before, message)
        self.rows: dict[str, dict[str, Any]] = {}
        self.figures: list[object] = []
        for write in case_rows(Change(message, CASE, before, after, (Timed(AT, event),), "t:0")):
            match write:
                case Put(collection=collection, id=id, document=document):
                    self.rows.setdefault(collection, {})[id] = {"_id": id, **document}
                case Increment(collection=places.FIGURES):
                    self.figures.append(write)
                case Increment(collection=collection, id=id, fields=fields, labels=labels):
                    row = {"_id": id, **labels, "events": dict.fromkeys(fields, 1), **fields}
                    self.rows.setdefault(collection, {})[id] = row

    async def get(self, collection: str, id: str) -> dict[str, Any] | None:
        found = self.rows.get(collection, {}).get(id)
        return None if found is None else dict(found)

    async def find(self, collection: str, *_: Any, **__: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self.rows.get(collection, {}).values()]


ACTOR = Actor(CASE, "p-1", "party")


async def seen(event: Event, viewer: Person, before: CaseView = KNOWN) -> dict[str, Any]:
    """Return all that somebody may read of a case after an event, and of the command that caused it."""
    kept = Kept(event, before)
    views, scope = Views(cast(Any, kept)), scope_of(viewer)
    assert scope is not None
    scope = replace(scope, filter={})  # whose case it is, is tried elsewhere
    case = await views.case(CASE, scope)
    assert case is not None
    return {
        "to sign": case.pop("agreement"),
        "case": case,
        "cases": await views.newest(scope, CaseFilter(), 10),
        "timeline": await views.timeline(CASE, scope.viewer, viewer.role),
        "outcome": await views.outcome("c-1", PARTY) if viewer is PARTY else None,
        "figures": kept.figures,
    }


ALL = [(cls, *leaf) for cls in events() for leaf in leaves(cls)]
HIDDEN = [
    pytest.param(cls, path, viewer, id=f"{cls.__name__}.{'.'.join(path)} from {viewer.value}")
    for cls, path, audience in ALL
    for viewer in VIEWERS
    if not audience.reaches(viewer)
]


async def differences(cls: type[Event], path: Path, viewer: Audience) -> set[str]:
    """Return where somebody sees that a field has another value."""
    found: set[str] = set()
    for before in (CaseView(institution="ccb", organisation="people-mediation"), KNOWN):
        first, second = [
            await seen(made(cls, path, second), VIEWERS[viewer], before) for second in (False, True)
        ]
        found |= {place for place in first if first[place] != second[place]}
    return found


@pytest.mark.parametrize(("cls", "path", "viewer"), HIDDEN)
async def test_nobody_sees_a_difference_in_a_field_that_is_not_for_them(
    cls: type[Event], path: Path, viewer: Audience
) -> None:
    assert await differences(cls, path, viewer) <= ALLOWED.get((cls, path[0]), set())


async def test_a_party_sees_the_difference_in_every_field_that_is_for_parties() -> None:
    for cls, path, audience in ALL:
        if audience.reaches(Audience.PARTY):
            assert "timeline" in await differences(cls, path, Audience.PARTY), (cls, path)


async def test_a_fact_of_a_case_that_is_made_of_more_than_the_viewer_may_see_is_found() -> None:
    with toy_family():

        class KiteFlown(Event, family="toys", zh="放", en="Flown"):
            pilot: Annotated[MaskedName, Words("放飞人", "Pilot"), Audience.INSTITUTION]

        @facts_of(KiteFlown)
        def flown(view: CaseView, event: KiteFlown) -> Mapping[str, Any]:
            return {"masked_name": event.pilot}

        try:
            found = await differences(KiteFlown, ("pilot",), Audience.PARTY)
        finally:
            del facts._TELLS[KiteFlown]
    assert found == {"case", "cases"}


def test_there_is_something_to_hide_from_each_viewer_and_each_kind_of_value_is_tried() -> None:
    assert {viewer for one in HIDDEN for viewer in [one.values[2]]} == set(VIEWERS)
    assert all(issubclass(cls, Message) for cls, *_ in ALL)
    assert len(HIDDEN) > 30
