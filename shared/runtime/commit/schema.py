"""A service's database: its collections and indexes, how long rows stay, and whose cluster it belongs to."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shared.contracts.errors import SuyuanError
from shared.runtime.base.collections import COLLECTIONS, COMMANDS, HOLDS, LETTERS, META, OUTBOX, STREAMS
from shared.runtime.base.settings import FOR_EVER, Settings
from shared.runtime.commit.mongo import Database

_CLUSTER = "cluster"
_INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    STREAMS: (("partition", "due"), ("?parked.letters",), ("?awaits",), ("partition", "?unfinished")),
    OUTBOX: (("origins",), ("owner",)),
    LETTERS: (("status", "subject", "order"),),
    HOLDS: (("subject",),),
}

_EXPIRING = {COMMANDS: "at", LETTERS: "closed_at"}
"""By collection: the date after which its rows have a lifetime.

Letters have none any more: their data end (``retention.py``) and they stay. The index of before is dropped.
"""


_DAY_S = 24 * 3600


def lifetimes(settings: Settings, *, ids_for_ever: bool = False) -> dict[str, int]:
    """Return how long rows that are done with stay, days by collection.

    Args:
        settings: What is wished.
        ids_for_ever: A topic keeps records for longer than their ids would be known.
    """
    handled = FOR_EVER if ids_for_ever else settings.handled_days
    return {COMMANDS: handled, LETTERS: FOR_EVER}


class WrongCluster(SuyuanError):
    """The database belongs to another Kafka cluster."""


async def prepare(
    database: Database,
    indexes: dict[str, Sequence[tuple[str, ...]]],
    cluster: str,
    lifetimes: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Make collections and indexes, and hold the database to its Kafka cluster.

    Offset watermarks mean something for the very topics they came from, and for no other:
    a fresh broker with an old database would skip everything in silence.

    Args:
        database: The service's own.
        indexes: Of the service's own collections.
        cluster: Id of the Kafka cluster.
        lifetimes: How long rows that are done with stay, days by collection (:func:`lifetimes`);
            for ever where it is not said.

    Raises:
        WrongCluster: The database was used with another cluster.
    """
    await database.ensure(COLLECTIONS, {**_INDEXES, **indexes})
    stored = await database.put_if_absent(META, _CLUSTER, {"cluster": cluster})
    if stored["cluster"] != cluster:
        raise WrongCluster(
            code="cluster.mismatch",
            zh=(
                f"数据库 {database.name} 属于 Kafka 集群 {stored['cluster']},"
                f"而当前集群是 {cluster}。请连接原集群,或使用新的数据库。"
            ),
            en=(
                f"Database {database.name} belongs to Kafka cluster {stored['cluster']}, "
                f"but this is {cluster}. Connect to the old cluster, or use a new database."
            ),
        )

    for collection, field in _EXPIRING.items():
        days = lifetimes.get(collection, FOR_EVER)
        await database.expire(collection, field, None if days == FOR_EVER else days * _DAY_S)
