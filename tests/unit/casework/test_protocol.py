"""A state that changes is a new one, and the old one stays."""

from dataclasses import fields, replace
from datetime import UTC, datetime

from shared.casework.protocol import Received, State
from shared.contracts.common import AdvanceClock
from shared.contracts.envelope import Actor


class Light(State):
    colour: str
    shade: int = 0


def test_a_changed_state_is_what_pydantics_own_copy_would_be() -> None:
    red = Light(colour="red")
    green, copied = red.but(colour="green", shade=3), red.model_copy(update={"colour": "green", "shade": 3})
    assert green == copied
    assert green.model_fields_set == copied.model_fields_set == {"colour", "shade"}
    assert green.model_dump_json(exclude_unset=True) == '{"colour":"green","shade":3}'
    assert green.but(shade=4) == Light(colour="green", shade=4)


def test_the_state_before_a_change_stays_as_it_was() -> None:
    red = Light(colour="red")
    red.but(colour="green", shade=3)
    assert red == Light(colour="red")
    assert red.model_fields_set == {"colour"}


def test_a_message_about_another_subject_is_the_same_in_all_else():
    at, actor = datetime(2026, 3, 2, tzinfo=UTC), Actor("ccb", "p-1", "institution_agent")
    message = Received(AdvanceClock(), "m-1", "/ccb", "case", at, actor, "m-0", 7)
    defaults = {one.name: one.default for one in fields(Received)}
    assert all(getattr(message, name) != default for name, default in defaults.items())
    assert message.about("other") == replace(message, subject="other")
    body = AdvanceClock()
    assert message.about("other", body).body is body
