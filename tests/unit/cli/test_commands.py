"""What the other commands decide without a platform: remedies, masking, help, generated files, the doctor."""

import json
import shutil
from datetime import UTC, date, datetime, time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from cli import dlq, doctor, held, letters, schemas
from cli.dlq import Wanted
from cli.findings import Finding, known_calendar
from cli.output import WrongUse
from shared.casework.calendar import SHANGHAI, library_calendar
from shared.contracts.calendar_file import CalendarError
from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.serve.calendars import load_calendar
from tests.support.calendars import known_until, notice, put
from tests.support.cli import commands, suyuan

NOW = datetime(2025, 3, 3, tzinfo=UTC)


# -- every command ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "command"), commands(), ids=[path for path, _ in commands()])
def test_every_command_has_help_in_both_languages(path: str, command: Any) -> None:
    text = command.help or ""

    assert any("\u4e00" <= sign <= "\u9fff" for sign in text), path
    assert " / " in text, path
    done = suyuan(*path.split(), "--help")
    assert done.code == 0


def groups() -> list[str]:
    """Return the commands that only hold others."""
    return sorted({path.rpartition(" ")[0] for path, _ in commands()})


@pytest.mark.parametrize("path", [*groups(), *(path for path, _ in commands())])
def test_no_help_line_is_cut_at_80_columns(path: str) -> None:
    done = suyuan(*path.split(), "--help", env={"COLUMNS": "80"})

    assert done.code == 0
    assert [line for line in done.out.splitlines() if "…" in line] == []
    assert max(map(cell_len, done.out.splitlines())) == 80, "or it was not laid out for 80"


def test_each_language_of_a_listed_command_has_a_line_of_its_own() -> None:
    lines = [line.strip("│ ") for line in suyuan("--help", env={"COLUMNS": "80"}).out.splitlines()]

    at = next(number for number, line in enumerate(lines) if line.startswith("serve "))
    assert lines[at].removeprefix("serve").strip() == "启动一个服务副本"
    assert lines[at + 1].startswith("run one replica")


def test_the_help_of_a_command_begins_with_a_line_of_each_language() -> None:
    lines = [line.strip() for line in suyuan("serve", "--help", env={"COLUMNS": "80"}).out.splitlines()]

    said = [line for line in lines[: lines.index(next(one for one in lines if "╭" in one))] if line]
    assert said[1:] == [
        "启动一个服务副本",
        "run one replica of SERVICE with the settings of the environment.",
    ]


def test_the_help_of_serve_names_the_services() -> None:
    text = suyuan("serve", "--help").out

    assert [name for name in SERVICES if name not in text] == []


def test_the_version_is_that_of_the_package() -> None:
    done = suyuan("--version")

    assert (done.code, done.out) == (0, f"suyuan {version('suyuan')}\n")


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("dlq", "list", "--service", "nobody"), ("case", "show")]
)
def test_wrong_use_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert suyuan(*arguments).code == 2


def test_an_error_is_a_code_and_two_sentences(tmp_path: Path) -> None:
    env = {"SUYUAN_DATA": str(tmp_path)}

    plain = suyuan("topics", "list", env=env)
    as_json = suyuan("topics", "list", "--json", env=env)

    assert plain.code == as_json.code == 1
    assert plain.out == ""
    assert "connection.missing" in plain.err
    assert set(as_json.json) == {"error", "zh", "en"}


# -- dead letters ----------------------------------------------------------------------------------------


def letter(id: str, subject: str = "", order: int = 0) -> dict[str, Any]:
    return {"_id": id, "subject": subject, "order": order}


def test_a_case_is_redriven_by_one_command_and_letters_without_a_case_one_by_one() -> None:
    rows = [letter("t:0:1"), letter("t:0:2", "sy1a", 1), letter("t:0:3", "sy1a", 2), letter("t:0:4")]

    found = dlq.remedies(rows, Wanted(), discard=False)

    assert [(one.subject, one.letters, one.covers) for one in found] == [
        ("t:0:1", ("t:0:1",), ["t:0:1"]),
        ("sy1a", (), ["t:0:2", "t:0:3"]),
        ("t:0:4", ("t:0:4",), ["t:0:4"]),
    ]


