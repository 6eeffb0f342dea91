"""`suyuan dlq`: dead letters: see them, try them again, give them up.

Rows are read in the service's own database; what changes them is a command to the service itself, so that a
remedy passes through the same order and the same transaction as every message.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import connection, operator, output, short_ids
from cli.connection import AnyService, Data, OneService
from cli.display import declared
from cli.letters import brief, full
from cli.output import AsJson, WrongUse
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
    from shared.contracts.envelope import Actor
    from shared.runtime.base.settings import Settings
    from shared.runtime.commit.mongo import Database

Document = Mapping[str, Any]
POLL_S: Final = 0.2

app = typer.Typer(
    no_args_is_help=True, help="死信:查看、重投、丢弃 / dead letters: see them, try again, give up"
)


class Status(StrEnum):
    """What became of a dead letter."""

    WAITING = "waiting"
    REDRIVEN = "redriven"
    DISCARDED = "discarded"
    ALL = "all"


Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="死信标识(主题:分区:偏移) / topic:partition:offset"),
]
Case = Annotated[
    str | None, typer.Option("--case", help="案件(或序列等)标识 / case, series or other subject")
]
Everything = Annotated[bool, typer.Option("--all", help="全部等待中的死信 / all that wait")]
Timeout = Annotated[float, typer.Option("--timeout", help="最长等待秒数 / longest wait, seconds", min=0)]
Limit = Annotated[int, typer.Option("--limit", help="最多行数 / most rows", min=1, max=10_000)]


@app.command("list")
def list_(
    service: AnyService = None,
    status: Annotated[Status, typer.Option("--status", help="状态 / status")] = Status.WAITING,
    case: Case = None,
    limit: Limit = 100,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """列出死信 / list dead letters, of one service or of all."""
    rows: list[dict[str, Any]] = []
    for name in connection.services(service, data):
        rows += [
            {"service": name, **brief(row)} for row in output.run(_listed(name, data, status, case, limit))
        ]
    if as_json:
        output.show(rows)
        return
    if status is not Status.ALL:
        rows = [{**row, "status": ""} for row in rows]  # all the same
    output.draw(declared.LETTERS, [{**row, "why": _why(row)} for row in rows])


def _why(row: Mapping[str, Any]) -> str:
    """Return the reason of a letter in one line: code, sentence, and what was found."""
    if not row["reason"]:
        return ""
    detail = row["detail"].removeprefix(row["en"]).strip()  # some repeat the sentence
    return " ".join(filter(None, (row["reason"], output.told(row["zh"], row["en"]), detail)))


@app.command()
def show(id: str, service: OneService, data: Data = None, as_json: AsJson = False) -> None:
    """显示一条死信 / show one dead letter: reason, headers, value; personal data stay hidden."""
    row = output.run(_one(str(service), data, id))
    shown = full(row)
    if as_json:
        output.show(shown)
        return
    output.draw_facts(declared.LETTER, {**shown, "why": _why(shown)})
    headers = [{"name": name, "value": value} for name, value in shown["headers"].items()]
    output.draw(declared.HEADERS, headers)
    output.line(output.told("内容", "Value"))
    output.line(shown["value"])
    if shown["stack"]:
        output.line("\n" + shown["stack"])


@app.command()
def redrive(
    service: OneService,
    ids: Ids = None,
    case: Case = None,
    everything: Everything = False,
    timeout: Timeout = 30.0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """重投死信 / try dead letters again, those of a case in their order; one that fails again stays."""
    _remedy(str(service), Wanted.of(ids, case, everything), timeout, data, as_json, discard=False)


@app.command()
def discard(
    service: OneService,
    ids: Ids = None,
    case: Case = None,
    everything: Everything = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="确认丢弃全部 / yes, all of them")] = False,
    timeout: Timeout = 30.0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """丢弃死信 / give dead letters up: they never take effect, and what follows them goes on."""
    if everything and not yes:
        raise WrongUse(
            code="dlq.not_confirmed",
            zh="丢弃全部死信不可撤销。请加 --yes 确认。",
            en="Discarding all dead letters cannot be undone. Say --yes as well.",
        )
    _remedy(str(service), Wanted.of(ids, case, everything), timeout, data, as_json, discard=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dead letters a person means: exactly one of the three."""

    ids: tuple[str, ...] = ()
    case: str = ""

    @classmethod
    def of(cls, ids: Sequence[str] | None, case: str | None, everything: bool) -> "Wanted":
        """Take the arguments.

        Raises:
            WrongUse: ``dlq.nothing_chosen``.
        """
        if (bool(ids), bool(case), everything).count(True) != 1:
            raise WrongUse(
                code="dlq.nothing_chosen",
                zh="请指明死信标识、--case 或 --all 之一。",
                en="Say which: ids, or --case, or --all; one of the three.",
            )
        return cls(tuple(dict.fromkeys(ids or ())), case or "")

    def filter(self) -> dict[str, Any]:
        """Return the filter that finds them."""
        if self.ids:
            return {"_id": {"$in": list(self.ids)}}
        return {"status": Status.WAITING.value, **({"subject": self.case} if self.case else {})}


