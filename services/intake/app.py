"""Intake: settings, topics, streams, HTTP."""

from services.intake.endpoints import http
from services.intake.handlers import OWN, case_stream, cases_of, matches_stream, numbers_stream, router
from services.intake.rules import BOOK
from services.intake.store import INDEXES, erased, held
from shared.casework.own_rules import own_rules
from shared.contracts.errors import SuyuanError
from shared.network.schema import Network
from shared.runtime.base.settings import Settings
from shared.runtime.base.vault import Vault
from shared.runtime.commit.retention import Disposal
from shared.runtime.serve.service import Service

MIN_KEY_CHARACTERS = 32


def build(settings: Settings, network: Network) -> Service:
    """Return the service.

    Raises:
        NetworkError: The network file sets a limit that there is not, or that it may not.
        SuyuanError: ``settings.party_key``: the secret of the party tokens is missing or too short;
            ``settings.personal_keys``: likewise of the keys of personal data.
    """
    rules, party_key = own_rules("intake", BOOK, network), _party_key(settings)
    stream, matched = case_stream(network, rules.book), matches_stream(network, rules.book)
    numbered = numbers_stream(network, rules.book)
    vault = Vault.of(settings.personal_keys.get_secret_value())
    return Service(
        name="intake",
        topics=(*(one.filings_topic for one in network.institutions), *OWN),
        route=router(network, stream, party_key, vault.seal, matched, numbered),
        streams=(stream, matched, numbered),
        indexes=INDEXES,
        http=http,
        rules=rules,
        disposal=Disposal(held, erased),
        cases=cases_of(party_key),
    )


def _party_key(settings: Settings) -> bytes:
    key = settings.party_key.get_secret_value()
    if len(key) < MIN_KEY_CHARACTERS:
        raise SuyuanError(
            code="settings.party_key",
            zh=f"当事人标识密钥不足 {MIN_KEY_CHARACTERS} 位。请设置 SUYUAN_PARTY_KEY。",
            en=f"The party key has fewer than {MIN_KEY_CHARACTERS} characters. Set SUYUAN_PARTY_KEY.",
        )
    return key.encode()
