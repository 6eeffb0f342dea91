"""Who rewrites a history: a service that was taken over, and an administrator of the database."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from shared.contracts.days import DayClosed, days_root, signed
from shared.runtime.base.collections import HISTORY, STREAMS, TIP_LISTS
from shared.runtime.base.signing import Signer
from shared.runtime.decide.history import FORM, OLD, digest_in_form, digest_of, row_id
from tests.support.cli import write_connection
from tests.support.closed_days import CASE, DAYS_OF, FILED, found, signer, standing, verified
from tests.support.services import Services

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300)]

NOT_ALLOWED = 13
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with standing(replicas=1, kills=0) as stood:
        yield stood


@pytest.fixture(scope="module")
def data(services: Services, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("data")
    write_connection(services, folder)
    return str(folder)


@pytest.fixture
def administrator(services: Services) -> Iterator[Any]:
    """Intake's database in the hands of who may do everything; as it was before in the end."""
    with MongoClient[dict[str, Any]](services.addresses.mongo_admin_url, tz_aware=True) as client:
        database = client["suyuan_intake"]
        before = {name: list(database[name].find()) for name in (HISTORY, STREAMS, TIP_LISTS)}
        yield database
        for name, rows in before.items():
            database[name].delete_many({})
            database[name].insert_many(rows)


def rewrite(database: Any, change: Callable[[Rows], Rows]) -> None:
    """Change the rows of the case, and make all digests behind them anew, as its service would."""
    ids = {"_id": {"$regex": f"^{CASE}:"}}
    rows = change(sorted(database[HISTORY].find(ids), key=lambda row: str(row["_id"])))
    before = ""
    for row in rows:
        row["before"] = before
        before = row["digest"] = digest_of(row)
    database[HISTORY].delete_many(ids)
    database[HISTORY].insert_many(rows)
    end = {"tip": before, "version": len(rows)}
    database[STREAMS].update_one({"_id": CASE}, {"$set": end})


def with_another_claim_and_actor(rows: Rows) -> Rows:
    said = json.loads(rows[0]["value"])
    said["claim_fen"] += 100
    rows[0]["value"] = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    rows[0]["actor"] = "ccb/p-9/institution_agent"
    return rows


# -- the service's own user ---------------------------------------------------------------------------------

FORBIDDEN: dict[str, Callable[[Any], Any]] = {
    "change a row": lambda db: db[HISTORY].update_one({"_id": row_id(CASE, 1)}, {"$set": {"actor": "x"}}),
    "replace a row": lambda db: db[HISTORY].replace_one({"_id": row_id(CASE, 1)}, {"type": "x"}),
    "find and change": lambda db: db[HISTORY].find_one_and_update({}, {"$set": {"actor": "x"}}),
    "delete a row": lambda db: db[HISTORY].delete_one({"_id": row_id(CASE, 2)}),
    "find and delete": lambda db: db[HISTORY].find_one_and_delete({}),
    "drop it": lambda db: db.command("drop", HISTORY),
    "rename it": lambda db: db[HISTORY].rename("old_history"),
    "put another in its place": lambda db: db["meta"].rename(HISTORY, dropTarget=True),
    "write a query over it": lambda db: list(db["streams"].aggregate([{"$out": HISTORY}])),
    "merge into it": lambda db: list(
        db[HISTORY].aggregate([{"$set": {"actor": "x"}}, {"$merge": {"into": HISTORY}}])
    ),
    "let it expire": lambda db: db[HISTORY].create_index([("at", 1)], expireAfterSeconds=1),
    "cap it": lambda db: db.command({"convertToCapped": HISTORY, "size": 4096}),
    "change its options": lambda db: db.command({"collMod": HISTORY, "validator": {"a": 1}}),
    "drop the database": lambda db: db.client.drop_database(db.name),
    "give itself more": lambda db: db.client.admin.command(
        "grantRolesToUser", "suyuan_intake", roles=[{"role": "root", "db": "admin"}]
    ),
}


