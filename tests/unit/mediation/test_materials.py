"""The organisation signs for what the court delegated, and only for that."""

import pytest

from shared.casework.protocol import Timed
from shared.contracts.delegation import MaterialsReceived, ReceiveMaterials
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Way
from tests.support.spec import given
from tests.unit.mediation.mother import AGENT, CLERK, HELD, MON, OPENED, REFERRED, TUE, made, mediator

CASE = made().case
SIGN_FOR = ReceiveMaterials()


def test_materials_are_signed_for_once() -> None:
    signed = given(CASE, *REFERRED).when(SIGN_FOR, at=TUE, actor=CLERK).then(MaterialsReceived())
    signed.when(SIGN_FOR, at=TUE, actor=CLERK).then_nothing()


def test_those_of_a_suit_are_signed_for_as_well() -> None:
    in_suit = (Timed(MON, OPENED.model_copy(update={"way": Way.DOCKETED})), *HELD[1:])
    given(CASE, *in_suit).when(SIGN_FOR, at=TUE, actor=CLERK).then(MaterialsReceived())


def test_there_are_none_where_a_party_applied() -> None:
    applied = (Timed(MON, OPENED.model_copy(update={"way": Way.APPLIED})), *HELD[1:])
    given(CASE, *applied).when(SIGN_FOR, at=TUE, actor=CLERK).then_refused("delegation.applied")


@pytest.mark.parametrize(
    "actor", [AGENT, mediator(), Actor("banking-mediation", "p-banking-1", "organisation_clerk")]
)
def test_nobody_else_signs_for_them(actor: Actor) -> None:
    given(CASE, *REFERRED).when(SIGN_FOR, at=TUE, actor=actor).then_refused("actor.not_allowed")
