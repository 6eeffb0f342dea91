"""docs/states.md: the states of every stream, found by exploring it. python -m tests.support.states"""

from pathlib import Path
from typing import Final

from tests.support.explore import diagram
from tests.support.walks import WALKS

PAGE: Final = Path(__file__).parents[2] / "docs" / "states.md"

HEAD: Final = """# States

What may happen to each subject, found by letting every message and every deadline act in every phase that
can be reached. `make diagrams` writes this page; a test fails when it is not up to date. An arrow bears the
messages that lead along it, `时限 time` is a deadline; an arrow to itself changes what the diagram does not
show. A message that changes nothing has no arrow. Words are those of the messages
([glossary.md](glossary.md)).
"""


def page() -> str:
    """Return the page as the streams are now."""
    parts = [HEAD]
    for service, walks in WALKS.items():
        parts.append(f"## {service}\n")
        parts += [f"### {walk.title}\n\n{diagram(walk)}\n" for walk in walks]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
