"""What of a topic breaks a promise, and what is only worth a word."""

from __future__ import annotations

import pytest

from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings, TimeSource
from shared.runtime.serve.topic_check import Found, Look, Mismatch, compare, written_by
from shared.runtime.serve.topics import TopicPlan, plan

NETWORK = load_network(DEFAULT_NETWORK)
DAY_MS = 24 * 3600 * 1000


def settings(**more: object) -> Settings:
    return Settings(**{"replication": 3, "min_insync": 2, **more})  # type: ignore[arg-type]


def planned(name: str, of: Settings) -> TopicPlan:
    return next(one for one in plan(of, load_network(DEFAULT_NETWORK)) if one.name == name)


def found(of: TopicPlan, partitions: int | None = None, replication: int = 3, **changed: str) -> Found:
    """Return a topic as planned, but for what is changed; dots of the names written as ``_``."""
    config = {"message.timestamp.type": "CreateTime", **of.config}
    config |= {name.replace("_", "."): value for name, value in changed.items()}
    return Found(of.partitions if partitions is None else partitions, replication, config)


def differences(
    name: str, written: bool = True, of: Settings | None = None, **changed: object
) -> list[Mismatch]:
    own = of or settings()
    topic = planned(name, own)
    return compare(topic, found(topic, **changed), own, written=written)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [one.name for one in plan(settings(), load_network(DEFAULT_NETWORK))])
def test_a_topic_as_it_was_provisioned_is_right(name: str) -> None:
    assert differences(name) == []


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("intake.events", {"partitions": 3}, "topics.partitions"),
        ("intake.events", {"partitions": 12}, "topics.partitions"),
        ("filings.ccb", {"partitions": 6}, "topics.partitions"),
        ("intake.deadletters", {"partitions": 2}, "topics.partitions"),
        ("filings.ccb", {"message_timestamp_type": "CreateTime"}, "topics.timestamp"),
        ("intake.commands", {"message_timestamp_type": "CreateTime"}, "topics.timestamp"),
        ("court.inbound", {"message_timestamp_type": "CreateTime"}, "topics.timestamp"),
        ("intake.events", {"retention_ms": str(7 * DAY_MS)}, "topics.retention"),
        ("filings.ccb", {"retention_ms": str(6 * DAY_MS)}, "topics.retention"),
        ("intake.deadletters", {"retention_ms": str(29 * DAY_MS)}, "topics.retention"),
        ("intake.events", {"retention_bytes": "1073741824"}, "topics.retention"),
        ("intake.events", {"cleanup_policy": "compact"}, "topics.cleanup"),
        ("intake.events", {"cleanup_policy": "compact,delete"}, "topics.cleanup"),
        ("intake.events", {"max_message_bytes": "1048588"}, "topics.size"),
        ("intake.deadletters", {"max_message_bytes": "1048588"}, "topics.size"),
        ("intake.events", {"min_insync_replicas": "1"}, "topics.min_insync"),
    ],
)
def test_what_breaks_a_promise_stops_the_service(name: str, changed: dict[str, object], code: str) -> None:
    (one,) = differences(name, **changed)
    assert one.breaks
    assert one.code == code
    for value in (name, one.found, one.wanted):
        assert value in one.en
        assert value in one.zh


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("filings.ccb", {"retention_ms": str(30 * DAY_MS)}, "topics.retention"),
        ("filings.ccb", {"retention_ms": "-1"}, "topics.retention"),
        ("intake.deadletters", {"retention_ms": "-1"}, "topics.retention"),
        ("intake.commands", {"retention_ms": str(60 * DAY_MS)}, "topics.retention"),
        ("intake.events", {"replication": 1}, "topics.replication"),
        ("intake.events", {"min_insync_replicas": "3"}, "topics.min_insync"),
        ("intake.events", {"max_message_bytes": "20000000"}, "topics.size"),
        ("intake.events", {"message_timestamp_type": "CreateTime"}, "topics.timestamp"),
        ("mediation.rosters", {"message_timestamp_type": "CreateTime"}, "topics.timestamp"),
    ],
)
def test_what_keeps_every_promise_is_a_word_and_no_more(
    name: str, changed: dict[str, object], code: str
) -> None:
    (one,) = differences(name, **changed)
    assert not one.breaks
    assert one.code == code


@pytest.mark.parametrize("days", [7, 29])
def test_ids_would_be_forgotten_before_their_records_says_a_word_with_both_values(days: int) -> None:
    """A command whose record comes again after its id was forgotten would take effect twice."""
    (one,) = differences("intake.commands", of=settings(handled_days=days))
    assert (one.code, one.breaks) == ("handled.too_short", False)
    assert Look("c", mismatches=[one]).outlives_ids
    for value in ("intake.commands", f"SUYUAN_HANDLED_DAYS is {days} ", f"retention.ms {30 * DAY_MS}"):
        assert value in one.en
    for value in ("intake.commands", f"SUYUAN_HANDLED_DAYS 为 {days} ", f"retention.ms 为 {30 * DAY_MS}"):
        assert value in one.zh


@pytest.mark.parametrize("name", ["intake.commands", "mediation.rosters", "alerts.series"])
@pytest.mark.parametrize("kept", [91 * DAY_MS, -1])
def test_the_retention_that_counts_for_ids_is_that_which_the_topic_has(name: str, kept: int) -> None:
    found = differences(name, retention_ms=str(kept))
    assert "handled.too_short" in [one.code for one in found]


def test_the_planned_retention_counts_where_that_of_the_topic_may_not_be_seen() -> None:
    own = settings(handled_days=7)
    (one,) = compare(planned("intake.commands", own), Found(6, 3, {}), own, written=False)
    assert one.code == "handled.too_short"


@pytest.mark.parametrize("days", [30, -1])
def test_ids_that_are_known_as_long_as_their_records_are_enough(days: int) -> None:
    found = differences("intake.commands", of=settings(handled_days=days))
    assert found == []
    assert not Look("c", mismatches=found).outlives_ids


def test_ids_are_kept_for_ever_beside_commands_that_are() -> None:
    for name in ("intake.commands", "alerts.series"):
        assert differences(name, of=settings(handled_days=-1, commands_retention_days=-1)) == []


def test_a_smaller_size_stops_who_publishes_there_and_nobody_else() -> None:
    for written in (True, False):
        (one,) = differences("intake.events", written=written, max_message_bytes="1048588")
        assert one.breaks is written


def test_in_a_replay_the_brokers_time_does_not_count() -> None:
    replay = settings(time=TimeSource.REPLAY)
    assert differences("filings.ccb", of=replay, message_timestamp_type="CreateTime") == []


def test_a_topic_that_may_not_be_looked_into_is_compared_by_its_partitions() -> None:
    own = settings()
    topic = planned("intake.events", own)
    assert compare(topic, Found(6, 3, {}), own, written=True) == []
    assert len(compare(topic, Found(12, 3, {}), own, written=True)) == 1


def test_a_service_publishes_its_events_dead_letters_rejections_and_copies() -> None:
    assert written_by("intake", NETWORK) == {
        "intake.events",
        "intake.deadletters",
        "portal.rejections",
        "history.days",
        "history.tips",
        "intake.matches",
        "intake.merges",
        "court.keeping",
    }
    assert written_by("court_bridge", NETWORK) == {
        "court.events",
        "court_bridge.deadletters",
        "portal.rejections",
        "history.days",
        "history.tips",
        "court.outbound",
        "intake.ends",
    }
    assert written_by("mediation", NETWORK) >= {"mediation.rosters", "mediation.designations"}
