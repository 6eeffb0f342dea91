"""What addresses of the network look like.

Source: RFC 5321 section 4.1.2 (a mailbox, without quoted forms and in ASCII).
"""

import re
from ipaddress import ip_address
from typing import Final

_MAILBOX: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_LONGEST_LOCAL: Final = 64
_LONGEST: Final = 254


def is_mailbox(text: str) -> bool:
    """Tell whether a text is one mailbox, nothing that a header could take for two."""
    local = text.partition("@")[0]
    return len(text) <= _LONGEST and len(local) <= _LONGEST_LOCAL and _MAILBOX.fullmatch(text) is not None


def is_loopback(host: str) -> bool:
    """Tell whether a host is an address of this machine; a name is none, whatever it leads to."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
