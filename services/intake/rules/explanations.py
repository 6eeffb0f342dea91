"""主动释明: the texts that are explained to a party, version by version, and how they may be given.

A version is never edited, since a case keeps which one its party was given; a better text is a new version.
Source: 法释〔2021〕23号 art 7 (as of 2022-01-01).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from shared.contracts.words import Words


@dataclass(frozen=True, slots=True)
class ExplanationText:
    """One version of what is explained, in both languages.

    Attributes:
        version: Its id, which events keep.
        since: From when on it is given.
        rights: What a party may do and refuse: it is asked, may leave at any time, and may still sue.
        cost: What it costs, and what a suit would.
        mediation: How it goes: who mediates, how long, what an agreement is worth.
        model_cases: How disputes of its kind have ended.
    """

    version: str
    since: date
    rights: Words
    cost: Words
    mediation: Words
    model_cases: Words

    @property
    def digest(self) -> str:
        """SHA-256 of version and texts; events name it, so no old text gets another content."""
        content = {name: value for name, value in asdict(self).items() if name != "since"}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


CONTENTS: Final = ("rights", "cost", "mediation", "model_cases")
"""The four contents of an explanation."""

_RIGHTS = Words(
    "调解须经您同意。您可以同意或不同意，可以自行或委托代理人参加，可以申请更换调解员；在协议生效前，您可以"
    "随时退出。退出或调解不成，不影响您向人民法院起诉的权利；自请求调解起，诉讼时效中断。您在调解中作出的让"
    "步，不得在诉讼中作为对您不利的证据。",
    "Mediation needs your consent. You may agree or refuse, take part yourself or through an agent, and "
    "ask for another mediator; until an agreement is in force you may leave at any time. Whoever leaves, "
    "or fails to agree, may still sue; asking for mediation interrupts the limitation period. What you "
    "concede in mediation is no evidence against you in a suit.",
)
_MEDIATION = Words(
    "由调解组织指定或双方共同选定的调解员主持，自调解员接受指定之日起一般不超过 30 日，全体当事人同意的可以"
    "延长；鉴定期间不计入。达成协议的，自各方签名时生效；双方可在协议生效之日起 30 日内共同向人民法院申请司"
    "法确认，确认后可以申请强制执行。",
    "A mediator whom the organisation designates, or both sides choose, holds it, for 30 days at most from "
    "the day on which the mediator accepts, longer if all agree; time for an expert's opinion is not "
    "counted. An agreement is in force once all have signed. Within 30 days from then both may ask the "
    "court together to confirm it, and it can be enforced.",
)

_TEXTS: Final = (
    ExplanationText(
        version="rights-2023",
        since=date(2023, 1, 1),
        rights=_RIGHTS,
        cost=Words(
            "人民调解和本平台的调解不收取费用。提起诉讼须预交案件受理费，由败诉方负担。",
            "Mediation on this platform is free of charge. A suit costs a court fee, paid in advance and "
            "borne by who loses.",
        ),
        mediation=_MEDIATION,
        model_cases=Words(
            "同类纠纷的示范案件裁判后，平行案件可以参照其结果调解。请向调解员询问与您情形相近的示范案件及其"
            "结果。",
            "Once a model case is judged, its like can settle along it. Ask the mediator which model case "
            "is like yours, and how it ended.",
        ),
    ),
    ExplanationText(
        version="rights-2025.1",
        since=date(2025, 1, 1),
        rights=_RIGHTS,
        cost=Words(
            "本平台的调解不收取费用，申请司法确认也不收取费用。提起诉讼须预交案件受理费，由败诉方负担；逾期"
            "利息、违约金在此期间仍按合同和法律计算。",
            "Mediation on this platform is free of charge, and so is the confirmation by the court. A suit "
            "costs a court fee, paid in advance and borne by who loses; interest and penalties go on "
            "meanwhile, as contract and law say.",
        ),
        mediation=_MEDIATION,
        model_cases=Words(
            "三年间，本院在线委派调解金融纠纷 1,319 件，达成协议 125 件，化解标的额 7,197.92 万元。示范案件"
            "裁判后，平行案件可以参照其结果调解；请向调解员询问与您情形相近的示范案件及其结果。",
            "In three years 1,319 financial disputes were mediated online for this court, 125 of them "
            "settled, with CNY 71,979,200 in dispute. Once a model case is judged, its like can settle "
            "along it: ask the mediator which one is like yours, and how it ended.",
        ),
    ),
)

EXPLANATIONS: Final[Mapping[str, ExplanationText]] = {one.version: one for one in _TEXTS}
"""Every version that was ever given, by its id."""
DIGESTS: Final[Mapping[str, str]] = {one.version: one.digest for one in _TEXTS}
"""Digest of each text, by its version: reckoned once, and not for each filing."""

CHANNELS: Final[Mapping[str, Words]] = {
    "app": Words("手机应用", "App"),
    "web": Words("网页", "Web page"),
    "sms": Words("短信", "Text message"),
    "phone": Words("电话", "Phone"),
    "video": Words("视频", "Video"),
    "paper": Words("书面", "On paper"),
    "counter": Words("现场", "In person"),
}
"""The ways in which it can be given."""


def fault_of(version: str, channel: str) -> tuple[str, str] | None:
    """Return the reason code and the field of what is not known; ``None`` where both are."""
    if version not in EXPLANATIONS:
        return "explanation.unknown_version", "content_version"
    return None if channel in CHANNELS else ("explanation.unknown_channel", "channel")
