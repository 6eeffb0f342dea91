"""How a command finds the platform, and the tokens that it signs."""

import fcntl
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli import connection
from cli.output import WrongUse
from cli.token import duration
from shared.contracts.errors import SuyuanError
from tests.support.cli import suyuan
from tests.support.tokens import KEY, checker

TOKEN_KEY = KEY.get_secret_value()


@pytest.fixture(autouse=True)
def _no_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SUYUAN_KAFKA", "SUYUAN_MONGO_URL", "SUYUAN_MONGO_DATABASE", "SUYUAN_TOKEN_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SUYUAN_DATA", str(tmp_path))


def write(folder: Path, **more: Any) -> Path:
    services = {
        name: {
            "SUYUAN_KAFKA": "127.0.0.1:1",
            "SUYUAN_MONGO_URL": f"mongodb://{name}@127.0.0.1:2/",
            "SUYUAN_MONGO_DATABASE": f"suyuan_{name}",
            "SUYUAN_PARTITIONS": "4",
        }
        for name in ("intake", "portal")
    }
    path = folder / "connection.json"
    found = {"kafka": "127.0.0.1:1", "portal_url": "", "services": services, "token_key": TOKEN_KEY}
    path.write_text(json.dumps({**found, **more}), "utf-8")
    return path


def test_without_environment_and_file_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SuyuanError) as caught:
        connection.settings("intake")

    assert caught.value.code == "connection.missing"
    assert str(tmp_path) in caught.value.en
    assert "suyuan up" in caught.value.en


def test_a_platform_that_was_killed_is_named_and_one_that_runs_is_not(tmp_path: Path) -> None:
    """Its connection file is still there, and its databases answered with a page of their own words."""
    write(tmp_path)
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection.settings("intake", mongo=True)
    with pytest.raises(SuyuanError) as caught:
        connection.settings("intake", mongo=True)
    assert caught.value.code == "connection.stopped"
    assert str(tmp_path) in caught.value.en
    assert suyuan("status", "--json", "--data", str(tmp_path)).json["error"] == "connection.stopped"
    done = suyuan("doctor", "--json", "--data", str(tmp_path))
    assert (done.code, done.json["first"][0]) == (1, "connection")
    assert "suyuan up" in next(one["en"] for one in done.json["checks"] if one["check"] == "connection")


def test_the_connection_file_leads_to_the_service(tmp_path: Path) -> None:
    write(tmp_path)

    found = connection.settings("intake", mongo=True)

    assert found.kafka == "127.0.0.1:1"
    assert found.mongo_url.get_secret_value() == "mongodb://intake@127.0.0.1:2/"
    assert (found.database("intake"), found.partitions) == ("suyuan_intake", 4)
    assert connection.services(None, None) == ["intake", "portal"]


def test_who_needs_kafka_alone_gets_no_database(tmp_path: Path) -> None:
    write(tmp_path)

    found = connection.settings(None)

    assert (found.kafka, found.partitions, found.mongo_database) == ("127.0.0.1:1", 4, "")
    assert "@" not in found.mongo_url.get_secret_value()


def test_the_environment_wins_and_addresses_are_never_mixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    monkeypatch.setenv("SUYUAN_KAFKA", "10.0.0.1:9")

    assert connection.settings("intake").kafka == "10.0.0.1:9"
    with pytest.raises(SuyuanError, match=r"connection\.no_database"):
        connection.settings("intake", mongo=True)
    monkeypatch.setenv("SUYUAN_MONGO_URL", "mongodb://10.0.0.1/")
    assert connection.settings("intake", mongo=True).mongo_url.get_secret_value() == "mongodb://10.0.0.1/"


