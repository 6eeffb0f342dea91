"""Who is in a case beside the institution and the main respondent, and what parties say to a mediation."""

from typing import Annotated

from pydantic import ConfigDict, Field

from shared.contracts.elements import INTAKE, Part, PersonalData
from shared.contracts.fields import PARTY, AskBy, InstitutionId, MaskedName, OrganisationId, PartyToken
from shared.contracts.kinds import ContactMeans, LeaveReason, Party, Role, Standing
from shared.contracts.message import Command, Event
from shared.contracts.words import Words

Reached = Annotated[bool, Words("已联系上", "Reached"), PARTY]


class OtherParty(Part):
    """Somebody beside the institution and the main respondent.

    A co-creditor stands on the applicants' side; places are given in the order of the list
    (`applicant-2`, `respondent-2`, `respondent-3` …).

    Attributes:
        data: Raw data, as of the main respondent.
    """

    model_config = ConfigDict(hide_input_in_errors=True)
    standing: Standing
    data: Annotated[PersonalData, Words("当事人信息", "Party's data"), INTAKE] = Field(repr=False)


class CaseParty(Part):
    """Somebody beside the institution and the main respondent, without raw data.

    Attributes:
        party_token: The same for a repeat party of the same institution, and for no other.
        masked_name: The name, masked.
    """

    party: Party
    standing: Standing
    party_token: PartyToken
    masked_name: MaskedName


CaseParties = Annotated[tuple[CaseParty, ...], Words("其他当事人", "Other parties of the case"), PARTY]


class ConsentReceived(Event, family="mediation", zh="收到同意", en="Consent received"):
    """A party's consent reached the mediation; with the last one, the sessions may begin."""

    party: Party


class InquiryOverdue(Event, family="mediation", zh="征询逾期", en="Inquiry overdue"):
    """Parties have not said in time whether they agree: an alarm; the mediator says whether it ends.

    Source: 法释〔2021〕23号 art 15.
    """

    organisation: OrganisationId
    ask_by: AskBy
    parties: Annotated[tuple[Party, ...], Words("未答复方", "Unanswered")]


class ContactRecorded(Event, family="mediation", zh="联系记录", en="Contact recorded"):
    """A party was sought; the event's time says when. Source: 法释〔2021〕23号 art 15.

    Attributes:
        reached: Whether it answered.
    """

    party: Party
    means: ContactMeans
    reached: Reached


class PartyLeft(Event, family="mediation", zh="当事方退出", en="Party left"):
    """A party ends the mediation, as each may at any time before the agreement is in force.

    Source: 人民调解法 art 23(2); 法释〔2021〕23号 art 25.
    """

    party: Party
    reason: LeaveReason


class RecordContact(
    Command,
    family="mediation",
    zh="记录联系",
    en="Record a contact",
    roles=(
        Role.MEDIATOR,
        Role.ORGANISATION_CLERK,
    ),
):
    """Record that a party was sought, and whether it was reached."""

    party: Party
    means: ContactMeans
    reached: Reached


class LeaveMediation(
    Command,
    family="mediation",
    zh="退出调解",
    en="Leave a mediation",
    roles=(
        Role.INSTITUTION_AGENT,
        Role.PARTY,
    ),
):
    """End the mediation as a party, at any time before the agreement is in force.

    Attributes:
        reason: A respondent can only be `unwilling`.
    """

    reason: LeaveReason


class DisputeWithdrawn(Event, family="intake", zh="撤回申请", en="Dispute withdrawn"):
    """The institution takes its dispute back before it is referred: it was paid, or they settled.

    Attributes:
        reason: Any but `unwilling`.
    """

    institution: InstitutionId
    reason: LeaveReason


class WithdrawDispute(
    Command, family="intake", zh="撤回申请", en="Withdraw a dispute", roles=(Role.INSTITUTION_AGENT,)
):
    """Take a dispute back before it is referred; after that, LeaveMediation.

    Attributes:
        reason: Any but `unwilling`.
    """

    reason: LeaveReason
