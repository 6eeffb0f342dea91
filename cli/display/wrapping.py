"""Breaking a text into lines of so many cells: between words, and between Chinese signs."""

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len

_WIDE: Final = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
_CLOSING: Final = "，。；：、！？）》」』】”’,.;:!?)"
_PIECES: Final = re.compile(rf"\s+|[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+[{_CLOSING}]*")


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines; a word is broken only if no line could hold it. There is one line at least."""
    lines: list[str] = []
    line = ""
    for piece in _PIECES.findall(text):
        if cell_len(line + piece.rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        *full, line = _folded(piece.strip(), width)
        lines += full
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def longest_piece(text: str) -> int:
    """Return the cells of the longest part of a text that stays in one line: a word, or a Chinese sign."""
    return max((cell_len(piece) for piece in _PIECES.findall(text) if not piece.isspace()), default=0)


def _folded(word: str, width: int) -> Iterator[str]:
    """Yield a word in parts that fit, the last of which may be empty."""
    part = ""
    for sign in word:
        if part and cell_len(part + sign) > width:
            yield part
            part = ""
        part += sign
    yield part
