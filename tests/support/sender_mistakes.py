# ruff: noqa: E501 - a mistake is read as one row
"""What a bank's developer gets wrong, and what each mistake is answered: the rows of docs/mistakes.md.

`make mistakes` writes the page anew. What it says is held to the platform by
tests/kafka/test_sender_mistakes.py, which makes every one of these mistakes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shared.contracts.faults import FieldFault, sentences
from shared.contracts.fields import REFERENCE
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Cause, Party
from shared.contracts.reasons import text

PAGE: Final = Path(__file__).parents[2] / "docs" / "mistakes.md"
Headers = dict[str, bytes | None]
OUTCOME: Final = "`GET /outcomes/<ce_id>`; `cases.<institution>`"
DECIDED: Final = "`GET /outcomes/<ce_id>`; `cases.<institution>`"
NOWHERE: Final = "operators alone: `suyuan dlq list`"


@dataclass
class Record:
    """A filing as it is sent: right at first, until a mistake changes it."""

    topic: str
    key: bytes
    body: dict[str, Any]
    headers: Headers
    raw: bytes | None = None
    """The value, where it is not the body as JSON."""
    null: bool = False


@dataclass(frozen=True)
class Wrong:
    """One mistake on Kafka.

    Attributes:
        zh: What is wrong, in Chinese.
        en: The same in English.
        make: Makes the mistake.
        status: Status of the outcome; empty where nobody can ask for one.
        code: Reason code; empty where it is taken.
        faults: Codes by field, where the answer names fields.
        hints: What is told to be right, by field; left out where a place in the text varies.
        seen: Where the answer is read.
        asks: Who asks: whose topic it was.
        before: What was sent before under the same reference, if anything.
    """

    zh: str
    en: str
    make: Callable[[Record], None]
    status: str = "rejected"
    code: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen: str = OUTCOME
    asks: str = "ccb"
    before: Callable[[Record], None] | None = None


def _set(**values: Any) -> Callable[[Record], None]:
    return lambda record: record.body.update(values)


def _header(name: str, value: bytes | None) -> Callable[[Record], None]:
    return lambda record: record.headers.update({name: value})


def _without(*names: str) -> Callable[[Record], None]:
    def make(record: Record) -> None:
        for name in names:
            record.headers.pop(name)

    return make


def _value(change: Callable[[bytes], bytes]) -> Callable[[Record], None]:
    def make(record: Record) -> None:
        assert record.raw is not None
        record.raw = change(record.raw)

    return make


def _renamed(old: str, new: str) -> Callable[[Record], None]:
    return lambda record: record.body.update({new: record.body.pop(old)})


def _card(**values: Any) -> Callable[[Record], None]:
    return lambda record: record.body["elements"]["credit_card"].update(values)


def _attribute(name: str, value: Any) -> Callable[[Record], None]:
    return lambda record: setattr(record, name, value)


def _three(record: Record) -> None:
    _renamed("reference", "refrence")(record)
    record.body.update(cause="信用卡", claim_fen="24,000.00")


def _nothing(record: Record) -> None:
    return None


CAUSES: Final = tuple(cause.value for cause in Cause)
FEN: Final = {"claim_fen": ("fen",)}
FILE: Final = {"ce_type": (FileDispute.wire_type,)}
_WRONG_TYPE: Final = "message.wrong_type"
KAFKA: Final = (
    Wrong("消息键与编号不同", "the key is not the reference", _attribute("key", b"another"), "done", seen=DECIDED),
    Wrong("正文用另一机构的主题", "the filing stands on another institution's topic", _attribute("topic", "filings.abc"),
          code="filing.wrong_institution", asks="abc"),
    Wrong("申报写到命令主题", "a filing on the topic of commands", _attribute("topic", "intake.commands"),
          code="message.wrong_topic", faults={"ce_type": "message.wrong_topic"}, hints={"ce_type": ("filings.<institution>",)}),
    Wrong("没有 ce_id", "no `ce_id`", _without("ce_id"), "", "message.missing_header",
          {"ce_id": "message.missing_header"}, seen=NOWHERE),
    Wrong("没有 ce_source", "no `ce_source`", _without("ce_source"), code="message.missing_header",
          faults={"ce_source": "message.missing_header"}),
    Wrong("消息头 ce_specversion 为 2.0", "`ce_specversion` is `2.0`", _header("ce_specversion", b"2.0"),
          code="message.bad_header", faults={"ce_specversion": "message.bad_header"}, hints={"ce_specversion": ("1.0",)}),
    Wrong("JSON 多一个逗号", "JSON with a trailing comma", _value(lambda value: value[:-1] + b",}"),
          code="message.not_json", faults={"": "message.not_json"}),
    Wrong("JSON 前有 BOM", "a byte order mark before the JSON", _value(lambda value: b"\xef\xbb\xbf" + value),
          code="message.not_json", faults={"": "message.not_json"}),
    Wrong("GBK 编码", "GBK bytes", _value(lambda value: value.decode().encode("gbk")),
          code="message.not_utf8", faults={"": "message.not_utf8"}),
    Wrong("一条消息放多件申报", "a list of filings in one message", _value(lambda value: b"[" + value + b"]"),
          code=_WRONG_TYPE, faults={"": "field.wrong_kind"}, hints={"": ("object",)}),
    Wrong("值为 null", "the value is null (a tombstone)", _attribute("null", True), code="message.null"),
    Wrong("消息超过 1 MB", "a value of 1.2 MB", _value(lambda value: value + b" " * 1_200_000),
          code="message.too_large"),
    Wrong("金额以元填写(带小数)", "yuan with decimals in place of fen", _set(claim_fen=24000.5),
          code=_WRONG_TYPE, faults={"claim_fen": "field.wrong_kind"}, hints=FEN),
    Wrong("金额以元填写(整数)", "yuan in place of fen", _set(claim_fen=24_000), "returned", "amount.mismatch",
          {"claim_fen": "amount.mismatch"}, {"claim_fen": ("240.00", "24,000.00")}, DECIDED),
    Wrong("数字写成字符串", "a number as text", _set(claim_fen="2400000"),
          code=_WRONG_TYPE, faults={"claim_fen": "field.wrong_kind"}, hints=FEN),
    Wrong("负数金额", "a negative amount", _set(claim_fen=-1),
          code=_WRONG_TYPE, faults={"claim_fen": "field.out_of_range"}, hints={"claim_fen": ("≥ 0",)}),
    Wrong("日期写成 2026/3/1", "a date as `2026/3/1`", _card(as_of="2026/3/1"),
          code=_WRONG_TYPE, faults={"elements.credit_card.as_of": "field.not_date"}),
    Wrong("日期晚于申报日", "a date after the filing", _card(as_of="2999-01-01"), "returned", "date.after_filing",
          {"elements.credit_card.as_of": "date.after_filing"}, seen=DECIDED),
    Wrong("字段名拼错", "a field's name is misspelt", _renamed("reference", "refrence"),
          code=_WRONG_TYPE, faults={"reference": "field.missing", "refrence": "field.unknown"}, hints={"refrence": ("reference",)}),
    Wrong("案由写中文", "the cause in words in place of its code", _set(cause="信用卡"),
          code=_WRONG_TYPE, faults={"cause": "field.unknown_code"}, hints={"cause": CAUSES}),
    Wrong("编号含空格", "blanks in the reference", _set(reference="CC 2026 1"),
          code=_WRONG_TYPE, faults={"reference": "field.bad_form"}, hints={"reference": (REFERENCE,)}),
    Wrong("同时错四处", "four mistakes at once", _three, code=_WRONG_TYPE,
          faults={"reference": "field.missing", "refrence": "field.unknown", "cause": "field.unknown_code",
                  "claim_fen": "field.wrong_kind"}, hints={"refrence": ("reference",), "cause": CAUSES, **FEN}),
    Wrong("类型名写错", "the type's name is wrong", _header("ce_type", b"suyuan.intake.file-disputes.v1"),
          code="message.unknown_type", faults={"ce_type": "message.unknown_type"}, hints=FILE),
    Wrong("类型版本 v2", "version `v2` of the type", _header("ce_type", b"suyuan.intake.file-dispute.v2"),
          code="message.unknown_version", faults={"ce_type": "message.unknown_version"}, hints=FILE),
    Wrong("ce_time 没有时区", "`ce_time` without a zone", _header("ce_time", b"2026-03-01T09:00:00"),
          code="time.no_zone", faults={"ce_time": "time.no_zone"}, hints={"ce_time": ("2026-03-01T09:00:00+08:00",)}),
    Wrong("ce_time 在未来", "`ce_time` in the future", _header("ce_time", b"2999-03-01T09:00:00+08:00"),
          code="time.in_future", faults={"ce_time": "time.in_future"}),
    Wrong("ce_actor 没有角色", "`ce_actor` without a role", _header("ce_actor", b"ccb/p-1"),
          code="actor.no_role", faults={"ce_actor": "actor.no_role"}, hints={"ce_actor": ("organisation/person/role",)}),
    Wrong("content-type 写错", "another `content-type`; the content decides", _header("content-type", b"text/xml"),
          "done", seen=DECIDED),
    Wrong("同一 ce_id,内容不同", "the same `ce_id` again with another claim", _set(claim_fen=1), "done",
          seen=DECIDED, before=_nothing),
    Wrong("同一编号再次申报", "the same reference again under a new `ce_id`", _set(claim_fen=2), "unchanged",
          "filing.unchanged", seen=DECIDED, before=_header("ce_id", b"again-before")),
    Wrong("更正从未申报的纠纷", "an amendment of what was never filed: a filing", _set(amends=True), "done",
          seen=DECIDED),
    Wrong("分流后再更正", "an amendment after the referral", _set(amends=True, claim_fen=3), "too_late",
          "filing.too_late", seen=DECIDED, before=_header("ce_id", b"late-before")),
    Wrong("更正退回的申报而未写 amends", "a correction that does not say so", _nothing, "not_amended",
          "filing.not_amended", seen=DECIDED,
          before=lambda record: (_set(claim_fen=4)(record), _header("ce_id", b"forgot-before")(record))[0]),
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One mistake over HTTP.

    Attributes:
        zh: What is wrong, in Chinese.
        en: The same in English.
        method: Of the request.
        path: `{case}` is a case of ccb.
        status: HTTP status.
        code: Reason code; empty where it is taken.
        faults: Codes by field.
        hints: What is told to be right, by field; left out where a place in the text varies.
        who: Organisation and role of the token; the token's fault instead, where there is no slash.
        body: Content of the request.
        headers: Further headers of the request.
    """

    zh: str
    en: str
    method: str
    path: str
    status: int
    code: str
    faults: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    who: str = "ccb/institution_agent"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    before: bytes = b""
    """What is sent first, in the same way."""


