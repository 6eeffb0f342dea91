"""Who a message comes from that must be signed: the key says it, and no header that anybody can write."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.contracts.envelope import Actor
from shared.contracts.flows import sources_on
from shared.contracts.proof import HEADER, signed_content
from shared.contracts.topics import COURT_INBOUND, SERVICES, Identity, commands_topic, court_source
from shared.network.keys import Key
from shared.network.schema import Network
from shared.runtime.base.keyring import Keyring, NotSigned
from shared.runtime.base.records import Fault, Parsed

FRESH: Final = timedelta(hours=12)
"""How long after its ``ce_time`` a command may reach the broker: shorter than its id is remembered, so that
nobody who kept a signed command can send it once more when its id is forgotten."""
_PORTAL: Final = "portal"


class Proofs:
    """Checks the messages of topics on which all must be signed.

    Args:
        keyring: The public keys.
        network: Who the owners of keys are.
        replay: Whether times are those of a replay: then an old ``ce_time`` is no sign of an old command.
    """

    def __init__(self, keyring: Keyring, network: Network, *, replay: bool = False) -> None:
        self._keyring = keyring
        self._network = network
        self._replay = replay

    def not_theirs(self, parsed: Parsed) -> Fault | None:
        """Return why a message stands where its source cannot write; ``None`` where it can.

        The broker holds each topic to the services that own it, and no header to anything: a service that was
        taken over could use up another's numbers by what it says on its own topic.
        """
        sources = sources_on(parsed.record.topic)
        if not sources or not parsed.source or parsed.source in sources:
            return None
        return Fault("message.wrong_source", f"{parsed.source[:120]} on {parsed.record.topic}")

    def fault(self, parsed: Parsed, headers: Mapping[str, bytes | None]) -> Fault | None:
        """Return why a message proves nothing; ``None`` where it is what its key may say.

        Args:
            parsed: The message, with topic, source, actor and the broker's time.
            headers: Its headers, each once.
        """
        record = parsed.record
        stored = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        since = self._keyring.keys.signed_since
        if since is not None and stored < since:
            return None
        proof = headers.get(HEADER)
        if not proof:
            return Fault("proof.missing", f"{HEADER} is missing; it says it is from {_shown(parsed.actor)}")
        content = signed_content(record.topic, record.key, headers, record.value)
        try:
            key = self._keyring.signer_of(proof.decode(), content, use="messages", at=stored)
        except NotSigned as error:
            return Fault(error.code, f"{error.detail}; it says it is from {_shown(parsed.actor)}")
        if not self._may_say(key, parsed):
            detail = f"the key {key.id} of {key.owner} does not speak for {_shown(parsed.actor)} here"
            return Fault("proof.wrong_speaker", detail)
        return None if self._is_fresh(parsed, headers, stored) else Fault("proof.too_old", _too_old(headers))

    def _may_say(self, key: Key, parsed: Parsed) -> bool:
        """Say whether a key's owner speaks for the actor of a message, on its topic.

        The portal speaks for whomever it let in by a token; another service for those whose readings it
        records, by commands to itself; an operator for nobody else; the court for itself.
        """
        topic, actor, court = parsed.record.topic, parsed.actor, self._network.court.id
        if key.owner == court:
            return topic == COURT_INBOUND and (actor.organisation, parsed.source) == (
                court,
                court_source(court),
            )
        if topic == COURT_INBOUND:
            return False
        if key.owner in SERVICES:
            return key.owner == _PORTAL or topic == commands_topic(key.owner)
        person = self._network.person(key.owner)
        return person is not None and actor == Actor(person.organisation, person.id, person.role)

    def _is_fresh(self, parsed: Parsed, headers: Mapping[str, bytes | None], stored: datetime) -> bool:
        """Say whether a command that is known by its id alone is not an old one that somebody kept."""
        if self._replay or parsed.rule.identity is not Identity.ID:
            return True
        try:
            said = datetime.fromisoformat((headers.get("ce_time") or b"").decode().upper())
        except ValueError:
            return False
        return said.tzinfo is not None and stored - said <= FRESH


def _shown(actor: Actor) -> str:
    return repr(str(actor)[:120])


def _too_old(headers: Mapping[str, bytes | None]) -> str:
    said = (headers.get("ce_time") or b"no ce_time").decode()[:40]
    return f"{said} is more than {FRESH // timedelta(hours=1)} hours before the broker stored it"
