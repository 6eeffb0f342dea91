"""What alerts says, as its readers' examples have it. Examples in tests/contract."""

import pytest

from services.alerts.handlers import handlers
from shared.casework.protocol import Received
from shared.contracts.alerts import AcknowledgeAlert
from shared.contracts.envelope import SYSTEM
from tests.support.contract import example, names, same_as_example, written
from tests.support.spec import given
from tests.unit.alerts.mother import AGENT, SERIES, Run, counted, in_week, week

HANDLERS = handlers()
REGISTERED = example("intake", "alerts", "dispute_registered")
MERGED = example("intake", "alerts", "disputes_merged")
FOR = {
    "alerts": ("dispute_counted", "dispute_uncounted"),
    "portal": (
        "alert_acknowledged",
        "alert_raised",
        "count_corrected",
        "dispute_counted",
        "dispute_uncounted",
        "series_resumed",
        "series_started",
        "week_closed",
    ),
}


def _told() -> dict[str, dict]:
    """The first of each kind of event in the life of one series, by the name of its example."""
    run = Run(HANDLERS.series)
    for n, count in enumerate((3, 2, 4, 3, 3, 2, 4, 12)):
        for _ in range(count):
            run.hear(counted(n), in_week(n))
    run.hear(counted(7), in_week(8))
    run.hear(AcknowledgeAlert(week=week(7)), in_week(8, 2), AGENT)
    run.hear(counted(60), in_week(60))
    (first,) = given(HANDLERS.case, subject=REGISTERED.subject).when(REGISTERED.body, at=REGISTERED.at).events
    counted_case = given(HANDLERS.case, subject=REGISTERED.subject).when(REGISTERED.body, at=REGISTERED.at)
    (less,) = counted_case.when(MERGED.body, at=MERGED.at).events
    heard = [(REGISTERED.subject, 1, first, REGISTERED.at, REGISTERED.actor)]
    heard += [(REGISTERED.subject, 2, less, MERGED.at, SYSTEM)]
    heard += [(SERIES, n, timed.event, timed.at, SYSTEM) for n, timed in enumerate(run.timed, start=1)]
    out: dict[str, dict] = {}
    for subject, sequence, event, at, actor in heard:
        source = "/suyuan/alerts"
        said = Received(event, f"{subject}:{sequence}@{source}", source, subject, at, actor, "", sequence)
        out.setdefault(event.wire_type.split(".")[2].replace("-", "_"), written(said))
    return out


@pytest.mark.parametrize("consumer", FOR)
def test_there_is_an_example_for_each_event_that_a_consumer_builds_on(consumer):
    assert names("alerts", consumer) == sorted(FOR[consumer])


@pytest.mark.parametrize(("consumer", "name"), [(who, name) for who, all_ in FOR.items() for name in all_])
def test_alerts_says_exactly_the_example(consumer, name):
    same_as_example("alerts", consumer, name, _told()[name])


def test_what_the_case_says_to_the_series_is_understood():
    received = example("alerts", "alerts", "dispute_counted")
    routed = HANDLERS.route("alerts.series", SERIES, received)
    assert routed is not None
    assert routed.message.subject == SERIES
    assert [type(event).__name__ for event in routed.stream.decide(None, routed.message)] == ["SeriesStarted"]
