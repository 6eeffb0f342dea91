"""Write .env with a fresh secret for every empty line of .env.example; ``make env`` runs this.

Only the standard library. What an existing .env has stays; what it lacks is added.
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


def missing(example: str, there: str) -> str:
    """Return the lines of the example, filled, whose names an .env of an earlier version lacks."""
    known = {line.partition("=")[0] for line in there.splitlines()}
    wanted = [line for line in example.splitlines() if line.endswith("=") and not line.startswith("#")]
    return fill("\n".join(line for line in wanted if line[:-1] not in known))


def main() -> int:
    """Returns 0, or 1 after a sentence on stderr when .env has every secret already."""
    path, example = PROJECT / ".env", (PROJECT / ".env.example").read_text(encoding="utf-8")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _complete(path, example)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(fill(example))
    return 0


def _complete(path: Path, example: str) -> int:
    """Add what a newer version asks for; what is there stays, for data are sealed with it."""
    there = path.read_text(encoding="utf-8")
    added = missing(example, there).strip()
    if not added:
        sys.stderr.write(
            ".env 已存在且齐全，未作改动。请妥善保管：个人信息以其中的密钥封存。\n"
            ".env is there and complete, and was left as it is. Keep it: its keys seal personal data.\n"
        )
        return 1
    with path.open("a", encoding="utf-8") as file:
        file.write(("" if there.endswith("\n") or not there else "\n") + added + "\n")
    names = ", ".join(line.partition("=")[0] for line in added.splitlines())
    sys.stderr.write(f".env 已补充 now has also: {names}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
