"""What is signed of a message that must be: commands, and what the court answers.

The signature travels in the header ``ce_proof`` as ``key.base64url``, the id of the key and the 64 bytes of
Ed25519 (RFC 8032) over :func:`signed_content`. It binds the message to its topic and key, to all attributes
by which it is known, dated, attributed and decided, and to its value. ``traceparent`` may change on the way.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from shared.contracts.canonical import digest

HEADER: Final = "ce_proof"
_KIND: Final = "suyuan/message/1"
_ATTRIBUTES: Final = (
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_subject",
    "ce_time",
    "ce_sequence",
    "ce_correlationid",
    "ce_causationid",
    "ce_actor",
    "ce_versionseen",
)


def signed_content(
    topic: str, key: bytes | None, headers: Mapping[str, bytes | None], value: bytes | None
) -> bytes:
    """Return the 32 bytes that are signed of a message.

    They are the digest of: the kind of content, the topic, the key, the ten attributes in their order and the
    SHA-256 of the value. What is not there counts as empty.

    Args:
        topic: Where the message is sent.
        key: Its key.
        headers: Its headers by name.
        value: Its value, as it is sent.
    """
    attributes = (headers.get(name) or b"" for name in _ATTRIBUTES)
    return digest(_KIND, topic, key or b"", *attributes, hashlib.sha256(value or b"").digest())
