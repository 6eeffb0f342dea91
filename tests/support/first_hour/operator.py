"""The operator: starts, looks, mends a dead letter, stops."""

import json
from typing import Final

from tests.support.first_hour.page import Page

_SEND: Final = """\
import os
from confluent_kafka import Producer

producer = Producer(
    {
        "bootstrap.servers": os.environ["KAFKA"],
        "security.protocol": os.environ.get("KAFKA_PROTOCOL", "SASL_SSL"),
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": os.environ["KAFKA_USER"],
        "sasl.password": os.environ["KAFKA_PASSWORD"],
    }
)
filing = b'{"institution": "abc", "reference": "R-7", "cause": "complaint", "issue": "fees_not_prompted", ' \\
    b'"product": "credit card", "elements": {"complaint": {}}}'
headers = {"ce_specversion": "1.0", "ce_id": "R-7", "ce_source": "/institutions/ccb"}
headers["ce_type"] = "suyuan.intake.file-dispute.v1"
producer.produce("filings.ccb", filing, "R-7", headers=headers)
producer.flush(30)
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
        "A bank's new program files on the bank's own topic, and names another bank in what it files. Nobody "
        "files for another: it takes no effect. It is not lost: it is a **dead letter**, and the bank is "
        "told so."
    )
    page.write("send.py", _SEND)
    page.run(f"KAFKA={page.kafka()} python send.py")
    page.run("suyuan doctor | head -n 4", code=1, until="dead letters")
    page.run("suyuan dlq list")
    (letter,) = json.loads(page.ask("suyuan dlq list --json"))
    page.run(f"suyuan dlq show -s intake {letter['id']}")
    return str(letter["id"])


def _mended(page: Page, letter: str) -> None:
    page.say("To try it again does not help, since it says what it said:")
    page.run(f"suyuan dlq redrive -s intake {letter}", code=1)
    page.say("The bank mends its program and files again. The operator gives the letter up:")
    page.run(f"suyuan dlq discard -s intake {letter}")
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
