"""A city's own limits: what its network file may set, and what the service's record makes of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.rulebooks import books
from services.alerts.rules import ALERT_RULES
from services.intake.rules import BOOK as INTAKE
from services.mediation.rules import CASE_RULES
from services.mediation.rules.periods import CaseRules
from shared.casework.limits import limits_of, with_limits
from shared.casework.own_rules import OwnRules, Recorded, own_rules
from shared.casework.rulebook import RuleBook, digest
from shared.contracts.common import LabelKind
from shared.contracts.errors import SuyuanError
from shared.contracts.words import Unit
from shared.network.load import parse_network
from shared.network.problems import NetworkError
from tests.support.network_file import SMALL

AT = datetime(2026, 3, 2, tzinfo=UTC)
BASE = CASE_RULES.current


def network_text(*versions: str, service: str = "mediation") -> str:
    if not versions:
        return SMALL
    return SMALL + f"rules:\n  {service}:\n" + "".join(f"    - {one}\n" for one in versions)


def version(name: str, rule: str = "mediation.period", value: object = 20, of: str = BASE) -> str:
    limit = f"{{rule: {rule}, value: {value}, source: 〔2027〕3号}}"
    return f"{{version: {name}, of: {of}, by: clerk, limits: [{limit}]}}"


def own(*versions: str) -> OwnRules[CaseRules]:
    return own_rules("mediation", CASE_RULES, parse_network(network_text(*versions), "small.yaml"))


def recorded(rules: OwnRules[Any], before: Recorded | None = None) -> Recorded:
    """Return the record after a service started with a file."""
    state = before
    for timed in rules.missing(before, AT):
        state = rules.stream.evolve(state, timed.event, timed.at)
    rules.learn(state)
    assert state is not None
    return state


def problems(
    text: str, service: str = "mediation", book: RuleBook[Any] = CASE_RULES
) -> list[tuple[int, str, str]]:
    with pytest.raises(NetworkError) as caught:
        own_rules(service, book, parse_network(text, "small.yaml"))
    assert all(one.zh and one.en for one in caught.value.problems)
    return [(one.line, one.field, one.code) for one in caught.value.problems]


def test_a_city_changes_a_limit_by_a_file_and_what_it_does_not_name_stays() -> None:
    rules = own(version("small-1"))
    assert rules.book.now.period_days == 30, "nothing holds before it is recorded"
    recorded(rules)

    assert rules.book.in_force == "small-1"
    assert rules.book.now == with_limits(CASE_RULES.now, {"mediation.period": 20}, "small-1")
    assert rules.book.at(BASE) is CASE_RULES.at(BASE), "a case that runs keeps its version"
    assert not CASE_RULES.adopted, "another network in the same process has its own"


def test_what_is_recorded_says_who_what_from_which_and_why() -> None:
    [timed] = own(version("small-1")).missing(None, AT)
    event = timed.event.model_dump()
    assert len(event.pop("rules_digest")) == 64
    assert event == {
        "rules_version": "small-1",
        "base_version": BASE,
        "by": "clerk",
        "limits": (
            {
                "rule": "mediation.period",
                "published_limit": 30.0,
                "city_limit": 20.0,
                "unit": Unit.DAYS,
                "source": "〔2027〕3号",
            },
        ),
        "taxonomy": (),
    }


def test_it_is_recorded_once_however_often_the_service_starts() -> None:
    first = recorded(own(version("small-1")))
    assert own(version("small-1")).missing(first, AT) == []


def test_an_entry_that_the_file_no_longer_has_stays_readable_and_the_next_is_in_force() -> None:
    first = recorded(own(version("small-1")))
    later = own(version("small-2", value=25))
    recorded(later, first)
    assert later.book.at("small-1").period_days == 20
    assert later.book.now.period_days == 25


def test_an_older_file_takes_nothing_back_and_is_told_of() -> None:
    record = recorded(own(version("small-1"), version("small-2", value=25)))
    for older in (own(version("small-1")), own()):
        assert older.missing(record, AT) == []
        older.learn(record)
        assert older.book.now.period_days == 25
        assert older.not_in_file() == "small-2"


def test_a_city_goes_back_to_the_published_rules_by_a_version_without_limits() -> None:
    empty = f"{{version: small-2, of: {BASE}, by: clerk, limits: []}}"
    rules = own(version("small-1"), empty)
    recorded(rules)
    assert rules.book.now.period_days == 30
    assert rules.not_in_file() == ""


def test_a_city_is_told_that_newer_rules_were_published_since() -> None:
    rules = own(version("small-1", of="mediation-2022.1"))
    assert rules.newer(None) == ""
    assert rules.newer(recorded(rules)) == CASE_RULES.current
    same = own(version("small-1", of=CASE_RULES.current))
    assert same.newer(recorded(same)) == ""


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ([version("small-1", value=21)], "rules.changed"),
        ([version("small-1").replace("3号", "4号")], "rules.changed"),
        ([version("small-1", rule="mediation.answer", value=2)], "rules.changed"),
        ([version("small-0"), version("small-1")], "rules.out_of_order"),
    ],
)
def test_a_file_that_contradicts_the_record_is_refused(file: list[str], code: str) -> None:
    record = recorded(own(version("small-1")))
    with pytest.raises(SuyuanError) as caught:
        own(*file).missing(record, AT)
    assert caught.value.code == code


def test_a_program_that_lacks_the_published_version_does_not_start_and_does_not_guess() -> None:
    record = recorded(own(version("small-1")))
    older = OwnRules(
        "mediation", RuleBook({"mediation-2022.1": CASE_RULES.at("mediation-2022.1")}, "mediation-2022.1"), ()
    )
    with pytest.raises(SuyuanError) as caught:
        older.missing(record, AT)
    assert caught.value.code == "rules.program_too_old"
    older.learn(record)
    assert older.book.in_force == "mediation-2022.1"


FIELD = "rules.mediation[0]."


@pytest.mark.parametrize(
    ("entry", "field", "code"),
    [
        (version("small-1", rule="mediation.perod"), "limits[0].rule", "network.rules_unknown_rule"),
        (version("small-1", rule="intake.small-claim"), "limits[0].rule", "network.rules_unknown_rule"),
        (version("small-1", rule="mediation.consent-of-all"), "limits[0].rule", "network.rules_unknown_rule"),
        (version("small-1", rule="mediation.designation", of="mediation-2022.1"), "limits[0].rule",
         "network.rules_unknown_rule"),
        (version("small-1", value=31), "limits[0].value", "network.rules_out_of_bounds"),
        (version("small-1", value=0), "limits[0].value", "network.rules_out_of_bounds"),
        (version("small-1", value=-1), "limits[0].value", "network.rules_out_of_bounds"),
        (version("small-1", value="9" * 4000), "limits[0].value", "network.rules_out_of_bounds"),
        (version("small-1", value=20.5), "limits[0].value", "network.rules_value"),
        (version("small-1", of="mediation-1999.1"), "of", "network.rules_unknown_version"),
        (version("small-1", of="small-1"), "of", "network.rules_unknown_version"),
    ],
)  # fmt: skip
def test_a_limit_that_may_not_be_set_is_named_with_its_line(entry: str, field: str, code: str) -> None:
    assert problems(network_text(entry)) == [(21, FIELD + field, code)]


def test_all_that_is_wrong_is_told_at_once_and_in_short() -> None:
    both = network_text(version("small-1", value=31), version("small-2", value="9" * 4000))
    with pytest.raises(NetworkError) as caught:
        own_rules("mediation", CASE_RULES, parse_network(both, "small.yaml"))
    assert [one.line for one in caught.value.problems] == [21, 22]
    assert len(caught.value.en) < 800
    assert "法释〔2021〕23号 art 24" in caught.value.en


def test_a_limit_does_not_pass_the_one_above_it() -> None:
    low, high = "intake.small-claim", "intake.ordinary-claim"
    for rule, value in ((low, 100_000_001), (high, 4_999_999)):
        text = network_text(version("small-1", rule, value, INTAKE.current), service="intake")
        assert problems(text, "intake", INTAKE) == [
            (21, "rules.intake[0].limits[0].value", "network.rules_out_of_bounds")
        ]


@pytest.mark.parametrize("service", books())
@given(data=st.data())
def test_any_limit_within_its_bounds_can_be_set_and_nothing_else_changes(
    service: str, data: st.DataObject
) -> None:
    book = books()[service]
    found = limits_of(book.now)
    rule = data.draw(st.sampled_from(sorted(found)))
    limit, whole = found[rule].limit, found[rule].whole
    numbers = st.integers if whole else st.floats
    value = data.draw(numbers(limit.at_least, limit.at_most))

    changed = with_limits(book.now, {rule: value}, "small-1")

    assert {id: one.value for id, one in limits_of(changed).items()} == {
        id: value if id == rule else one.value for id, one in found.items()
    }
    back = with_limits(changed, {rule: found[rule].value}, book.now.version)
    assert digest(back) == digest(book.now)


def test_every_number_of_the_rules_is_a_limit_that_can_be_listed_and_set() -> None:
    """A new version of the rules with a number that has no limit would hide it."""
    for service, book in books().items():
        named = {".".join(one.path) for one in limits_of(book.now).values()}
        assert set(numbers_in(book.now)) <= named, service


def numbers_in(value: object, path: str = "") -> list[str]:
    from dataclasses import fields, is_dataclass
    from datetime import timedelta

    from pydantic import BaseModel

    if isinstance(value, bool):
        return []
    if isinstance(value, int | float | timedelta):
        return [path]
    if isinstance(value, BaseModel):
        names = list(type(value).model_fields)
    elif is_dataclass(value):
        names = [one.name for one in fields(value)]
    else:
        return []
    return [one for name in names for one in numbers_in(getattr(value, name), f"{path}.{name}".strip("."))]


# Labels that were renamed, merged or split ------------------------------------------------------

CHANGE = "{of: issue, since: 2027-04-24, old: [fees], new: [charges], source: notice 4}"


def relabelled(name: str, *changes: str) -> str:
    return f"{{version: {name}, of: panel.1, by: clerk, limits: [], taxonomy: [{', '.join(changes)}]}}"


def test_changes_of_labels_are_recorded_and_in_force_as_limits_are() -> None:
    text = network_text(relabelled("small-1", CHANGE), service="alerts")
    rules = own_rules("alerts", ALERT_RULES, parse_network(text, "small.yaml"))
    assert rules.book.now.taxonomy == ()
    (adopted,) = recorded(rules).versions
    (change,) = rules.book.now.taxonomy
    assert adopted.taxonomy == (change,)
    assert (change.of, change.since, change.old, change.new) == (
        LabelKind.ISSUE, date(2027, 4, 24), ("fees",), ("charges",),
    )  # fmt: skip
    assert change.comparable
    assert rules.book.now.rate == ALERT_RULES.now.rate


def test_other_changes_of_labels_under_the_same_name_are_refused() -> None:
    first, other = (
        own_rules("alerts", ALERT_RULES, parse_network(network_text(one, service="alerts"), "small.yaml"))
        for one in (relabelled("small-1", CHANGE), relabelled("small-1", CHANGE.replace("charges", "costs")))
    )
    with pytest.raises(SuyuanError, match="small-1"):
        other.missing(recorded(first), AT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("{of: issue, since: 2027-04-24, old: [a, b], new: [c, d], source: x}", "new"),
        ("{of: issue, since: 2027-04-24, old: [a], new: [a], source: x}", "old"),
        ("{of: issue, since: 2027-04-24, old: [a, a], new: [b], source: x}", "old"),
        ("{of: cause, since: 2027-04-24, old: [loan], new: [mortgage], source: x}", "new"),
    ],
)
def test_a_change_of_labels_that_is_none_is_refused_with_its_place(change: str, field: str) -> None:
    text = network_text(relabelled("small-1", change), service="alerts")
    ((_, where, code),) = problems(text, "alerts", ALERT_RULES)
    assert (where, code) == (f"rules.alerts[0].taxonomy[0].{field}", "network.taxonomy")


def test_only_alerts_know_changes_of_labels() -> None:
    text = network_text(version("small-1")[:-1] + f", taxonomy: [{CHANGE}]}}")
    assert [one[1:] for one in problems(text)] == [("rules.mediation[0].taxonomy", "network.taxonomy")]
