"""The ways on which notices leave the platform here: those for which the settings have what is needed."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.contracts.addresses import is_mailbox
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
MAIL = "mail"


def ways(settings: Settings) -> dict[str, Way]:
    """Return the ways that are open.

    Raises:
        SuyuanError: ``settings.webhook_networks``, ``settings.notices_key``, ``settings.smtp_url`` or
            ``settings.mail_from``: it cannot be read.
    """
    out: dict[str, Way] = {}
    if key := settings.notices_key.get_secret_value():
        out[WEBHOOK] = _webhook(settings, key)
    if settings.smtp_url:
        out[MAIL] = _mail(settings)
        if not key:
            raise SuyuanError(
                code="settings.notices_key",
                zh="SUYUAN_SMTP_URL 还需要 SUYUAN_NOTICES_KEY,新地址的确认码由它得出。",
                en="SUYUAN_SMTP_URL needs SUYUAN_NOTICES_KEY, which makes the codes for new addresses.",
            )
    return out


def _webhook(settings: Settings, key: str) -> Way:
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
    return Webhook(signer, allowed, settings.notices_timeout_s, _now)


def _mail(settings: Settings) -> Way:
    # Imported here: a service that sends no mail needs no mail client in memory.
    from shared.runtime.deliver.mail import Mail, MailServer

    try:
        server = MailServer.of(settings.smtp_url)
    except ValueError:
        raise SuyuanError(
            code="settings.smtp_url",
            zh="SUYUAN_SMTP_URL 应为 smtps://主机[:端口] 或 smtp://主机[:端口],不含用户名。",
            en="SUYUAN_SMTP_URL must be smtps://host[:port] or smtp://host[:port], without a user name.",
        ) from None
    if not is_mailbox(settings.mail_from):
        raise SuyuanError(
            code="settings.mail_from",
            zh="SUYUAN_MAIL_FROM 应为一个邮箱地址,即通知的发件人。",
            en="SUYUAN_MAIL_FROM must be one mailbox: the address that notices come from.",
        )
    return Mail(
        server,
        settings.mail_from,
        settings.notices_timeout_s,
        _now,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
    )


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
