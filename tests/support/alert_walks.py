"""How the streams of alerts are explored."""

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime

from services.alerts.rules.packing import key_of, pack
from services.alerts.rules.shards import SHARDS, archive_id, shard_id, shard_of
from services.alerts.series import Series
from shared.casework.calendar import local_day
from shared.casework.case_ids import GROUPS, PANEL, series_id
from shared.contracts.agreements import AgreementDrafted, AgreementSigned
from shared.contracts.alerts import AcknowledgeAlert, ExplainAlert, FollowUp, FollowUpAlert, RecordExplanation
from shared.contracts.counts import (
    CountingStarted,
    DisputeCounted,
    DisputeUncounted,
    GateOpened,
    PartitionPassed,
    SurgeFound,
    SurgeOver,
    WeekClosing,
    WeekCorrected,
    WeekCounted,
    WeekJudged,
)
from shared.contracts.envelope import Actor
from shared.contracts.groups import CountOfSumCorrected, GroupsJudged, SumCorrected, WeekSummed
from shared.contracts.kinds import Cause, ContactMeans, Party
from shared.contracts.requests import RecordAnswer
from tests.support.cases import case_id
from tests.support.duplicate_walks import OTHER, merged, undone
from tests.support.explore import Reached, Sample, Walk, everybody
from tests.unit.alerts import mother as series

_COUNTED_CASE = case_id("ccb", "R-1")
_CALLED = RecordAnswer(request="signature-1", received_on=series.in_week(0).date(), means=ContactMeans.PHONE)
COUNT = Walk(
    "预警计数 · a dispute as alerts sees it",
    series.made().case,
    _COUNTED_CASE,
    series.in_week(0),
    lambda _: (
        Sample(series.registered(0)),
        Sample(series.registered(0, institution="nobody")),
        Sample(series.amended(issue="fees")),
        Sample(merged(_COUNTED_CASE, OTHER)),
        Sample(undone(_COUNTED_CASE, OTHER)),
        Sample(AgreementDrafted(digest="0" * 64, amount_fen=1)),
        Sample(AgreementSigned(party=Party.APPLICANT, digest="0" * 64)),
        Sample(_CALLED, series.CLERK),
    ),
    (),
    lambda state: (
        state.merged,
        state.excluded,
        "" if state.first is None else state.first.issue,
        bool(state.open_clocks),
    ),
    lambda state: (
        ""
        if state is None
        else "不计入 kept out"
        if state.excluded
        else "不再计数 counted no more"
        if state.merged
        else "已计数,待机构答复 counted, institution asked"
        if state.open_clocks
        else "已计数 counted"
    ),
)


def _weeks(reached: Reached) -> Iterable[Sample]:
    """What a shard hears: a dispute of a week, one that counts no more, the end of a week."""
    shard = shard_id(shard_of("ccb", "credit_card"))
    for n in (0, 1):
        dispute = DisputeCounted(
            shard=shard,
            series=series.SERIES,
            institution="ccb",
            cause=Cause.CREDIT_CARD,
            issue=series.ISSUE,
            week=series.week(n),
        )
        yield Sample(dispute)
        yield Sample(DisputeUncounted.model_validate(dict(dispute)))
        yield Sample(WeekClosing(shard=shard, week=series.week(n)))


SHARD = Walk(
    "统计分片 · the open weeks of a shard",
    series.made().counts,
    shard_id(shard_of("ccb", "credit_card")),
    series.in_week(0),
    _weeks,
    (),
    lambda state: (
        state.open_from,
        tuple(
            sorted((week, min(count, 2)) for week, counts in state.weeks.items() for count in _all(counts))
        ),
    ),
    lambda state: "" if state is None else "有开放周 weeks open" if state.weeks else "无开放周 none open",
)


def _all(counts: Mapping[str, Mapping[str, int]]) -> Iterable[int]:
    return (count for issues in counts.values() for count in issues.values())


def _closed_weeks(reached: Reached) -> Iterable[Sample]:
    """What an archive hears: a closed week, a correction."""
    archive = archive_id(0)
    key = key_of("ccb", "credit_card", series.ISSUE)
    width = 0 if reached.state is None else reached.state.counts.shape[1]
    if width < 9:
        yield Sample(WeekCounted(archive=archive, week=series.week(width), total=3, counts=pack({key: 3})))
        yield Sample(WeekCounted(archive=archive, week=series.week(width), total=30, counts=pack({key: 30})))
    for change in (-1, 1):
        yield Sample(
            WeekCorrected(
                archive=archive,
                series=series.SERIES,
                institution="ccb",
                cause=Cause.CREDIT_CARD,
                issue=series.ISSUE,
                week=series.week(0),
                change=change,
            )
        )


ARCHIVE = Walk(
    "统计档案 · the closed weeks of a shard",
    series.made(rate=0.05).archive,
    archive_id(0),
    series.in_week(0),
    _closed_weeks,
    (),
    lambda state: state.counts.shape,
    lambda state: "" if state is None else "已归档 weeks kept" if state.keys else "空 empty",
)


def _panel_hears(reached: Reached) -> Iterable[Sample]:
    """What the panel hears: the first dispute, partitions, shards."""
    yield Sample(CountingStarted(panel=PANEL, week=series.week(0)))
    for partition in range(len(series.GATES)):
        yield Sample(PartitionPassed(panel=PANEL, partition=partition, week=series.week(0)))
    for number in range(SHARDS):
        yield Sample(
            WeekJudged(panel=PANEL, number=number, week=series.week(0), tested=0, short=1, refused=0)
        )
    yield Sample(GroupsJudged(panel=PANEL, week=series.week(0), tested=0))


