"""Why a case is where it is: each event by its rules, the one that decided, its version and days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cli import rulebooks
from cli.display.view import View
from shared.casework.calendar import SHANGHAI, last_day
from shared.casework.rulebook import RuleBook
from shared.contracts import language  # noqa: F401 - so that every message is known
from shared.contracts.because import AUTHORITY, BECAUSE, INSTEAD, STARTS, Because
from shared.contracts.common import RulesAdopted
from shared.contracts.message import versions_of
from shared.contracts.reasons import REASONS, text
from shared.contracts.rules import PLATFORM, RULES, Guard, sentence
from shared.contracts.words import Unit

Row = Mapping[str, Any]
_REFUSED = "common.command-refused"


@dataclass(slots=True)
class Explaining:
    """What is known while the events of a case are explained in their order.

    Attributes:
        adopted: The city's own versions by service, as they were recorded.
        versions: The version that each service named last.
        began: The latest time of each type of event.
        instead: Rules that the case stands under in place of the usual ones.
    """

    adopted: Mapping[str, Sequence[RulesAdopted]]
    versions: dict[str, str] = field(default_factory=dict)
    began: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    books: dict[str, RuleBook[Any]] = field(default_factory=dict)
    said: dict[tuple[str, str], dict[str, Row]] = field(default_factory=dict)

    def explain(self, event: Row) -> dict[str, Any]:
        """Return one event with its rules."""
        kind, data, service = event["type"], event.get("data") or {}, event["service"]
        if named := data.get("rules_version"):
            self.versions[service] = named
        self.began[kind] = event["at"]
        because = BECAUSE.get(kind, Because())
        spoke, decided = self.of_the_case(*_rules(kind, data, because))
        words = versions_of(kind)[-1].words if versions_of(kind) else None
        rows = [self.rule(rule, service, data) | {"decided": rule == decided} for rule in spoke]
        return {
            "at": event["at"],
            "service": service,
            "type": kind,
            "zh": words.zh if words else kind,
            "en": words.en if words else kind,
            "refused": kind == _REFUSED,
            "reasons": [_reason(one) for one in _reasons_in(data)],
            "rules": rows,
            "days": self.days(because, decided, data, rows),
        }

    def of_the_case(self, spoke: Sequence[str], decided: str) -> tuple[list[str], str]:
        """Return rules with those that the case stands under in place of the usual ones."""
        for usual, others in INSTEAD.items():
            if named := next((one for one in others if one in spoke), ""):
                self.instead[usual] = named
        mapped = dict.fromkeys(self.instead.get(one, one) for one in spoke)
        return list(mapped), self.instead.get(decided, decided)

    def rule(self, id: str, service: str, data: Row) -> dict[str, Any]:
        """Return a rule as the version of the case says it."""
        words = RULES.get(id)
        owner = words.service if isinstance(words, Guard) else service
        version = rulebooks.PLATFORM_VERSION if owner == PLATFORM else self.version(owner)
        found = self.version_of(owner, version).get(id)
        citation = "" if found is None else found["citation"]
        if isinstance(words, Guard):
            citation = words.source
        for reason in _reasons_in(data):  # a return cites what it rests on, by its own version
            if text(reason["code"]).rule == id and reason.get("citation"):
                citation = reason["citation"]
        said = sentence(id)
        limits = [id] if found is not None and found["value"] is not None else []
        limits += found["rests_on"] if found is not None else []
        return {
            "rule": id,
            "zh": said.zh,
            "en": said.en,
            "citation": citation,
            "version": version,
            "limits": [self.limit(one, owner, version) for one in limits],
        }

    def limit(self, id: str, service: str, version: str) -> dict[str, Any]:
        """Return the number of a rule in a version."""
        row = self.version_of(service, version)[id]
        return {name: row[name] for name in ("rule", "value", "unit", "standing", "citation")}

    def version(self, service: str) -> str:
        """Return the version of a service's rules under which the case stands."""
        book = rulebooks.books().get(service)
        return self.versions.get(service) or ("" if book is None else book.current)

    def version_of(self, service: str, version: str) -> Mapping[str, Row]:
        """Return what a version says by rule; nothing of one that is not known here."""
        key = service, version
        if key not in self.said:
            own = self.adopted.get(service, ())
            known = service in rulebooks.books()
            book = self.books.setdefault(service, rulebooks.with_own(service, own)) if known else None
            there = book is not None and (version in book.versions or version in book.adopted)
            rows = rulebooks.of_version(service, version, book, own) if book is not None and there else []
            self.said[key] = {row["rule"]: row for row in rows}
        return self.said[key]

    def days(self, because: Because, decided: str, data: Row, rows: Iterable[Row]) -> dict[str, Any] | None:
        """Return the time that an event gives: its limit, start, last day; ``None`` where it gives none."""
        due = data.get(because.due) if because.due else None
        if due is None:
            return None
        rule = self.instead.get(because.of, because.of) or decided
        end = _local(due)
        limit = next((one for row in rows for one in row["limits"] if one["rule"] == rule), None)
        start = next((self.began[kind] for kind in STARTS.get(rule, ()) if kind in self.began), None)
        value = data.get("limit_days") or (limit or {}).get("value")
        unit = (limit or {}).get("unit")
        return {
            "rule": rule,
            "start": None if start is None else _local(start).isoformat(),
            "days": value if unit != Unit.WORKING_DAYS else None,
            "working_days": value if unit == Unit.WORKING_DAYS else None,
            "last_day": last_day(end).isoformat(),
            "ends_at": end.isoformat(),
            "provisional": bool(data.get(because.provisional)),
        }


