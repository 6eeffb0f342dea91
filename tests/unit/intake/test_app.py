"""Intake, put together."""

import pytest
from pydantic import SecretStr

from services.intake.app import build
from shared.contracts.errors import SuyuanError
from shared.runtime.base.settings import Settings
from tests.unit.intake.mother import NETWORK

KEY = SecretStr("k" * 32)


def test_it_reads_every_institution_of_the_network_and_its_own_commands() -> None:
    service = build(Settings(party_key=KEY, personal_keys=KEY), NETWORK)
    assert service.topics == (
        *(f"filings.{institution.id}" for institution in NETWORK.institutions),
        "intake.commands",
        "intake.matches",
        "intake.merges",
        "intake.readings",
        "intake.ends",
    )
    assert [stream.name for stream in service.streams] == ["case", "matches", "numbers"]
    assert set(service.indexes) == {"personal_data", "readings", "duplicates", "retention"}


def test_it_does_not_start_without_a_secret_for_the_party_tokens() -> None:
    with pytest.raises(SuyuanError) as error:
        build(Settings(party_key=SecretStr("short")), NETWORK)
    assert error.value.code == "settings.party_key"


@pytest.mark.parametrize("keys", ["", "short", "2:" + "n" * 32 + ",2:" + "o" * 32, "a b:" + "n" * 32])
def test_it_does_not_start_without_good_keys_for_personal_data(keys: str) -> None:
    with pytest.raises(SuyuanError) as error:
        build(Settings(party_key=KEY, personal_keys=SecretStr(keys)), NETWORK)
    assert error.value.code == "settings.personal_keys"
