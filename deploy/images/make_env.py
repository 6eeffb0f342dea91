"""Write .env with a fresh secret for every empty line of .env.example; ``make env`` runs this.

Only the standard library. An existing .env is left as it is.
"""

import os
import secrets
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def fill(example: str) -> str:
    """Give every line ``NAME=`` a random value of 64 characters that fits a URL and a MongoDB key file."""
    lines = []
    for line in example.splitlines():
        fresh = line.endswith("=") and not line.startswith("#")
        lines.append(line + secrets.token_hex(32) if fresh else line)
    return "\n".join(lines) + "\n"


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
