"""Whether a filing says the same as one that was returned: a digest of what is set in it.

Fields at their default are left out, so the digest of a filing stays as it is when the language gets a new
field. Personal data are left out as well; the party stands in it by its token and masked name.
"""

import hashlib
import json
from typing import Any, Final

from shared.contracts.intake import FileDispute

_LEFT_OUT: Final = {"amends", "party", "other_parties", "reference_digest", "told_token", "told_parties"}
_DEBT: Final = {"as_of", "principal_fen", "interest_fen", "penalty_fen", "overdue_since", "contract_basis"}
_LEASE: Final = {
    *("as_of", "claim", "rent_due_fen", "rent_not_due_fen", "purchase_price_fen", "damages_fen"),
    *("rent_total_fen", "periods_unpaid", "demanded_on", "terminated_on", "leased_object", "contract_basis"),
}
_EARLIER: Final[Any] = {
    **dict.fromkeys(("institution", "reference", "cause", "issue", "product", "claim_fen"), True),
    **dict.fromkeys(("party_token", "masked_name"), True),
    "elements": {
        "credit_card": _DEBT | {"fees_fen", "terms_prompted"},
        "loan": _DEBT | {"annual_rate", "disbursed_on", "accelerated"},
        "finance_lease": _LEASE,
        "complaint": {"product", "sub_issue", "channel"},
    },
    "prior": {"explanation": {"content_version", "channel"}, "respondent_consent": True},
}
"""The fields of a filing while a digest was taken of all of them; closed, whatever fields follow."""


def content_digest(filing: FileDispute) -> str:
    """Return the digest of what is set in a filing: the same content, the same digest."""
    return _sha256(_canonical(_what_is_set(filing)))


def says_the_same(filing: FileDispute, digest: str) -> bool:
    """Return whether a digest is this filing's, in today's form or in the earlier one."""
    return digest in (content_digest(filing), _earlier_digest(filing))


def _earlier_digest(filing: FileDispute) -> str | None:
    """Return the digest over all fields of then; ``None`` where a field is set that came later."""
    if _what_is_set(filing) != _what_is_set(filing, include=_EARLIER):
        return None
    return _sha256(filing.model_dump_json(include=_EARLIER))


def _what_is_set(filing: FileDispute, include: Any = None) -> dict[str, Any]:
    return filing.model_dump(mode="json", exclude_defaults=True, exclude=_LEFT_OUT, include=include)


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
