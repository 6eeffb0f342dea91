"""To whom the network file lets systemic issues be referred."""

from collections.abc import Mapping

from shared.contracts.referrals import RecipientKind
from shared.network.schema import Network


def recipients_of(network: Network) -> Mapping[str, RecipientKind]:
    """Return the kind of each recipient by its id: those of the file, and every institution."""
    named = {one.id: RecipientKind(one.kind) for one in network.recipients}
    return named | {one.id: RecipientKind.INSTITUTION for one in network.institutions}
