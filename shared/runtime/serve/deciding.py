"""What decides in a process: the engine of its service, with what reads and what seals its records."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.network.schema import Network
from shared.runtime.base import logs
from shared.runtime.base.keyring import Keyring
from shared.runtime.base.settings import Settings, TimeSource
from shared.runtime.base.vault import Vault
from shared.runtime.decide.engine import Engine
from shared.runtime.ingest.parser import Parser
from shared.runtime.ingest.proofs import Proofs
from shared.runtime.serve.service import Service

_log = logs.get("runtime")


def engine_of(
    service: Service, settings: Settings, network: Network, keyring: Keyring, now: Callable[[], datetime]
) -> Engine:
    """Return the engine of a service.

    Args:
        service: The service.
        settings: Settings of this process.
        network: Whose keys and institutions there are.
        keyring: Checks who acts.
        now: The time of this machine.

    Raises:
        SuyuanError: ``settings.record_keys``: a key of dead letters is too short, or an id stands twice.
    """
    parser = Parser(
        time=settings.time,
        max_bytes=settings.max_message_bytes,
        future=timedelta(seconds=settings.future_tolerance_s),
        now=now,
        proofs=Proofs(keyring, network, replay=settings.time is TimeSource.REPLAY),
    )
    vault = Vault.of_records(settings.record_keys.get_secret_value())
    if vault is None:
        _log.warning("runtime.records.unsealed", setting="SUYUAN_RECORD_KEYS")
    return Engine(
        service.name,
        service.streams,
        service.route,
        parser,
        settings.partitions,
        rules=service.rules,
        vault=vault,
        cases=service.cases,
    )
