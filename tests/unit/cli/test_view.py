"""Who reads a table: a narrow terminal, a pipe, another encoding, another locale; and the options for it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli.display.declared import TABLES
from tests.support.cli import commands, suyuan

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
from cli import output
from cli.display import declared
from tests.support.table_rows import rows
output.start()
output.draw(declared.LETTERS, rows(output.view())["dlq-list"])
output.line("evil\\x1b[2J\\nnext")
"""


def drawn(*, terminal: bool, **environment: str) -> bytes:
    """Draw the sample dead letters in a process of their own; return the bytes that came."""
    more = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "COLUMNS"))
    }
    command, env = [sys.executable, "-c", SCRIPT], {**more, "TERM": "xterm", **environment}
    if not terminal:
        return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True).stdout
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        out = b""
        while True:
            try:
                block = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            out += block
    os.close(ours)
    assert process.returncode == 0
    return out


def test_a_pipe_gets_every_column_and_whole_ids_without_colours() -> None:
    text = drawn(terminal=False, LANG="C.UTF-8").decode()

    assert "\x1b" not in text
    assert "filings.rural-commercial-bank-of-fengtai-district:2:98765432" in text
    assert "courtside.filing-review-completed.v1" in text
    assert len(text.splitlines()) == 1 + 1 + 4 + 2


def test_a_pipe_with_columns_keeps_to_them() -> None:
    text = drawn(terminal=False, LANG="C.UTF-8", COLUMNS="40").decode()

    assert max(map(cell_len, text.splitlines())) <= 40
    assert "commands:5:1234567" in text


@pytest.mark.parametrize("width", ["40", "80"])
def test_a_terminal_gets_lines_of_its_width_and_nothing_that_data_steer_it_with(width: str) -> None:
    text = drawn(terminal=True, LANG="zh_CN.UTF-8", COLUMNS=width).decode()

    assert "死信" in text
    for colour in ("\x1b[1m", "\x1b[2m", "\x1b[0m"):
        text = text.replace(colour, "")
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "\\x1b[2J" in text
    assert max(map(cell_len, text.splitlines())) <= int(width)


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LANG": "C"},
        {},
        {"LANG": "C.UTF-8", "PYTHONIOENCODING": "ascii"},
        {"LANG": "C.UTF-8", "PYTHONIOENCODING": "latin-1"},
    ],
)
def test_an_encoding_that_lacks_a_sign_is_no_reason_to_fail(environment: dict[str, str]) -> None:
    assert b"Dead letters: 4" in drawn(terminal=False, **environment)


def test_language_is_an_option_of_every_command_and_wide_of_those_that_print_tables() -> None:
    with_tables = {name for one in TABLES for name in one.commands}
    for path, _ in commands():
        text = suyuan(*path.split(), "--help").out if path != "do" else "--language"

        assert "--language" in text, path
        assert ("--wide" in text) is (path in with_tables), path


def test_a_command_that_holds_others_and_does_something_itself_takes_the_language() -> None:
    assert suyuan("schemas", "--check", "--language", "zh").code == 0


def test_a_language_that_there_is_not_is_wrong_use() -> None:
    done = suyuan("topics", "list", "--language", "fr", "--json")

    assert (done.code, done.json["error"]) == (2, "language.unknown")


def test_the_language_may_stand_before_the_command_and_is_forgotten_after_it() -> None:
    command = ("file", "--template")

    assert "编号" in suyuan("--language", "zh", *command).out
    assert "编号" not in suyuan(*command).out
    assert "编号" in suyuan(*command, env={"LC_ALL": "zh_CN.UTF-8"}).out
    assert "编号" not in suyuan(*command, "--language", "en", env={"LC_ALL": "zh_CN.UTF-8"}).out


def test_json_escapes_what_steers_a_terminal_and_stays_the_same_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    import json

    from cli import output

    output.show({"a": "\x1b[2J \x9b31m 诉源"})

    text = capsys.readouterr().out
    assert not {"\x1b", "\x9b"} & set(text)
    assert json.loads(text) == {"a": "\x1b[2J \x9b31m 诉源"}
