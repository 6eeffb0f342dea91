"""The performance file of a mediator is what the events say, counted by year.

Source: 法释〔2016〕14号 art 10.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.portal.cases.mediator_file import summary
from services.portal.endpoints.reads import _whose_files
from shared.casework.calendar import SHANGHAI, local_day
from shared.contracts.co_mediators import (
    CoMediatorAccepted,
    CoMediatorDesignated,
    CoMediatorLeft,
    Departure,
)
from shared.contracts.complaints import ComplaintDecided, ComplaintGround, Measure, MediatorComplainedOf
from shared.contracts.kinds import Cause, End, Party
from shared.contracts.mediation import (
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentLapsed,
    MediationEnded,
    MediatorDesignated,
)
from shared.contracts.message import Event
from shared.contracts.recusal import MediatorReplaced, RecusalDecided
from shared.contracts.transfers import CaseTransferred, TransferGround
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.tokens import Person
from tests.support.cases import case_id
from tests.unit.portal.mother import MEDIATION, MON, Rows, received

CASES = [case_id("ccb", name) for name in "ab"]
MEDIATORS = ("m01", "m02")
ORGANISATION = "people-mediation"


def file(rows: Rows, mediator: str) -> dict[str, Any]:
    found = rows.rows.get("mediator_files", {}).values()
    return summary(row for row in found if row["mediator"] == mediator)


def happened(kind: str, case: str, who: str) -> Event:
    of: dict[str, Any] = {"organisation": ORGANISATION, "case": case, "mediator": who, "round": 1}
    by = MON + timedelta(days=3)
    match kind:
        case "designated":
            return MediatorDesignated(organisation=ORGANISATION, mediator=who, round=1, answer_by=by, why=())
        case "beside":
            return CoMediatorDesignated(
                organisation=ORGANISATION, mediator=who, round=1, answer_by=by, why=()
            )
        case "accepted":
            return AssignmentAccepted(mediator=who)
        case "accepted beside":
            return CoMediatorAccepted(mediator=who)
        case "declined":
            return AssignmentDeclined(**of, reason="not_my_field")
        case "lapsed":
            return AssignmentLapsed(**of)
        case "replaced":
            return MediatorReplaced(**of, party=Party.RESPONDENT)
        case "recused":
            return RecusalDecided(**of, recused=True)
        case "kept":
            return RecusalDecided(**of, recused=False)
        case "left":
            return CoMediatorLeft(**of, departure=Departure.LAPSED)
        case "not needed":
            return CoMediatorLeft(**of, departure=Departure.NOT_NEEDED)
        case "transferred":
            del of["mediator"]
            return CaseTransferred(**of, receiver="banking-mediation", ground=TransferGround.COURT)
        case "complained":
            ground = ComplaintGround.FAVOURS
            return MediatorComplainedOf(complaint=1, mediator=who, party=Party.RESPONDENT, breach=ground)
        case "upheld":
            del of["round"]
            ground, measure = ComplaintGround.FAVOURS, Measure.WARNED
            return ComplaintDecided(**of, complaint=1, breach=ground, upheld=True, measure=measure)
        case _:
            assert kind == "ended"
            return MediationEnded(
                organisation=ORGANISATION,
                institution="ccb",
                case=case,
                cause=Cause.LOAN,
                end=End.AGREEMENT,
                mediator=who,
                claim_fen=1,
                settled_fen=1,
            )


KINDS = (
    *("designated", "beside", "accepted", "accepted beside", "declined", "lapsed", "replaced", "recused"),
    *("kept", "left", "not needed", "transferred", "complained", "upheld", "ended"),
    *4 * ("accepted", "accepted beside", "ended"),  # what the days hang on comes more often
)
HAPPENED = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.sampled_from(CASES), st.sampled_from(MEDIATORS), st.integers(1, 120)
    ),
    min_size=5,
    max_size=60,
)
LEAVES = ("replaced", "recused", "left", "not needed")
COUNTED = {
    "designated": ("designated",),
    "beside": ("designated", "beside"),
    "accepted": ("accepted",),
    "accepted beside": ("accepted",),
    "declined": ("declined",),
    "lapsed": ("lapsed",),
    "left": ("lapsed",),
    "replaced": ("replaced",),
    "recused": ("recused",),
    "complained": ("complained",),
    "upheld": ("upheld",),
}


@examples(HAPPENED)
def test_a_file_is_a_recount_of_the_events(story: list[tuple[str, str, str, int]]) -> None:
    """The recount goes case by case and mediator by mediator over the whole story, and keeps no state."""
    rows, now, dated = Rows(), MON, []
    for number, (kind, case, who, days) in enumerate(story, 1):
        now += timedelta(days=days)
        dated.append((kind, case, who, now))
        rows.take(received(happened(kind, case, who), MEDIATION, number, subject=case, at=now))
    for who in MEDIATORS:
        counts: Counter[str] = Counter()
        seconds = 0.0
        years = {local_day(at).year for kind, _, one, at in dated if one == who and kind in COUNTED}
        for kind, _, one, _ in dated:
            counts.update(COUNTED.get(kind, ()) if one == who else ())
        for end, (kind, case, _, at) in enumerate(dated):
            if kind not in ("ended", "transferred"):
                continue
            since = None
            for what, there, one, then in dated[:end]:
                if there == case and what in ("ended", "transferred"):
                    since = None
                elif (there, one) == (case, who) and what in ("accepted", "accepted beside"):
                    since = then
                elif (there, one) == (case, who) and what in LEAVES:
                    since = None
            if since is not None and kind == "ended":
                counts.update(("ended", "agreements"))
                seconds += (at - since).total_seconds()
                years.add(local_day(at).year)
            elif since is not None:
                counts["transferred"] += 1
                years.add(local_day(at).year)
        found = file(rows, who)
        assert {name: found[name] for name in counts} == counts
        assert sum(found[name] for name in found if isinstance(found[name], int)) == sum(counts.values())
        assert found["mean_days"] == (
            round(seconds / counts["ended"] / 86_400, 2) if counts["ended"] else None
        )
        assert found["by_year"].keys() == {str(year) for year in years}


def test_grounds_and_ends_stand_beside_their_total_and_each_year_for_itself() -> None:
    rows, case = Rows(), CASES[0]
    new_year = datetime(2027, 1, 1, 0, 30, tzinfo=SHANGHAI)
    for number, (kind, at) in enumerate(
        (("designated", MON), ("accepted", new_year - timedelta(days=3)), ("ended", new_year)), 1
    ):
        rows.take(received(happened(kind, case, "m01"), MEDIATION, number, subject=case, at=at))
    found = file(rows, "m01")
    assert (found["mean_days"], found["ended_by"]) == (3.0, {"agreement": 1})
    assert {year: (one["designated"], one["ended"]) for year, one in found["by_year"].items()} == {
        "2026": (1, 0),
        "2027": (0, 1),
    }


@pytest.mark.parametrize(
    ("person", "whose"),
    [
        (Person("court", "p-1", "court_clerk"), None),
        (Person(ORGANISATION, "p-1", "organisation_clerk"), ORGANISATION),
        (Person(ORGANISATION, "m01", "mediator"), ORGANISATION),
        (Person(ORGANISATION, "m02", "mediator"), 403),
        (Person("ccb", "p-1", "institution_agent"), 403),
        (Person(CASES[0], "", "party"), 403),
    ],
)
def test_court_organisation_and_the_mediator_read_a_file(person: Person, whose: str | int | None) -> None:
    if whose == 403:
        with pytest.raises(Problem):
            _whose_files(person, "m01")
    else:
        assert _whose_files(person, "m01") == whose