def test_a_data_folder_on_the_command_line_beats_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    for name in ("SUYUAN_KAFKA", "SUYUAN_MONGO_URL", "SUYUAN_MONGO_DATABASE"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("SUYUAN_PARTITIONS", "9")

    found = connection.settings("intake", tmp_path, mongo=True)

    assert (found.kafka, found.mongo_database) == ("127.0.0.1:1", "suyuan_intake")
    assert found.mongo_url.get_secret_value() == "mongodb://intake@127.0.0.1:2/"
    assert found.partitions == 9, "what is no address may be set over the file"


@pytest.mark.parametrize("content", ["", "[]", '{"kafka": 1}', '{"kafka": "x", "services": {"intake": 1}}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "connection.json").write_text(content, "utf-8")

    with pytest.raises(SuyuanError, match=r"connection\.unreadable"):
        connection.settings("intake")


def test_a_service_that_the_file_lacks_and_a_wrong_setting_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)

    with pytest.raises(SuyuanError, match=r"connection\.no_service"):
        connection.settings("mediation")
    monkeypatch.setenv("SUYUAN_PARTITIONS", "many")
    with pytest.raises(SuyuanError, match="SUYUAN_PARTITIONS"):
        connection.settings("intake")


def test_the_environment_must_say_whose_database_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUYUAN_MONGO_URL", "mongodb://x/")

    with pytest.raises(WrongUse, match=r"service\.not_chosen"):
        connection.services(None, None)
    monkeypatch.setenv("SUYUAN_MONGO_DATABASE", "suyuan_alerts")
    assert connection.services(None, None) == ["alerts"]
    assert connection.services("intake", None) == ["intake"]


# -- tokens -------------------------------------------------------------------------------------------------


def token(*arguments: str) -> Any:
    return suyuan("token", *arguments, env={"SUYUAN_KAFKA": "x:1", "SUYUAN_TOKEN_KEY": TOKEN_KEY})


def test_a_token_stands_alone_and_says_who_and_until_when() -> None:
    done = token(
        "--role", "mediator", "--organisation", "people-mediation", "--person", "m01", "--ttl", "30m"
    )

    now = datetime.now(UTC)
    who = checker().claimed(done.out.strip(), now)
    assert (done.code, who.organisation, who.person, who.role) == (0, "people-mediation", "m01", "mediator")
    with pytest.raises(SuyuanError, match=r"token\.expired"):
        checker().claimed(done.out.strip(), now + timedelta(minutes=31))


def test_a_token_is_signed_with_the_key_of_the_connection_file(tmp_path: Path) -> None:
    write(tmp_path)

    done = suyuan(
        "token",
        "--role",
        "judge",
        "--organisation",
        "fengtai-court",
        "--person",
        "p-judge-1",
        "--data",
        str(tmp_path),
        "--json",
    )

    assert checker().claimed(done.json["token"], datetime.now(UTC)).role == "judge"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--role", "operator", "--organisation", "nobody"), "token.unknown_member"),
        (("--role", "judge", "--organisation", "ccb"), "token.wrong_kind"),
        (("--role", "institution_agent", "--organisation", "people-mediation"), "token.wrong_kind"),
        (
            ("--role", "mediator", "--organisation", "people-mediation", "--person", "m13"),
            "token.unknown_person",
        ),
        (("--role", "mediator", "--organisation", "people-mediation"), "token.unknown_person"),
        (("--role", "party", "--organisation", "ccb"), "token.wrong_kind"),
        (("--role", "operator", "--organisation", "ccb", "--ttl", "0h"), "token.bad_ttl"),
        (("--role", "operator", "--organisation", "ccb", "--person", "a/b"), "token.unknown_person"),
        (("--role", "judge", "--organisation", "fengtai-court"), "token.unknown_person"),
        (
            ("--role", "judge", "--organisation", "fengtai-court", "--person", "p-court-1"),
            "token.unknown_person",
        ),
    ],
)
def test_a_token_that_would_open_nothing_is_not_signed(arguments: tuple[str, ...], error: str) -> None:
    done = token(*arguments, "--json")

    assert (done.code, done.json["error"]) == (2, error)


def test_a_short_key_and_an_unknown_role_are_refused() -> None:
    short = suyuan(
        "token", "--role", "operator", "--organisation", "ccb", "--json",
        env={"SUYUAN_KAFKA": "x:1", "SUYUAN_TOKEN_KEY": "short"},
    )  # fmt: skip

    assert (short.code, short.json["error"]) == (1, "settings.token_key")
    assert token("--role", "king", "--organisation", "ccb").code == 2


@pytest.mark.parametrize(("text", "span"), [("30m", timedelta(minutes=30)), ("31d", timedelta(days=31))])
def test_a_lifetime_has_a_unit(text: str, span: timedelta) -> None:
    assert duration(text) == span


@pytest.mark.parametrize("text", ["", "8", "h", "-1h", "0m", "32d", "8 h", "1.5h", "999999d"])
def test_what_is_no_lifetime_is_refused(text: str) -> None:
    with pytest.raises(WrongUse):
        duration(text)
