"""A mistake in a message is an error at import that names file and line, and says what to write."""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from services.portal.cases.facts import facts_of, only
from services.portal.cases.state import CaseView
from shared.contracts import language, vocabulary
from shared.contracts.asks import Asks, RequestKind, check_events
from shared.contracts.fields import CaseId, ClaimFen, OrganisationId, RuleIds
from shared.contracts.intake import DisputeScreened
from shared.contracts.kinds import Cause, Fen, Role
from shared.contracts.message import Command, Delivery, Event, Message
from shared.contracts.reasons import reason
from shared.contracts.reasons.reason import Reason, together
from shared.contracts.topics import ROSTERS
from shared.contracts.words import Audience, Coded, Unit, Words
from tests.support.mistakes import Mistakes

MISTAKES = Mistakes()
mistake = MISTAKES.add
NAME, PARTY = Words("风筝", "Kite"), Audience.PARTY


class Tail(Message):
    """A part of a message."""

    length: Annotated[int, Words("长度", "Length"), Audience.INSIDE]


# Deliveries -------------------------------------------------------------------------------------


@mistake("to mediation.roster, which is no topic for deliveries: write one of mediation.rosters, ")
def a_delivery_to_an_unknown_topic() -> None:
    class Flown(Event, family="toys", zh="放", en="F", also=(Delivery("mediation.roster"),)):  # wrong
        pass


@mistake("is also delivered to intake.events, which is no topic for deliveries")
def a_delivery_to_a_topic_that_counts_what_comes() -> None:
    class Flown(Event, family="toys", zh="放", en="F", also=(Delivery("intake.events"),)):  # wrong
        pass


@mistake(
    "by the key organization, which not every one of them has as a text: write key= as one of organisation,"
)
def a_delivery_by_a_field_that_is_not_there() -> None:
    class Flown(Event, family="toys", zh="放", en="F", also=(Delivery(ROSTERS, "organization"),)):  # wrong
        organisation: OrganisationId


@mistake("is also delivered by the key organisation, which not every one of them has as a text")
def a_delivery_by_a_field_that_may_be_empty() -> None:
    class Flown(Event, family="toys", zh="放", en="F", also=(Delivery(ROSTERS, "organisation"),)):  # wrong
        organisation: OrganisationId | None


@mistake("is also delivered to mediation.rosters twice")
def two_deliveries_to_one_topic() -> None:
    class Flown(Event, family="toys", zh="放", en="F", also=(Delivery(ROSTERS), Delivery(ROSTERS))):  # wrong
        pass


# Names and topics -------------------------------------------------------------------------------


@mistake("travels on no topic, since no service owns the family toyz")
def a_message_in_no_topic() -> None:
    class KiteFlown(Event, family="toyz", zh="放", en="Flown"):  # wrong
        pass

    language.check()


@mistake("the family birds belongs to aviary, which is no service: write it in Service (")
def a_family_of_no_service() -> None:
    language.FAMILIES["birds"] = "aviary"
    try:
        language.check()
    finally:
        del language.FAMILIES["birds"]


@mistake("suyuan.toys.kite-flown.v1 is declared twice, at ")
def two_messages_of_one_type() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):  # wrong
        pass

    kept = KiteFlown

    class KiteFlown(Event, family="toys", zh="放", en="Flown"):  # type: ignore[no-redef]
        pass

    assert kept


@mistake("has its words the wrong way round: add zh=")
def a_message_whose_words_are_swapped() -> None:
    class KiteFlown(Event, family="toys", zh="Flown", en="放"):  # wrong
        pass


@mistake("has the name of something that every message has: write another name")
def a_field_that_hides_what_every_message_has() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        version: Annotated[int, NAME, PARTY]  # wrong


@mistake("is called like an option that suyuan do has for every command")
def a_field_that_hides_an_option() -> None:
    class FlyKite(Command, family="toys", zh="放", en="Fly", roles=(Role.PARTY,)):
        case: CaseId  # wrong


@mistake(
    "takes a text in which a person's number may stand: give it a pattern, or write Annotated[…, NO_PERSON]"
)
def a_free_text_without_a_guard() -> None:
    class FlyKite(Command, family="toys", zh="放", en="Fly", roles=(Role.PARTY,)):
        wish: Annotated[str, NAME, PARTY]  # wrong


@mistake("takes a text in which a person's number may stand")
def a_free_text_without_a_guard_among_several() -> None:
    class FlyKite(Command, family="toys", zh="放", en="Fly", roles=(Role.PARTY,)):
        wishes: Annotated[tuple[Annotated[str, Field(max_length=9)], ...], NAME, PARTY]  # wrong


@mistake("KiteLost.claim_fen is called ")
def one_name_for_two_things() -> None:
    class KiteLost(Event, family="toys", zh="失", en="Lost"):
        claim_fen: Annotated[ClaimFen, NAME]  # wrong

    language.check()


@mistake("two enumerations are called Cause, and the words of one would be lost")
def one_name_for_two_enumerations() -> None:
    class Cause(Coded, zh="起因", en="Cause", seen_by=Audience.INSIDE):  # wrong
        WIND = "wind", "风", "Wind"

    vocabulary.coded((Cause,))


# Fields -----------------------------------------------------------------------------------------


@mistake("has its words the wrong way round (Kite | 风筝)")
def a_field_whose_words_are_swapped() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        kite: Annotated[str, Words("Kite", "风筝"), PARTY]  # wrong


@mistake("Wind 'calm' has its words the wrong way round: write NAME = ")
def a_code_whose_words_are_swapped() -> None:
    class Wind(Coded, zh="风", en="Wind"):
        CALM = "calm", "Calm", "无风"  # wrong


