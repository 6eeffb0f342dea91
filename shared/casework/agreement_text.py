"""The text of an agreement, made of its terms by a template: what the parties sign, and its digest.

A template is never edited, since a draft keeps the version that it was made with; a better text is a new
version. Only the Chinese text is signed; the English one is a gloss.
Source: 人民调解法 art 29 (what an agreement may state); 法释〔2021〕23号 art 19 (as of 2022-01-01).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from shared.contracts.kinds import AgreementForm, Cause, Party
from shared.contracts.terms import DecisionReason, Terms
from shared.contracts.words import Words

Tongue = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a text states. Parties stand in it by their place: no name, no number of a person.

    Attributes:
        case: Id of the case.
        organisation: Id of the organisation that held the mediation.
        institution: Id of the institution.
        amount_fen: The agreed amount, or what is decided.
        terms: ``None`` where a decision gives nothing to be paid.
        reasons: Of a decision; empty of an agreement.
    """

    case: str
    organisation: str
    institution: str
    cause: Cause
    amount_fen: int
    form: AgreementForm
    terms: Terms | None
    reasons: tuple[DecisionReason, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """One version of the text's sentences, in the order in which they stand.

    Attributes:
        version: Its id, which events keep.
        since: From when on it is used.
        head: Case and parties.
        payment: Who pays how much, in how many parts.
        row: One instalment.
        guarantee: Left out where nobody stands in.
        waiver: Left out where nothing is waived.
        default: When the payer is in default, and what follows.
        costs: Who bears them.
        effect: What it takes effect with, by form.
        court: What the parties may ask the court for.
        reasons: What a decision rests on; ``None`` in a template of agreements.
        nothing: What stands in place of the payment where nothing is paid; ``None`` likewise.
    """

    version: str
    since: date
    head: Words
    payment: Words
    row: Words
    guarantee: Words
    waiver: Words
    default: Words
    costs: Words
    effect: Mapping[AgreementForm, Words]
    court: Words
    reasons: Words | None = None
    nothing: Words | None = None


_ALL_SIGN: Final = Words(
    "本协议自各方当事人签名之时起生效。", "This agreement is in force once all parties have signed it."
)
_SEALED: Final = Words(
    "本协议自各方当事人签名、调解员签名并加盖调解组织印章之日起生效。",
    "This agreement is in force once all parties and the mediator have signed it and the organisation has "
    "sealed it.",
)
_BY_YES: Final = Words(
    "本裁决自消费者接受之时起对双方生效；消费者不接受或者逾期未答复的，对任何一方均无约束力。",
    "This decision is in force for both sides once the consumer accepts it; if the consumer does not, or "
    "does not answer in time, it binds nobody.",
)

_AGREEMENT: Final = Template(
    version="agreement-2026.1",
    since=date(2026, 11, 26),
    head=Words(
        "调解协议书\n案件：{case}\n案由：{cause}\n金融机构：{institution}\n主持调解：{organisation}",
        "Mediation agreement\nCase: {case}\nCause: {cause}\nInstitution: {institution}\n"
        "Mediated by: {organisation}",
    ),
    payment=Words(
        "{payer}向{payee}支付人民币 {amount} 元，分 {count} 期：",
        "{payer} pays {payee} CNY {amount}, in {count} parts:",
    ),
    row=Words(
        "第 {number} 期：{day}（含当日）前支付 {amount} 元",
        "{number}. CNY {amount}, by {day} at the latest",
    ),
    guarantee=Words(
        "{guarantors}对上述全部款项承担连带责任。",
        "{guarantors}: jointly liable, each for the whole of it.",
    ),
    waiver=Words(
        "{payee}减免利息及各项费用 {waived} 元；按期付清的，双方就本纠纷再无其他给付。",
        "{payee} waives interest and charges of CNY {waived}; once all is paid in time, neither side "
        "owes the other anything more in this dispute.",
    ),
    default=Words(
        "有 {after} 期同时逾期未付，或者最后一期届满仍未付清的，为违约：{consequence}。",
        "The payer is in default once {after} instalments are overdue at one time, or anything is unpaid "
        "after the last one's day: {consequence}.",
    ),
    costs=Words("已发生的费用：{costs}。", "Costs so far: {costs}."),
    effect={AgreementForm.PLATFORM: _ALL_SIGN, AgreementForm.PEOPLES_MEDIATION: _SEALED},
    court=Words(
        "双方可以自本协议生效之日起三十日内共同向人民法院申请司法确认；经确认的，可以申请强制执行。未经确认"
        "而不履行的，可以就本协议起诉。",
        "Within thirty days of its effect both sides may ask the court together to confirm this "
        "agreement; once confirmed it can be enforced. If it is not confirmed and not performed, the "
        "other side may sue on it.",
    ),
)
_DECISION: Final = replace(
    _AGREEMENT,
    version="decision-2026.1",
    head=Words(
        "小额纠纷快速裁决书\n案件：{case}\n案由：{cause}\n金融机构：{institution}\n裁决组织：{organisation}",
        "Quick decision\nCase: {case}\nCause: {cause}\nInstitution: {institution}\n"
        "Decided at: {organisation}",
    ),
    reasons=Words("裁决理由：{reasons}。", "Reasons: {reasons}."),
    nothing=Words("双方互不给付。", "Neither side pays the other anything."),
    effect=dict.fromkeys(AgreementForm, _BY_YES),
)
_TEMPLATES: Final = (_AGREEMENT, _DECISION)

TEMPLATES: Final[Mapping[str, Template]] = {one.version: one for one in _TEMPLATES}
"""Every version that a draft was ever made with."""
CURRENT: Final = _AGREEMENT.version
"""With which a new draft is made."""
DECISION: Final = _DECISION.version
"""With which a quick decision is made."""


def text_of(agreement: Agreement, version: str, tongue: Tongue = "zh") -> str:
    """Return the text of an agreement, a line for each sentence, without a last line end.

    Args:
        agreement: What it states.
        version: Of the template.
        tongue: ``zh`` for the text that is signed, ``en`` for its gloss.

    Raises:
        KeyError: There is no such version.
    """
    return "\n".join(_lines(agreement, TEMPLATES[version], tongue))


def digest_of(agreement: Agreement, version: str) -> str:
    """Return the SHA-256 of the text that is signed, in UTF-8, as lower-case hexadecimal.

    Raises:
        KeyError: There is no such version.
    """
    return hashlib.sha256(text_of(agreement, version).encode()).hexdigest()


def _lines(agreement: Agreement, template: Template, tongue: Tongue) -> Iterator[str]:
    known = {
        "case": agreement.case,
        "cause": _in(agreement.cause.words, tongue),
        "institution": agreement.institution,
        "organisation": agreement.organisation,
        "reasons": _listed([one.words for one in agreement.reasons], tongue),
    }
    yield _in(template.head, tongue).format_map(known)
    if template.reasons is not None:
        yield _in(template.reasons, tongue).format_map(known)
    if agreement.terms is not None:
        yield from _plan(agreement.terms, agreement.amount_fen, template, tongue)
    elif template.nothing is not None:
        yield _in(template.nothing, tongue)
    yield _in(template.effect[agreement.form], tongue)
    yield _in(template.court, tongue)


def _plan(terms: Terms, amount_fen: int, template: Template, tongue: Tongue) -> Iterator[str]:
    """Yield what is paid, by whom, and what follows a default."""
    payee = Party.RESPONDENT if terms.payer.applies else Party.APPLICANT
    known = {
        "payer": _in(terms.payer.words, tongue),
        "payee": _in(payee.words, tongue),
        "amount": yuan(amount_fen),
        "count": str(len(terms.instalments)),
        "guarantors": _listed([one.words for one in terms.guarantors], tongue),
        "waived": yuan(terms.waived_fen),
        "after": str(terms.default_after),
        "consequence": _in(terms.on_default.words, tongue),
        "costs": _in(terms.costs.words, tongue),
    }
    yield _in(template.payment, tongue).format_map(known)
    for number, one in enumerate(terms.instalments, 1):
        row = {"number": str(number), "day": _day(one.pay_on, tongue), "amount": yuan(one.pay_fen)}
        yield _in(template.row, tongue).format_map(row)
    if terms.guarantors:
        yield _in(template.guarantee, tongue).format_map(known)
    if terms.waived_fen:
        yield _in(template.waiver, tongue).format_map(known)
    yield _in(template.default, tongue).format_map(known)
    yield _in(template.costs, tongue).format_map(known)


def yuan(fen: int) -> str:
    """Return an amount in yuan with both decimals and a comma at each thousand."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def _day(day: date, tongue: Tongue) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if tongue == "zh" else day.isoformat()


def _listed(words: list[Words], tongue: Tongue) -> str:
    return ("、" if tongue == "zh" else ", ").join(_in(one, tongue) for one in words)


def _in(words: Words, tongue: Tongue) -> str:
    return words.zh if tongue == "zh" else words.en
