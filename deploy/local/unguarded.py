"""A second way to the broker that asks nobody for anything: what passwords and rules cost is its difference.

There is none but for comparison (`suyuan demo --open`, `python -m bench --only access`), on 127.0.0.1
and on a broker that ends with it. Whoever comes this way is a super user, so that no rule is looked at.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.local.kafka import TlsListeners
from deploy.local.ports import choose_port
from shared.contracts.principals import ADMIN

_PROTOCOLS = "CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_PLAINTEXT,OPEN:PLAINTEXT"


@dataclass(frozen=True, slots=True)
class Unguarded(TlsListeners):
    """One more listener of the broker, without TLS, passwords or rules."""

    @classmethod
    def made(cls) -> Self:
        """Return it on a free port."""
        return cls(choose_port(), 0, Path(), Path())

    @property
    def address(self) -> str:
        """Where it is."""
        return f"127.0.0.1:{self.tls_port}"

    @property
    def listeners(self) -> str:
        """What is added to the list of listeners."""
        return f",OPEN://{self.address}"

    @property
    def settings(self) -> str:
        """The settings of the listener; of a setting that is there twice the later one counts."""
        return f"listener.security.protocol.map={_PROTOCOLS}\nsuper.users=User:{ADMIN};User:ANONYMOUS\n"

    @property
    def environment(self) -> dict[str, str]:
        """How a client of ours comes this way."""
        return {
            "SUYUAN_KAFKA": self.address,
            "SUYUAN_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
            "SUYUAN_KAFKA_USERNAME": "",
            "SUYUAN_KAFKA_PASSWORD": "",
        }
