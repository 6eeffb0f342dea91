"""Two runs of the first hour give one page, though all that a machine chooses differs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.first_hour.volatile import LATER, TODAY, plain

_PAGE = """
启动 starting {first}
启动 starting {second}
MongoDB 就绪 ready ({seconds} s)
Portal: http://127.0.0.1:{port}/#token=eyJhbGciOiJI.{token}.sig
kafka           ✓      127.0.0.1:{kafka}                   {pid}
court           ✓                                        1{pid}

$ kill {pid}
✓ disk: {free} MB free
at {folder}
✓ lag: every message is applied
{{"command_id":"{id}","at":"{now}Z","again":"{id}"}}
Due {due}, since 2024-06-01, （{year}）京0106诉前调确1号
"""


def _played(days: int, **more: object) -> str:
    now = datetime.now(UTC)
    shown = {"now": f"{now:%Y-%m-%dT%H:%M:%S}.123", "due": (now + timedelta(days=days)).date()}
    return plain(_PAGE.format(**shown, **more), Path(str(more["folder"])))


def test_what_a_machine_chooses_is_the_same_on_every_page_and_what_was_typed_stays() -> None:
    one = _played(
        30, first="MongoDB", second="Apache Kafka", seconds="1.9", port=20111, token="abc", kafka=30111,
        pid=4711, free="80,000", folder="/tmp/x", id="0b1c3a51-473f-4b79-9b41-98eb6ce671ff", year=2026,
    )  # fmt: skip
    other = _played(
        33, first="Apache Kafka", second="MongoDB", seconds="7.1", port=29999, token="d-e", kafka=23456,
        pid=815, free="9,000", folder="/tmp/another", id="6331d9da-2498-4178-881f-9480bcef780a", year=2027,
    )  # fmt: skip

    assert one == other
    for kept in ("2024-06-01", f"Due {LATER}", f'"at":"{TODAY}T09:00:00.000Z"', "lag: every message is"):
        assert kept in one
