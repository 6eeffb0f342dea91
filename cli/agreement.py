"""`suyuan agreement CASE`: the terms of an agreement, its plan, and its text as the parties sign it.

The text is made here by the same function as the platform's, so its digest can be compared before signing.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import output
from cli.case import Institution, Token, Url, read
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.casework.agreement_text import Agreement


def agreement(
    id: Annotated[
        str, typer.Argument(metavar="CASE", help="案件号或机构编号 / case id, or the institution's reference")
    ],
    text: Annotated[bool, typer.Option("--text", help="协议全文 / the whole text")] = False,
    url: Url = None,
    token: Token = None,
    institution: Institution = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """显示协议条款、付款计划与全文 / show the terms of an agreement, its plan and its text."""
    from shared.casework.agreement_text import digest_of, text_of

    found, _ = output.run(read(id, url, token, data, institution))
    said, version = stated(found), found["agreement"]["text"]
    digest = digest_of(said, version)
    texts = {"zh": text_of(said, version), "en": text_of(said, version, "en")}
    signed = found["agreement"]["digest"]
    if as_json:
        output.show(
            {
                "case": found["id"],
                "text_version": version,
                "digest": signed,
                "same": digest == signed,
                "amount_fen": said.amount_fen,
                "terms": found["agreement"]["terms"],
                **texts,
            }
        )
    elif text:
        output.line(texts["zh"])
        if output.view().language == "en":
            output.line("\nA gloss; the Chinese text alone is signed:\n" + texts["en"])
    else:
        output.draw_facts(declared.AGREEMENT, {**found, **_facts(found["agreement"])})
        rows = found["agreement"]["terms"].get("instalments", ())
        plan = [{"number": number, **one} for number, one in enumerate(rows, 1)]
        output.draw(declared.INSTALMENTS, plan)
    if as_json and digest != signed:
        raise typer.Exit(output.FAILED)
    if digest != signed:
        raise SuyuanError(
            code="agreement.text_differs",
            zh="本机生成的文本与待签摘要不符。请勿签署，升级 suyuan 后再查看。",
            en="The text made here is not the one that is to be signed. Do not sign; upgrade suyuan, "
            "then look again.",
        )


def stated(found: Mapping[str, Any]) -> "Agreement":
    """Return what the text of a case's agreement states, of the case as the portal shows it.

    Raises:
        SuyuanError: ``agreement.none``: there is none, or not for the reader; ``agreement.own_text``: its
            text is the mediator's own.
    """
    from shared.casework.agreement_text import TEMPLATES, Agreement
    from shared.contracts.kinds import AgreementForm, Cause
    from shared.contracts.reasons import text
    from shared.contracts.terms import DecisionReason, Terms

    one = found.get("agreement")
    if not one:
        reason = text("agreement.none")
        raise SuyuanError(code="agreement.none", zh=reason.zh, en=reason.en)
    if one.get("text") not in TEMPLATES:
        raise SuyuanError(
            code="agreement.own_text",
            zh="该协议的文本由调解员自行制作，平台没有其条款。请向调解员索取文本。",
            en="The mediator made the text of this agreement, and the platform has no terms of it. "
            "Ask the mediator for it.",
        )
    return Agreement(
        case=found["id"],
        organisation=found["organisation"],
        institution=found["institution"],
        cause=Cause(found["cause"]),
        amount_fen=one["amount_fen"],
        form=AgreementForm(one["form"]),
        terms=Terms.model_validate(one["terms"], strict=False) if one["terms"] else None,
        reasons=tuple(map(DecisionReason, one.get("reasons", ()))),
    )


_SHOWN: Final = ("payer", "waived_fen", "on_default", "default_after", "costs")


def _facts(one: Mapping[str, Any]) -> dict[str, object]:
    """Return what is shown of an agreement beside its plan."""
    terms = one["terms"]
    return {
        "agreement_digest": one["digest"],
        "agreement_fen": one["amount_fen"],
        "agreement_form": one["form"],
        **{name: terms.get(name) for name in _SHOWN},
        "guarantors": ", ".join(terms.get("guarantors", ())),
        "reasons": ", ".join(one.get("reasons", ())),
    }
