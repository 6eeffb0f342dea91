"""The module that knows MongoDB: what it tells apart, on a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import AutoReconnect, OperationFailure, ServerSelectionTimeoutError
from pymongo.monitoring import CommandListener

from deploy.local.stack import StackAddresses
from shared.runtime.base.documents import Work
from shared.runtime.commit.mongo import Conflict, Database, Refused, Unavailable, _named
from shared.runtime.decide.history import row_id, rows_of
from tests.support.cases import case_id

pytestmark = pytest.mark.kafka
ROWS = "runtime_rows"


class Ears(CommandListener):
    """Keeps the commands that the driver sends."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []

    def started(self, event: Any) -> None:
        self.heard.append((event.command_name, dict(event.command)))

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest_asyncio.fixture
async def database(stack_addresses: StackAddresses, ears: Ears) -> AsyncIterator[Database]:
    # As weak a client as a URL can ask for: durability must not depend on it.
    client: Any = AsyncIOMotorClient(stack_addresses.mongo_admin_url, w=1, event_listeners=[ears])
    made = Database(client, "suyuan_portal")
    await made.ensure([ROWS], {})
    await client["suyuan_portal"][ROWS].delete_many({})
    yield made
    await client["suyuan_portal"].drop_collection(ROWS)
    made.close()


async def test_a_batch_is_acknowledged_by_the_majority_whatever_the_url_says(
    database: Database, ears: Ears
) -> None:
    work = Work()
    work.insert(ROWS, [{"_id": "a"}])
    await database.commit(work)
    (commit,) = [command for name, command in ears.heard if name == "commitTransaction"]
    assert commit["writeConcern"]["w"] == "majority"


async def test_everything_or_nothing_is_written(database: Database) -> None:
    await database.put(ROWS, "a", {"revision": 1})
    work = Work()
    work.insert(ROWS, [{"_id": "b"}])
    work.replace_guarded(ROWS, {"_id": "a", "revision": 2}, {"_id": "a", "revision": 3})
    with pytest.raises(Conflict):
        await database.commit(work)
    assert [row["_id"] for row in await database.find(ROWS, {})] == ["a"]


async def test_a_new_row_that_is_there_is_a_conflict(database: Database) -> None:
    await database.put(ROWS, "a", {})
    work = Work()
    work.insert(ROWS, [{"_id": "a"}])
    with pytest.raises(Conflict):
        await database.commit(work)


@pytest.mark.parametrize("name", ["a.b", "$a", "/institutions/x", "https://例/a?b=c", "", " ", "a" * 5000])
async def test_any_printable_source_can_name_a_field(database: Database, name: str) -> None:
    work = Work()
    work.insert(ROWS, [{"_id": "a", "revision": 1, "seen": {name: 1}}])
    await database.commit(work)
    work = Work()
    work.replace_guarded(
        ROWS, {"_id": "a", "revision": 1}, {"_id": "a", "revision": 2, "seen": {name: 2}, "parked": {name: 1}}
    )
    await database.commit(work)
    assert (await database.get(ROWS, "a") or {})["seen"] == {name: 2}


async def test_a_name_with_a_control_character_is_refused_for_good(database: Database) -> None:
    work = Work()
    work.insert(ROWS, [{"_id": "a", "seen": {"a\0b": 1}}])
    with pytest.raises(Refused):
        await database.commit(work)


async def test_a_row_over_the_limit_is_refused_for_good(database: Database) -> None:
    work = Work()
    work.insert(ROWS, [{"_id": "a", "value": "x" * 17_000_000}])
    with pytest.raises(Refused):
        await database.commit(work)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AutoReconnect("gone"), Unavailable),
        (ServerSelectionTimeoutError("nobody"), Unavailable),
        (OperationFailure("not primary", 10107), Unavailable),
        (OperationFailure("read concern majority not yet there", 134), Unavailable),
        (OperationFailure("the password was changed", 18), Unavailable),
        (OperationFailure("not allowed", 13), Unavailable),
        (OperationFailure("something new", 4711), Unavailable),
        (OperationFailure("write conflict", 112), Conflict),
        (OperationFailure("too large for the cache", 388), Conflict),
        (OperationFailure("validation", 121), Refused),
        (OperationFailure("too large", 10334), Refused),
    ],
)
def test_only_what_can_never_be_written_is_a_refusal(error: Any, kind: type[Exception]) -> None:
    """A refusal buries the message; trouble that passes must not."""
    assert type(_named(error)) is kind


async def test_the_history_of_a_case_is_its_own_and_nobody_elses(database: Database) -> None:
    """A subject that is named like an event of a case stood among its rows, and its chain looked broken."""
    case = case_id("ccb", "R-1")
    own = [row_id(case, number) for number in (1, 2, 10, 99_999_999)]
    others = [
        row_id(other, 1)
        for other in (f"{case}:00000001", f"{case}:99999999", f"{case}x", case[:-1], f"{case}:", f"{case};")
    ]
    work = Work()
    work.insert(ROWS, [{"_id": one} for one in (*own, *others)])
    await database.commit(work)
    assert [row["_id"] for row in await database.find(ROWS, rows_of(case), sort=[("_id", 1)])] == own


@pytest.mark.parametrize(
    "source", ["/suyuan/intake", "$inc", "a.b", "$", ".", "x" * 200, "https://a/b?c=d#e", "源"]
)
async def test_any_source_may_name_a_field(database: Database, source: str) -> None:
    """The numbers of a source stand under its name in the document of a subject."""
    work = Work()
    work.insert(ROWS, [{"_id": "a", "revision": 1, "seen": {source: 1}}])
    await database.commit(work)
    work = Work()
    changed = {"_id": "a", "revision": 2, "seen": {source: 2}, "held": {source: [[4, 5]]}}
    work.replace_guarded(ROWS, {"_id": "a", "revision": 1}, changed)
    await database.commit(work)
    assert await database.get(ROWS, "a") == changed
