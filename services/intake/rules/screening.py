"""案件摸排: every rule that looks at a filing, what it says of the tier and of the route.

Each rule has an id that stands in the event, so that anyone can ask why a dispute went where it
went. A later rule never hides an earlier one: the hardest tier wins, and of the rules that name a
route the first in the list decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, NamedTuple

from services.intake.rules.small_claims import SmallClaims
from shared.casework.limits import Limit
from shared.contracts.claims import LeaseClaim
from shared.contracts.elements import ClaimElements
from shared.contracts.intake import FileDispute, SmallClaimLimit
from shared.contracts.kinds import Cause, Route, Tier
from shared.contracts.rules import check
from shared.contracts.words import Unit

_LEASE = "法释〔2014〕3号, 法释〔2020〕17号 art 5 (finance lease)"
_UNPAID = ("SCR-021", "SCR-022")
_RATE = "法发〔2017〕22号 art 2"
SMALL_CLAIM = Limit(
    "intake.small-claim",
    Unit.FEN,
    "民事诉讼法 (2023) art 165; practice of the court",
    at_least=1,
    at_most=1_000_000_000_00,
    of=("SCR-001", "SCR-002"),
    not_above="intake.ordinary-claim",
)
ORDINARY_CLAIM = Limit(
    "intake.ordinary-claim",
    Unit.FEN,
    "practice of the court",
    at_least=1,
    at_most=1_000_000_000_00,
    of=("SCR-002", "SCR-003", "SCR-006"),
)
ANNUAL_RATE = Limit(
    "intake.annual-rate", Unit.PERCENT, _RATE, at_least=0, at_most=24, bound=_RATE, of=("SCR-011",)
)
CHARGES = Limit("intake.charges", Unit.PERCENT, _RATE, at_least=0, at_most=24, bound=_RATE, of=("SCR-013",))
FREE_DAYS = Limit(
    "intake.free-days", Unit.DAYS, "银发〔1999〕17号 art 20", at_least=0, at_most=60, of=("SCR-013",)
)
DEMAND_DAYS = Limit(
    "intake.demand-days", Unit.DAYS, "practice of the court", at_least=1, at_most=90, of=("SCR-023",)
)
QUICK_DECISION = Limit(
    "intake.quick-decision",
    Unit.FEN,
    "practice of the organisations: 小额纠纷快速解决机制",
    at_least=1,
    at_most=10_000_000,
    of=("SCR-086",),
)
COURT_MEDIATION = Limit(
    "intake.court-mediation",
    Unit.FEN,
    "practice of the court",
    at_least=1,
    at_most=1_000_000_000_000,
    of=("SCR-082",),
)
LEASE_PERIODS = Limit(
    "intake.lease-periods",
    Unit.PERIODS,
    _LEASE,
    at_least=2,
    at_most=2,
    bound=_LEASE,
    of=_UNPAID,
)
LEASE_SHARE = Limit(
    "intake.lease-share",
    Unit.PERCENT,
    _LEASE,
    at_least=15,
    at_most=15,
    bound=_LEASE,
    of=_UNPAID,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of the screening rules.

    Attributes:
        small_claim_fen: Largest claim that is simple by its amount.
        ordinary_claim_fen: Largest claim that is ordinary by its amount.
        annual_rate_percent: Highest yearly rate that courts support in full.
        lease_periods: Unpaid periods from which a lessor may terminate.
        lease_share_percent: Unpaid share of all rent from which a lessor may terminate.
        negative_list: Tokens of parties whose disputes go to court at once (失信或逃废债名单).
        small_claims: The wages of the provinces, which stand before ``small_claim_fen``.
        charges_percent: Most that interest and charges together may come to in a year, of the principal.
        charges: The fields that count as such.
        free_days: Days without interest before a card is overdue, at most.
        quick_decision_fen: Largest claim of a complaint that is decided quickly.
        court_mediation_fen: Largest claim that an organisation mediates; a larger one is the court's.
        demand_days: Days after a lessor's demand that are a reasonable time.
    """

    small_claim_fen: Annotated[int, SMALL_CLAIM]
    ordinary_claim_fen: Annotated[int, ORDINARY_CLAIM]
    annual_rate_percent: Annotated[float, ANNUAL_RATE]
    lease_periods: Annotated[int, LEASE_PERIODS]
    lease_share_percent: Annotated[int, LEASE_SHARE]
    negative_list: frozenset[str] = field(default=frozenset())
    small_claims: SmallClaims | None = None
    charges_percent: Annotated[int | None, CHARGES] = None
    charges: Mapping[Cause, tuple[str, ...]] = field(default_factory=dict)
    free_days: Annotated[int | None, FREE_DAYS] = None
    demand_days: Annotated[int | None, DEMAND_DAYS] = None
    quick_decision_fen: Annotated[int | None, QUICK_DECISION] = None
    court_mediation_fen: Annotated[int | None, COURT_MEDIATION] = None