@dataclass(slots=True)
class Remedy:
    """One command to send.

    Attributes:
        subject: The case; the letter's own id where it has none.
        letters: Named letters; empty for all that wait of the case.
        covers: Ids of the letters whose status it should change.
        id: Its id, once it is sent.
    """

    subject: str
    letters: tuple[str, ...]
    covers: list[str] = field(default_factory=list)
    id: str = ""


def remedies(rows: Iterable[Document], wanted: Wanted, *, discard: bool) -> list[Remedy]:
    """Return the commands that bring a remedy to letters: one per case, one per letter without a case.

    A case is redriven as a whole, since none of its letters may overtake another; a discard by id gives up
    the letters named and no other.
    """
    out: dict[str, Remedy] = {}
    for row in rows:
        id, subject = row["_id"], row["subject"]
        if not subject:
            out[id] = Remedy(id, (id,), [id])
            continue
        one = out.setdefault(subject, Remedy(subject, ()))
        one.covers.append(id)
        if discard and wanted.ids:
            one.letters = (*one.letters, id)
    return list(out.values())


def _remedy(service: str, wanted: Wanted, wait_s: float, data: Any, as_json: bool, *, discard: bool) -> None:
    settings = connection.settings(service, data, mongo=True)
    found = output.run(_apply(service, settings, wanted, wait_s, discard=discard))
    done = Status.DISCARDED if discard else Status.REDRIVEN
    closed = [row for row in found if row["status"] == done]
    if as_json:
        output.show({"letters": found, "done": len(closed), "left": len(found) - len(closed)})
    else:
        rows = [{**row, "why": _why(row)} for row in found]
        output.draw(declared.REMEDIES, rows, f"{len(closed)} / {len(found)}")
    if len(closed) < len(found):
        raise typer.Exit(output.FAILED)


async def _apply(
    service: str, settings: "Settings", wanted: Wanted, wait_s: float, *, discard: bool
) -> list[dict[str, Any]]:
    from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
    from shared.runtime.base.collections import LETTERS
    from shared.runtime.serve.client import MessageSender

    kind = DiscardDeadLetters if discard else RedriveDeadLetters
    database = connection.database(service, settings)
    try:
        wanted = await _whole(database, wanted)
        rows = await database.find(LETTERS, wanted.filter(), sort=[("subject", 1), ("order", 1), ("_id", 1)])
        _all_there(wanted, rows)
        before = {row["_id"]: row for row in rows}
        open_ = [row for row in rows if row["status"] == Status.WAITING]
        sent = remedies(open_, wanted, discard=discard)
        if sent:
            who = operator.operator(settings)
            async with MessageSender(settings, source=operator.SOURCE, signer=who.signer) as sender:
                await _send(sender, service, kind, sent, who.actor)
            handled = await operator.handled(database, [one.id for one in sent], wait_s)
        else:
            handled = set()
        after = await _opened(
            database, settings, await database.find(LETTERS, {"_id": {"$in": list(before)}})
        )
        by_letter = {id: one.id in handled for one in sent for id in one.covers}
        order = list(before)
        after.sort(key=lambda row: order.index(row["_id"]))
        return [_outcome(before[row["_id"]], row, by_letter) for row in after]
    finally:
        database.close()


