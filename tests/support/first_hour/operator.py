"""The operator: starts, looks, mends a dead letter, stops."""

import json
from typing import Final

from tests.support.first_hour.page import Page

_THIRD: Final = """\
  - id: leasing-mediation
    name: {zh: 示例融资租赁调解中心, en: Example Leasing Mediation Centre}
    mediators:
      - {id: t01, name: 调解员人, specialities: [finance_lease], weight: 1, capacity: 20}
"""


def walk(page: Page) -> None:
    """Start the platform, and mend the first dead letter."""
    page.say("## The operator")
    page.say("`source .venv/bin/activate`, and a folder with a network file. One command starts everything:")
    page.show("suyuan up --network fengtai.yaml", page.stage.up("--network", "fengtai.yaml"))
    page.say("In another terminal of the same folder: what runs, where, and is all well?")
    page.run("suyuan status")
    page.run("suyuan doctor | head -n 8", until="All is well")
    _mended(page, _a_letter(page))


def _a_letter(page: Page) -> str:
    """Let a dead letter arrive; return its id."""
    page.say(
        "A mediator of a third organisation tells when she can take cases. The organisation is not in the "
        "network file yet, so mediation cannot take what she says. It is not lost: it is a **dead letter**, "
        "and she is told so."
    )
    note = "suyuan do note-availability --case leasing-mediation --available-from 2026-06-01"
    page.run(f"{note} \\\n    --available-days 20 --as leasing-mediation/t01/mediator", code=1)
    page.run("suyuan doctor | head -n 4", code=1, until="dead letters")
    page.run("suyuan dlq list")
    (letter,) = json.loads(page.ask("suyuan dlq list --json"))
    page.run(f"suyuan dlq show -s mediation {letter['id']}")
    return str(letter["id"])


def _mended(page: Page, letter: str) -> None:
    page.say("To try it again does not help before the cause is mended:")
    page.run(f"suyuan dlq redrive -s mediation {letter}", code=1)
    page.say(
        "The operator adds the organisation to the network file, and ends the one service that reads it:"
    )
    network = page.stage.folder / "fengtai.yaml"
    text = network.read_text("utf-8")
    network.write_text(text.replace("\ninstitutions:\n", f"{_THIRD}\ninstitutions:\n"), "utf-8")
    page.show("cat >> fengtai.yaml   # under organisations:", _THIRD)
    parts = json.loads(page.ask("suyuan status --json"))["parts"]
    pid = next(one["pid"] for one in parts if one["name"] == "mediation-0")
    before = page.stage.said_until_now
    page.run(f"kill {pid}   # the pid of mediation-0, see suyuan status")
    page.say("`suyuan up` says in its terminal that it starts the service again:")
    page.show("", page.stage.said("starting again", before))
    page.ask("suyuan status", until="8 / 8")
    page.run(f"suyuan dlq redrive -s mediation {letter}")
    page.run("suyuan doctor | head -n 1", until="All is well")


def goes_home(page: Page) -> None:
    """The end of the day: the figures, and the stop."""
    page.say("## The end of the operator's day")
    page.ask("suyuan report", until="portal")
    page.run("suyuan report --recount", until="portal has counted the same")
    page.show("^C", page.stage.stop())
    page.say(
        "Nothing is left running, and the same folder starts again with all that it had, on the same ports."
    )