@pytest.mark.parametrize("attempt", FORBIDDEN)
def test_the_services_own_user_adds_to_history_and_reads_it_and_can_do_nothing_else(
    services: Services, attempt: str
) -> None:
    url = services.settings("intake").mongo_url.get_secret_value()
    with MongoClient[dict[str, Any]](url) as client:
        database = client["suyuan_intake"]
        rows = list(database[HISTORY].find())

        with pytest.raises(OperationFailure) as refused:
            FORBIDDEN[attempt](database)

        assert refused.value.code == NOT_ALLOWED
        assert list(database[HISTORY].find()) == rows
        assert rows


def test_the_services_own_user_reads_no_other_database(services: Services) -> None:
    with MongoClient[dict[str, Any]](services.settings("intake").mongo_url.get_secret_value()) as client:
        with pytest.raises(OperationFailure) as refused:
            client["suyuan_mediation"][HISTORY].find_one()

    assert refused.value.code == NOT_ALLOWED


# -- who may do everything in the database ------------------------------------------------------------------


@pytest.mark.parametrize("source", ["both", "database", "events"])
def test_a_history_that_nobody_changed_is_intact_wherever_it_is_read(data: str, source: str) -> None:
    done = verified(data, "--from", source)

    assert (done.code, found(done)) == (0, [])
    [intake] = done.json["services"]
    assert intake["rows"] >= 2 * len(FILED)
    assert verified(data, CASE, "--from", source).code == 0


def test_a_claim_and_an_actor_that_were_changed_are_named_though_the_chain_was_made_anew(
    administrator: Any, data: str
) -> None:
    rewrite(administrator, with_another_claim_and_actor)

    for what in ((), (CASE,), (CASE[:15],)):
        done = verified(data, *what)

        assert (done.code, found(done)) == (1, [(CASE, 1, "copy", "database")])
        [finding] = done.json["services"][0]["findings"]
        assert finding["detail"] == "actor, value.claim_fen"
    assert verified(data, "--from", "events").code == 0, "the topic still tells what was"


def test_a_changed_byte_is_named_by_the_database_alone(administrator: Any, data: str) -> None:
    administrator[HISTORY].update_one({"_id": row_id(CASE, 2)}, {"$set": {"causation": "another"}})

    done = verified(data, CASE, "--from", "database")

    assert (done.code, found(done)) == (1, [(CASE, 2, "content", "database")])


def test_an_event_that_was_cut_off_is_missed_though_the_case_itself_knows_no_more_of_it(
    administrator: Any, data: str
) -> None:
    count = administrator[STREAMS].find_one({"_id": CASE})["version"]
    rewrite(administrator, lambda rows: rows[:-1])

    done = verified(data)

    assert (done.code, found(done)) == (1, [(CASE, count, "tail", "database")])


def test_an_event_that_was_cut_off_is_missed_by_the_database_alone_where_the_case_says_it(
    administrator: Any, data: str
) -> None:
    count = administrator[STREAMS].find_one({"_id": CASE})["version"]
    administrator[HISTORY].delete_one({"_id": row_id(CASE, count)})

    done = verified(data, "--from", "database")

    assert (done.code, found(done)) == (1, [(CASE, count, "tail", "database")])


def test_a_case_that_was_taken_out_whole_is_missed(administrator: Any, data: str) -> None:
    administrator[HISTORY].delete_many({"_id": {"$regex": f"^{CASE}:"}})
    administrator[STREAMS].delete_one({"_id": CASE})

    done = verified(data)

    assert (done.code, found(done)) == (1, [(CASE, 1, "tail", "database")])


def test_a_history_of_an_older_program_goes_on_and_is_verified_by_its_old_form(
    administrator: Any, data: str
) -> None:
    """Its rows keep the digests that they have; what comes now has the new form."""
    subject, before = "sy1" + "a" * 32, ""
    for number in (1, 2, 3):
        row = {**administrator[HISTORY].find_one({"_id": row_id(CASE, 1)}), "_id": row_id(subject, number)}
        row["before"] = before
        before = row["digest"] = digest_in_form(row, OLD if number < 3 else FORM)
        administrator[HISTORY].insert_one(row)
    state = {**administrator[STREAMS].find_one({"_id": CASE}), "_id": subject, "version": 3, "tip": before}
    administrator[STREAMS].insert_one(state)

    assert verified(data, subject, "--from", "database").code == 0

    changed = {"_id": row_id(subject, 1)}
    administrator[HISTORY].update_one(changed, {"$set": {"causation": "a\nb"}})
    done = verified(data, subject, "--from", "database")
    assert (done.code, found(done)) == (1, [(subject, 1, "content", "database")])


