"""What a mailbox looks like. Source: RFC 5321 section 4.1.2, without quoted forms and in ASCII."""

import re
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