async def _whole(database: "Database", wanted: Wanted) -> Wanted:
    """Return what is wanted with whole ids."""
    from shared.runtime.base.collections import LETTERS

    ids = [await short_ids.place(database, LETTERS, id) for id in wanted.ids]
    case = await short_ids.subject(database, LETTERS, wanted.case, "subject")
    return Wanted(tuple(dict.fromkeys(ids)), case)


async def _send(
    sender: Any,
    service: str,
    kind: "type[RedriveDeadLetters | DiscardDeadLetters]",
    sent: Sequence[Remedy],
    actor: "Actor",
) -> None:
    for one in sent:
        one.id = await sender.command(service, kind(letters=one.letters), one.subject, actor=actor)


def _outcome(before: Document, after: Document, handled: Mapping[str, bool]) -> dict[str, Any]:
    """Say what became of a letter.

    ``already …`` it was closed before; ``failed again``; ``behind another`` it waits for one before it in
    its case; ``no answer`` the service did not take the command in time and may still do so.
    """
    row = brief(after)
    if before["status"] != Status.WAITING:
        row["outcome"] = f"already {before['status']}"
    elif after["status"] != Status.WAITING:
        row["outcome"] = after["status"]
    elif not handled.get(after["_id"]):
        row["outcome"] = "no answer"
    elif after["tries"] > before["tries"]:
        row["outcome"] = "failed again"
    else:
        row["outcome"] = "behind another"
    if after["status"] != Status.WAITING:
        row["reason"] = ""
    return row


def _all_there(wanted: Wanted, rows: Sequence[Document]) -> None:
    lacking = sorted(set(wanted.ids) - {row["_id"] for row in rows})
    if lacking or (wanted.case and not rows):
        what = lacking[0] if lacking else wanted.case
        raise SuyuanError(
            code="dlq.unknown",
            zh=f"没有死信 {what}。请用 suyuan dlq list 查看。",
            en=f"There is no dead letter {what}. See suyuan dlq list.",
        )


async def _listed(
    service: str, data: Any, status: Status, case: str | None, limit: int
) -> list[dict[str, Any]]:
    from shared.runtime.base.collections import LETTERS

    filter = {} if status is Status.ALL else {"status": status.value}
    settings = connection.settings(service, data, mongo=True)
    database = connection.database(service, settings)
    try:
        if case:
            filter["subject"] = await short_ids.subject(database, LETTERS, case, "subject")
        rows = await database.find(
            LETTERS, filter, sort=[("subject", 1), ("order", 1), ("buried_at", 1)], limit=limit
        )
        return await _opened(database, settings, rows)
    finally:
        database.close()


async def _opened(
    database: "Database", settings: "Settings", rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return letters in clear, as far as the keys of whoever asks open them."""
    from shared.runtime.base.vault import Vault
    from shared.runtime.commit.sealed_rows import opened_letters

    return await opened_letters(database, Vault.of_records(settings.record_keys.get_secret_value()), rows)


async def _one(service: str, data: Any, id: str) -> dict[str, Any]:
    from shared.runtime.base.collections import LETTERS

    settings = connection.settings(service, data, mongo=True)
    database = connection.database(service, settings)
    try:
        row = await database.get(LETTERS, await short_ids.place(database, LETTERS, id))
        if row is None:
            _all_there(Wanted((id,)), [])
        assert row is not None
        return (await _opened(database, settings, [row]))[0]
    finally:
        database.close()