def explained(events: Iterable[Row], adopted: Mapping[str, Sequence[RulesAdopted]]) -> list[dict[str, Any]]:
    """Return the events of a case, each with the rules that made it.

    Args:
        events: The case's timeline, in its order.
        adopted: The city's own versions by service, as they were recorded.
    """
    explaining = Explaining(adopted)
    return [explaining.explain(one) for one in events]


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


def told(one: Mapping[str, Any], view: View) -> str:
    """Return the rules of an event as a text: each with its citation, version and limits."""
    lines = [f"{reason['code']} {view.told(reason['zh'], reason['en'])}" for reason in one["reasons"]]
    for rule in one["rules"]:
        mark = view.told("(决定)", " (decides)") if rule["decided"] and len(one["rules"]) > 1 else ""
        limits = ", ".join(number(limit, view) for limit in rule["limits"])
        parts = [rule["citation"], rule["version"], limits]
        words = view.told(rule["zh"], rule["en"])
        lines.append(f"{rule['rule']} {words}{mark} [{'; '.join(filter(None, parts))}]")
    if (days := one["days"]) is not None:
        mark = view.told("(暂定)", " (provisional)") if days["provisional"] else ""
        start = (days["start"] or "?")[:10]
        lines.append(f"{start} → {days['last_day']}{mark}")
    return view.told(";", "; ").join(lines)


def number(row: Row, view: View) -> str:
    """Return the number of a rule with its unit; empty for one without."""
    if row["value"] is None:
        return ""
    if row["unit"] == Unit.FEN:
        return f"CNY {row['value'] / 100:,.2f}"
    unit = Unit(row["unit"]).words
    value = f"{row['value']:g}" if isinstance(row["value"], float) else str(row["value"])
    return view.told(f"{value}{unit.zh}", f"{value} {unit.en}")


def _rules(kind: str, data: Row, because: Because) -> tuple[list[str], str]:
    """Return the rules that spoke of an event, and the one that decided."""
    if kind == _REFUSED:
        reason = data.get("reason", "")
        fallback = "platform.authority" if reason in AUTHORITY else because.rules[-1]
        rule = data.get("rule") or text(reason).rule or fallback
        return [rule], rule
    if "decided_by" in data:
        return [*data.get("rules", ())], data["decided_by"]
    reasons = [REASONS[one["code"]].rule for one in _reasons_in(data) if one["code"] in REASONS]
    if any(reasons):
        spoke = list(dict.fromkeys(filter(None, reasons)))
        return spoke, spoke[0]
    spoke = [*because.rules]
    if because.of and data.get(because.due):
        spoke.append(because.of)
    if because.each and (rule := because.each.get(data.get(because.by, ""))):
        spoke.append(rule)
    return spoke, spoke[-1] if spoke else ""


def _reasons_in(data: Row) -> list[Row]:
    """Return the coded reasons of an event: those of a return, and the one of a refusal."""
    found = [one for one in data.get("reasons", ()) if isinstance(one, Mapping)]
    code = data.get("reason") or data.get("ground")
    return [*found, {"code": code, "field": ""}] if code in REASONS else found


def _reason(one: Row) -> dict[str, Any]:
    said = text(one["code"])
    return {"code": one["code"], "field": one.get("field", ""), "zh": said.zh, "en": said.en}