def test_a_discard_by_id_gives_up_the_letters_named_and_no_other() -> None:
    rows = [letter("t:0:2", "sy1a", 1), letter("t:0:3", "sy1a", 2)]

    (by_id,) = dlq.remedies(rows, Wanted(ids=("t:0:2", "t:0:3")), discard=True)
    (by_case,) = dlq.remedies(rows, Wanted(case="sy1a"), discard=True)
    (redriven,) = dlq.remedies(rows, Wanted(ids=("t:0:2",)), discard=False)

    assert (by_id.subject, by_id.letters) == ("sy1a", ("t:0:2", "t:0:3"))
    assert by_case.letters == redriven.letters == ()


@pytest.mark.parametrize(
    ("ids", "case", "everything"),
    [([], None, False), (["a"], "b", False), (["a"], None, True), (None, "b", True)],
)
def test_exactly_one_way_of_choosing_is_used(
    ids: list[str] | None, case: str | None, everything: bool
) -> None:
    with pytest.raises(WrongUse):
        Wanted.of(ids, case, everything)


def test_a_filing_is_shown_without_its_party() -> None:
    value = json.dumps({"institution": "ccb", "party": {"name": "张小三"}, "partyname": "张小三"}).encode()

    text = letters.shown_value("filings.ccb", value)

    assert "ccb" in text
    assert "张小三" not in text
    assert "partyname" in text, "that an unknown field is there may be the very reason"


@pytest.mark.parametrize(
    "value", [b"not json \xe5\xbc\xa0\xe5\xb0\x8f\xe4\xb8\x89", b'["\xe5\xbc\xa0"]', b"\xff"]
)
def test_of_a_filing_that_cannot_be_read_nothing_is_shown(value: bytes) -> None:
    assert "张" not in letters.shown_value("filings.ccb", value)
    assert str(len(value)) in letters.shown_value("filings.ccb", value)


def test_other_values_are_shown_as_they_came() -> None:
    assert json.loads(letters.shown_value("intake.events", b'{"a": 1}')) == {"a": 1}
    assert letters.shown_value("intake.events", None) == "null"
    assert "bytes" in letters.shown_value("intake.events", b"x" * 30_000)


def test_a_letter_is_shown_with_null_headers_and_bytes_that_are_no_text() -> None:
    row = {
        **{"_id": "t:0:1", "status": "waiting", "subject": "", "order": 0, "reason": "message.bad_header"},
        **{"detail": "", "stack": "", "type": "", "message": "", "at": None, "buried_at": NOW, "tries": 1},
        "record": {
            **{"topic": "intake.events", "partition": 0, "offset": 1, "timestamp": 0, "key": b"\xff"},
            **{"value": b"\xff", "headers": [["ce_id", None], ["x", b"\xff"]]},
        },
    }

    shown = dlq.full(row)

    assert shown["headers"]["ce_id"] == "null"
    json.dumps(shown)


def test_what_is_missing_counts_what_lies_in_the_dead_letters() -> None:
    stream = {"seen": {"/a": 3}, "parked": {"letters": 1, "seen": {"/a": 5}}}

    assert held.seen(stream, "/a") == 5
    assert held.seen({"seen": {"/a": 3}}, "/a") == 3
    assert held.seen({}, "/a") == 0


# -- generated files -----------------------------------------------------------------------------------------