PANEL_WALK = Walk(
    "汇总判断 · all series of a week together",
    series.made(rate=0.05).panel,
    PANEL,
    series.in_week(0),
    _panel_hears,
    (),
    lambda state: (
        state.next_week,
        state.closing,
        len(state.passed),
        min(sum(len(one) for one in state.judged.values()), 2),
    ),
    lambda state: (
        ""
        if state is None or not state.partitions
        else "等待分片 shards asked"
        if state.closing != state.next_week
        else "等待分区 partitions awaited"
    ),
)


def _sums_hear(reached: Reached) -> Iterable[Sample]:
    """What the groups hear: two weeks of every shard, corrections before and after."""
    key = key_of("ccb", "credit_card", series.ISSUE)
    for n in (0, 1):
        for number in range(SHARDS):
            counts = pack({key: 3}) if number == 0 else ""
            yield Sample(WeekSummed(groups=GROUPS, number=number, week=series.week(n), counts=counts))
    for change in (-1, 1):
        yield Sample(
            SumCorrected(
                groups=GROUPS,
                number=0,
                institution="ccb",
                cause=Cause.CREDIT_CARD,
                issue=series.ISSUE,
                week=series.week(0),
                change=change,
            )
        )


SUMS = Walk(
    "合计 · the sums over groups of series",
    series.made(rate=0.05).groups,
    GROUPS,
    series.in_week(0),
    _sums_hear,
    (),
    lambda state: (state.kept.counts.shape, tuple((week, len(one)) for week, one in state.open.items())),
    lambda state: (
        ""
        if state is None
        else "等待分片 shards awaited"
        if state.open
        else "已合计 weeks summed"
        if state.kept.keys
        else "空 empty"
    ),
)
GATE = Walk(
    "分区时钟 · the clock of a partition",
    series.made().gate,
    series.GATES[0],
    series.in_week(0),
    lambda _: (Sample(GateOpened(gate=series.GATES[0], panel=PANEL, partition=0, week=series.week(0))),),
    (),
    lambda state: min((state.week - series.week(0)).days // 7, 2),
    lambda state: "" if state is None else "跟踪 followed",
)


_SUM = series_id(None, Cause.CREDIT_CARD, series.ISSUE)


def _alert_hears(reached: Reached) -> Iterable[Sample]:
    """What a series hears: surges, corrections, and what people say."""
    yield from _hears(reached, series.surge(), series.AGENT)


def _sum_hears(reached: Reached) -> Iterable[Sample]:
    """What a sum over all institutions hears: the same, and the court answers."""
    whole = {"institution": None, "members": ("ccb/credit_card/fees: 12",), "shares": pack({"ccb": 12})}
    yield from _hears(reached, series.surge(**whole, series=_SUM), series.CLERK)


def _letters(reached: Reached, n: int) -> Iterable[RecordExplanation]:
    """One that came today, and one that came on the day of the alert."""
    alert = reached.state and reached.state.alerts.get(series.week(n).isoformat())
    days = {local_day(reached.at)} | (
        {local_day(datetime.fromisoformat(alert.raised_at))} if alert else set()
    )
    for day in sorted(days):
        yield RecordExplanation(
            week=series.week(n), text="新收费标准", received_on=day, means=ContactMeans.POST
        )


def _hears(reached: Reached, surge: SurgeFound, who: Actor) -> Iterable[Sample]:
    for n in (0, 1):
        yield Sample(surge.model_copy(update={"week": series.week(n)}))
        yield Sample(SurgeOver(series=surge.series, since=series.week(n), week=series.week(n)))
        yield Sample(AcknowledgeAlert(week=series.week(n)), who)
        yield Sample(ExplainAlert(week=series.week(n), text="新收费标准"), who)
        for letter in _letters(reached, n):
            yield Sample(letter, series.CLERK)
        yield Sample(
            FollowUpAlert(week=series.week(n), what=FollowUp.MEETING, reference="2026-1"), series.CLERK
        )
        yield Sample(series.refer(n), series.CLERK)
    yield Sample(
        WeekCorrected(
            archive=archive_id(0),
            series=series.SERIES,
            institution="ccb",
            cause=Cause.CREDIT_CARD,
            issue=series.ISSUE,
            week=series.week(0),
            change=1,
        )
    )
    yield Sample(CountOfSumCorrected(series=surge.series, week=series.week(0), change=1))


def _series_phase(state: Series) -> Hashable:
    return (
        state.lasting,
        tuple(
            (
                week,
                bool(one.acknowledged_at),
                bool(one.explanation),
                bool(one.followed_up),
                bool(one.referred),
                bool(one.ended_at),
            )
            for week, one in sorted(state.alerts.items())
        ),
    )


def _series_label(state: Series | None) -> str:
    if state is None:
        return ""
    if any(not alert.acknowledged_at for alert in state.alerts.values()):
        return "预警未阅 alert not seen"
    return "预警持续 alert lasts" if state.lasting else "预警结束 alerts over"


SERIES = Walk(
    "预警序列 · the alerts of a series",
    series.made().series,
    series.SERIES,
    series.in_week(0),
    _alert_hears,
    everybody(("ccb", "abc"), ("p-1",)),
    _series_phase,
    _series_label,
)


SUM_ALERTS = Walk(
    "合计预警 · the alerts of a sum over all institutions",
    series.made().series,
    _SUM,
    series.in_week(0),
    _sum_hears,
    everybody(("ccb",), ("p-1",)),
    _series_phase,
    _series_label,
)
