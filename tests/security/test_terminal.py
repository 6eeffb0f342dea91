"""The terminal: what somebody sent moved the cursor, turned text around, and showed a party's numbers."""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.progress import Progress

from cli import letters, output
from cli.display import declared
from cli.display.cells import escaped
from deploy.local.processes import ChildProcess
from deploy.local.state import load_state, private_folder
from shared.contracts.errors import SuyuanError
from shared.contracts.persons import MASK, masked
from tests.shape import ROOT

ATTACKS = (
    "\x1b[2J",  # clears the screen
    "\x1b]0;title\x07",  # renames the window
    "\x1b]52;c;cm0gLXJm\x07",  # writes the clipboard
    "\x9b31m",  # the same with one sign of C1
    "\u202egpj.exe",  # turns what follows around
    "\u2066a\u2069",  # isolates
    "\u200fa",
    "\u2028a",
    "\x08\x08\x08",  # goes back over what was written
    "\r",  # and to the beginning of the line
    "\U000e0041",  # a tag, invisible
    "\x00",
    "\x7f",
)
STEERING = ("Cc", "Cf", "Zl", "Zp", "Cs")
ID_NUMBER = "11010519491231002X"
CARD = "6222021234567890128"
PHONE = "13812345678"


PAST = re.compile(r"typer\.echo|secho|sys\.std(out|err)\.write|[^_]Console\(|(^|\s)print\(")
COLOUR = re.compile("\x1b\\[[0-9;]*m")


def steering(text: str) -> set[str]:
    return {sign for sign in text if unicodedata.category(sign) in STEERING} - {"\n"}


def _headers(attack: str) -> None:
    output.draw(declared.HEADERS, [{"name": attack, "value": attack}], attack)


def _facts(attack: str) -> None:
    output.draw_facts(declared.LETTER, {"id": attack, "why": attack}, attack)


def _error(attack: str) -> None:
    output.fail(SuyuanError(code=attack, zh=attack, en=attack))


def _error_in_markup(attack: str) -> None:
    output.err.print(f"[bold]{attack}[/]")


def _progress(attack: str) -> None:
    with Progress(console=output.err, transient=False) as bar:
        bar.add_task(attack, total=1.0)


