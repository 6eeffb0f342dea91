"""确认地址: nothing is told to an address before a code that went there has come back (double opt-in).

A code follows from a secret of the service, so that no state, event or other replica need hold it.

Source: practice of mailing lists (confirmed opt-in); for webhooks W3C WebSub (2018), section 5.3.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shared.casework.calendar import SHANGHAI

TIME: Final = timedelta(days=3)
"""How long a code is good for."""
AGAIN: Final = timedelta(hours=1)
"""Before it nobody has another code sent: an address may be a stranger's."""
_BYTES: Final = 10


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of this platform.

    Attributes:
        secret: Whoever has it knows every code; empty where no way leads out of the platform.
    """

    secret: bytes = b""

    def of(self, subscription: str, address: int) -> str:
        """Return the code of an address of a subscription: 16 letters and digits."""
        text = f"suyuan/confirmation\x1f{subscription}\x1f{address}".encode()
        return base64.b32encode(hmac.digest(self.secret, text, "sha256")[:_BYTES]).decode()

    def is_right(self, said: str, subscription: str, address: int) -> bool:
        """Tell whether a code is that of an address; spaces, dashes and small letters do not matter."""
        plain = said.upper().replace("-", "").replace(" ", "")
        return hmac.compare_digest(plain.encode(), self.of(subscription, address).encode())


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to an address that nobody has confirmed.

    Attributes:
        payload: For machines.
        subject: For people, one line.
        text: For people.
    """

    payload: Mapping[str, Any]
    subject: str
    text: str


def letter(code: str, subscription: str, owner: str, confirm_by: datetime) -> Letter:
    """Return the code as it is sent, without a word of its subscriber's: the address may be a stranger's.

    Args:
        code: Of the address.
        subscription: Its id.
        owner: Id of the subscriber's organisation.
        confirm_by: When the code is good no more.
    """
    until = confirm_by.astimezone(SHANGHAI).isoformat(timespec="minutes")
    zh = f"{owner} 的人员申请将风险预警发到此地址。确认码:{code},{until} 前有效。并非本人申请的,不必处理。"
    en = (
        f"Somebody of {owner} asks for alerts to be sent here. The code is {code}, good until {until}. "
        "If that was not you, do nothing."
    )
    payload = {
        "type": "alerts.confirmation-asked",
        "timestamp": (confirm_by - TIME).isoformat(),
        "data": {"subscription": subscription, "code": code, "confirm_by": confirm_by.isoformat()},
    }
    subject = "【诉源】请确认接收地址 / [Suyuan] Please confirm this address"
    return Letter(payload, subject, f"{zh}\n\n{en}\n")
