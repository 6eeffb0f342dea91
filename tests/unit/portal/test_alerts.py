"""The portal's rows of alerts: what their life and their earlier version leave."""

from datetime import date

from services.portal.views import summed
from shared.casework.protocol import Received
from shared.contracts import earlier
from shared.contracts.alerts import AlertEnded, AlertExplained, AlertFollowedUp, AlertLasted, FollowUp
from shared.contracts.kinds import Cause
from tests.unit.portal.mother import ALERTS, SERIES, Rows, raised, received


def rows(*messages: Received) -> Rows:
    out = Rows()
    for message in messages:
        out.take(message, "alerts.events")
    return out


def test_an_alert_of_before_has_a_nominal_level_and_no_probability_and_is_over() -> None:
    before = earlier.AlertRaised(
        institution="ccb",
        cause=Cause.CREDIT_CARD,
        issue="fees",
        week=date(2026, 3, 2),
        count=31,
        expected=12.5,
        bound=24.0,
        alpha=0.001,
        method="ears-c1",
        rules_version="ears-c1.1",
    )
    row = rows(received(before, ALERTS, 1, subject=SERIES)).rows["alerts"][f"{SERIES}|2026-03-02"]
    assert (row["alpha"], row["probability"], row["rate"]) == (0.001, None, None)
    assert row["ended_at"] == row["raised_at"]


def test_an_alert_lasts_is_explained_followed_up_and_over() -> None:
    out = rows(
        received(raised(), ALERTS, 1, subject=SERIES),
        received(
            AlertLasted(
                since=date(2026, 3, 2), week=date(2026, 3, 9), count=28, expected=12.0, probability=0.001
            ),
            ALERTS,
            2,
            subject=SERIES,
        ),
        received(AlertExplained(week=date(2026, 3, 2), text="新收费标准"), ALERTS, 3, subject=SERIES),
        received(
            AlertFollowedUp(week=date(2026, 3, 2), what=FollowUp.MEETING, reference="2026-1"),
            ALERTS,
            4,
            subject=SERIES,
        ),
        received(AlertEnded(since=date(2026, 3, 2), week=date(2026, 3, 9)), ALERTS, 5, subject=SERIES),
    )
    (row,) = out.rows["alerts"].values()
    assert (row["last_week"], row["explanation"], row["followed_up"]) == (
        "2026-03-09",
        "新收费标准",
        ["meeting 2026-1"],
    )
    assert row["ended_at"]
    assert summed(out.figures())["by_institution"]["ccb"]["alerts"] == 1
