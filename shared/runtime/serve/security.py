"""How FastStream reaches a Kafka that asks for a name and a password."""

from typing import Any

from shared.contracts.errors import SuyuanError
from shared.runtime.base.settings import Settings


def security(settings: Settings) -> dict[str, Any]:
    """Return FastStream's arguments for the way in which Kafka is reached.

    Raises:
        SuyuanError: ``settings.sasl``: the mechanism is not supported.
    """
    if settings.kafka_security_protocol == "PLAINTEXT":
        return {}
    from faststream.security import SASLPlaintext, SASLScram256, SASLScram512

    kind: Any = {"SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512, "PLAIN": SASLPlaintext}.get(
        settings.kafka_sasl_mechanism
    )
    if kind is None:
        raise SuyuanError(
            code="settings.sasl",
            zh=f"不支持的 SASL 机制 {settings.kafka_sasl_mechanism}。",
            en=f"SASL mechanism {settings.kafka_sasl_mechanism} is not supported. Use SCRAM-SHA-512.",
        )
    return {
        "security": kind(
            username=settings.kafka_username,
            password=settings.kafka_password.get_secret_value(),
            use_ssl=settings.kafka_security_protocol.endswith("SSL"),
        )
    }