_COMPLAINT: Final = (
    b'{"institution":"ccb","reference":"H-1","cause":"complaint","issue":"fees","product":"card"'
)
_BAD: Final = "http.bad_payload"
HTTP: Final = (
    Call("没有令牌", "no token", "GET", "/cases", 401, "token.missing", who="none"),
    Call("令牌过期", "an expired token", "GET", "/cases", 401, "token.expired", who="expired"),
    Call("令牌无效", "another platform's token", "GET", "/cases", 401, "token.invalid", who="invalid"),
    Call("角色不对", "the wrong role", "POST", "/filings", 403, "actor.not_allowed", who="people-mediation/mediator",
         body=_COMPLAINT + b"}"),
    Call("替别的机构申报", "filing for another institution", "POST", "/filings", 403, "filing.wrong_institution",
         who="abc/institution_agent", body=_COMPLAINT + b"}"),
    Call("查看别家的案件", "another institution's case", "GET", "/cases/{case}", 404, "case.unknown",
         who="abc/institution_agent"),
    Call("没有该案件", "an unknown case", "GET", "/cases/sy1" + "a" * 32, 404, "case.unknown"),
    Call("案件号写错", "what is no case id", "GET", "/cases/12345", 422, _BAD, {"path.id": "field.bad_form"}),
    Call("没有发送过的请求号", "the outcome of what was never sent", "GET", "/outcomes/never-sent", 404, "outcome.unknown"),
    Call("JSON 多一个逗号", "JSON with a trailing comma", "POST", "/filings", 422, _BAD, {"": "message.not_json"},
         body=_COMPLAINT + b",}"),
    Call("GBK 编码", "GBK bytes", "POST", "/filings", 422, _BAD, {"": "message.not_utf8"},
         body='{"institution":"建行"}'.encode("gbk")),
    Call("发送表单而非 JSON", "a form in place of JSON", "POST", "/filings", 422, _BAD, {"": "message.not_json"},
         body=b"institution=ccb&reference=H-1", headers={"content-type": "application/x-www-form-urlencoded"}),
    Call("content-type 写错", "another `content-type`; the content decides", "POST", "/filings", 202, "",
         body=_COMPLAINT + b"}", headers={"content-type": "text/xml"}),
    Call("空正文", "no body", "POST", "/filings", 422, _BAD,
         {name: "field.missing" for name in ("institution", "reference", "cause", "issue")}),
    Call("字段名拼错", "a field's name is misspelt", "POST", "/filings", 422, _BAD, {"prodct": "field.unknown"}, {"prodct": ("product",)},
         body=_COMPLAINT.replace(b'"product"', b'"prodct"') + b"}"),
    Call("正文超过 1 MB", "a body of 1.2 MB", "POST", "/filings", 413, "http.too_large",
         body=_COMPLAINT + b" " * 1_200_000 + b"}"),
    Call("同一 Idempotency-Key,内容不同", "the same `Idempotency-Key` with another body", "POST", "/filings",
         422, "http.key_reused", before=_COMPLAINT + b"}", body=_COMPLAINT + b',"claim_fen":5}',
         headers={"Idempotency-Key": "k-1"}),
    Call("命令的对象不是案件", "a command about what is no case", "POST", "/commands/intake/give-consent/12345", 404,
         "case.unknown", body=b'{"party":"applicant"}'),
    Call("Idempotency-Key 含空格", "blanks in the `Idempotency-Key`", "POST", "/filings", 422, _BAD,
         {"header.Idempotency-Key": "field.bad_form"}, body=_COMPLAINT + b"}", headers={"Idempotency-Key": "a b"}),
    Call("If-Match 不是版本号", "`If-Match` is no version", "POST", "/commands/intake/give-consent/{case}", 422, _BAD,
         {"header.If-Match": "field.bad_form"}, body=b'{"party":"applicant"}', headers={"If-Match": "latest"}),
    Call("取值不在列表", "a code that is not known", "POST", "/commands/intake/give-consent/{case}", 422, _BAD,
         {"party": "field.unknown_code"}, {"party": tuple(Party)}, body=b'{"party":"bank"}'),
    Call("没有该命令", "an unknown command", "POST", "/commands/intake/file-everything/{case}", 404, "http.not_found",
         body=b"{}"),
    Call("没有该查询参数", "an unknown query parameter", "GET", "/cases?institutions=ccb", 422, _BAD,
         {"query.institutions": "field.unknown"}, {"query.institutions": ("institution",)}),
    Call("筛选值不认识", "a filter's value is not known", "GET", "/cases?cause=card", 422, _BAD,
         {"query.cause": "field.unknown_code"}, {"query.cause": CAUSES}),
    Call("limit 超出范围", "`limit` is out of range", "GET", "/cases?limit=1000", 422, _BAD,
         {"query.limit": "field.out_of_range"}, {"query.limit": ("≤ 200",)}),
    Call("翻页标记不对", "a cursor of another kind", "GET", "/cases?after=2", 422, _BAD,
         {"query.after": "field.bad_value"}),
    Call("调解员按机构编号查找", "a mediator looks for a bank's reference", "GET", "/cases?reference=H-1", 403,
         "reference.not_allowed", who="people-mediation/mediator"),
    Call("方法不支持", "a method that the address does not take", "DELETE", "/cases", 405, "http.method_not_allowed"),
    Call("没有该地址", "an unknown address", "GET", "/disputes", 404, "http.not_found"),
)  # fmt: skip


