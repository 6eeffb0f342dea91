"""A message declares itself: what is missing is an error at import that says what to write, and where."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel

from shared.contracts import declared, language
from shared.contracts.fields import ClaimFen, Consents, MediatorId, Missing, ReferredTo
from shared.contracts.kinds import Cause, Party, Role, Route
from shared.contracts.message import Command, Event, Message
from shared.contracts.words import Audience, Coded, Unit, Words
from tests.support.toys import toy_family


@pytest.fixture(autouse=True)
def undeclared() -> Iterator[None]:
    """Take what a test declared out of the language after it."""
    with toy_family():
        yield


def line_named(error: pytest.ExceptionInfo[TypeError]) -> str:
    """Return the line of source that an error names."""
    place = re.search(r"(/\S+\.py):(\d+)", str(error.value))
    assert place is not None, error.value
    return Path(place[1]).read_text("utf-8").splitlines()[int(place[2]) - 1].strip()


def test_a_declared_message_knows_its_names() -> None:
    class KiteFlown(Event, family="toys", zh="放风筝", en="Kite flown"):
        """It went up."""

    assert KiteFlown.wire_type == "suyuan.toys.kite-flown.v1"
    assert KiteFlown.short_type == "toys.kite-flown"
    assert KiteFlown.words == Words("放风筝", "Kite flown")


def test_a_message_without_words_is_an_error_that_says_where_to_write_them() -> None:
    with pytest.raises(TypeError, match=r'KiteFlown has no words: add zh="…", en="…" to class') as error:

        class KiteFlown(Event, family="toys"):
            """It went up."""

    assert line_named(error) == 'class KiteFlown(Event, family="toys"):'


def test_a_command_that_says_not_who_may_send_it_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"FlyKite says not who .* roles=\(Role\.…,\) to class .*\.py"):

        class FlyKite(Command, family="toys", zh="放风筝", en="Fly a kite"):
            """Send it up."""


def test_a_role_that_nobody_has_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"FlyKite names a role that nobody has: .*\.py"):

        class FlyKite(Command, family="toys", zh="放风筝", en="Fly a kite", roles=("piolt",)):  # type: ignore[arg-type]
            """Send it up."""


def test_a_keyword_that_nobody_reads_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"KiteFlown declares verison, roles, which nobody reads: .*\.py"):

        class KiteFlown(Event, family="toys", zh="a", en="b", verison=2, roles=(Role.JUDGE,)):
            """It went up."""


def test_a_field_with_empty_words_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"KiteFlown\.by has no words: at .*\.py") as error:

        class KiteFlown(Event, family="toys", zh="放风筝", en="Kite flown"):
            by: Annotated[str, Words("", ""), Audience.INSIDE]

    assert line_named(error) == 'by: Annotated[str, Words("", ""), Audience.INSIDE]'


def test_values_that_are_listed_instead_of_declared_are_an_error_since_they_have_no_words() -> None:
    with pytest.raises(TypeError, match=r"KiteFlown\.by holds no class .* Coded .*\.py:\d+"):

        class KiteFlown(Event, family="toys", zh="放风筝", en="Kite flown"):
            by: Annotated[Literal["hand", "reel"], Words("方式", "By"), Audience.INSIDE]


def test_two_names_of_one_code_are_an_error_since_the_words_of_one_would_be_lost() -> None:
    with pytest.raises(TypeError, match=r"Wind\.STORM has another's code, and its words are lost: .*\.py"):

        class Wind(Coded, zh="风", en="Wind"):
            GALE = "strong", "大风", "Gale"
            STORM = "strong", "暴风", "Storm"


def test_a_field_without_words_is_an_error_that_says_where_to_write_them() -> None:
    with pytest.raises(TypeError, match=r"KiteFlown\.height has no words: at .* give it a type") as error:

        class KiteFlown(Event, family="toys", zh="放风筝", en="Kite flown"):
            """It went up."""

            height: int

    assert line_named(error) == "height: int"


def test_a_field_that_says_not_who_may_see_it_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"KiteFlown\.height has no audience"):

        class KiteFlown(Event, family="toys", zh="放风筝", en="Kite flown"):
            """It went up."""

            height: Annotated[int, Words("高度", "Height")]


def test_a_field_of_a_part_of_a_message_needs_words_too() -> None:
    class Tail(Message):
        length: int

    with pytest.raises(TypeError, match=r"Tail\.length has no words") as error:

        class KiteFlown(Event, family="toys", zh="放风筝", en="Kite flown"):
            """It went up."""

            tails: Annotated[tuple[Tail, ...], Words("尾", "Tails"), Audience.PARTY]

    assert line_named(error) == "length: int"


def test_codes_of_a_plain_enumeration_are_an_error_since_they_have_no_words() -> None:
    class Wind(StrEnum):
        CALM = "calm"

    expected = r"the codes of KiteFlown\.wind have no words: write class Wind\(Coded, zh="
    with pytest.raises(TypeError, match=expected) as error:

        class KiteFlown(Event, family="toys", zh="放风筝", en="Kite flown"):
            """It went up."""

            wind: Annotated[tuple[Wind, ...] | None, Words("风", "Wind"), Audience.PARTY] = None

    assert line_named(error) == "class Wind(StrEnum):"


def test_a_code_without_words_is_an_error_that_says_where_to_write_them() -> None:
    with pytest.raises(TypeError, match=r'Wind \'calm\' has no words: write NAME = "calm", ') as error:

        class Wind(Coded, zh="风", en="Wind"):
            STRONG = "strong", "大风", "Strong"
            CALM = "calm"

    assert line_named(error) == 'CALM = "calm"'


def test_an_enumeration_without_words_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"Wind has no words: write class Wind\(Coded, zh=") as error:

        class Wind(Coded):
            CALM = "calm", "无风", "Calm"

    assert line_named(error) == "class Wind(Coded):"


def test_a_coded_value_is_its_code_and_knows_its_words() -> None:
    assert Cause("loan") is Cause.LOAN
    assert (Cause.LOAN, f"{Cause.LOAN}", Cause.LOAN.value) == ("loan", "loan", "loan")
    assert Cause.LOAN.words == Words("金融借款合同纠纷", "Financial loan")


class Sample(BaseModel):
    mediator: MediatorId | None
    claim_fen: ClaimFen = 0
    cause: Cause
    to: ReferredTo
    consents: Consents
    missing: Missing
    own: Annotated[MediatorId | None, Words("本人", "Own"), Audience.INSIDE]


def test_a_field_is_named_by_its_own_type_before_the_types_within() -> None:
    fields = declared.fields_of(Sample)

    assert fields["mediator"].words == Words("调解员", "Mediator")
    assert (fields["claim_fen"].words.en, fields["claim_fen"].unit) == ("Claim", Unit.FEN)
    assert (fields["cause"].words, fields["cause"].codes) == (Words("案由", "Cause"), Cause)
    assert (fields["to"].words, fields["to"].codes) == (Words("去向", "To"), Route)
    assert (fields["consents"].words, fields["consents"].codes) == (Words("同意方", "Consents"), Party)
    assert fields["missing"].audience is Audience.PARTY
    assert (fields["own"].words, fields["own"].audience) == (Words("本人", "Own"), Audience.INSIDE)


def test_an_audience_reaches_the_circles_within_it() -> None:
    assert Audience.PARTY.reaches(Audience.INSTITUTION)
    assert Audience.PARTY.reaches(Audience.PARTY)
    assert not Audience.INSTITUTION.reaches(Audience.PARTY)
    assert not Audience.INSIDE.reaches(Audience.INSTITUTION)


def test_roles_are_stated_by_every_command_of_the_language() -> None:
    for cls in language.REGISTRY.values():
        if issubclass(cls, Command):
            assert cls.roles
            assert all(isinstance(role, Role) for role in cls.roles)
