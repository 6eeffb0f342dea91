"""How FastStream reaches a Kafka that asks for a name and a password, or a certificate."""

from typing import Any

from shared.contracts.errors import SuyuanError
from shared.runtime.base.settings import Settings


def security(settings: Settings) -> dict[str, Any]:
    """Return FastStream's arguments for the way in which Kafka is reached.

    Raises:
        SuyuanError: ``settings.sasl``: the mechanism is not supported.
    """
    wanted = settings.kafka_security()
    if not wanted:
        return {}
    from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

    tls: dict[str, Any] = {"ssl_context": wanted.get("ssl_context"), "use_ssl": "ssl_context" in wanted}
    if "sasl_mechanism" not in wanted:
        return {"security": BaseSecurity(**tls)}
    kind: Any = {"SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512, "PLAIN": SASLPlaintext}.get(
        wanted["sasl_mechanism"]
    )
    if kind is None:
        raise SuyuanError(
            code="settings.sasl",
            zh=f"不支持的 SASL 机制 {settings.kafka_sasl_mechanism}。",
            en=f"SASL mechanism {settings.kafka_sasl_mechanism} is not supported. Use SCRAM-SHA-512.",
        )
    return {
        "security": kind(
            username=wanted["sasl_plain_username"], password=wanted["sasl_plain_password"], **tls
        )
    }