def page() -> str:
    """Return docs/mistakes.md."""
    lines = [
        "# 常见错误 · Mistakes, and what each is answered",
        "",
        "Made by `make mistakes`; every row is made on a real platform by `tests/kafka/test_sender_mistakes.py`.",
        "How to file is in [publish.md](publish.md), what `status` means in [portal.md](portal.md#outcomes).",
        "",
        "## Kafka",
        "",
        "A good filing, with one thing wrong. What stands beside it in the same batch is not disturbed.",
        "",
        "| 错误 · mistake | status | 代码 · code | 回答 · answer | where |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [_row(one, f"`{one.status}`" if one.status else "–", one.seen) for one in KAFKA]
    lines += [
        "",
        "## HTTP",
        "",
        "The answer is the response itself: RFC 9457 problem details with `code`, `zh`, `en`, and `errors` by field.",
        "",
        "| 错误 · mistake | status | 代码 · code | 回答 · answer | request |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [_row(one, str(one.status), f"`{one.method} {_short(one.path)}`") for one in HTTP]
    return "\n".join(lines) + "\n"


def _short(path: str) -> str:
    return path.replace("a" * 32, "aaa…")


def _row(one: Wrong | Call, status: str, where: str) -> str:
    named = [
        FieldFault(code=code, field=name, hints=one.hints.get(name, ())) for name, code in one.faults.items()
    ]
    codes = [f"`{one.code}`"] if one.code else ["–"]
    codes += [
        f"`{fault.field}` `{fault.code}`".removeprefix("`` ") for fault in named if fault.code != one.code
    ]
    told = [sentences(fault) for fault in named] or ([text(one.code)] if one.code else [])
    said = dict.fromkeys(f"{words.zh} {words.en}".replace("|", "\\|") for words in told)
    return f"| {one.zh} · {one.en} | {status} | {'; '.join(codes)} | {' '.join(said) or '–'} | {where} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
