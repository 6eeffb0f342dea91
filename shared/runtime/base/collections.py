"""The collections that the runtime itself keeps in every service's database."""

from typing import Final

STREAMS: Final = "streams"
"""The state of every subject (``subject.py``)."""
HISTORY: Final = "history"
"""Every event, once, chained by digests (``history.py``)."""
OUTBOX: Final = "outbox"
"""One row per batch: the ids of what is still to be published."""
WATERMARKS: Final = "watermarks"
"""The highest offset applied, by ``<topic>:<partition>``."""
COMMANDS: Final = "commands"
"""Commands that have had their effect, by source and id (``records.identity``)."""
LETTERS: Final = "deadletters"
"""Dead letters (``deadletters.py``)."""
HOLDS: Final = "holds"
"""Messages that came before their forerunner."""
GAPS: Final = "gaps"
"""What is missing in the input, and who let it go (``gaps.py``)."""
META: Final = "meta"
"""The cluster, the baselines and the topic ids that the watermarks belong to."""
TIP_LISTS: Final = "tips"
"""The last rows of histories, day by day: what the root of a day is made of (``serve/days.py``)."""
ADDRESSES: Final = "addresses"
"""Where a service's notices leave the platform: ``way``, ``target``; both empty for no more. Only of a
service that has notices, which declares it among its own collections, as the next one."""
DELIVERIES: Final = "deliveries"
"""What is to be delivered, or was, in the order of ``_id`` for each address (``deliver/``)."""
WITNESSES: Final = "witnesses"
"""The last signature of each member under a service's days (``serve/witnessing.py``). Only of the service
that makes receipts, which declares it among its own collections."""
KEPT: Final = "kept"
"""Which cases intake told to be held for a suit, or erased (``decide/keeping.py``)."""
DATA_KEYS: Final = "data_keys"
"""The keys under which dead letters and holds are sealed, each apart from what it opens
(``decide/sealed_records.py``)."""
COLLECTIONS: Final = (
    *(STREAMS, HISTORY, TIP_LISTS, OUTBOX, WATERMARKS, COMMANDS, LETTERS, HOLDS, GAPS, META),
    KEPT,
    DATA_KEYS,
)
APPEND_ONLY: Final = (HISTORY, TIP_LISTS)
"""Those whose rows nobody changes or deletes: the service's own user may not (``commit/rights.py``)."""
