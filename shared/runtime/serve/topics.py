"""Provisioning: topics are made by the program, with settings, and never by accident."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError, for_code

from shared.contracts.errors import SuyuanError
from shared.contracts.topics import (
    SERVICES,
    WITNESSED,
    cases_topic,
    dead_letters_topic,
    filings_topic,
    keyed_topics,
    passing_topics,
)
from shared.network.schema import Network
from shared.runtime.base.settings import FOR_EVER, Settings
from shared.runtime.base.tls import tls_trouble
from shared.runtime.publish.producer import MAX_REQUEST_BYTES

DAY_MS = 24 * 3600 * 1000
_LARGEST_MESSAGE_BYTES = MAX_REQUEST_BYTES - 2_000_000
"""A dead letter is a record as it came and more: what a topic takes must fit there as well."""


class TopicsMissing(SuyuanError):
    """A topic is not there yet."""


class TopicsWrong(SuyuanError):
    """A topic exists with another partition count than the settings say."""


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic as it shall be.

    Attributes:
        config: Kafka topic settings.
    """

    name: str
    partitions: int
    config: dict[str, str]


def plan(settings: Settings, network: Network) -> list[TopicPlan]:
    """Return all topics of a network.

    All that services read carries the broker's append time: on entry topics nobody outside can then move a
    deadline, and elsewhere a reader whose own clock is wrong has another to hold times to. Entry topics take
    batches of ``entry_max_bytes`` at most, so that nobody fills a topic with what no service reads.
    """
    base = {
        "min.insync.replicas": str(settings.min_insync),
        "cleanup.policy": "delete",
        "retention.bytes": "-1",
    }
    kept = {**base, **_kept_for(settings.events_retention_days)}
    remembered = {**base, **_kept_for(settings.commands_retention_days)}
    stamped = {"message.timestamp.type": "LogAppendTime"}
    outside = {**stamped, "max.message.bytes": str(settings.entry_max_bytes)}
    large = {"max.message.bytes": str(_LARGEST_MESSAGE_BYTES)}
    filings = {**base, **outside, **_kept_for(settings.filings_retention_days)}
    out = []
    for name in keyed_topics():
        entry = name.endswith(".commands") or name == "court.inbound"
        lifetime = remembered if name in passing_topics() else kept
        more = outside if entry else {**stamped, **large}
        if name == WITNESSED:
            lifetime, more = _witnessed(settings, base), outside
        out.append(TopicPlan(name, settings.partitions, {**lifetime, **more}))
    letters = {
        **base,
        **_kept_for(settings.letters_retention_days),
        "max.message.bytes": str(MAX_REQUEST_BYTES),
    }
    out += [TopicPlan(dead_letters_topic(service), 1, letters) for service in SERVICES]
    told = {**kept, **stamped, **large}
    out += [
        TopicPlan(cases_topic(institution.id), settings.partitions, told)
        for institution in network.institutions
    ]
    out += [
        TopicPlan(filings_topic(institution.id), settings.filings_partitions, filings)
        for institution in network.institutions
    ]
    return out


def _witnessed(settings: Settings, base: Mapping[str, str]) -> dict[str, str]:
    """Return how long the members' signatures stay on their topic: each member may write there at will.

    What counts of them is kept by the service that makes receipts (``witnessing.py``).
    """
    size = {"retention.bytes": str(settings.witnessed_bytes)}
    return {**base, **_kept_for(settings.witnessed_retention_days), **size}


def _kept_for(days: int) -> dict[str, str]:
    """Return the settings of a topic that keeps its records for some days.

    Kafka deletes whole segments, by their newest record: with its own segments of a week a record would
    stay a week too long.
    """
    if days == FOR_EVER:
        return {"retention.ms": str(FOR_EVER)}
    return {"retention.ms": str(days * DAY_MS), "segment.ms": str(DAY_MS)}


@asynccontextmanager
async def admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """Open a client that makes, alters and describes topics.

    Raises:
        KafkaError: No broker answers.
        TlsTrouble: Because of a certificate.
    """
    security = settings.kafka_security()
    client = AIOKafkaAdminClient(bootstrap_servers=settings.kafka, **security)
    try:
        try:
            await client.start()
        except KafkaConnectionError:
            # aiokafka says of certificates no more than that nobody answers.
            context = security.get("ssl_context")
            trouble = None if context is None else await tls_trouble(settings.kafka, context)
            if trouble is None:
                raise
            raise trouble from None
        yield client
    finally:
        await client.close()


async def provision(settings: Settings, network: Network) -> list[str]:
    """Make the topics that are missing.

    Returns:
        The names of those that were made.

    Raises:
        TopicsWrong: A keyed topic exists with another partition count.
        KafkaError: A broker is away, or refuses.
    """
    async with admin(settings) as client:
        wanted = plan(settings, network)
        there = {t["topic"]: len(t["partitions"]) for t in await client.describe_topics()}
        for topic in wanted:
            found = there.get(topic.name, topic.partitions)
            if found != topic.partitions:
                raise TopicsWrong(
                    code="topics.partitions",
                    zh=f"主题 {topic.name} 有 {found} 个分区,设置为 {topic.partitions}。请统一后再启动。",
                    en=(
                        f"Topic {topic.name} has {found} partitions, but the settings say "
                        f"{topic.partitions}. Set SUYUAN_PARTITIONS or SUYUAN_FILINGS_PARTITIONS to it."
                    ),
                )
        lacking = [topic for topic in wanted if topic.name not in there]
        for start in range(0, len(lacking), 100):
            part = lacking[start : start + 100]
            response = await client.create_topics(
                [NewTopic(t.name, t.partitions, settings.replication, topic_configs=t.config) for t in part],
                timeout_ms=60_000,
            )
            for error in response.topic_errors:
                name, code = error[0], error[1]
                if code not in (0, 36):
                    raise for_code(code)(f"topic {name}: {error[2] if len(error) > 2 else ''}")
        return [topic.name for topic in lacking]


def missing(topics: Sequence[str]) -> TopicsMissing:
    """Return the error that names topics that are not there."""
    return TopicsMissing(
        code="topics.missing",
        zh=f"缺少主题 {topics[0]} 等 {len(topics)} 个。请运行 suyuan topics provision。",
        en=f"Topic {topics[0]} is not there. Run `suyuan topics provision` ({len(topics)} lack).",
    )


async def cluster_id(settings: Settings) -> str:
    """Return the id of the Kafka cluster.

    Raises:
        KafkaError: No broker answers.
    """
    async with admin(settings) as client:
        return str((await client.describe_cluster())["cluster_id"])
