"""What is believed of the days of history on topics where each service may write."""

from datetime import UTC, datetime

import pytest

from cli.verifying.days import ClosedDays
from cli.verifying.findings import DATABASE, EVENTS
from shared.contracts.days import DayClosed, Tip, TipsListed
from shared.network.keys import Key, Keys
from shared.runtime.base.signing import Signer
from shared.runtime.decide.days import Days, closed, stream

SIGNER, STRANGER = Signer("intake-history-1", b"k" * 32), Signer("intake-history-1", b"x" * 32)
AT = datetime(2027, 3, 2, tzinfo=UTC)
KEY = {"id": SIGNER.id, "owner": "intake", "use": "history", "public": SIGNER.public, "since": AT}
KEYS = Keys((Key.model_validate(KEY),))


def tips(number: int) -> list[Tip]:
    return [Tip(f"sy1{name}", number, f"2:{number:064d}") for name in "ab"]


def days(count: int, signer: Signer = SIGNER, add: int = 0) -> list[DayClosed]:
    """Return closed days with two tips each; with ``add``, those of another history that holds together."""
    before, out = Days(), []
    for number in range(1, count + 1):
        day = closed(
            *("intake", before, signer),
            **{"day": f"2027-03-{number:02d}", "until": AT, "listing": f"intake.{number}"},
            leaves=[one.leaf for one in tips(number + add)],
        )
        before = stream("intake").evolve(before, day, AT)
        out.append(day)
    return out


def told(*said: DayClosed, where: str = EVENTS, add: int = 0) -> ClosedDays:
    known = ClosedDays("intake", KEYS)
    for day in said:
        known.take(day, where)
        for part, tip in enumerate(tips(day.day_number + add), 1):
            known.list_part(TipsListed(listing=day.listing, part=part, tips=(str(tip),)))
    return known


def found(known: ClosedDays, where: str = EVENTS) -> list[tuple[int, str, str]]:
    known.check(where)
    return [(one.number, one.wrong.value, one.where) for one in known.findings]


@pytest.mark.parametrize("first", [True, False])
def test_a_day_that_another_service_writes_in_this_ones_name_contradicts_nothing(first: bool) -> None:
    """What worked: it came first, or at all, and the service was said to show two histories."""
    good, forged = days(2), days(2, STRANGER, add=50)
    known = told(*([forged[1], *good] if first else [*good, forged[1]]))
    assert found(known) == []
    assert known.sealed["sy1a"] == {1: tips(1)[0].digest, 2: tips(2)[0].digest}


def test_a_day_of_which_the_topic_has_nothing_but_a_forged_one_is_named() -> None:
    good, forged = days(3), days(3, STRANGER)
    assert found(told(*good[:2], forged[2])) == [(3, "signature", "events")]
    assert found(told(*good[:2], forged[2], where=DATABASE), DATABASE) == [(3, "signature", "database")]


def test_what_another_service_says_of_a_listing_hides_no_row() -> None:
    known = told(*days(2))
    for part in (1, 2, 3):
        known.list_part(TipsListed(listing="intake.2", part=part, tips=("sy1a 9 2:0", "sy1z 1 2:1")))
    known.list_part(TipsListed(listing="intake.2", part=3, tips=("no tip",)))
    assert found(known) == []
    assert known.sealed["sy1a"][2] == tips(2)[0].digest


def test_days_that_were_swapped_are_named() -> None:
    first, second, third = days(3)
    swapped = (
        first,
        third.model_copy(update={"day_number": 2, "day": second.day}),
        second.model_copy(update={"day_number": 3, "day": third.day}),
    )
    for where in (EVENTS, DATABASE):
        assert {number for number, *_ in found(told(*swapped, where=where), where)} >= {2}


def test_a_whole_history_that_holds_together_is_none_of_this_service_without_its_key() -> None:
    other = days(3, STRANGER, add=50)
    assert found(told(*other, where=DATABASE, add=50), DATABASE) == [
        (number, "signature", "database") for number in (1, 2, 3)
    ]


def test_a_whole_history_under_the_services_own_key_is_held_to_what_the_topic_has() -> None:
    known = told(*days(3))
    for day in days(3, add=50):
        known.take(day, DATABASE)
    assert [one for one in found(known) if one[1] == "split"] == [
        (number, "split", "database") for number in (1, 2, 3)
    ]
