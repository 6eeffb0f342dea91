"""Drawing a declared table for a view: what fits stays, what matters least goes, and no id is broken."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.cells import cell_len
from rich.text import Text

from cli.display.cells import LONGEST_PHRASE, LONGEST_WORD, cell, cut
from cli.display.column import ALWAYS, Column, Facts, Kind, Table
from cli.display.ids import shortened
from cli.display.view import View
from cli.display.wrapping import longest_piece, wrapped

Row = Mapping[str, Any]
Texts = Mapping[str, Sequence[str]]
"""The cells of each column by its name, from the first row to the last."""

GAP: Final = 2
INDENT: Final = 2
LEAST_VALUE: Final = 24
"""Fewest cells for the value beside a label; with fewer it goes below."""
_RIGHT: Final = (Kind.COUNT, Kind.YUAN)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns stand side by side, and how.

    Attributes:
        columns: Those that are shown.
        widths: Their cells.
        texts: What they hold.
        hidden: Those that were left out for want of room.
    """

    columns: tuple[Column, ...]
    widths: Mapping[str, int]
    texts: Texts
    hidden: tuple[Column, ...] = ()


def table(declared: Table, rows: Sequence[Row], view: View, total: str = "") -> Iterator[Text]:
    """Yield the lines of a table.

    Args:
        declared: The table.
        rows: Values by the name of their column; other names are ignored.
        view: For whom.
        total: What is said of the number of rows; the number alone if empty.
    """
    yield Text(f"{view.told(declared.zh, declared.en)}: {total or len(rows)}", "bold")
    if not rows:
        return
    texts = {one.name: [cell(one, row.get(one.name), view) for row in rows] for one in declared.columns}
    said = [one for one in declared.columns if _is_said(one, texts[one.name], view)]
    beside = [one for one in said if view.wide or not one.below]
    below = [one for one in said if one not in beside]
    layout = laid_out(beside, texts, view)
    if layout is None:
        yield from _stacked(said, _short(said, texts), len(rows), view)
        return
    yield _line([(one.title(view), one) for one in layout.columns], layout, "bold")
    for number in range(len(rows)):
        yield from _row(layout, number, view)
        for one in below:
            for line in (
                wrapped(texts[one.name][number], view.width - INDENT) if texts[one.name][number] else ()
            ):
                yield Text(" " * INDENT + line)
    if layout.hidden:
        names = view.told("、", ", ").join(one.title(view) for one in layout.hidden)
        for line in wrapped(view.told(f"加 --wide 另见:{names}", f"More with --wide: {names}"), view.width):
            yield Text(line, "dim")


def _is_said(column: Column, texts: Sequence[str], view: View) -> bool:
    """Tell whether a column is shown at all; one that is empty in every row says nothing."""
    return view.wide or any(texts) or (column.importance == ALWAYS and not column.below)


def laid_out(columns: Sequence[Column], texts: Texts, view: View) -> Layout | None:
    """Return how the columns fit side by side; ``None`` where not even those that always stay do."""
    natural = _natural(columns, texts, view)
    if view.wide or _sum(natural.values()) <= view.width:
        return Layout(tuple(columns), natural, texts)
    texts = _short(columns, texts)
    natural = _natural(columns, texts, view)
    kept, hidden = list(columns), list[Column]()
    while _sum(_needed(kept, natural, view).values()) > view.width:
        last = max(reversed(kept), key=lambda one: one.importance)
        if last.importance == ALWAYS:
            return None
        kept.remove(last)
        hidden.append(last)
    widths = _grown(kept, _needed(kept, natural, view), natural, view.width)
    return Layout(tuple(kept), widths, texts, tuple(one for one in columns if one in hidden))


def _short(columns: Sequence[Column], texts: Texts) -> Texts:
    out = dict(texts)
    for one in columns:
        if one.kind is Kind.ID:
            short = shortened(texts[one.name])
            out[one.name] = [short[text] for text in texts[one.name]]
        elif one.kind is Kind.WORD:
            longest = LONGEST_PHRASE if one.words else LONGEST_WORD
            out[one.name] = [cut(text, longest) for text in texts[one.name]]
    return out


def _natural(columns: Sequence[Column], texts: Texts, view: View) -> dict[str, int]:
    return {one.name: max(map(cell_len, (one.title(view), *texts[one.name]))) for one in columns}