# -- with the database alone: the roots of closed days --------------------------------------------------


def test_a_history_that_was_made_anew_is_not_the_one_that_a_closed_day_has(
    administrator: Any, data: str
) -> None:
    last = administrator[STREAMS].find_one({"_id": CASE})["version"]
    rewrite(administrator, with_another_claim_and_actor)

    done = verified(data, "--from", "database")

    assert (done.code, found(done)) == (1, [(CASE, last, "sealed", "database")])


def test_a_tail_that_was_cut_off_everywhere_is_missed_by_a_closed_day(administrator: Any, data: str) -> None:
    last = administrator[STREAMS].find_one({"_id": CASE})["version"]
    rewrite(administrator, lambda rows: rows[:-1])

    done = verified(data, CASE, "--from", "database")

    assert (done.code, found(done)) == (1, [(CASE, last, "gone", "database")])


def test_who_rewrites_the_tips_of_a_day_too_has_another_root(administrator: Any, data: str) -> None:
    for row in administrator[TIP_LISTS].find({"value": {"$regex": CASE}}):
        changed = row["value"].replace(f"{CASE} ", f"{CASE}x ")
        administrator[TIP_LISTS].update_one({"_id": row["_id"]}, {"$set": {"value": changed}})

    done = verified(data, "--from", "database")

    assert done.code == 1
    assert {(subject, wrong) for subject, _, wrong, _ in found(done)} == {(DAYS_OF, "root")}


def test_who_rewrites_a_day_too_has_not_the_key_of_the_service(
    services: Services, administrator: Any, data: str
) -> None:
    ids = {"_id": {"$regex": f"^{DAYS_OF}:"}}
    rows = sorted(administrator[HISTORY].find(ids), key=lambda row: str(row["_id"]))
    days = [DayClosed.model_validate_json(row["value"]) for row in rows]
    forged = days[-1].model_copy(update={"histories": days[-1].histories + 1})
    root = days_root("intake", [*days[:-1], forged])
    forged = forged.model_copy(update={"days_root": root})
    stranger = Signer(signer(services, "intake", "history").id, secrets.token_bytes(32))
    signature = str(stranger.sign(signed("intake", forged)))
    forged = forged.model_copy(update={"signature": signature})
    changed = {**rows[-1], "value": forged.model_dump_json()}
    administrator[HISTORY].update_one(
        {"_id": rows[-1]["_id"]}, {"$set": {"value": changed["value"], "digest": digest_of(changed)}}
    )
    administrator[STREAMS].update_one({"_id": DAYS_OF}, {"$set": {"tip": digest_of(changed)}})

    done = verified(data, "--from", "database")

    assert (done.code, found(done)) == (1, [(DAYS_OF, len(days), "signature", "database")])


def test_days_that_were_swapped_in_the_database_are_named(administrator: Any, data: str) -> None:
    ids = {"_id": {"$regex": f"^{DAYS_OF}:"}}
    first, second = sorted(administrator[HISTORY].find(ids), key=lambda row: str(row["_id"]))[:2]
    for row, other in ((first, second), (second, first)):
        administrator[HISTORY].update_one({"_id": row["_id"]}, {"$set": {"value": other["value"]}})

    done = verified(data, "--from", "database")

    assert done.code == 1
    assert (DAYS_OF, 1, "content", "database") in found(done)


def test_the_last_days_that_were_cut_off_are_missed_by_what_the_topic_tells(
    administrator: Any, data: str
) -> None:
    """Who cuts a case and the days that have it leaves a database that holds together."""
    ids = {"_id": {"$regex": f"^{DAYS_OF}:"}}
    rows = sorted(administrator[HISTORY].find(ids), key=lambda row: str(row["_id"]))
    administrator[HISTORY].delete_one({"_id": rows[-1]["_id"]})
    last = {"version": len(rows) - 1, "tip": rows[-2]["digest"]}
    administrator[STREAMS].update_one({"_id": DAYS_OF}, {"$set": last})

    done = verified(data)

    assert (done.code, found(done)) == (1, [(DAYS_OF, len(rows), "tail", "database")])