class Subject(NamedTuple):
    """What a rule looks at.

    Attributes:
        small_claim: The limit of the court's province on the day of the filing; ``None`` if not known.
        court: Code of the court that invites.
        listed: Whether the party is on the network's negative list.
        claim: The elements of a claim in money; ``None`` for a complaint, and where they are missing.
    """

    filing: FileDispute
    party_token: str
    limits: Limits
    small_claim: SmallClaimLimit | None = None
    court: str = ""
    claim: ClaimElements | None = None
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One screening rule.

    Attributes:
        id: Stands in the event; its sentence stands in ``contracts.rules``.
        source: Where it comes from.
        applies: Whether it speaks of this filing.
        tier: The least tier that it asks for, if any.
        route: The route that it asks for, if any.
    """

    id: str
    source: str
    applies: Callable[[Subject], bool]
    tier: Tier | None = None
    route: Route | None = None

    def __post_init__(self) -> None:
        """Check that people can be told what the rule says.

        Raises:
            TypeError: It has no sentence.
        """
        check(self.id)


class Verdict(NamedTuple):
    """What screening says.

    Attributes:
        rules: Ids of all rules that spoke, in the order of the list.
        decided_by: Id of the rule that decided the route.
        small_claim: The limit that the rules on the amount used.
    """

    tier: Tier
    route: Route
    rules: tuple[str, ...]
    decided_by: str
    small_claim: SmallClaimLimit | None = None


@dataclass(frozen=True, slots=True)
class ScreeningRules:
    """The limits and the rules of one version. The last rule speaks always and names a route."""

    limits: Limits
    rules: tuple[Rule, ...]


_HARDNESS = {Tier.SIMPLE: 0, Tier.ORDINARY: 1, Tier.COMPLEX: 2}


def screen(
    filing: FileDispute,
    party_token: str,
    rules: ScreeningRules,
    *,
    today: date,
    court: str,
    listed: bool = False,
) -> Verdict:
    """Return tier and route of a complete filing, with the rules that made them.

    Args:
        filing: The filing.
        party_token: Keyed hash of the respondent; empty if unknown.
        rules: The limits and rules of the version that the case started under.
        today: Day of the filing where the court sits.
        court: Code of the court, which begins with its province.
        listed: Whether the party is on the network's negative list.
    """
    wages = rules.limits.small_claims
    small = wages.limit(court[:1], today.year) if wages and filing.cause is not Cause.COMPLAINT else None
    elements = filing.elements
    claim = elements.credit_card or elements.loan or elements.finance_lease
    subject = Subject(filing, party_token, rules.limits, small, court, claim, listed)
    spoke = [rule for rule in rules.rules if rule.applies(subject)]
    tiers = [rule.tier for rule in spoke if rule.tier is not None]
    decisive = next(rule for rule in spoke if rule.route is not None)
    assert decisive.route is not None
    return Verdict(
        tier=max(tiers, key=_HARDNESS.__getitem__, default=Tier.SIMPLE),
        route=decisive.route,
        rules=tuple(rule.id for rule in spoke),
        decided_by=decisive.id,
        small_claim=small,
    )


def _claims_money(s: Subject) -> bool:
    return s.filing.cause is not Cause.COMPLAINT


def _small(s: Subject) -> bool:
    return _claims_money(s) and s.filing.claim_fen <= s.limits.small_claim_fen


def _middling(s: Subject) -> bool:
    return s.limits.small_claim_fen < s.filing.claim_fen <= s.limits.ordinary_claim_fen and _claims_money(s)


def _large(s: Subject) -> bool:
    return s.filing.claim_fen > s.limits.ordinary_claim_fen and _claims_money(s)


def _terms_not_prompted(s: Subject) -> bool:
    card = s.filing.elements.credit_card
    return card is not None and card.terms_prompted is False


def _high_rate(s: Subject) -> bool:
    loan = s.filing.elements.loan
    return (
        loan is not None
        and loan.annual_rate is not None
        and float(loan.annual_rate) > s.limits.annual_rate_percent
    )


def _accelerated(s: Subject) -> bool:
    loan = s.filing.elements.loan
    return loan is not None and loan.accelerated is True


def _termination(s: Subject) -> bool:
    lease = s.filing.elements.finance_lease
    return lease is not None and lease.claim is LeaseClaim.TERMINATION


def _termination_below_threshold(s: Subject) -> bool:
    lease = s.filing.elements.finance_lease
    if lease is None or lease.claim is not LeaseClaim.TERMINATION or lease.periods_unpaid is None:
        return False
    if lease.periods_unpaid >= s.limits.lease_periods:
        return False
    if lease.rent_due_fen is None or not lease.rent_total_fen:
        return True
    return lease.rent_due_fen * 100 < lease.rent_total_fen * s.limits.lease_share_percent


def _on_negative_list(s: Subject) -> bool:
    return s.listed or (s.party_token != "" and s.party_token in s.limits.negative_list)


def _complaint(s: Subject) -> bool:
    return s.filing.cause is Cause.COMPLAINT


def _always(_: Subject) -> bool:
    return True


SCREENING_2025 = ScreeningRules(
    limits=Limits(
        small_claim_fen=5_000_000,
        ordinary_claim_fen=100_000_000,
        annual_rate_percent=24.0,
        lease_periods=2,
        lease_share_percent=15,
    ),
    rules=(
        Rule(
            "SCR-001",
            "民事诉讼法 (2023) art 165: small claims",
            _small,
            tier=Tier.SIMPLE,
        ),
        Rule(
            "SCR-002",
            "practice of the court",
            _middling,
            tier=Tier.ORDINARY,
        ),
        Rule(
            "SCR-003",
            "practice of the court",
            _large,
            tier=Tier.COMPLEX,
        ),
        Rule(
            "SCR-010",
            "法释〔2021〕10号 art 2 (bank cards)",
            _terms_not_prompted,
            tier=Tier.ORDINARY,
        ),
        Rule(
            "SCR-011",
            "法发〔2017〕22号 art 2",
            _high_rate,
            tier=Tier.ORDINARY,
        ),
        Rule(
            "SCR-012",
            "practice of the court",
            _accelerated,
            tier=Tier.ORDINARY,
        ),
        Rule(
            "SCR-020",
            "法释〔2020〕19号 art 10 (finance lease)",
            _termination,
            tier=Tier.COMPLEX,
        ),
        Rule(
            "SCR-021",
            "法释〔2020〕19号 art 5 (finance lease)",
            _termination_below_threshold,
            tier=Tier.COMPLEX,
        ),
        Rule(
            "SCR-080",
            "practice of the court; the list is data, and empty here",
            _on_negative_list,
            route=Route.COURT,
        ),
        Rule(
            "SCR-090",
            "practice of the court",
            _complaint,
            tier=Tier.SIMPLE,
            route=Route.GUIDANCE,
        ),
        Rule(
            "SCR-100",
            "民事诉讼法 (2023) art 125",
            _always,
            route=Route.MEDIATION,
        ),
    ),
)
"""Source: each rule's own; the limits of amounts are the practice of the court, set with the version."""
