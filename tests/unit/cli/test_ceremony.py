"""The key ceremony of docs/security.md, done command for command as it stands there."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

import pytest

from deploy.local.keys import LocalKeys
from shared.network.keys import Keys, KeyUse
from shared.network.load import load_network, read_keys_file
from shared.runtime.base.keyring import Keyring
from shared.runtime.base.settings import DEFAULT_NETWORK
from shared.runtime.base.signing import Signer
from shared.runtime.serve.tokens import TokenChecker
from tests.support import proof_table
from tests.support.cli import suyuan
from tests.support.tokens import Everybody

PAGE: Final = proof_table.PAGE
_STEP: Final = re.compile(r"^(.*\S)\s+# (\d+) ", re.MULTILINE)


def steps() -> dict[int, str]:
    """Return the commands by their numbers."""
    page = PAGE.read_text("utf-8")
    section = page[page.index("## Keys: the ceremony in ten commands") :]
    block = section.split("```sh\n", 1)[1].split("\n```", 1)[0]
    return {int(number): command for command, number in _STEP.findall(block)}


@dataclass(frozen=True)
class Made:
    """What the ceremony made, where it was done."""

    public: Path

    def setting(self, owner: str, use: KeyUse) -> str:
        """Return a private key as a service has it in its settings."""
        names = {
            ("portal", "messages"): "portal",
            ("portal", "history"): "portal-history",
            ("fengtai-court", "messages"): "court",
            ("fengtai-court", "tokens"): "tokens",
            ("p-operator-1", "messages"): "me",
        }
        return self.public.with_name(f"{names[owner, use]}.key").read_text("utf-8").strip()


def done(number: int, folder: Path) -> str:
    """Do one step in the folder; return what it says."""
    command = steps()[number].replace("$KEYS", str(folder / "keys.yaml"))
    program, *arguments = shlex.split(command)
    assert program == "suyuan"
    found = suyuan(*arguments, env={"SUYUAN_NETWORK": str(DEFAULT_NETWORK)})
    assert found.code == 0, (command, found.err)
    return found.out


def verdict(made: Made, shown: str, topic: str) -> str:
    """Return what a service says of a message that a key of the ceremony signed."""
    hand = next(one for one in proof_table.HANDS if one.shown == shown)
    return proof_table.verdict(hand, cast(LocalKeys, made), load_network(DEFAULT_NETWORK), topic)


def test_there_are_ten_commands() -> None:
    assert list(steps()) == list(range(1, 11))


def test_the_ceremony_holds_command_for_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(1, 7):
        done(number, tmp_path)
    private = {path.stem for path in tmp_path.glob("*.key")}
    assert private == {"ccb-witness", "court", "me", "portal-history", "portal", "tokens"}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.key")} == {0o600}

    listed = done(7, tmp_path)
    signers = [Signer.of(path.read_text("utf-8").strip()) for path in tmp_path.glob("*.key")]
    for signer in signers:
        assert re.search(rf"^{signer.id} .*\n\s+{signer.public}\s*$", listed, re.MULTILINE), signer.id
    told = (tmp_path / "keys.yaml").read_text("utf-8") + listed
    secrets = [path.read_text("utf-8").strip().partition(":")[2] for path in tmp_path.glob("*.key")]
    assert not any(one in told for one in secrets)

    who = ("--role", "operator", "--organisation", "fengtai-court", "--person", "p-operator-1")
    with_key_alone = suyuan(
        "token", *who, "--key", "tokens.key", env={"SUYUAN_NETWORK": str(DEFAULT_NETWORK)}
    )
    assert with_key_alone.code == 0, "no platform is near whoever issues tokens"
    keyring = Keyring(Keys(read_keys_file(tmp_path / "keys.yaml").keys))
    claimed = TokenChecker(keyring, "portal", Everybody()).claimed(
        with_key_alone.out.strip(), datetime.now(UTC)
    )
    assert (claimed.organisation, claimed.role) == ("fengtai-court", "operator")

    # 8: the settings with which the portal is started; services with this keys file believe what it sends.
    assert steps()[8] == 'SUYUAN_KEYS=$KEYS SUYUAN_SIGNING_KEY="$(cat portal.key)" suyuan serve portal'
    made = Made(tmp_path / "keys.yaml")
    assert verdict(made, "portal, for a clerk", "intake.commands") == "✓"
    assert verdict(made, "court, as the court", "court.inbound") == "✓"
    assert verdict(made, "portal's key for histories", "intake.commands") == "proof.unknown_key"
    assert verdict(made, "an operator, as that operator", "intake.commands") == "✓"

    mine = Signer.of(made.setting("p-operator-1", "messages"))
    assert done(9, tmp_path).split() == [mine.id, mine.public]
    done(10, tmp_path)
    assert verdict(made, "an operator, as that operator", "intake.commands") == "proof.key_not_valid"
    assert verdict(made, "portal, for a clerk", "intake.commands") == "✓", "whoever has another key works on"
