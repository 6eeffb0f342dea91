"""Rows of the tables of who may do what on the broker, and how much: the longest that there are."""

from typing import Any, Final

LONG_TOPIC: Final = "filings.rural-commercial-bank-of-fengtai-district"

ROWS: Final[dict[str, list[dict[str, Any]]]] = {
    "topics-acl": [
        {
            **{"principal": "bank-of-a-very-long-name-of-fourteen-words", "resource": "topic"},
            **{"name": LONG_TOPIC, "operation": "write", "permission": "allow", "state": "missing"},
        },
        {
            **{"principal": "monitoring", "resource": "cluster", "name": "kafka-cluster"},
            **{"operation": "alter_configs", "permission": "deny", "state": "foreign"},
        },
    ],
    "topics-provision-acl": [
        {"principal": "ccb", "resource": "topic", "name": LONG_TOPIC, "operation": "write", "state": "extra"}
    ],
    "topics-acl-quotas": [
        {
            **{"principal": "bank-of-a-very-long-name-of-fourteen-words", "limit": "producer_byte_rate"},
            **{"wanted": 10_000_000_000, "found": 2_000_000, "state": "changed"},
        },
        {
            **{"principal": "client-id=loader user=ccb", "limit": "controller_mutation_rate"},
            **{"wanted": None, "found": 0.5, "state": "foreign"},
        },
    ],
}
