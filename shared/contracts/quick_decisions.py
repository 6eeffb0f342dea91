"""The language of quick decisions: given by a mediator, binding on the institution by the consumer's yes.

Source: practice of the organisations (小额纠纷快速解决机制): the institution undertakes in advance, as a
member, to be bound; the consumer is bound by nothing but the own yes.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.contracts.fields import PARTY, AgreementDigest, AmountFen
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event
from shared.contracts.terms import AgreedTerms, DecisionReason, TextVersion
from shared.contracts.words import Words

DecisionReasons = Annotated[
    tuple[DecisionReason, ...],
    Field(min_length=1, max_length=5),
    Words("裁决理由", "Reasons of the decision"),
]
AcceptBy = Annotated[datetime, Words("接受期限", "Accept by"), PARTY]
AcceptProvisional = Annotated[bool, Words("接受期限暂定", "Accept-by date provisional"), PARTY]
Lapsed = Annotated[bool, Words("逾期未答复", "By silence"), PARTY]


class QuickDecisionIssued(Event, family="mediation", zh="作出快速裁决", en="Quick decision issued"):
    """A mediator says how a small dispute is settled; nobody is bound before the consumer accepts.

    Attributes:
        digest: Of its text, which the platform makes.
        terms: How the amount is paid; ``None`` where nothing is.
        accept_by: From this instant on the consumer's silence is a no.
        accept_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
    """

    digest: AgreementDigest
    amount_fen: AmountFen
    decision_reasons: DecisionReasons
    text_version: TextVersion
    accept_by: AcceptBy
    terms: AgreedTerms | None = None
    accept_provisional: AcceptProvisional = False


class QuickDecisionAccepted(Event, family="mediation", zh="接受快速裁决", en="Quick decision accepted"):
    """The consumer accepts: the decision binds both sides, without the institution's signature."""

    digest: AgreementDigest


class QuickDecisionRejected(Event, family="mediation", zh="未接受快速裁决", en="Quick decision rejected"):
    """The consumer does not accept: the decision binds nobody, and the mediation goes on as any other.

    Attributes:
        lapsed: Whether the consumer did not answer in time.
    """

    lapsed: Lapsed = False


class GiveQuickDecision(
    Command, family="mediation", zh="作出快速裁决", en="Give a quick decision", roles=(Role.MEDIATOR,)
):
    """Decide a small dispute of this route, once; an amount is paid by terms.

    Attributes:
        terms: How the amount is paid; not needed where nothing is.
    """

    amount_fen: AmountFen
    decision_reasons: DecisionReasons
    terms: AgreedTerms | None = None


class AcceptQuickDecision(
    Command, family="mediation", zh="接受快速裁决", en="Accept a quick decision", roles=(Role.PARTY,)
):
    """Accept the decision as the consumer: it then binds both sides."""

    digest: AgreementDigest


class RejectQuickDecision(
    Command, family="mediation", zh="不接受快速裁决", en="Reject a quick decision", roles=(Role.PARTY,)
):
    """Reject the decision as the consumer: it then binds nobody."""
