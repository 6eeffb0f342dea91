"""`suyuan case why`: each event of a case by its rules, version, citation, limit and days."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cli.display.view import Language, View
from cli.why import explained, told
from services.intake.rules import BOOK
from services.mediation.rules import CASE_RULES
from services.portal.rules.shown import shown
from shared.casework.own_rules import own_rules
from shared.contracts.common import CommandRefused, RulesAdopted
from shared.contracts.intake import DisputeScreened, FilingReturned, ReturnReason
from shared.contracts.kinds import Cause, End, Procedure, ReturnGround, Route, Tier, Way
from shared.contracts.mediation import AssignmentAccepted, MediationEnded, MediationOpened, MediatorDesignated
from shared.contracts.message import Event
from shared.network.load import parse_network
from tests.support.network_file import OWN

ADOPTED = own_rules("mediation", CASE_RULES, parse_network(OWN, "small.yaml")).wanted
MON = datetime(2026, 3, 2, 1, tzinfo=UTC)
OPENED = MediationOpened(
    organisation="org",
    institution="ccb",
    cause=Cause.CREDIT_CARD,
    tier=Tier.SIMPLE,
    claim_fen=100,
    opened_at=MON,
    rules_version="small-1",
)


def why(
    *events: Event, service: str = "mediation", adopted: tuple[RulesAdopted, ...] = ()
) -> list[dict[str, Any]]:
    rows = [
        {"at": "2026-03-02T01:00:00.000Z", "service": service, "type": one.short_type, "data": shown(one)}
        for one in events
    ]
    return explained(rows, {"mediation": adopted})


def test_a_period_is_explained_by_the_citys_own_limit_with_its_days() -> None:
    accepted = AssignmentAccepted(
        mediator="m01", limit_days=20, due_at=datetime(2026, 3, 22, 16, tzinfo=UTC), due_provisional=True
    )
    event = why(OPENED, accepted, adopted=tuple(ADOPTED))[-1]

    answer, period = event["rules"]
    assert (answer["rule"], answer["decided"]) == ("mediation.answer", False)
    assert (period["rule"], period["version"], period["decided"]) == ("mediation.period", "small-1", True)
    assert period["limits"] == [
        {"rule": "mediation.period", "value": 20, "unit": "days", "standing": "city", "citation": "3号"}
    ]
    assert period["citation"] == "3号"
    assert event["days"] == {
        "rule": "mediation.period",
        "start": "2026-03-02T09:00:00+08:00",
        "days": 20,
        "working_days": None,
        "last_day": "2026-03-22",
        "ends_at": "2026-03-23T00:00:00+08:00",
        "provisional": True,
    }
    assert "2026-03-02 → 2026-03-22 (provisional)" in told(event, View(Language.EN, 80, MON))
    assert "诉前调解期限" in told(event, View(Language.ZH, 80, MON))


def test_an_answer_is_told_in_working_days_of_the_version_of_the_case() -> None:
    designated = MediatorDesignated(
        organisation="org", mediator="m01", round=1, answer_by=datetime(2026, 3, 5, 16, tzinfo=UTC), why=()
    )
    event = why(OPENED.model_copy(update={"rules_version": "mediation-2022.1"}), designated)[-1]
    assert [rule["rule"] for rule in event["rules"]] == ["mediation.shares", "mediation.answer"]
    assert {rule["version"] for rule in event["rules"]} == {"mediation-2022.1"}
    assert (event["days"]["working_days"], event["days"]["last_day"]) == (3, "2026-03-05")


def test_screening_is_told_by_all_rules_that_spoke_and_the_one_that_decided() -> None:
    screened = DisputeScreened(
        tier=Tier.SIMPLE,
        route=Route.MEDIATION,
        rules=("SCR-001", "SCR-100"),
        decided_by="SCR-100",
        rules_version="intake-2025.1",
    )
    [event] = why(screened, service="intake")
    small, fit = event["rules"]
    assert [rule["decided"] for rule in (small, fit)] == [False, True]
    assert small["limits"][0]["value"] == 5_000_000
    assert small["citation"] == "民事诉讼法 (2023) art 165: small claims"


def test_a_return_is_told_by_the_rule_of_each_reason_and_what_it_rests_on() -> None:
    reasons = (
        ReturnReason(
            code="element.missing", field="party", rests_on=ReturnGround.TO_COMPLETE, citation="art 8"
        ),
        ReturnReason(code="date.order", field="elements.loan.overdue_since"),
    )
    [event] = why(
        FilingReturned(reasons=reasons, content_digest="0" * 64, rules_version=BOOK.current), service="intake"
    )
    assert [(rule["rule"], rule["version"]) for rule in event["rules"]] == [
        ("intake.elements", BOOK.current),
        ("intake.dates", BOOK.current),
    ]
    assert event["rules"][0]["citation"] == "art 8"
    assert [one["field"] for one in event["reasons"]] == ["party", "elements.loan.overdue_since"]


@pytest.mark.parametrize(
    ("reason", "rule", "expected"),
    [
        ("referral.consent_missing", "mediation.consent-of-all", "mediation.consent-of-all"),
        ("actor.not_allowed", "", "platform.authority"),
        ("case.closed", "", "platform.order"),
    ],
)
def test_a_refusal_is_explained_too(reason: str, rule: str, expected: str) -> None:
    [event] = why(CommandRefused(command="suyuan.mediation.accept-assignment.v1", reason=reason, rule=rule))
    assert event["refused"]
    assert [one["rule"] for one in event["rules"]] == [expected]
    assert all(event["rules"][0][name] for name in ("citation", "version", "zh", "en"))
    assert event["reasons"][0]["code"] == reason


@pytest.mark.parametrize(("end", "rule"), [(End.EXPIRED, "mediation.period"), (End.OTHER, "mediation.ends")])
def test_an_end_is_explained_by_its_kind(end: End, rule: str) -> None:
    ended = MediationEnded(
        organisation="org", institution="ccb", case="c", cause=Cause.LOAN, end=end, mediator=None,
        claim_fen=1, settled_fen=0,
    )  # fmt: skip
    assert [one["rule"] for one in why(OPENED, ended)[-1]["rules"] if one["decided"]] == [rule]


def test_a_version_that_is_not_known_here_is_named_and_not_guessed() -> None:
    accepted = AssignmentAccepted(mediator="m01", limit_days=20, due_at=datetime(2026, 3, 22, 16, tzinfo=UTC))
    event = why(OPENED, accepted)[-1]
    assert {rule["version"] for rule in event["rules"]} == {"small-1"}
    assert [rule["limits"] for rule in event["rules"]] == [[], []]
    assert event["days"]["days"] == 20


def test_a_mediation_in_a_suit_is_explained_by_the_days_of_its_procedure_to_its_end() -> None:
    opened = OPENED.model_copy(
        update={"way": Way.DOCKETED, "procedure": Procedure.SUMMARY, "rules_version": CASE_RULES.current}
    )
    accepted = AssignmentAccepted(
        mediator="m01",
        limit_days=7,
        due_at=datetime(2026, 3, 9, 16, tzinfo=UTC),
        procedure=Procedure.SUMMARY,
    )
    ended = MediationEnded(
        organisation="org",
        institution="ccb",
        case="c",
        cause=Cause.CREDIT_CARD,
        end=End.EXPIRED,
        mediator="m01",
        claim_fen=100,
        settled_fen=0,
    )
    begun, over = why(opened, accepted, ended)[1:]
    assert [one["rule"] for one in begun["rules"]] == ["mediation.answer", "mediation.period-summary"]
    assert begun["days"]["days"] == 7
    assert [one["rule"] for one in over["rules"]][-1] == "mediation.period-summary"
