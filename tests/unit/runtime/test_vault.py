"""What is sealed opens with its key, for its subject, and with nothing else."""

import pytest

from shared.contracts.errors import SuyuanError
from shared.runtime.base.vault import CannotOpen, Vault

OLD, NEW = "o" * 32, "n" * 32
PLAIN = '{"name":"张三"}'.encode()


def test_what_is_sealed_opens_again_and_says_nothing_until_then() -> None:
    vault = Vault.of(OLD)
    row = vault.seal("sy1a", PLAIN)
    assert vault.open("sy1a", row) == PLAIN
    assert "张三".encode() not in row["data"] + row["key"]
    assert row["by"] == "1"


def test_each_row_has_a_key_of_its_own() -> None:
    vault = Vault.of(OLD)
    one, other = vault.seal("sy1a", PLAIN), vault.seal("sy1a", PLAIN)
    with pytest.raises(CannotOpen):
        vault.open("sy1a", {**one, "key": other["key"]})


def test_the_row_of_one_subject_does_not_open_for_another() -> None:
    vault = Vault.of(OLD)
    with pytest.raises(CannotOpen):
        vault.open("sy1b", vault.seal("sy1a", PLAIN))


@pytest.mark.parametrize("field", ["key", "data"])
def test_a_changed_byte_shows(field: str) -> None:
    vault = Vault.of(OLD)
    row = vault.seal("sy1a", PLAIN)
    changed = bytes([row[field][-1] ^ 1])
    with pytest.raises(CannotOpen):
        vault.open("sy1a", {**row, field: row[field][:-1] + changed})


def test_after_a_rotation_both_open_and_the_newest_seals() -> None:
    old, both, new = Vault.of(f"1:{OLD}"), Vault.of(f"2:{NEW},1:{OLD}"), Vault.of(f"2:{NEW}")
    row = old.seal("sy1a", PLAIN)
    assert both.open("sy1a", row) == PLAIN
    assert both.seal("sy1a", PLAIN)["by"] == "2"
    with pytest.raises(CannotOpen):
        new.open("sy1a", row)
    renewed = both.renewed("sy1a", row)
    assert new.open("sy1a", renewed) == PLAIN
    assert renewed["data"] == row["data"]


@pytest.mark.parametrize("setting", ["", "short", f"1:{OLD},1:{NEW}", f"{OLD},{NEW}", f"A:{OLD}", f"{OLD},"])
def test_keys_that_are_short_missing_or_of_one_id_are_refused(setting: str) -> None:
    with pytest.raises(SuyuanError) as error:
        Vault.of(setting)
    assert error.value.code == "settings.personal_keys"
