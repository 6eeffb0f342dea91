"""Earlier versions of messages: nobody sends them any more, and every reader still takes them.

They stand in topics and histories for years. A class here bears the name of today's and an older version.
"""

from shared.contracts.fields import (
    AcceptedAt,
    ClaimFen,
    DueAt,
    DueProvisional,
    InstitutionId,
    LimitDays,
    OrganisationId,
    RulesVersion,
)
from shared.contracts.kinds import Cause, Tier
from shared.contracts.message import Event


class MediationOpened(Event, family="mediation", zh="调解受理", en="Mediation opened"):
    """受理 as it was until version 2: the period ran from the referral.

    Attributes:
        accepted_at: Start point of the period.
        due_at: The instant at which the period is over.
        due_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
    """

    organisation: OrganisationId
    institution: InstitutionId
    cause: Cause
    tier: Tier
    claim_fen: ClaimFen
    accepted_at: AcceptedAt
    limit_days: LimitDays
    due_at: DueAt
    rules_version: RulesVersion
    due_provisional: DueProvisional = False
