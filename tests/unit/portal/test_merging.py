"""A dispute that came twice: shown under both ids, counted under one."""

from typing import Any

from hypothesis import given as cases
from hypothesis import strategies as st

from services.portal.views import summed
from shared.contracts.duplicates import (
    DisputesMerged,
    DuplicateJoined,
    DuplicateParted,
    MatchingStopped,
    MergeUndone,
)
from shared.contracts.kinds import End
from shared.contracts.topics import EVENT_TOPICS
from tests.support.cases import case_id
from tests.unit.portal.mother import (
    AGENT,
    CASE,
    FILING_ID,
    INTAKE,
    MEDIATION,
    RETURNED,
    SCREENED,
    Rows,
    ended,
    opened,
    received,
    registered,
)

TOPICS = {INTAKE: EVENT_TOPICS["intake"], MEDIATION: EVENT_TOPICS["mediation"]}

KEPT = case_id("ccb", "CC-0")
MERGED = DisputesMerged(
    case=CASE, kept=KEPT, party_token="t", automatic=True, rules=("MAT-001",), rules_version="intake-2026.4"
)
UNDONE = MergeUndone(case=CASE, kept=KEPT, party_token="t")
MERGED_END = ended(End.OTHER).model_copy(update={"merged_into": KEPT})


def counted(figures: dict[str, Any]) -> dict[str, int]:
    names = ("filed", "screened", "claim_fen", "mediated", "ended", "open")
    return {name: figures["totals"][name] for name in names}


@cases(st.permutations([0, 1, 2, 3, 4]), st.booleans())
def test_a_merged_case_adds_to_no_figure_whatever_comes_first_and_an_undone_one_adds_again(
    order: list[int], undo: bool
) -> None:
    intake = [received(registered()), received(SCREENED, sequence=2), received(MERGED, sequence=3)]
    mediation = [received(opened(), MEDIATION), received(MERGED_END, MEDIATION, sequence=2)]
    # Of each topic in its order; the topics in any.
    queues = [intake if place < 3 else mediation for place in order]
    taken = {id(intake): 0, id(mediation): 0}
    out = Rows()
    for queue in queues:
        message = queue[taken[id(queue)]]
        taken[id(queue)] += 1
        out.take(message, TOPICS[message.source])
    assert out.rows["cases"][CASE]["status"] == "merged"
    assert out.rows["cases"][CASE]["merged_into"] == KEPT
    if undo:
        out.take(received(UNDONE, sequence=4), TOPICS[INTAKE])
        assert out.rows["cases"][CASE]["status"] != "merged"
    once = int(undo)
    assert counted(summed(out.figures())) == {
        "filed": once,
        "screened": once,
        "claim_fen": 5_000_000 * once,
        "mediated": once,
        "ended": 0,
        "open": once,
    }
    assert summed(out.figures())["totals"]["ends"][End.OTHER] == 0


def test_the_kept_case_tells_which_ids_are_its_own() -> None:
    out = Rows()
    told = (
        registered(),
        DuplicateJoined(merged=KEPT),
        DuplicateJoined(merged="sy1" + "b" * 32),
        DuplicateParted(merged=KEPT),
    )
    for number, body in enumerate(told, 1):
        out.take(received(body, sequence=number), TOPICS[INTAKE])
    assert out.rows["cases"][CASE]["joined"] == ["sy1" + "b" * 32]
    assert summed(out.figures())["totals"]["filed"] == 1


def test_who_filed_is_told_of_the_return_and_not_of_the_matching() -> None:
    out = Rows()
    stopped = MatchingStopped(case=CASE, party_token="t")
    for number, body in enumerate((registered(), RETURNED, stopped), 1):
        out.take(received(body, sequence=number, actor=AGENT, causation=FILING_ID), TOPICS[INTAKE])
    (outcome,) = out.rows["outcomes"].values()
    assert set(outcome["events"]) == {"dispute-registered", "filing-returned"}
    assert out.rows["cases"][CASE]["events"] == len(out.rows["timeline"]) == 2
    assert out.rows["cases"][CASE]["versions"] == {"intake": 3}
