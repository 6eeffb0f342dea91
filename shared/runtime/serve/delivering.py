"""The ways on which notices leave the platform here: those for which the settings have what is needed."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.contracts.errors import SuyuanError
from shared.runtime.base.metrics import Metrics
from shared.runtime.base.settings import Settings, TimeSource
from shared.runtime.base.signing import Signer
from shared.runtime.commit.mongo import Database
from shared.runtime.deliver.parcels import Way
from shared.runtime.serve.service import Service

if TYPE_CHECKING:
    from shared.runtime.deliver.deliverer import Deliverer

WEBHOOK = "webhook"


def ways(settings: Settings) -> dict[str, Way]:
    """Return the ways that are open.

    Raises:
        SuyuanError: ``settings.webhook_networks`` or ``settings.notices_key``: it cannot be read.
    """
    out: dict[str, Way] = {}
    if key := settings.notices_key.get_secret_value():
        # Imported here: a service that delivers nothing needs no HTTP client in memory.
        from shared.runtime.deliver.outward import networks
        from shared.runtime.deliver.webhook import Webhook

        try:
            signer = Signer.of(key)
        except ValueError:
            raise SuyuanError(
                code="settings.notices_key",
                zh="SUYUAN_NOTICES_KEY 不是密钥。请用 suyuan keys new --use notices 新建。",
                en="SUYUAN_NOTICES_KEY is no key. Make one: suyuan keys new --use notices.",
            ) from None
        try:
            allowed = networks(settings.webhook_networks)
        except ValueError:
            raise SuyuanError(
                code="settings.webhook_networks",
                zh="SUYUAN_WEBHOOK_NETWORKS 应为网段,以逗号分隔,如 10.1.0.0/16。",
                en="SUYUAN_WEBHOOK_NETWORKS must be networks separated by commas, such as 10.1.0.0/16.",
            ) from None
        out[WEBHOOK] = Webhook(signer, allowed, settings.notices_timeout_s, _now)
    return out


def deliverer_of(
    service: Service,
    settings: Settings,
    database: Database,
    owned: Callable[[], Collection[int]],
    metrics: Metrics,
) -> "Deliverer | None":
    """Return what takes a service's notices out of the platform; ``None`` where none leave.

    Of a replay nobody is told by webhook or mail: what is over is no news.

    Args:
        service: Its ways.
        settings: How often and for how long is tried.
        database: The service's own.
        owned: The partitions that the process owns at the moment.
        metrics: Counts.
    """
    if not service.ways or settings.time is not TimeSource.BROKER:
        return None
    from shared.runtime.deliver.deliverer import Deliverer

    return Deliverer(
        database,
        service.ways,
        owned,
        metrics,
        tries=settings.notices_tries,
        backoff_s=settings.notices_backoff_s,
        now=_now,
    )


def _now() -> datetime:
    return datetime.now(UTC)
