"""What a reason is, and what the files of reasons may not hold."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

_CODE: Final = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_LATIN: Final = re.compile(r"[A-Za-z]")


class Reason(NamedTuple):
    """One reason: a sentence in Chinese and one in English, with the next step.

    Attributes:
        rule: Id of the rule that it always follows from; empty where none, or where the event says which.
    """

    zh: str
    en: str
    rule: str = ""


def together(**files: Mapping[str, Reason]) -> dict[str, Reason]:
    """Return the reasons of several files, by the name of the file.

    Raises:
        TypeError: A code is declared twice, or malformed, or a sentence is missing; the text says where.
    """
    out: dict[str, Reason] = {}
    first: dict[str, str] = {}
    for file, reasons in files.items():
        for code, reason in reasons.items():
            if code in out:
                raise TypeError(
                    f"the reason {code} is declared twice, at {_line(first[code], code)} and "
                    f"{_line(file, code)}: take one out"
                )
            if not _CODE.fullmatch(code):
                raise TypeError(
                    f"{code} is no code of a reason: write thing.what_is_wrong at {_line(file, code)}"
                )
            if not (_CHINESE.search(reason.zh) and _LATIN.search(reason.en)):
                raise TypeError(
                    f"the reason {code} has not both its sentences: "
                    f'write Reason("中文。", "English.") at {_line(file, code)}'
                )
            out[code], first[code] = reason, file
    return out


def _line(file: str, code: str) -> str:
    """Return ``file:line`` of a code in one of the files beside this one."""
    path = Path(__file__).with_name(f"{file}.py")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    line = next((number for number, line in enumerate(lines, 1) if f'"{code}"' in line), 1)
    return f"{path}:{line}"
