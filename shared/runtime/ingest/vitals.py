"""Background tasks of the libraries that nobody awaits: noticed when they end.

aiokafka and FastStream do their work in tasks that end for good when a callback is cancelled or a broker
answers with an error that they do not expect; nothing starts them again, and the process would go on idle.
This reads private parts of both, whose versions are pinned; ``tests/unit/runtime/ingest/test_vitals.py``
runs on the real ones.
"""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer

from shared.contracts.errors import SuyuanError
from shared.runtime.base import logs

_log = logs.get("runtime")


class TaskEnded(SuyuanError):
    """A task that works for as long as the process does has ended."""


def task_ended(name: str, error: BaseException | None = None) -> TaskEnded:
    """Return the error that ends the process."""
    why = "" if error is None else f" ({error!r})"[:200]
    return TaskEnded(
        code="runtime.task_ended",
        zh=f"后台任务 {name} 意外结束{why}。进程退出,由守护程序重新启动。",
        en=f"The background task {name} ended{why}. The process exits; its supervisor starts it again.",
    )


class Vitals:
    """Looks at the tasks of one FastStream subscriber and its aiokafka consumer."""

    def __init__(self, subscriber: Any) -> None:
        self._subscriber = subscriber
        self._before: set[str] = set()

    def look(self) -> None:
        """Mend what can be mended from here.

        Raises:
            TaskEnded: A task was found ended twice in a row; FastStream starts its own again at once where
                it can.
        """
        consumer = self._subscriber.consumer
        if consumer is None or not self._subscriber.running:
            self._before = set()
            return
        self._rejoin(consumer)
        self._follow_cluster(consumer)
        ended = self._ended(consumer)
        for name in ended.keys() & self._before:
            raise task_ended(name, ended[name])
        self._before = set(ended)

    def _ended(self, consumer: AIOKafkaConsumer) -> dict[str, BaseException | None]:
        tasks = {
            "kafka.coordination": getattr(consumer._coordinator, "_coordination_task", None),
            "kafka.fetch": consumer._fetcher._fetch_task,
            "kafka.metadata": consumer._client._sync_task,
            # FastStream keeps the ended ones in its list, the newest last.
            "consumption": next(iter(self._subscriber.tasks[-1:]), None),
        }
        return {name: _outcome(task) for name, task in tasks.items() if task is not None and task.done()}

    @staticmethod
    def _rejoin(consumer: AIOKafkaConsumer) -> None:
        """Join the group again where its heartbeats have ended: an unexpected answer ends them for good."""
        coordinator = consumer._coordinator
        heartbeat = getattr(coordinator, "_heartbeat_task", None)
        refresh = getattr(coordinator, "_commit_refresh_task", None)
        ended = (heartbeat is not None and heartbeat.done()) or (
            refresh is not None and refresh.done() and _outcome(refresh) is not None
        )
        if ended and not coordinator._rejoin_needed_fut.done():
            _log.warning("runtime.group.rejoined")
            coordinator.request_rejoin()

    @staticmethod
    def _follow_cluster(consumer: AIOKafkaConsumer) -> None:
        """Follow the cluster again where that was ended by an error that aiokafka does not expect.

        With uvloop a write to a closed connection is a RuntimeError, and no lost connection.
        """
        client = consumer._client
        task = client._sync_task
        if task is not None and task.done() and not task.cancelled() and task.exception() is not None:
            _log.warning("runtime.metadata.restarted", reason=repr(task.exception())[:200])
            client._sync_task = asyncio.create_task(client._md_synchronizer())


def _outcome(task: "asyncio.Task[Any]") -> BaseException | None:
    return asyncio.CancelledError() if task.cancelled() else task.exception()
