"""How a test's own clients reach the broker, as any user: whoever files, judges, operates, or the admin."""

from typing import Any

from deploy.local.stack import StackAddresses
from shared.contracts.principals import ADMIN
from shared.network.schema import Network
from shared.runtime.base.settings import Settings
from shared.runtime.serve import access
from shared.runtime.serve.access_rules import access_rules, principals


def aio(where: StackAddresses, user: str = ADMIN) -> dict[str, Any]:
    """Return the arguments of a client of aiokafka."""
    return {
        "bootstrap_servers": where.kafka,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": user,
        "sasl_plain_password": where.kafka_password(user),
    }


def rdk(where: StackAddresses, user: str = ADMIN) -> dict[str, Any]:
    """Return the settings of a client of librdkafka."""
    return {
        "bootstrap.servers": where.kafka,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": user,
        "sasl.password": where.kafka_password(user),
    }


def settings(where: StackAddresses, user: str = ADMIN) -> Settings:
    """Return the settings of a client of ours."""
    return Settings(**{k.removeprefix("SUYUAN_").lower(): v for k, v in where.kafka_user(user).items()})  # type: ignore[arg-type]


async def admit(where: StackAddresses, network: Network) -> None:
    """Give all users of a network their passwords and make the rules of who may do what."""
    admin = settings(where)
    await access.set_passwords(admin, {user: where.kafka_password(user) for user in principals(network)})
    await access.make(admin, access_rules(network), network)