WAYS: tuple[Callable[[str], None], ...] = (
    _headers,
    _facts,
    _error,
    _error_in_markup,
    _progress,
    lambda attack: output.item("✗", "red", attack),
    lambda attack: output.line(attack),
    lambda attack: output.show({attack: [attack]}),
    lambda attack: output.out.print(attack),
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_nothing_that_steers_a_terminal_is_printed_whichever_way(
    way: Callable[[str], None], attack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output.start()
    with contextlib.suppress(SuyuanError):
        way(f"before {attack} behind")
    printed = capsys.readouterr()
    assert "before" in printed.out + printed.err
    assert way is _progress or "behind" in printed.out + printed.err
    assert not steering(printed.out + printed.err)


def test_on_a_real_terminal_there_are_colours_and_nothing_of_the_data() -> None:
    program = (
        "from cli import output\n"
        "from cli.display import declared\n"
        f"for one in {ATTACKS!r}:\n"
        "    output.draw(declared.HEADERS, [{'name': one, 'value': one}], one)\n"
        "    output.err.print(one)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "100", "PYTHONUTF8": "1"},
        check=True,
    )
    text = (done.stdout + done.stderr).decode()
    assert "\x1b[1m" in text
    assert not steering(COLOUR.sub("", text))


def test_every_command_prints_through_the_one_place_that_cleans() -> None:
    own = {ROOT / "cli" / "output.py", ROOT / "cli" / "schemas.py"}
    for path in sorted((ROOT / "cli").rglob("*.py")):
        if path in own:
            continue
        text = path.read_text("utf-8")
        assert not PAST.search(text), f"{path} prints past cli/output.py"


@given(st.dictionaries(st.text(), st.text()))
def test_json_keeps_its_value(value: dict[str, str]) -> None:
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        return
    assert json.loads(escaped(text)) == value
    assert not steering(escaped(text))


# Dead letters ---------------------------------------------------------------------------------

HIDING: tuple[tuple[str, str], ...] = tuple(
    (topic, written)
    for topic in ("filings.ccb", "intake.events", "mediation.commands")
    for written in (
        '{"reference": "%s"}',
        '{"product": "see %s!"}',
        '{"anything": {"deep": ["%s"]}}',
        '{"%s": 1}',
        "no json, but %s",
        '{"elements": {"x": "%s"}',
    )
)


@pytest.mark.parametrize("number", [ID_NUMBER, ID_NUMBER.lower(), CARD, PHONE])
@pytest.mark.parametrize(("topic", "written"), HIDING)
def test_a_number_of_a_person_is_hidden_wherever_it_stands(topic: str, written: str, number: str) -> None:
    shown = letters.shown_value(topic, (written % number).encode())
    assert number.lower() not in shown.lower()


@pytest.mark.parametrize(
    "value",
    [
        json.dumps({"claim_fen": int(PHONE)}),
        json.dumps({"product": "".join(f"\\u{ord(sign):04x}" for sign in PHONE)}).replace("\\\\", "\\"),
        json.dumps({"product": "１３８１２３４５６７８"}, ensure_ascii=False),
        json.dumps({"product": "138 1234-5678"}),
        json.dumps({"product": "6222 0212 3456 7890 128"}),
        json.dumps({"reference": "00" + ID_NUMBER[:-1] + "X9"}),
        json.dumps({"product": f"{ID_NUMBER}{ID_NUMBER}"}),
        PHONE.encode("utf-16-le").decode("latin-1"),
    ],
)
def test_other_ways_to_write_a_number_hide_it_no_less(value: str) -> None:
    shown = unicodedata.normalize("NFKC", letters.shown_value("mediation.commands", value.encode()))
    digits = "".join(sign for sign in shown if sign.isdigit())
    assert not {PHONE, CARD, ID_NUMBER[:-1]} & {digits, digits[2:19], digits[:17]}


@pytest.mark.parametrize(
    "field", ["reference", "cause", "issue", "product", "claim_fen", "elements", "other_parties"]
)
def test_a_name_in_the_wrong_column_is_not_shown(field: str) -> None:
    wrong: Any = [{"name": "欧阳某某"}] if field == "other_parties" else {"name": "欧阳某某"}
    value = json.dumps({"institution": "ccb", field: wrong}, ensure_ascii=False)
    shown = letters.shown_value("filings.ccb", value.encode())
    assert "欧阳" not in shown
    assert field in shown
    assert "ccb" in shown


def test_headers_key_detail_and_stack_are_masked_as_well() -> None:
    row = {
        "_id": "filings.ccb:0:1",
        "status": "waiting",
        "subject": f"ref-{ID_NUMBER}",
        "order": 1,
        "reason": "message.not_json",
        "detail": f"found {PHONE}",
        "type": "suyuan.intake.file-dispute.v1",
        "buried_at": datetime(2026, 1, 1, tzinfo=UTC),
        "tries": 1,
        "message": f"m-{CARD}",
        "at": None,
        "stack": f"line {PHONE}",
        "record": {
            "topic": "filings.ccb",
            "key": ID_NUMBER.encode(),
            "value": PHONE.encode(),
            "headers": [("ce_subject", PHONE.encode()), (CARD, None), ("bad", b"\xff" + PHONE.encode())],
        },
    }
    shown = json.dumps({**letters.full(row), "brief": letters.brief(row)}, ensure_ascii=False)
    assert not any(number in shown for number in (ID_NUMBER, CARD, PHONE))
    assert MASK in shown


@given(st.text())
def test_what_holds_no_number_stays_as_it_is(text: str) -> None:
    if not any(sign.isdigit() for sign in unicodedata.normalize("NFKC", text)):
        assert masked(text) == text


# Local folders --------------------------------------------------------------------------------


def test_a_data_folder_and_what_programs_write_there_are_their_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    private_folder(data)
    load_state(data)
    code = "import pathlib as p; p.Path('made').mkdir(); p.Path('made/file').write_text('x'); print('said')"
    log = data / "logs" / "child.log"
    child = ChildProcess("child", [sys.executable, "-c", code], log=log, directory=data)
    child.start()
    assert child.wait(20) == 0
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for one in (data / "stack.json", data / "made" / "file", log, log.with_suffix(".pid")):
        assert stat.S_IMODE(one.stat().st_mode) == 0o600, one
    assert stat.S_IMODE((data / "made").stat().st_mode) == 0o700


def test_the_stack_makes_its_folder_private_before_anything_is_in_it() -> None:
    text = (ROOT / "deploy" / "local" / "stack.py").read_text("utf-8")
    assert text.index("private_folder(folder)") < text.index("load_state(self._data)")
