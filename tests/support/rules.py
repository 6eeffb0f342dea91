"""Publish new versions of the rules; docs/rules.json keeps the digest of each, and none is edited again.

python -m tests.support.rules
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cli.rulebooks import books
from shared.casework.rulebook import RuleBook, digest

PUBLISHED: Final = Path(__file__).parents[2] / "docs" / "rules.json"
__all__ = ["PUBLISHED", "books", "edited", "publish", "published", "stated", "unpublished"]
Digests = dict[str, dict[str, str]]
"""The digest of each version, by service."""


def stated(rules: Mapping[str, RuleBook[Any]]) -> Digests:
    """Return the digests of all versions as the code states them now."""
    return {
        service: {version: digest(one) for version, one in sorted(book.versions.items())}
        for service, book in rules.items()
    }


def published() -> Digests:
    """Return the digests of the published versions."""
    found: Digests = json.loads(PUBLISHED.read_text("utf-8"))
    return found


def edited(now: Digests, before: Digests) -> list[str]:
    """Return a sentence for each published version that is another by now, or gone."""
    return [
        f"services/{service}/rules: {version} is published, and cases run under it, but it was "
        f"{'edited' if version in now.get(service, {}) else 'taken out'}. "
        "Put it back as it was, add what is new to the rule book as a version of its own, then make rules."
        for service, versions in before.items()
        for version, pinned in versions.items()
        if now.get(service, {}).get(version) != pinned
    ]


def unpublished(now: Digests, before: Digests) -> list[str]:
    """Return a sentence for each version that is not published yet."""
    return [
        f"services/{service}/rules: {version} is new. Publish it: make rules."
        for service, versions in now.items()
        for version in versions
        if version not in before.get(service, {})
    ]


def publish(now: Digests) -> list[str]:
    """Publish what is new; where a published version was edited, publish nothing and return what is wrong."""
    before = published()
    wrong = edited(now, before)
    if not wrong:
        PUBLISHED.write_text(json.dumps(now, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return wrong


if __name__ == "__main__":
    sys.exit("\n".join(publish(stated(books()))) or None)
