"""Whether the terms of an agreement agree with themselves, and with the case.

Source: 人民调解法 art 29(3); 法释〔2021〕23号 art 19 (as of 2022-01-01).
"""

from collections.abc import Collection
from datetime import date
from itertools import pairwise

from shared.contracts.kinds import Party
from shared.contracts.terms import Terms


def wrong_with(
    terms: Terms, *, amount_fen: int, parties: Collection[Party], today: date, most: int | None
) -> str | None:
    """Return the reason code of the first thing that is wrong with terms; ``None`` where nothing is.

    Args:
        terms: What is to be agreed.
        amount_fen: The agreed amount.
        parties: Everybody who is in the case.
        today: The day of the draft.
        most: How many instalments there may be; ``None`` for any number.
    """
    if not {terms.payer, *terms.guarantors} <= set(parties):
        return "terms.not_a_party"
    sided = all(one.applies == terms.payer.applies and one is not terms.payer for one in terms.guarantors)
    if not sided or len(set(terms.guarantors)) < len(terms.guarantors):
        return "terms.guarantor"
    if most is not None and len(terms.instalments) > most:
        return "terms.too_many"
    if terms.total_fen != amount_fen:
        return "terms.sum_differs"
    days = [one.pay_on for one in terms.instalments]
    if any(after <= before for before, after in pairwise(days)):
        return "terms.not_in_order"
    return "terms.before_draft" if days[0] < today else None
