"""The city's own rules at the start of a replica, and while others start beside it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from shared.casework.own_rules import OwnRules, Recorded
from shared.contracts import reasons
from shared.contracts.errors import SuyuanError
from shared.runtime.base import logs
from shared.runtime.base.collections import STREAMS
from shared.runtime.commit.mongo import Database
from shared.runtime.decide import states
from shared.runtime.decide.entries import Item
from shared.runtime.decide.rules import recorded
from shared.runtime.ingest.worker import Worker

_log = logs.get("runtime")


class RulesInForce:
    """Records the versions of the network file, and keeps up with what other replicas record.

    Args:
        rules: Those of the service; ``None`` for a service without rules.
        database: The service's own database.
        worker: Takes them through the same path as every message.
        now: The wall clock.
    """

    def __init__(
        self, rules: OwnRules[Any] | None, database: Database, worker: Worker, now: Callable[[], datetime]
    ) -> None:
        self._rules = rules
        self._database = database
        self._worker = worker
        self._now = now
        self._told = ""

    async def start(self) -> None:
        """Record what the file has and the history lacks, before anything is decided.

        Raises:
            SuyuanError: The file contradicts what is recorded, or the record cannot be read.
        """
        rules = self._rules
        if rules is None:
            return
        if rules.missing(await self._recorded(rules), self._now()):
            await self._worker.record(Item("", -1, idle=rules.subject, at=self._now(), adopts=True))
        await self.keep_up()
        now_recorded = await self._recorded(rules)
        if rules.missing(now_recorded, self._now()):
            raise _unreadable(rules, "not recorded")
        if newer := rules.newer(now_recorded):
            _log.warning("runtime.rules.newer_published", version=rules.book.in_force, published=newer)

    async def keep_up(self) -> None:
        """Learn what was recorded meanwhile; say so where it is not what this replica's file says."""
        rules = self._rules
        if rules is None:
            return
        rules.learn(await self._recorded(rules))
        if (version := rules.not_in_file()) != self._told:
            self._told = version
            if version:
                _log.warning("runtime.rules.not_in_file", version=version)

    async def _recorded(self, rules: OwnRules[Any]) -> Recorded | None:
        try:
            return recorded(rules, await self._database.get(STREAMS, rules.subject))
        except states.Unreadable as error:
            raise _unreadable(rules, str(error)) from error


def _unreadable(rules: OwnRules[Any], detail: str) -> SuyuanError:
    reason = reasons.text("rules.unreadable")
    return SuyuanError(
        code="rules.unreadable",
        zh=f"{rules.service}:{reason.zh}({detail})",
        en=f"{rules.service}: {reason.en} ({detail})",
    )
