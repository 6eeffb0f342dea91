"""How a case number is explored: two disputes that are registered with it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.intake.handlers import numbers_stream
from services.intake.numbers import Number
from shared.casework.protocol import Received
from shared.contracts.delegation import NumberReleased, PreSuitRegistered, SuitRegistered
from shared.contracts.kinds import Procedure
from shared.contracts.message import Event
from tests.support.cases import case_id
from tests.support.explore import Sample, Walk
from tests.unit.intake import mother as intake

_STREAM = numbers_stream(intake.NETWORK)
_CASES = (case_id("ccb", "CC-0"), case_id("ccb", "CC-9"))
_SAMPLES = tuple(
    Sample(body, source=case)
    for case in _CASES
    for body in (
        PreSuitRegistered(case_number="（2026）京0106民诉前调801号"),
        NumberReleased(case_number="（2026）京0106民诉前调801号"),
        SuitRegistered(case_number="（2026）京0106民初801号", procedure=Procedure.SUMMARY),
    )
)


def _decide(state: Number | None, message: Received) -> Sequence[Event]:
    """A delivered event's id names its case."""
    return _STREAM.decide(state, replace(message, id=f"{message.source}:1@/suyuan/intake"))


def _label(state: Any) -> str:
    return "" if state is None else "已登记 a dispute has it" if state.case else "未登记 nobody has it"


NUMBER = Walk(
    "案号 · a case number",
    replace(_STREAM, decide=_decide),
    "nr1" + "0" * 32,
    intake.MON,
    lambda _: _SAMPLES,
    (),
    lambda state: state.case,
    _label,
)
