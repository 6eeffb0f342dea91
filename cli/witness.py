"""`suyuan witness`: a member sees that no day of history was rewritten, and signs what it saw."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import connection, output
from cli.connection import AnyService, Data
from cli.display import declared
from cli.output import AsJson
from shared.contracts.errors import SuyuanError
from shared.contracts.topics import SERVICES

if TYPE_CHECKING:
    from cli.verifying.days import ClosedDays
    from shared.contracts.days import DayWitnessed
    from shared.runtime.base.settings import Settings
    from shared.runtime.base.signing import Signer

SEEN: Final = Path(".suyuan") / "witnessed.json"

app = typer.Typer(
    no_args_is_help=True, help="见证:成员会签每日根 / members see and sign the roots of the days of history"
)


@app.command()
def sign(
    member: Annotated[str, typer.Option("--member", help="成员标识 / id of the member")],
    key: Annotated[
        Path, typer.Option("--key", help="成员私钥文件 id:base64url / file with the member's own private key")
    ],
    seen: Annotated[
        Path, typer.Option("--seen", help="此前所见,只存于成员处 / what it saw before, kept by the member")
    ] = SEEN,
    service: AnyService = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """核对并会签各服务的每日根 / check the days of each service, sign the last; 1 if one was rewritten."""
    settings = connection.settings(None, data, user=member)
    names = [str(service)] if service else list(SERVICES)
    before = _read(seen)
    days = output.run(_days(settings, names))
    rows = [_compared(one, before.get(one.service)) for one in days]
    good = [one for one, row in zip(days, rows, strict=True) if row["state"] in ("new", "known", "grown")]
    output.run(_send(settings, [_signed(one, member, _signer(key)) for one in good]))
    after = {one.service: _seen(one) for one in good}
    seen.parent.mkdir(parents=True, exist_ok=True)
    seen.write_text(json.dumps({**before, **after}, indent=1) + "\n", "utf-8")
    if as_json:
        output.show({"member": member, "services": rows})
    else:
        output.draw(declared.WITNESSING, rows)
    if any(row["state"] in ("rewritten", "wrong") for row in rows):
        raise typer.Exit(output.FAILED)


@app.command("list")
def list_(service: AnyService = None, data: Data = None, as_json: AsJson = False) -> None:
    """列出各服务的封定日与见证 / list the last closed day of each service and who witnessed it."""
    names = [str(service)] if service else list(SERVICES)
    rows: list[dict[str, Any]] = []
    for one in output.run(_days(connection.settings(None, data), names)):
        last = max(one.days, default=0)
        rows.append(
            {
                "service": one.service,
                "number": last,
                "day": one.days[last].day if last else "",
                "days_root": one.days[last].days_root if last else "",
                "witnessed": one.witnessed,
            }
        )
    if as_json:
        output.show(rows)
        return
    shown = [
        {**row, "witnessed": ", ".join(f"{member} {number}" for member, number in row["witnessed"].items())}
        for row in rows
    ]
    output.draw(declared.WITNESSED, shown)


async def _days(settings: "Settings", services: Sequence[str]) -> "list[ClosedDays]":
    from cli.verifying.days import ClosedDays, from_topics
    from shared.contracts.topics import DAYS, WITNESSED
    from shared.network.load import load_keys, load_network
    from shared.runtime.serve.client import EventReader

    keys = load_keys(load_network(settings.network), settings.keys)
    days = [ClosedDays(service, keys) for service in services]
    async with EventReader(settings, [DAYS, WITNESSED]) as reader:
        await from_topics(days, reader)
    for one in days:
        one.check("events", tips=False)
    return days


def _compared(days: "ClosedDays", before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what is said of a service's days, held to what this member saw before.

    That they only grew is shown by a proof, as any other witness would ask for it.
    """
    from shared.contracts import merkle
    from shared.contracts.days import leaf_of

    last = max(days.days, default=0)
    row = {"service": days.service, "number": last, "day": days.days[last].day if last else ""}
    if days.findings:
        return {**row, "state": "wrong", "detail": days.findings[0].wrong.value}
    if before is None:
        return {**row, "state": "new" if last else "none", "detail": ""}
    first = int(before["number"])
    if last < first:
        return {**row, "state": "rewritten", "detail": f"{first} > {last}"}
    leaves = [leaf_of(days.service, days.days[number]) for number in sorted(days.days)]
    old, new = bytes.fromhex(str(before["days_root"])), bytes.fromhex(days.days[last].days_root)
    if not merkle.grew(first, old, last, new, merkle.consistency(leaves, first)):
        return {**row, "state": "rewritten", "detail": f"{old.hex()[:16]} ({first})"}
    return {**row, "state": "known" if first == last else "grown", "detail": f"{first} → {last}"}


def _seen(days: "ClosedDays") -> dict[str, Any]:
    last = max(days.days)
    return {"number": last, "days_root": days.days[last].days_root}


def _signed(days: "ClosedDays", member: str, signer: "Signer") -> "DayWitnessed":
    from shared.contracts.days import DayWitnessed, witnessed

    last = days.days[max(days.days)]
    content = witnessed(days.service, last.day_number, last.days_root, member)
    return DayWitnessed(
        service=days.service,
        member=member,
        day_number=last.day_number,
        days_root=last.days_root,
        signature=str(signer.sign(content)),
    )


async def _send(settings: "Settings", seen: "Sequence[DayWitnessed]") -> None:
    from datetime import UTC, datetime

    from shared.contracts.envelope import Actor, Envelope, headers
    from shared.contracts.topics import WITNESSED
    from shared.runtime.base.ids import new_id
    from shared.runtime.decide.days import days_subject
    from shared.runtime.publish.producer import started

    if not seen:
        return
    producer = await started(settings)
    try:
        for one in seen:
            id, subject = new_id(), days_subject(one.service)
            envelope = Envelope(
                id,
                f"/members/{one.member}",
                one.wire_type,
                subject,
                datetime.now(UTC),
                None,
                id,
                "",
                Actor(one.member, "", "witness"),
                "",
            )
            value = one.model_dump_json().encode()
            await producer.send_and_wait(WITNESSED, value, key=subject.encode(), headers=headers(envelope))
    finally:
        await producer.stop()


def _signer(path: Path) -> "Signer":
    from shared.runtime.base.signing import Signer

    try:
        return Signer.of(path.read_text("utf-8").strip())
    except (OSError, ValueError) as error:
        raise SuyuanError(
            code="witness.key",
            zh=f"{path} 中没有私钥。应为一行 id:base64url。",
            en=f"There is no private key in {path} ({type(error).__name__}). It is one line, id:base64url.",
        ) from None


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
        return {str(name): {**seen} for name, seen in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        raise SuyuanError(
            code="witness.seen",
            zh=f"无法读取 {path},不能与此前所见比较。请恢复该文件;删除它等于放弃此前所见。",
            en=f"{path} cannot be read, so nothing can be held to what was seen before. Restore it; "
            "to delete it is to forget that.",
        ) from None
