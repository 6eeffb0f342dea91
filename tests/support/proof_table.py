"""Whose key may say what on which topic: tried with every key on every topic, and told in docs/security.md.

    python -m tests.support.proof_table

The test on real servers holds the services to the very text that stands in the page.
"""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from deploy.local.keys import LocalKeys, local_keys
from shared.contracts.common import DiscardDeadLetters
from shared.contracts.court import FilingReviewCompleted
from shared.contracts.envelope import Actor
from shared.contracts.kinds import FilingStatus
from shared.contracts.message import Message
from shared.contracts.topics import COURT_INBOUND, SERVICES, commands_topic
from shared.network.keys import Keys, KeyUse
from shared.network.load import load_network, read_keys_file
from shared.network.schema import Network
from shared.runtime.base.keyring import Keyring
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import DEFAULT_NETWORK, TimeSource
from shared.runtime.base.signing import Signer
from shared.runtime.ingest.parser import Parser
from shared.runtime.ingest.proofs import Proofs
from tests.kafka.helpers import OPERATOR, Headers, encoded, envelope, signed
from tests.shape import ROOT

PAGE: Final = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- proofs: begin -->", "<!-- proofs: end -->"
TOPICS: Final = (*map(commands_topic, SERVICES), COURT_INBOUND)
CASE: Final = "sy1" + "a" * 32
CLERK: Final = Actor("people-mediation", "p-people-1", "organisation_clerk")
COURT: Final = Actor("fengtai-court", "", "court")
SOURCE: Final = "/courts/fengtai-court"
_MAY: Final = "✓"


@dataclass(frozen=True)
class Hand:
    """Who signs, and as whom.

    Attributes:
        shown: The first cell of its row.
        owner: Whose key; ``None`` for nobody's.
        actor: Who the message says acts.
        use: Which key of the owner.
    """

    shown: str
    owner: str | None
    actor: Actor
    use: KeyUse = "messages"

    def signer(self, keys: LocalKeys) -> Signer | None:
        """Return the private key."""
        return None if self.owner is None else Signer.of(keys.setting(self.owner, self.use))


HANDS: Final = (
    Hand("nobody", None, CLERK),
    Hand("portal, for a clerk", "portal", CLERK),
    Hand("intake, for a clerk", "intake", CLERK),
    Hand("mediation, for a clerk", "mediation", CLERK),
    Hand("an operator, as that operator", "p-operator-1", OPERATOR),
    Hand("an operator, as a clerk", "p-operator-1", CLERK),
    Hand("court, as the court", "fengtai-court", COURT),
    Hand("court, as a clerk", "fengtai-court", CLERK),
    Hand("portal's key for histories", "portal", CLERK, "history"),
    Hand("a member's key for witnessing", "fengtai-court", COURT, "witness"),
    Hand("the key for tokens", "fengtai-court", COURT, "tokens"),
)


def body_for(topic: str) -> Message:
    """Return a message that may come on a topic."""
    if topic != COURT_INBOUND:
        return DiscardDeadLetters()
    return FilingReviewCompleted(filing=f"{CASE}-c1", answers="x", status=FilingStatus.ACCEPTED)


def signed_by(
    hand: Hand, keys: LocalKeys, topic: str, body: Message, *, id: str, subject: str = CASE
) -> tuple[bytes, Headers]:
    """Return value and headers of a message, signed by a hand where it has a key."""
    more: dict[str, Any] = {"source": SOURCE, "sequence": 1} if topic == COURT_INBOUND else {}
    named: Headers = envelope(body, id=id, subject=subject, actor=hand.actor, **more)
    signer, value = hand.signer(keys), encoded(body)
    return value, named if signer is None else signed(signer, topic, subject.encode(), named, value)


def verdict(hand: Hand, keys: LocalKeys, network: Network, topic: str) -> str:
    """Return what the check of a message comes to: ✓, or the code of its dead letter."""
    value, named = signed_by(hand, keys, topic, body_for(topic), id="c-1")
    now = datetime.now(UTC)
    proofs = Proofs(Keyring(Keys(read_keys_file(keys.public).keys)), network)
    parser = Parser(
        time=TimeSource.BROKER,
        max_bytes=10_000,
        future=timedelta(minutes=5),
        now=lambda: now,
        proofs=proofs,
    )
    found = parser.parse(Raw(topic, 0, 7, int(now.timestamp() * 1000), CASE.encode(), value, tuple(named)))
    return _MAY if found.fault is None else found.fault.code


def told() -> dict[str, dict[str, str]]:
    """Return what the page says: verdict by topic by hand."""
    rows = [line.strip("| ").split(" | ") for line in written().splitlines() if line.startswith("| ")]
    topics = [one.strip("`") for one in rows[0][1:]]
    return {
        first: {topic: cell.strip("`") for topic, cell in zip(topics, cells, strict=True)}
        for first, *cells in rows[1:]
    }


def written() -> str:
    """Return what stands in the page now."""
    page = PAGE.read_text("utf-8")
    return page[page.index(BEGIN) : page.index(END) + len(END)]


def found() -> str:
    """Try everything, and return the section."""
    network = load_network(DEFAULT_NETWORK)
    lines = ["| who signs | " + " | ".join(f"`{topic}`" for topic in TOPICS) + " |"]
    lines.append("|---" * (len(TOPICS) + 1) + "|")
    with tempfile.TemporaryDirectory() as folder:
        keys = local_keys(Path(folder), network)
        for hand in HANDS:
            cells = [verdict(hand, keys, network, topic) for topic in TOPICS]
            shown = [one if one == _MAY else f"`{one}`" for one in cells]
            lines.append(f"| {hand.shown} | " + " | ".join(shown) + " |")
    return "\n".join((BEGIN, "", *lines, "", END))


def main() -> None:
    """Write the section anew."""
    page = PAGE.read_text("utf-8")
    PAGE.write_text(page.replace(written(), found()), "utf-8")


if __name__ == "__main__":
    main()
