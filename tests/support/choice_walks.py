"""How the choice of a mediator by the parties is explored."""

from collections.abc import Hashable, Iterable
from dataclasses import replace

from services.mediation.case import Mediation
from services.mediation.case.choice import is_open
from services.mediation.handlers import handlers
from shared.contracts.choices import ChooseMediator, LeaveChoice
from tests.support.clock_walks import CLOCK
from tests.support.explore import Reached, Sample
from tests.support.mediation_walks import CASE
from tests.unit.mediation import mother as mediation

_SAMPLES = (
    Sample(mediation.referral()),
    *(
        Sample(body, actor)
        for body in (ChooseMediator(mediator="m01"), ChooseMediator(mediator="m02"), LeaveChoice())
        for actor in (mediation.AGENT, mediation.PARTY)
    ),
)


def _may_come(reached: Reached) -> Iterable[Sample]:
    own = {type(sample.body) for sample in _SAMPLES}
    yield from _SAMPLES
    yield from (sample for sample in CASE.samples(reached) if type(sample.body) not in own)


def _phase(state: Mediation) -> Hashable:
    if not is_open(state):
        return state.round > 0, state.end is not None
    return tuple(sorted(state.choice.named.items())), tuple(sorted(state.choice.left))


def _label(state: Mediation | None) -> str:
    if state is None:
        return ""
    if is_open(state):
        return "共同选择 the parties choose"
    return "已结束 ended" if state.end is not None else "请求指定 a mediator is asked for"


CHOICE = replace(
    CASE,
    stream=handlers(mediation.network(), mediation.CHOOSING, box=mediation.GLASS_BOX).case,
    title="共同选择调解员 · a mediator chosen by the parties",
    samples=_may_come,
    actors=CLOCK.actors,
    phase=_phase,
    label=_label,
)
