"""Small parts: where a key belongs, which topics there shall be, which settings there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.contracts.topics import SERVICES, keyed_topics
from shared.network.load import load_network
from shared.runtime.base.partitioner import murmur2, partition_of
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.serve.topics import plan

NETWORK = load_network(DEFAULT_NETWORK)


@given(st.text(max_size=70), st.integers(1, 64))
def test_a_key_goes_where_aiokafka_and_java_would_send_it(key: str, partitions: int) -> None:
    everywhere = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key.encode(), everywhere, everywhere)


def test_murmur2_is_that_of_the_java_client() -> None:
    """Golden values of org.apache.kafka.common.utils.UtilsTest."""
    golden = {
        b"21": -973932308,
        b"foobar": -790332482,
        b"a-little-bit-long-string": -985981536,
        b"a-little-bit-longer-string": -1486304829,
        b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
        b"abc": 479470107,
    }
    assert {data: murmur2(data) - (murmur2(data) >> 31 << 32) for data in golden} == golden


def test_all_keyed_topics_share_one_partition_count_and_nothing_is_left_out() -> None:
    topics = {topic.name: topic for topic in plan(Settings(partitions=12, filings_partitions=5), NETWORK)}
    assert {topics[name].partitions for name in keyed_topics()} == {12}
    assert {topics[one.filings_topic].partitions for one in NETWORK.institutions} == {5}
    assert {topics[f"{service}.deadletters"].partitions for service in SERVICES} == {1}
    assert len(topics) == len(keyed_topics()) + 2 * len(NETWORK.institutions) + len(SERVICES)


def test_whatever_a_service_reads_has_the_brokers_time() -> None:
    for topic in plan(Settings(), NETWORK):
        appended = topic.config.get("message.timestamp.type") == "LogAppendTime"
        assert appended is not topic.name.endswith(".deadletters"), topic.name
        assert topic.config["cleanup.policy"] == "delete"


def test_events_are_kept_as_long_as_the_settings_say() -> None:
    kept = {t.name: t.config["retention.ms"] for t in plan(Settings(events_retention_days=10), NETWORK)}
    assert kept["intake.events"] == str(10 * 86_400_000)
    forever = {t.name: t.config["retention.ms"] for t in plan(Settings(), NETWORK)}
    assert forever["intake.events"] == "-1"


def kept_days(settings: Settings) -> dict[str, float]:
    return {t.name: int(t.config["retention.ms"]) / 86_400_000 for t in plan(settings, NETWORK)}


def test_commands_and_dead_letters_go_from_their_topics_as_the_settings_say() -> None:
    kept = kept_days(Settings(commands_retention_days=11, letters_retention_days=12))
    for name in ("intake.commands", "mediation.rosters", "mediation.designations", "alerts.series"):
        assert kept[name] == 11
    assert {kept[f"{service}.deadletters"] for service in SERVICES} == {12}
    assert kept["court.outbound"] == kept["court.inbound"] == kept["intake.events"] < 0


def test_a_segment_keeps_no_record_longer_than_a_day_behind_its_retention() -> None:
    for topic in plan(Settings(), NETWORK):
        limited = topic.config["retention.ms"] != "-1"
        assert topic.config.get("segment.ms") == ("86400000" if limited else None), topic.name


def test_settings_come_from_the_environment_and_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_PARTITIONS", "24")
    monkeypatch.setenv("SUYUAN_MONGO_URL", "mongodb://somebody:hunter2@db/")
    monkeypatch.setenv("SUYUAN_TOKEN_KEY", "k" * 40)
    settings = Settings()
    assert settings.partitions == 24
    assert settings.database("intake") == "suyuan_intake"
    shown = repr(settings.shown())
    assert "hunter2" not in shown
    assert "kkkk" not in shown
    assert ("SUYUAN_PARTITIONS", "24", "Partitions of all keyed topics") in settings.shown()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("handled_days", 0),
        ("closed_letters_days", 0),
        ("letters_retention_days", -2),
        ("partitions", 0),
        ("replica", -1),
        ("max_records", 0),
        ("kafka_security_protocol", ""),
        ("time", "x"),
    ],
)
def test_a_setting_out_of_bounds_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Settings(**{name: value})  # type: ignore[arg-type]


def test_every_setting_is_explained() -> None:
    assert all(description for _, _, description in Settings().shown())


def test_every_setting_stands_in_the_operations_guide() -> None:
    text = (Path(__file__).parents[4] / "docs" / "operations.md").read_text("utf-8")
    assert [name for name, _, _ in Settings().shown() if f"`{name}`" not in text] == []
