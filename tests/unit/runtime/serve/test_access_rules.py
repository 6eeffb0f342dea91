"""What the rules of the broker come to, for any network."""

import pytest

from cli.schemas import consumed
from shared.contracts.flows import read_by, sources_on
from shared.contracts.principals import ADMIN
from shared.contracts.topics import FILINGS_PREFIX, SERVICES, rule_of
from shared.network.load import load_network
from shared.network.schema import Institution, Quota
from shared.runtime.base.settings import DEFAULT_NETWORK
from shared.runtime.serve.access import BrokerRule, difference, on_broker
from shared.runtime.serve.access_quotas import Entity, State, compared, quotas
from shared.runtime.serve.access_rules import (
    AccessRule,
    Operation,
    Resource,
    access_rules,
    allowed,
    principals,
    seen_by,
)
from tests.support import access as page

NETWORK = load_network(DEFAULT_NETWORK)
RULES = access_rules(NETWORK)
INSTITUTIONS = [one.id for one in NETWORK.institutions]
PORTAL_RULE = BrokerRule(2, "*", 3, "User:suyuan.portal", "*", 2, 3)


def may(user: str, operation: Operation, topic: str) -> bool:
    return allowed(RULES, user, operation, Resource.TOPIC, topic)


def test_the_page_says_what_the_rules_say() -> None:
    assert page.PAGE.read_text("utf-8") == page.page(), "run python -m tests.support.access"


def test_what_services_read_is_what_they_are_composed_of() -> None:
    for service, topics in consumed().items():
        seen = [FILINGS_PREFIX if one.startswith(FILINGS_PREFIX) else one for one in topics]
        assert list(dict.fromkeys(seen)) == list(read_by(service))


@pytest.mark.parametrize("member", INSTITUTIONS)
def test_an_institution_writes_its_filings_reads_its_cases_and_sees_nothing_else(member: str) -> None:
    own = [one for one in RULES if one.principal == member]
    assert {(one.resource.value, one.name, one.operation.value) for one in own} == {
        ("topic", f"filings.{member}", "write"),
        ("topic", f"cases.{member}", "read"),
        *(("topic", f"history.{topic}", "read") for topic in ("days", "witnessed")),
        ("topic", "history.witnessed", "write"),
        ("group", f"{member}.", "read"),
    }


def test_an_institution_has_transactions_of_its_own_name_only_where_the_network_file_says_so() -> None:
    def trusted(one: Institution) -> Institution:
        return one.model_copy(update={"transactions": one.id == "ccb"})

    given = access_rules(
        NETWORK.model_copy(update={"institutions": tuple(map(trusted, NETWORK.institutions))})
    )

    may_in_transactions = [one for one in given if one.resource is Resource.TRANSACTIONS]
    assert [(one.principal, one.name, one.prefixed) for one in may_in_transactions] == [("ccb", "ccb.", True)]
    assert not any(one.resource is Resource.TRANSACTIONS for one in RULES)


def test_an_institution_whose_name_begins_like_anothers_has_no_part_of_it() -> None:
    assert not allowed(RULES, "ccb", Operation.READ, Resource.GROUP, "ccb-2.mine")
    assert not may("ccb", Operation.WRITE, "filings.ccb-2")
    assert allowed(RULES, "ccb", Operation.READ, Resource.GROUP, "ccb.mine")


def test_no_service_writes_what_another_says() -> None:
    for service in SERVICES:
        others = [one for one in SERVICES if one != service]
        assert not any(may(f"suyuan.{service}", Operation.WRITE, f"{one}.deadletters") for one in others)
    assert not may("suyuan.portal", Operation.WRITE, "intake.events")
    assert not may("suyuan.operator", Operation.WRITE, "intake.events")
    assert not may("suyuan.operator", Operation.WRITE, "filings.ccb")


def test_whoever_reads_or_writes_may_see_the_topic_and_the_admin_may_do_all() -> None:
    assert may("ccb", Operation.DESCRIBE, "filings.ccb")
    assert not may("ccb", Operation.DESCRIBE, "filings.abc")
    assert not may("ccb", Operation.DESCRIBE_CONFIGS, "filings.ccb")
    assert may(ADMIN, Operation.WRITE, "anything")


