"""Whether the topics are what the settings say: before the first record is taken, and ever after.

A topic with other settings than ours looks alike from a client: half of its partitions may be read by nobody,
a sender may choose its own deadline, or records go before they were read. What breaks a promise stops the
service with both values; what does not is a warning.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.contracts import flows
from shared.contracts.reasons import text
from shared.contracts.topics import CASES_PREFIX, cases_topic, remembered_topics, rule_of
from shared.network.schema import Network
from shared.runtime.base.settings import FOR_EVER, Settings, TimeSource
from shared.runtime.serve.topics import DAY_MS, TopicPlan, admin

_PARTITIONS = "partitions"
_REPLICATION = "replication"
_TIMESTAMP = "message.timestamp.type"
_SIZE = "max.message.bytes"
_AGE = "retention.ms"
_BYTES = "retention.bytes"
_CLEANUP = "cleanup.policy"
_INSYNC = "min.insync.replicas"
_HANDLED = "SUYUAN_HANDLED_DAYS"
_CONFIGS = (_TIMESTAMP, _SIZE, _AGE, _BYTES, _CLEANUP, _INSYNC)

_REMEDIES = {
    _PARTITIONS: (
        "请改 SUYUAN_PARTITIONS / SUYUAN_FILINGS_PARTITIONS,或增加分区。",
        "Set SUYUAN_PARTITIONS or SUYUAN_FILINGS_PARTITIONS to it, or add the partitions.",
    ),
}
_REMEDY = ("请用 kafka-configs.sh 修改该主题。", "Alter the topic with kafka-configs.sh.")
_CODES = {
    _PARTITIONS: "topics.partitions",
    _REPLICATION: "topics.replication",
    _TIMESTAMP: "topics.timestamp",
    _SIZE: "topics.size",
    _AGE: "topics.retention",
    _BYTES: "topics.retention",
    _CLEANUP: "topics.cleanup",
    _INSYNC: "topics.min_insync",
    _HANDLED: "handled.too_short",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as it is.

    Attributes:
        replication: The fewest replicas of a partition.
        config: The settings that are compared; empty where this user may not see them.
    """

    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing in which a topic is not what the settings say.

    Attributes:
        setting: Kafka's name of it.
        breaks: Whether a promise does not hold with it, so that the service does not work.
    """

    topic: str
    setting: str
    found: str
    wanted: str
    breaks: bool

    @property
    def code(self) -> str:
        """The reason code."""
        return _CODES[self.setting]

    @property
    def zh(self) -> str:
        """What is wrong, and what to do."""
        if self.setting == _HANDLED:
            reason = text(self.code)
            return (
                f"主题 {self.topic} 的 retention.ms 为 {self.wanted},{_HANDLED} 为 {self.found}。{reason.zh}"
            )
        remedy = _REMEDIES.get(self.setting, _REMEDY)[0]
        return f"主题 {self.topic} 的 {self.setting} 为 {self.found},设置为 {self.wanted}。{remedy}"

    @property
    def en(self) -> str:
        """The same in English."""
        if self.setting == _HANDLED:
            found = f"{_HANDLED} is {self.found}, topic {self.topic} has retention.ms {self.wanted}"
            return f"{found}. {text(self.code).en}"
        remedy = _REMEDIES.get(self.setting, _REMEDY)[1]
        return f"topic {self.topic} has {self.setting} {self.found}, the settings say {self.wanted}. {remedy}"

    @property
    def reason(self) -> str:
        """As readiness says it."""
        return f"{self.code}: {self.en}"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the topics found.

    Attributes:
        cluster: Id of the Kafka cluster.
        missing: Topics that are not there.
        mismatches: What is not as the settings say, what breaks a promise first.
        unseen: Topics whose settings this user may not see.
    """

    cluster: str
    missing: Sequence[str] = ()
    mismatches: Sequence[Mismatch] = ()
    unseen: Sequence[str] = ()

    @property
    def breaking(self) -> list[Mismatch]:
        """Those that a service does not work with."""
        return [one for one in self.mismatches if one.breaks]

    @property
    def outlives_ids(self) -> bool:
        """Whether a topic keeps records for longer than their ids would be known."""
        return any(one.setting == _HANDLED for one in self.mismatches)


@dataclass(slots=True)
class _Comparison:
    plan: TopicPlan
    out: list[Mismatch] = field(default_factory=list)

    def add(self, setting: str, found: object, wanted: object, *, breaks: bool) -> None:
        if str(found) != str(wanted):
            self.out.append(Mismatch(self.plan.name, setting, str(found), str(wanted), breaks))


