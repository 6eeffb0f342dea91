"""Somebody at a bank: files a table, sees what is wrong, corrects it, and hears what becomes of it."""

import json
from collections.abc import Sequence
from typing import Any, Final

from tests.support.cases import case_id
from tests.support.first_hour.page import Page

GOOD: Final = "FT-2026-00017"
"""The dispute that goes on to a mediator."""
_COLUMNS: Final = (
    "reference",
    "claim_yuan",
    "principal_yuan",
    "party_name",
    "party_id_number",
    "overdue_since",
)
_TABLE: Final = (
    (GOOD, "12500.00", "10000.00", "张小三", "11010119900101001X", "2024-06-01"),
    ("FT-2026-00018", "8000.00", "5000.00", "李小四", "110101199001019999", "2024-06-01"),
    ("FT-2026-00019", "9000.00", "6500.00", "王小五", "110101199203034321", "2024-13-01"),
)
_CORRECTED: Final = (
    _TABLE[0],
    ("FT-2026-00018", "7500.00", "5000.00", "李小四", "110101199001019999", "2024-06-01"),
    ("FT-2026-00019", "9000.00", "6500.00", "王小五", "110101199203034321", "2024-12-01"),
)
_OF_ALL: Final = {
    "cause": "credit_card",
    "issue": "overdue",
    "product": "gold card",
    "as_of": "2025-01-01",
    "interest_yuan": "2500.00",
    "penalty_yuan": "0",
    "fees_yuan": "0",
    "terms_prompted": "yes",
    "contract_basis": "card contract 2021-07",
}
_INCOMPLETE: Final[dict[str, Any]] = {
    "institution": "ccb",
    "reference": "FT-2026-00020",
    "cause": "credit_card",
    "issue": "overdue",
    "product": "gold card",
    "claim_fen": 500_000,
    "party": {"name": "赵小六", "id_number": "110101198804041234"},
}
_ELEMENTS: Final = {
    "as_of": "2025-01-01",
    "principal_fen": 500_000,
    "interest_fen": 0,
    "terms_prompted": True,
}
_ADDED: Final = {"overdue_since": "2024-06-01", "contract_basis": "card contract 2023"}
_WATCH: Final = """\
import json, os, sys
from confluent_kafka import Consumer

consumer = Consumer(
    {
        "bootstrap.servers": os.environ["KAFKA"],
        "security.protocol": os.environ.get("KAFKA_PROTOCOL", "SASL_SSL"),
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": os.environ["KAFKA_USER"],
        "sasl.password": os.environ["KAFKA_PASSWORD"],
        "group.id": "ccb.look",
        "auto.offset.reset": "earliest",
    }
)
consumer.subscribe(["cases.ccb"])
while (message := consumer.poll(10.0)) is not None:
    event = {name: value.decode() for name, value in message.headers()}
    if event["ce_subject"] == sys.argv[1]:
        told = json.loads(message.value())
        print(event["ce_sequence"], told["event"])
        if told["event"].endswith("dispute-screened.v1"):
            break
consumer.close()
"""
_FILE: Final = "suyuan file disputes.csv --institution ccb"
_CALL: Final = 'curl -s -H "Authorization: Bearer $TOKEN"'
_SHOWN: Final = "python -m json.tool --no-ensure-ascii --indent 1"


def walk(page: Page) -> None:
    """File a table, correct it, and ask what became of it."""
    page.say("## The bank")
    page.say(
        "A table with one dispute a row. In the second the parts are not the sum; in the third a date does "
        "not exist."
    )
    page.write("disputes.csv", _table(_TABLE))
    page.say("First a dry run. Then the same for good: what can be filed is filed.")
    page.run(f"{_FILE} --dry-run", code=1, until="1 / 3")
    page.run(f"{_FILE} \\\n    --errors problems.csv --receipts receipts.csv", code=1)
    page.run("cat receipts.csv")
    page.run("cat problems.csv")
    page.say(
        "The two rows are corrected, and the whole table is filed again. What was filed already has no "
        "second effect."
    )
    (page.stage.folder / "disputes.csv").write_text(_table(_CORRECTED), "utf-8")
    page.run(f"{_FILE} --receipts receipts.csv")
    page.run("cat receipts.csv")
    _over_http(page)
    _events(page)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as CSV."""
    lines = [(*_COLUMNS, *_OF_ALL), *((*row, *_OF_ALL.values()) for row in rows)]
    return "".join(",".join(line) + "\n" for line in lines)


def _over_http(page: Page) -> None:
    page.say(
        "A program of the bank files over HTTP, or on the bank's own Kafka topic, with the same answers. The "
        "operator signs its token."
    )
    token = "suyuan token --role institution_agent --organisation ccb --person p-ccb-1"
    page.run(token)
    portal = json.loads(page.ask("suyuan status --json"))["portal"]
    page.stage.variables |= {"TOKEN": page.ask(token).strip(), "PORTAL": portal}
    page.say(f"With `TOKEN` and `PORTAL={portal}`. This filing does not say since when the card is overdue:")
    filing = {**_INCOMPLETE, "elements": {"credit_card": _ELEMENTS}}
    page.write("filing.json", json.dumps(filing, ensure_ascii=False, indent=1) + "\n")
    answer = json.loads(page.run(f"{_CALL} \\\n    -d @filing.json $PORTAL/filings"))
    page.say("What became of it:")
    _outcome(page, answer["outcome"], "returned")
    page.say("Corrected, but without `amends`, it could be a mistake. It is not taken, and that is said:")
    filing["elements"] = {"credit_card": _ELEMENTS | _ADDED}
    _outcome(page, _filed(page, filing), "not_amended")
    page.say("With `amends` it takes the place of the first:")
    _outcome(page, _filed(page, {**filing, "amends": True}), "done")


def _filed(page: Page, filing: dict[str, Any]) -> str:
    """File over HTTP, unseen; return where the outcome stands."""
    (page.stage.folder / "filing.json").write_text(json.dumps(filing, ensure_ascii=False), "utf-8")
    return str(json.loads(page.ask(f"{_CALL} -d @filing.json $PORTAL/filings"))["outcome"])


def _outcome(page: Page, path: str, status: str) -> None:
    page.run(f"{_CALL} \\\n    $PORTAL{path} |\n    {_SHOWN}", until=f'"{status}"')


def _events(page: Page) -> None:
    case = case_id("ccb", GOOD)
    page.say("The case that a reference of the bank belongs to, and the case itself:")
    for event in ("alerts.dispute-counted", "intake.filing-not-taken"):
        page.ask(f"suyuan case show {case} --json", until=event)
    page.run(f"suyuan case list --reference {GOOD} --institution ccb")
    page.run(f"suyuan case show {case} | head -n 15")
    page.say("Its events, with any Kafka client:")
    page.write("watch.py", _WATCH)
    page.run(f"KAFKA={page.kafka()} python watch.py \\\n    {case}", until="dispute-screened")