@mistake("Wind has its words the wrong way round: write class Wind(Coded, zh=")
def an_enumeration_whose_words_are_swapped() -> None:
    class Wind(Coded, zh="Wind", en="风"):  # wrong
        CALM = "calm", "无风", "Calm"


@mistake("has another name on the wire, or none")
def a_field_with_an_alias() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        kite: Annotated[str, Field(alias="kite_name"), NAME, PARTY]  # wrong


@mistake("has another name on the wire, or none")
def a_field_that_does_not_travel() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        kite: Annotated[str, Field(exclude=True), NAME, PARTY]  # wrong


@mistake("holds a list, which may be changed on its way: write tuple[…, ...]")
def a_field_that_holds_a_list() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        tails: Annotated[list[Tail], NAME, PARTY]  # wrong


@mistake("holds a dict, whose keys have no words and no audience")
def a_field_that_holds_a_dict() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        tails: Annotated[dict[str, int], NAME, PARTY]  # wrong


@mistake("holds Head or Tail, and only one of them would say who may see it")
def a_field_of_two_models() -> None:
    class Head(Message):
        secret: Annotated[str, Words("秘密", "Secret"), Audience.INSIDE]

    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        end: Annotated[Tail | Head, NAME, PARTY]  # wrong


@mistake("holds Tail or str, and only one of them would say who may see it")
def a_field_of_a_model_or_a_text() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        end: Annotated[Tail | str, NAME, PARTY]  # wrong


@mistake("holds codes of two enumerations")
def a_field_of_two_enumerations() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        why: Annotated[Cause | Role, NAME, PARTY]  # wrong


@mistake("Loose may be changed on its way: write class Loose(Message)")
def a_part_that_is_no_message() -> None:
    class Loose(BaseModel):  # wrong
        length: Annotated[int, Words("长度", "Length"), PARTY]

    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        tail: Annotated[Loose, NAME, PARTY]


@mistake("says in its name what it counts, and its type does not (_fen): write Unit.FEN")
def an_amount_without_its_unit() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        price_fen: Annotated[Fen, NAME, PARTY]  # wrong


@mistake("says in its name what it counts, and its type does not (_days): write Unit.DAYS")
def a_period_without_its_unit() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        wind_days: Annotated[int, NAME, Unit.WEEKS, PARTY]  # wrong


@mistake("has a default that its own type refuses")
def a_default_beyond_its_limit() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        price_fen: Annotated[Fen, NAME, Unit.FEN, PARTY] = -1  # wrong


@mistake("has a default that its own type refuses")
def a_default_of_another_type() -> None:
    class KiteFlown(Event, family="toys", zh="放", en="Flown"):
        kite_rules: RuleIds = "SCR-001"  # wrong


# What asks an institution ------------------------------------------------------------------------


@mistake("asks by its field fly_by, which it has not")
def a_request_by_a_field_that_is_not_there() -> None:
    class KiteFlown(  # wrong
        Event,
        family="toys",
        zh="放",
        en="Flown",
        asks=Asks(RequestKind.FACTS, ("mediation.facts-confirmed",), until="fly_by"),
    ):
        pass


@mistake("names mediation.facts-confirmd in asks=, which is no event")
def a_request_that_a_misspelt_event_answers() -> None:
    class KiteFlown(  # wrong
        Event,
        family="toys",
        zh="放",
        en="Flown",
        asks=Asks(RequestKind.FACTS, ("mediation.facts-confirmd",)),
    ):
        pass

    check_events([KiteFlown])


# Facts of the portal ----------------------------------------------------------------------------


@mistake("DisputeScreened has its facts already, at ")
def facts_that_are_told_twice() -> None:
    only(DisputeScreened, figure="screened")  # wrong


@mistake("adds= is read only beside a figure: write figure=")
def a_sum_without_its_figure() -> None:
    facts_of(DisputeScreened, adds=lambda view, event, at: {})  # wrong


@mistake("has no field tear, which flown sets at ")
def a_fact_that_the_view_has_not() -> None:
    class KiteFlown(Event):
        pass

    @facts_of(KiteFlown)
    def flown(view: CaseView, event: KiteFlown) -> dict[str, str]:
        return {
            "tear": "",  # wrong
        }


@pytest.mark.filterwarnings("ignore:Field name")
@pytest.mark.parametrize("name", MISTAKES.cases)
def test_it_names_the_line_and_says_what_to_write(name: str) -> None:
    MISTAKES.check(name)


# Reasons ----------------------------------------------------------------------------------------

REFUSALS = Path(reason.__file__).with_name("refusals.py")
HALF = "has not both its sentences: write Reason("
KNOWN = Reason("案件已结束。", "The case is closed.")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"refusals": {"case.closed": KNOWN}, "court": {"case.closed": KNOWN}}, "is declared twice, at "),
        (
            {"refusals": {"case.closed": Reason("案件已结束。", "")}},
            HALF,
        ),
        (
            {"refusals": {"case.closed": Reason("Closed.", "Closed.")}},
            HALF,
        ),
    ],
    ids=["twice", "without English", "without Chinese"],
)
def test_a_reason_that_is_declared_twice_or_by_half_is_an_error_that_names_its_line(
    files: dict[str, dict[str, Reason]], says: str
) -> None:
    with pytest.raises(TypeError) as error:
        together(**files)
    lines = REFUSALS.read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if '"case.closed"' in text)
    assert says in str(error.value)
    assert f"{REFUSALS}:{line}" in str(error.value)


def test_a_code_that_is_none_is_an_error() -> None:
    with pytest.raises(
        TypeError, match=r"closed is no code of a reason: write thing\.what_is_wrong at .*\.py:\d+"
    ):
        together(refusals={"closed": KNOWN})