def test_schemas_are_written_checked_and_never_broken(tmp_path: Path) -> None:
    out = str(tmp_path / "schemas")

    missing = suyuan("schemas", "export", "--check", "--out", out, "--json")
    written = suyuan("schemas", "export", "--out", out, "--json")
    same = suyuan("schemas", "export", "--check", "--out", out)

    assert (missing.code, missing.json["error"]) == (1, "contracts.drift")
    assert len(written.json["changed"]) > 50
    assert same.code == 0

    path = tmp_path / "schemas" / "suyuan.intake.consent-given.v1.json"
    published = json.loads(path.read_text("utf-8"))
    published["properties"]["witness"] = {"type": "string"}
    path.write_text(json.dumps(published), "utf-8")
    before = path.read_text("utf-8")
    broken = suyuan("schemas", "export", "--out", out, "--json")

    assert (broken.code, broken.json["error"]) == (1, "contracts.incompatible")
    assert "witness: is gone" in broken.json["en"]
    assert path.read_text("utf-8") == before, "a published version is not overwritten"
    assert suyuan("schemas", "export", "--replace", "--out", out).code == 0


def test_a_file_of_no_message_is_drift(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("{}", "utf-8")

    assert schemas.sync(tmp_path, {}, check=True, whole=True) == [str(tmp_path / "old.json")]
    assert schemas.sync(tmp_path, {}, check=False, whole=False) == []
    assert (tmp_path / "old.json").exists()


def test_the_asyncapi_document_is_checked(tmp_path: Path) -> None:
    out = str(tmp_path / "asyncapi.json")

    assert suyuan("asyncapi", "--check", "--out", out).code == 1
    assert suyuan("asyncapi", "--out", out).code == 0
    assert suyuan("asyncapi", "--check", "--out", out).code == 0


# -- the doctor ---------------------------------------------------------------------------------------------


def test_the_doctor_shows_every_setting_and_no_secret(tmp_path: Path) -> None:
    secrets = {
        "SUYUAN_TOKEN_KEY": "t" * 41,
        "SUYUAN_PARTY_KEY": "p" * 41,
        "SUYUAN_PERSONAL_KEYS": "v" * 41,
        "SUYUAN_SEALING_KEYS": "s" * 41,
        "SUYUAN_RECORD_KEYS": "r" * 41,
        "SUYUAN_KAFKA_PASSWORD": "secret-word",
    }

    done = suyuan("doctor", "--json", env={"SUYUAN_DATA": str(tmp_path), **secrets})

    shown = {one["name"]: one for one in done.json["settings"]}
    assert set(shown) == {f"SUYUAN_{name.upper()}" for name in Settings.model_fields}
    assert all(one["description"] for one in shown.values())
    assert not any(secret in done.out for secret in secrets.values())
    assert shown["SUYUAN_PARTITIONS"]["default"] == "6"
    assert done.code == 1
    checks = {one["check"]: one for one in done.json["checks"]}
    assert checks["python"]["good"] is True
    assert checks["connection"]["good"] is False


@pytest.mark.parametrize(
    ("found", "first_line"),
    [
        ([Finding("a", True, "", "")], "All is well"),
        ([Finding("a", True, "", "", seen=False)], "What can be seen from here is well"),
        ([Finding("a", True, "", "", warning=True)], "It works, but look at this"),
        ([Finding("a", True, "", "", warning=True), Finding("b", False, "", "")], "Not well"),
    ],
)
def test_the_doctor_says_no_more_than_it_knows(
    found: list[Finding],
    first_line: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    doctor.tell(found)

    assert capsys.readouterr().out.splitlines()[0] == first_line


def test_the_doctor_names_what_does_not_work_before_what_works_and_three_at_most() -> None:
    found = [
        Finding("warned", True, "", "", warning=True),
        Finding("good", True, "", ""),
        *(Finding(name, False, "", "") for name in ("ill", "worse", "worst")),
    ]

    assert doctor.verdict(found)["first"] == ["ill", "worse", "worst"]
    assert doctor.verdict(found[:3])["first"] == ["ill", "warned"]


@pytest.mark.parametrize(
    ("today", "left", "warns"),
    [
        (date(2026, 6, 1), "206", False),
        (date(2026, 11, 9), "45", False),
        (date(2026, 11, 10), "44", True),
        (date(2027, 6, 1), "159", True),
    ],
)
def test_the_doctor_says_how_long_the_known_calendar_lasts(today: date, left: str, warns: bool) -> None:
    now = datetime.combine(today, time(0, 30), SHANGHAI).astimezone(UTC)  # the day before, in UTC
    found = known_calendar(known_until(2026), now, Path("/etc/suyuan"))

    assert (found.good, found.warning) == (True, warns)
    for text in (found.zh, found.en):
        assert "2026-12-24" in text
        assert left in text
        assert ("/etc/suyuan/calendar-2027.json" in text) is warns


def test_a_calendar_file_that_cannot_be_used_is_red(tmp_path: Path) -> None:
    shutil.copy(DEFAULT_NETWORK, tmp_path)
    env = {"SUYUAN_DATA": str(tmp_path), "SUYUAN_NETWORK": str(tmp_path / DEFAULT_NETWORK.name)}
    good = suyuan("doctor", "--json", env=env)
    put(tmp_path, {"year": 2025, "days": [{"date": "2025-01-01", "isOffDay": True}]})
    ill = suyuan("doctor", "--json", env=env)

    (before,) = [one for one in good.json["checks"] if one["check"] == "calendar"]
    (after,) = [one for one in ill.json["checks"] if one["check"] == "calendar"]
    assert before["good"] is True
    assert after["good"] is False
    assert "calendar-2025.json (2025-01-26" in after["zh"]
    assert ill.code == 1


@pytest.mark.parametrize(
    ("year", "text", "code", "named"),
    [
        (2025, '{"year": 2025', "calendar.malformed", "calendar-2025.json"),
        (2025, '{"year": 2025, "days": [{"date": "2025-02-30"}]}', "calendar.malformed", "days.0"),
        (2099, json.dumps(notice(2099)), "calendar.gap", str(library_calendar().years.stop)),
    ],
)
def test_the_doctor_names_what_is_wrong_with_a_calendar_file(
    tmp_path: Path, year: int, text: str, code: str, named: str
) -> None:
    shutil.copy(DEFAULT_NETWORK, tmp_path)
    (tmp_path / f"calendar-{year}.json").write_text(text)

    done = suyuan(
        "doctor",
        "--json",
        env={"SUYUAN_DATA": str(tmp_path), "SUYUAN_NETWORK": str(tmp_path / DEFAULT_NETWORK.name)},
    )

    (found,) = [one for one in done.json["checks"] if one["check"] == "calendar"]
    assert (found["good"], found["warning"], done.code) == (False, False, 1)
    with pytest.raises(CalendarError) as refused:
        load_calendar(tmp_path / DEFAULT_NETWORK.name)
    assert refused.value.code == code
    assert (found["zh"], found["en"]) == (refused.value.zh, refused.value.en)
    for words in (found["zh"], found["en"]):
        assert f"calendar-{year}.json" in words
        assert named in words


def test_the_doctor_knows_a_year_more_once_its_file_is_there(tmp_path: Path) -> None:
    shutil.copy(DEFAULT_NETWORK, tmp_path)
    env = {"SUYUAN_DATA": str(tmp_path), "SUYUAN_NETWORK": str(tmp_path / DEFAULT_NETWORK.name)}
    year = library_calendar().years.stop
    put(tmp_path, notice(year))

    checks = suyuan("doctor", "--json", env=env).json["checks"]

    (found,) = [one for one in checks if one["check"] == "calendar"]
    assert found["good"]
    assert f"{year}-12-24" in found["zh"]


def test_a_connection_file_that_others_can_read_is_red(tmp_path: Path) -> None:
    path = tmp_path / "connection.json"
    environment = {"SUYUAN_MONGO_URL": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200"}
    path.write_text(
        json.dumps(
            {
                "kafka": "127.0.0.1:1",
                "services": {"intake": {**environment, "SUYUAN_MONGO_TIMEOUT_MS": "200"}},
            }
        )
    )
    path.chmod(0o644)

    done = suyuan("doctor", "--data", str(tmp_path), "--json")

    checks = {one["check"]: one for one in done.json["checks"]}
    assert checks["connection"]["good"] is False
    assert "600" in checks["connection"]["en"]
    assert checks["key intake"]["good"] is False
    assert checks["kafka"]["good"] is False
    assert checks["mongodb intake"]["good"] is False