def test_every_institution_has_a_quota_and_nobody_else_has_one() -> None:
    tight = Quota(written=20_000, read=30_000, requests=5)
    first, *others = NETWORK.institutions
    own = NETWORK.model_copy(update={"institutions": (first.model_copy(update={"quota": tight}), *others)})
    found = {(entity.shown(), limit): number for (entity, limit), number in quotas(own).items()}
    usual = Quota()
    assert found == {
        (one.id, limit): number
        for one in own.institutions
        for limit, number in (
            ("producer_byte_rate", (one.quota or usual).written),
            ("consumer_byte_rate", (one.quota or usual).read),
            ("request_percentage", (one.quota or usual).requests),
        )
    }
    assert found[first.id, "request_percentage"] == 5


def test_a_member_that_left_is_known_by_the_topic_that_it_filed_on_and_loses_its_quota() -> None:
    left = BrokerRule(2, "filings.bank-gone", 3, "User:bank-gone", "*", 4, 3)
    watching = BrokerRule(2, "filings.ccb", 3, "User:monitoring", "*", 3, 3)
    wanted = [on_broker(one) for one in RULES]
    found = difference(RULES, [*wanted, left, watching], NETWORK)
    assert found.former == ("bank-gone",)
    there = {(Entity((("user", user),)), "producer_byte_rate"): 1e6 for user in ("bank-gone", "monitoring")}
    states = {one.entity.shown(): one.state for one in compared(NETWORK, there, found.former) if one.found}
    assert states == {"bank-gone": State.EXTRA, "monitoring": State.FOREIGN}


def test_whose_words_stand_on_a_topic_are_those_whom_the_broker_lets_write_there() -> None:
    read = {topic for service in SERVICES for topic in read_by(service) if topic != FILINGS_PREFIX}
    inside = {topic for topic in read if not rule_of(topic).entry}
    assert len(inside) > 12
    for topic in inside:
        writers = {f"/suyuan/{one}" for one in SERVICES if may(f"suyuan.{one}", Operation.WRITE, topic)}
        assert sources_on(topic) == writers != set()
    for topic in (*(read - inside), "filings.ccb", "cases.ccb", "history.witnessed", "anything"):
        assert not sources_on(topic)


def test_no_rule_is_about_the_cluster_and_every_user_has_one() -> None:
    assert {one.principal for one in RULES} == set(principals(NETWORK))
    assert {one.resource for one in RULES} == {Resource.TOPIC, Resource.GROUP}


def test_where_the_broker_knows_other_names_every_topic_is_looked_for() -> None:
    assert seen_by("", "court.inbound", NETWORK)
    assert seen_by(ADMIN, "court.inbound", NETWORK)
    assert seen_by("suyuan.court_bridge", "court.inbound", NETWORK)
    assert not seen_by("suyuan.alerts", "court.inbound", NETWORK)


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        (PORTAL_RULE, "extra"),
        (BrokerRule(2, "filings.gone", 3, "User:gone", "*", 4, 3), "extra"),
        (BrokerRule(2, "fil", 4, "User:gone", "*", 4, 3), "extra"),
        (BrokerRule(2, "intake.events", 3, "User:spy", "*", 3, 3), "extra"),
        (BrokerRule(3, "suyuan.intake", 3, "User:spy", "*", 3, 3), "extra"),
        (BrokerRule(2, "billing", 3, "User:other", "*", 4, 3), "foreign"),
        (BrokerRule(2, "*", 3, "User:other", "*", 4, 3), "foreign"),
        (BrokerRule(2, "filings.ccb", 3, "User:ccb", "*", 4, 2), "foreign"),
    ],
)
def test_what_is_too_much_goes_and_what_is_not_ours_or_forbids_stays(rule: BrokerRule, part: str) -> None:
    have = [rule, *map(on_broker, RULES)]
    found = difference(RULES, have, NETWORK)
    assert getattr(found, part) == (rule,)
    assert len(found.kept) == len(RULES)
    assert found.missing == ()


def test_what_lacks_is_named() -> None:
    first, *rest = map(on_broker, RULES)
    assert difference(RULES, rest, NETWORK).missing == (first,)
    assert on_broker(AccessRule("ccb", Resource.GROUP, "ccb.", True, Operation.READ)) == BrokerRule(
        3, "ccb.", 4, "User:ccb", "*", 3, 3
    )
