"""The language of agreements: drafted, signed by everybody, sealed; in force, and complete."""

from typing import Annotated

from shared.contracts.asked import SIGNATURE
from shared.contracts.fields import AgreementDigest, AmountFen, MediatorId
from shared.contracts.kinds import AgreementForm, Party, Role
from shared.contracts.message import Command, Event
from shared.contracts.terms import AgreedTerms, TextVersion
from shared.contracts.words import Audience, Words

Complete = Annotated[bool, Words("手续齐备", "Complete"), Audience.PARTY]


class AgreementDrafted(Event, family="mediation", zh="拟定调解协议", en="Agreement drafted", asks=SIGNATURE):
    """调解协议: digest of the text, and the amount that it settles.

    Attributes:
        form: By which law it takes effect.
        terms: What is agreed, where the platform made the text; ``None`` for a text of the mediator's own.
        text_version: The template of the text; ``None`` likewise.
    """

    digest: AgreementDigest
    amount_fen: AmountFen
    form: AgreementForm = AgreementForm.PLATFORM
    terms: AgreedTerms | None = None
    text_version: TextVersion | None = None


class AgreementSigned(Event, family="mediation", zh="签署调解协议", en="Agreement signed"):
    """A party e-signed the agreement."""

    party: Party
    digest: AgreementDigest


class AgreementCountersigned(Event, family="mediation", zh="调解员签名", en="Agreement countersigned"):
    """The mediator signed the agreement. Source: 法释〔2021〕23号 art 19."""

    mediator: MediatorId
    digest: AgreementDigest


class AgreementSealed(Event, family="mediation", zh="调解协议盖章", en="Agreement sealed"):
    """The organisation sealed the agreement."""

    digest: AgreementDigest


class AgreementEffective(Event, family="mediation", zh="调解协议生效", en="Agreement effective"):
    """The agreement binds: all parties have signed, and what else its form asks for is there.

    Source: 法释〔2021〕23号 art 19; 人民调解法 art 29.

    Attributes:
        complete: Whether the mediator's signature and the seal are there as well; AgreementCompleted
            follows where they are not.
        by_decision: Whether it is a quick decision that the consumer accepted.
    """

    digest: AgreementDigest
    amount_fen: AmountFen
    complete: Complete = True
    by_decision: Annotated[bool, Words("依快速裁决", "By a quick decision"), Audience.PARTY] = False


class AgreementCompleted(Event, family="mediation", zh="调解协议齐备", en="Agreement complete"):
    """An agreement in force has the mediator's signature and the seal by now: it can go to the court."""

    digest: AgreementDigest


class DraftAgreement(
    Command, family="mediation", zh="拟定协议", en="Draft an agreement", roles=(Role.MEDIATOR,)
):
    """Put an agreement before the parties; it replaces an earlier draft.

    Attributes:
        digest: Of the text. Not needed with terms, of which the platform makes the text; one that is given
            all the same must be the platform's.
        form: By which law it takes effect: made on the platform, or a people's-mediation agreement.
        terms: What is agreed, for the platform to make the text and to follow its performance; without them
            the text is the mediator's own.
    """

    amount_fen: AmountFen
    digest: AgreementDigest | None = None
    form: AgreementForm = AgreementForm.PLATFORM
    terms: AgreedTerms | None = None


class SignAgreement(
    Command,
    family="mediation",
    zh="签署协议",
    en="Sign an agreement",
    roles=(
        Role.INSTITUTION_AGENT,
        Role.PARTY,
    ),
):
    """Sign the agreement for a party."""

    party: Party
    digest: AgreementDigest


class CountersignAgreement(
    Command, family="mediation", zh="调解员签署协议", en="Countersign an agreement", roles=(Role.MEDIATOR,)
):
    """Sign the agreement as the mediator who brought it about."""

    digest: AgreementDigest


class SealAgreement(
    Command, family="mediation", zh="协议盖章", en="Seal an agreement", roles=(Role.ORGANISATION_CLERK,)
):
    """Put the organisation's seal on the agreement."""

    digest: AgreementDigest
