"""The keys of a process follow their file, and a process without a key of its own does not start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from deploy.local.keys import local_keys
from shared.contracts.errors import SuyuanError
from shared.network.keys import Keys, KeysFile
from shared.network.load import load_keys, load_network, read_keys_file
from shared.runtime.base.keyring import Keyring
from shared.runtime.base.settings import DEFAULT_NETWORK
from shared.runtime.base.signing import Signer
from shared.runtime.serve.keys import KeysInForce, check_signing_key

NETWORK = load_network(DEFAULT_NETWORK)
NOW = datetime.now(UTC)


async def test_what_is_revoked_in_the_file_is_revoked_in_the_process(tmp_path: Path) -> None:
    made = local_keys(tmp_path, NETWORK)
    here = KeysInForce(NETWORK, made.public)
    before = read_keys_file(made.public)
    keys = tuple(one.model_copy(update={"revoked": NOW}) for one in before.keys)

    made.public.write_text(KeysFile(format=1, keys=keys).text(), "utf-8")
    await here.keep_up()

    assert not any(one.is_valid(NOW) for one in here.keyring.keys.all)


async def test_a_file_with_a_fault_leaves_in_force_what_it_said_before(tmp_path: Path) -> None:
    made = local_keys(tmp_path, NETWORK)
    here = KeysInForce(NETWORK, made.public)
    known, text = here.keyring.keys, made.public.read_text("utf-8")

    made.public.write_text(text.replace("messages", "everything"), "utf-8")
    with pytest.raises(SuyuanError):
        await here.keep_up()
    with pytest.raises(SuyuanError):
        await here.keep_up()
    assert here.keyring.keys is known

    made.public.write_text(text, "utf-8")
    await here.keep_up()
    assert here.keyring.keys == known


def test_the_keys_of_a_data_folder_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = local_keys(tmp_path, NETWORK)
    public, own = first.public.read_text("utf-8"), first.setting("portal")

    again = local_keys(tmp_path, NETWORK)

    assert (again.public.read_text("utf-8"), again.setting("portal")) == (public, own)
    for path in (tmp_path / "keys").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.read_text("utf-8").partition(":")[2].strip() not in public
    owners = {(one.owner, one.use) for one in load_keys(NETWORK, first.public).all}
    assert {("portal", "messages"), ("fengtai-court", "tokens"), ("p-operator-1", "messages")} <= owners


def test_what_was_revoked_in_a_data_folder_stays_revoked_at_the_next_start(tmp_path: Path) -> None:
    made = local_keys(tmp_path, NETWORK)
    file = read_keys_file(made.public)
    keys = tuple(one.model_copy(update={"revoked": NOW}) for one in file.keys)
    made.public.write_text(KeysFile(format=1, keys=keys).text(), "utf-8")

    local_keys(tmp_path, NETWORK)

    assert all(one.revoked is not None for one in read_keys_file(made.public).keys)


@pytest.mark.parametrize(
    ("setting", "owner", "after"),
    [
        ("", "portal", timedelta(0)),
        ("portal-1", "portal", timedelta(0)),
        ("intake", "portal", timedelta(0)),
        ("stranger", "portal", timedelta(0)),
        ("portal", "portal", timedelta(days=-9999)),
    ],
)
def test_a_service_whose_commands_nobody_would_take_does_not_start(
    tmp_path: Path, setting: str, owner: str, after: timedelta
) -> None:
    made = local_keys(tmp_path, NETWORK)
    ring = Keyring(load_keys(NETWORK, made.public))
    stranger = Signer("portal-1", b"s" * 32)
    settings = {"stranger": f"{stranger.id}:{'c' * 43}", "intake": made.setting("intake")}
    own = settings.get(setting, made.setting(setting) or setting)

    with pytest.raises(SuyuanError) as caught:
        check_signing_key(SecretStr(own), owner, ring, NOW + after)

    assert caught.value.code == "settings.signing_key"
    check_signing_key(SecretStr(made.setting("portal")), "portal", ring, NOW)
    with pytest.raises(SuyuanError):
        check_signing_key(SecretStr(made.setting("portal")), "portal", Keyring(Keys()), NOW)
