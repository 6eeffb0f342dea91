"""Two processes with one replica number, over one collection."""

from typing import Any

from structlog.testing import capture_logs

from cli.serve import build_of
from shared.runtime.base.settings import Settings
from shared.runtime.serve.process import Process
from shared.runtime.serve.replica_number import ReplicaNumber


class Meta:
    """The collection in which they sign."""

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}

    async def get(self, _: str, id: str) -> Any:
        return self.rows.get(id)

    async def put(self, _: str, id: str, document: Any) -> None:
        self.rows[id] = document


def number(meta: Meta, replica: int = 0) -> ReplicaNumber:
    return ReplicaNumber(meta, replica)  # type: ignore[arg-type]


async def test_one_that_follows_another_finds_nothing_wrong() -> None:
    meta = Meta()
    for one in (number(meta), number(meta), number(meta)):
        assert [await one.sign() for _ in range(3)] == ["", "", ""]


async def test_two_with_numbers_of_their_own_find_nothing_wrong() -> None:
    meta = Meta()
    first, second = number(meta, 0), number(meta, 1)
    assert [await one.sign() for one in (first, second) * 3] == [""] * 6


async def test_of_two_with_one_number_each_finds_the_other_and_the_one_that_stays_is_content_again() -> None:
    meta = Meta()
    old, new = number(meta), number(meta)
    await old.sign()
    assert await new.sign() == "", "it may be the successor"
    for one in (old, new, old):
        assert (await one.sign()).startswith("replica.twice: "), "the other signs in between"
    assert [await old.sign() for _ in range(2)] == ["", ""]


async def test_it_is_said_once_for_as_long_as_it_lasts_and_readiness_is_red() -> None:
    made, meta = Process(build_of("alerts"), Settings(kafka="127.0.0.1:1")), Meta()  # type: ignore[arg-type]
    made._number, other = number(meta), number(meta)
    with capture_logs() as lines:
        for _ in range(3):
            await made._sign_number()
            await other.sign()
        red = made.readiness.number
        await made._sign_number()
        await made._sign_number()

    assert [(one["event"], one["code"]) for one in lines] == [("runtime.replica.twice", "replica.twice")]
    assert "SUYUAN_REPLICA" in red
    assert made.readiness.number == ""