def _needed(columns: Sequence[Column], natural: Mapping[str, int], view: View) -> dict[str, int]:
    """Return the fewest cells of each column: a text can be broken, anything else cannot."""
    return {
        one.name: min(natural[one.name], max(one.least, cell_len(one.title(view))))
        if one.kind is Kind.TEXT
        else natural[one.name]
        for one in columns
    }


def _grown(
    columns: Sequence[Column], widths: dict[str, int], natural: Mapping[str, int], width: int
) -> dict[str, int]:
    """Return the widths with what is left shared out: first to the text that lacks the fewest cells."""
    for one in sorted(columns, key=lambda one: natural[one.name] - widths[one.name]):
        left = width - _sum(widths.values())
        widths[one.name] += min(left, natural[one.name] - widths[one.name])
    return widths


def _sum(widths: Iterable[int]) -> int:
    found = list(widths)
    return sum(found) + GAP * (len(found) - 1)


def _row(layout: Layout, number: int, view: View) -> Iterator[Text]:
    """Yield the lines of a row; a text goes below it where one of its words would have to be broken."""
    columns: list[list[str]] = []
    below: list[str] = []
    for one in layout.columns:
        text, width = layout.texts[one.name][number], layout.widths[one.name]
        if one.kind is not Kind.TEXT:
            columns.append([text])
        elif longest_piece(text) <= width:
            columns.append(wrapped(text, width))
        else:
            columns.append([""])
            below += wrapped(text, view.width - INDENT)
    for at in range(max(map(len, columns))):
        cells = [lines[at] if at < len(lines) else "" for lines in columns]
        yield _line(list(zip(cells, layout.columns, strict=True)), layout)
    for line in below:
        yield Text(" " * INDENT + line)


def _line(cells: Sequence[tuple[str, Column]], layout: Layout, style: str = "") -> Text:
    out = Text(style=style)
    for text, column in cells:
        blank = " " * (layout.widths[column.name] - cell_len(text))
        out.append(blank + text if column.kind in _RIGHT else text + blank, _style(column, text))
        out.append(" " * GAP)
    out.rstrip()
    return out


def _style(column: Column, text: str) -> str:
    if column.kind is not Kind.MARK:
        return ""
    return {"✓": "green", "✗": "bold red"}.get(text, "")


def _stacked(columns: Sequence[Column], texts: Texts, count: int, view: View) -> Iterator[Text]:
    """Yield a line for each cell, where the columns have no room side by side."""
    for number in range(count):
        if number:
            yield Text()
        for one in columns:
            if text := texts[one.name][number]:
                yield from _labelled(one, text, 0, view)


def facts(declared: Facts, row: Row, view: View, title: str = "") -> Iterator[Text]:
    """Yield the lines of what is known of a thing; what is empty is left out.

    Args:
        declared: The facts.
        row: Their values by name.
        view: For whom.
        title: Stands for the declared title, such as the id of the thing.
    """
    yield Text(title or view.told(declared.zh, declared.en), "bold")
    said = [(one, text) for one in declared.columns if (text := cell(one, row.get(one.name), view))]
    labels = max((cell_len(one.title(view)) for one, _ in said), default=0)
    for one, text in said:
        fits = view.wide or one.kind is Kind.TEXT or cell_len(text) <= view.width - INDENT
        shown = text if fits else shortened([text])[text]
        yield from _labelled(one, shown, labels, view)


def hanging(mark: str, style: str, text: str, view: View) -> Iterator[Text]:
    """Yield a text behind a mark, its lines below one another."""
    start = cell_len(mark) + 1
    for number, line in enumerate([text] if view.wide else wrapped(text, view.width - start)):
        yield Text.assemble((mark, style), f" {line}") if number == 0 else Text(" " * start + line)


def _labelled(column: Column, text: str, labels: int, view: View) -> Iterator[Text]:
    """Yield a label and its text beside it; below it, where what must stay whole would have to be broken."""
    label = column.title(view)
    start = max(labels, cell_len(label)) + GAP
    room = view.width - start
    whole = longest_piece(text) if column.kind is Kind.TEXT else cell_len(text)
    if view.wide:
        yield Text(label + " " * (start - cell_len(label)) + text)
        return
    if room < LEAST_VALUE or whole > room:
        yield Text(label)
        for line in wrapped(text, view.width - INDENT):
            yield Text(" " * INDENT + line)
        return
    first, *others = wrapped(text, room)
    yield Text(label + " " * (start - cell_len(label)) + first)
    for line in others:
        yield Text(" " * start + line)
