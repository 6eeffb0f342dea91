"""`python -m tests.support.golden`: every declared table as it looks, drawn from made-up rows.

One file for each table and language, at 80 columns; the tests hold the drawing to them.
"""

import sys
from pathlib import Path
from typing import Final

from cli.display import layout
from cli.display.column import Facts, Table
from cli.display.declared import TABLES
from cli.display.view import Language, View
from tests.support.table_rows import NOW, rows

FOLDER: Final = Path(__file__).resolve().parents[1] / "unit" / "cli" / "golden"
WIDTH: Final = 80


def drawn(declared: Table | Facts, view: View) -> list[str]:
    """Return the lines of a table of the sample rows."""
    samples = rows(view)[declared.name]
    if isinstance(declared, Facts):
        return [line.plain for line in layout.facts(declared, samples[0], view)]
    return [line.plain for line in layout.table(declared, samples, view)]


def files() -> dict[str, str]:
    """Return the text of every golden file by its name."""
    return {
        f"{one.name}.{language}.txt": "\n".join(drawn(one, View(language, WIDTH, NOW))) + "\n"
        for one in TABLES
        for language in Language
    }


def main() -> None:
    """Write them all, and delete those of tables that are gone."""
    FOLDER.mkdir(exist_ok=True)
    wanted = files()
    for path in FOLDER.glob("*.txt"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, "utf-8")
    sys.stdout.write(f"{FOLDER}: {len(wanted)}\n")


if __name__ == "__main__":
    main()