def compare(plan: TopicPlan, found: Found, settings: Settings, *, written: bool) -> list[Mismatch]:
    """Return in what a topic differs from its plan.

    Args:
        plan: As it shall be.
        found: As it is.
        settings: Whose plan it is.
        written: Whether the service that asks publishes there.
    """
    out = _Comparison(plan)
    out.add(_PARTITIONS, found.partitions, plan.partitions, breaks=True)
    if found.replication < settings.replication:
        out.add(_REPLICATION, found.replication, settings.replication, breaks=False)
    config = found.config
    kept = int(config.get(_AGE, plan.config[_AGE]))
    if plan.name in remembered_topics() and _outlives(kept, settings.handled_days):
        # A record that came again after its id was forgotten would take effect again: so none is forgotten.
        out.add(
            _HANDLED, f"{settings.handled_days} ({settings.handled_days * DAY_MS} ms)", kept, breaks=False
        )
    if not config:
        return out.out
    if settings.time is TimeSource.BROKER and _TIMESTAMP in plan.config:
        # On an entry topic a sender would say itself when it filed. On others, where only services write, a
        # service whose clock is slow would hold the times of messages to it.
        entry = rule_of(plan.name).entry
        out.add(_TIMESTAMP, config[_TIMESTAMP], plan.config[_TIMESTAMP], breaks=entry)
    out.add(_CLEANUP, config[_CLEANUP], plan.config[_CLEANUP], breaks=True)
    wish = int(plan.config[_AGE])
    out.add(_AGE, kept, wish, breaks=kept != FOR_EVER and (wish == FOR_EVER or kept < wish))
    size, wish = int(config[_BYTES]), int(plan.config[_BYTES])
    out.add(_BYTES, size, wish, breaks=size != FOR_EVER and (wish == FOR_EVER or size < wish))
    size, needed = int(config[_SIZE]), int(plan.config[_SIZE])
    out.add(_SIZE, size, needed, breaks=written and size < needed)
    insync, least = int(config[_INSYNC]), int(plan.config[_INSYNC])
    out.add(_INSYNC, insync, least, breaks=insync < least)
    return out.out


def _outlives(kept_ms: int, days: int) -> bool:
    return days != FOR_EVER and (kept_ms == FOR_EVER or kept_ms > days * DAY_MS)


def written_by(service: str, network: Network) -> set[str]:
    """Return the topics that a service publishes to."""
    institutions = [one.id for one in network.institutions]
    topics = flows.written_by(service)
    told = {cases_topic(one) for one in institutions} if CASES_PREFIX in topics else set()
    return set(topics - {CASES_PREFIX}) | told


async def look(settings: Settings, plans: Iterable[TopicPlan], written: Iterable[str] = ()) -> Look:
    """Compare topics with their plans.

    Args:
        settings: Where Kafka is.
        plans: Of the topics to look at.
        written: Topics that the service that asks publishes to.

    Raises:
        KafkaError: No broker answers.
    """
    async with admin(settings) as client:
        there = {topic["topic"]: topic["partitions"] for topic in await client.describe_topics()}
        known = [plan for plan in plans if plan.name in there]
        configs = await _configs(client, [plan.name for plan in known])
        cluster = str((await client.describe_cluster())["cluster_id"])
    mismatches = []
    for plan in known:
        partitions = there[plan.name]
        replication = min(len(one["replicas"]) for one in partitions)
        found = Found(len(partitions), replication, configs.get(plan.name, {}))
        mismatches += compare(plan, found, settings, written=plan.name in set(written))
    mismatches.sort(key=lambda one: not one.breaks)
    missing = sorted({plan.name for plan in plans} - there.keys())
    return Look(cluster, missing, mismatches, [p.name for p in known if p.name not in configs])


async def _configs(client: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the settings of topics; those that this user may not see are left out."""
    if not topics:
        return {}
    wanted: dict[str, Any] = dict.fromkeys(_CONFIGS)
    answers = await client.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, topic, wanted) for topic in topics]
    )
    out = {}
    for answer in answers:
        for error, _, _, name, entries in answer.resources:
            values = {entry[0]: entry[1] for entry in entries}
            if error == 0 and values.keys() >= set(_CONFIGS):
                out[name] = values
    return out
