"""What a mediation says of a dispute that came twice, and of the merge that was wrong."""

from datetime import timedelta

from services.mediation.handlers import Handlers
from shared.casework.protocol import Received
from shared.contracts.envelope import SYSTEM
from tests.support.contract import example
from tests.support.spec import given

SOURCE = "/suyuan/mediation"


def said(handlers: Handlers, referred: Received) -> dict[str, Received]:
    """Return the end of the mediation and its reopening, by the names of their examples."""
    at, subject = referred.at + timedelta(hours=1), referred.subject
    merged, undone = (
        example("intake", "mediation", name).body for name in ("disputes_merged", "merge_undone")
    )
    over = given(handlers.case, subject=subject).when(referred.body, at=referred.at).when(merged, at=at)
    events = (*over.events, *over.when(undone, at=at).events)
    return {
        name: Received(event, f"{subject}:{number}@{SOURCE}", SOURCE, subject, at, SYSTEM, sequence=number)
        for number, (name, event) in enumerate(
            zip(("mediation_ended_merged", "mediation_reopened"), events, strict=False), 3
        )
    }
