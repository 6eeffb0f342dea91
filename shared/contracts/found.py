"""What a shard finds in a week of its series: improbable counts, and desks that were cleared."""

from typing import Annotated

from shared.contracts.elements import Part
from shared.contracts.fields import (
    INSIDE,
    Count,
    Expected,
    FiledOn,
    High,
    InstitutionId,
    Issue,
    Low,
    Packed,
    Probability,
    UsualCount,
    Variance,
    WeekTotal,
)
from shared.contracts.kinds import Cause
from shared.contracts.words import Words


class Found(Part):
    """A count that is improbable in a quiet week.

    Attributes:
        expected: Disputes that a quiet week would have.
        bound: The count above which it stands out at the nominal level of the rules.
        low: Nine in ten quiet weeks have this count or more.
        high: Nine in ten quiet weeks have this count or less.
        probability: Calibrated: of such a count or more in a quiet week.
        variance: Of a quiet week's count around what is expected.
    """

    institution: InstitutionId
    cause: Cause
    issue: Issue
    count: Count
    expected: Expected
    bound: Annotated[float, Words("上界", "Bound"), INSIDE]
    low: Low
    high: High
    probability: Probability
    variance: Variance = 0.0


class Backlog(Part):
    """Many filings of an institution on one day, which explain what else would be a surge.

    Attributes:
        issues: Which would have stood out.
        day: The day.
        count: Its filings.
        usual: What the week's other days lead one to expect of it.
        week_count: Filings of the whole week.
        probability: That any day of a week of so many filings is as full, as this institution files.
        counts: By what its series are judged instead: the day brought down.
    """

    institution: InstitutionId
    cause: Cause
    issues: Annotated[tuple[Issue, ...], Words("争议事项", "Issues"), INSIDE]
    day: FiledOn
    count: Count
    usual: UsualCount
    week_count: WeekTotal
    probability: Probability
    counts: Packed
