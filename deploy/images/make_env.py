"""Write .env with a fresh secret for every empty line of .env.example; ``make env`` runs this.

Only the standard library. An existing .env is left as it is.
"""

import base64
import os
import secrets
import sys
import uuid
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def fill(example: str) -> str:
    """Return the example with 64 random characters, fit for a URL and a key file, after each ``NAME=``.

    A line that ends in ``_CLUSTER_ID=`` gets an id as Kafka writes them; a seed, 32 bytes in base64url.
    """
    lines = []
    for line in example.splitlines():
        fresh = line.endswith("=") and not line.startswith("#")
        value = secrets.token_urlsafe(32) if "_SEED_" in line else secrets.token_hex(32)
        value = _cluster_id() if line.endswith("_CLUSTER_ID=") else value
        lines.append(line + value if fresh else line)
    return "\n".join(lines) + "\n"


def _cluster_id() -> str:
    """Return a UUID as 22 characters of base64url, and none that looks like an option of a command."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


def main() -> int:
    """Returns 0, or 1 after a sentence on stderr when .env is there already."""
    path = PROJECT / ".env"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(
            ".env 已存在，未作改动；要换新的密钥请先删除它。\n"
            ".env is there already and was left as it is; delete it first for new secrets.\n"
        )
        return 1
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(fill((PROJECT / ".env.example").read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
