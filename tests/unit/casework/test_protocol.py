"""A state that changes is a new one, and the old one stays."""

from shared.casework.protocol import State


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
