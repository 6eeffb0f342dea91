"""What is listed of duplicates: a row of each dispute in doubt or decided, and nobody's data in it."""

from typing import Any

from services.intake.store import DUPLICATES
from shared.contracts.duplicates import ConfirmDuplicate, UndoMerge
from shared.contracts.elements import PersonalData
from tests.support.cases import case_id
from tests.support.matching_world import World
from tests.unit.intake.mother import CLERK, ZHANG, card

FIRST, SECOND = (case_id("ccb", one) for one in ("CC-1", "CC-2"))
ONE_CARD = ZHANG.model_copy(update={"contract_number": "龙卡-001"})


def twice(party: PersonalData) -> World:
    world = World()
    for reference in ("CC-1", "CC-2"):
        world.file(card(reference=reference, party=party))
    return world


def listed(world: World, case: str) -> dict[str, Any]:
    row = world.rows[DUPLICATES, case]
    return {name: row[name] for name in ("standing", "into", "automatic", "rules")}


def test_what_is_in_doubt_decided_and_undone_stands_in_a_row_without_a_person() -> None:
    world = twice(ZHANG)
    assert listed(world, SECOND) == {"standing": "suspected", "into": "", "automatic": False, "rules": []}
    world.do(ConfirmDuplicate(other=FIRST), SECOND, CLERK)
    assert listed(world, SECOND) == {
        "standing": "merged",
        "into": FIRST,
        "automatic": False,
        "rules": ["MAT-003"],
    }
    world.do(UndoMerge(), SECOND, CLERK)
    assert listed(world, SECOND)["standing"] == "apart"
    assert world.rows[DUPLICATES, SECOND]["denied"] == [FIRST]
    row = str(world.rows[DUPLICATES, SECOND])
    assert not any(word in row for word in (world.states[FIRST].party_token, ZHANG.name, ZHANG.id_number))
    assert listed(twice(ONE_CARD), SECOND)["automatic"] is True
    assert (DUPLICATES, FIRST) not in twice(ONE_CARD).rows


def test_a_dispute_of_its_own_has_no_row() -> None:
    world = World()
    world.file(card(reference="CC-1"))
    assert not [name for name, _ in world.rows if name == DUPLICATES]
