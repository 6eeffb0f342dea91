"""What an administrator asks of a broker that aiokafka's own client cannot ask: rules, users, quotas.

Requests of the Kafka protocol (KIP-11 and KIP-290 rules, KIP-554 users, KIP-546 quotas), built on aiokafka's.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from aiokafka.protocol.admin import (
    CreateAclsRequest_v1,
    DeleteAclsRequest_v1,
    DescribeAclsRequest_v1,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactBytes,
    CompactString,
    Float64,
    Int8,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

_COMPACT = CompactString("utf-8")


class _Answer51(Response):  # type: ignore[misc]
    API_KEY = 51
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(("user", _COMPACT), ("code", Int16), ("message", _COMPACT), ("tags", TaggedFields)),
        ),
        ("tags", TaggedFields),
    )


class _Question51(RequestStruct):  # type: ignore[misc]
    FLEXIBLE_VERSION: ClassVar[bool] = True
    API_KEY = 51
    API_VERSION = 0
    RESPONSE_TYPE = _Answer51
    SCHEMA = Schema(
        ("deletions", CompactArray(("name", _COMPACT), ("mechanism", Int8), ("tags", TaggedFields))),
        (
            "upsertions",
            CompactArray(
                ("name", _COMPACT),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class AlterUsers(Request[_Question51]):  # type: ignore[misc]
    """Sets what users' passwords are checked with, or takes it away.

    Args:
        upsertions: Name, mechanism (2: SCRAM-SHA-512), iterations, salt, salted password.
        deletions: Name, mechanism.
    """

    API_KEY = 51

    def __init__(
        self,
        upsertions: Sequence[tuple[str, int, int, bytes, bytes]],
        deletions: Sequence[tuple[str, int]] = (),
    ) -> None:
        self._upsertions: list[tuple[Any, ...]] = [(*one, {}) for one in upsertions]
        self._deletions: list[tuple[Any, ...]] = [(*one, {}) for one in deletions]

    def build(self, request_struct_class: type[_Question51]) -> _Question51:
        """Return the request in the version that the broker speaks."""
        return request_struct_class(self._deletions, self._upsertions, {})


_ENTITY = CompactArray(("type", _COMPACT), ("name", _COMPACT), ("tags", TaggedFields))


class _Answer48(Response):  # type: ignore[misc]
    API_KEY = 48
    API_VERSION = 1
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        ("error_message", _COMPACT),
        (
            "entries",
            CompactArray(
                ("entity", _ENTITY),
                ("values", CompactArray(("key", _COMPACT), ("value", Float64), ("tags", TaggedFields))),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Question48(RequestStruct):  # type: ignore[misc]
    FLEXIBLE_VERSION: ClassVar[bool] = True
    API_KEY = 48
    API_VERSION = 1
    RESPONSE_TYPE = _Answer48
    SCHEMA = Schema(
        (
            "components",
            CompactArray(("type", _COMPACT), ("match", Int8), ("name", _COMPACT), ("tags", TaggedFields)),
        ),
        ("strict", Boolean),
        ("tags", TaggedFields),
    )


class DescribeQuotas(Request[_Question48]):  # type: ignore[misc]
    """Asks for all quotas, of whatever users, clients and addresses."""

    API_KEY = 48

    def build(self, request_struct_class: type[_Question48]) -> _Question48:
        """Return the request in the version that the broker speaks."""
        return request_struct_class([], False, {})


class _Answer49(Response):  # type: ignore[misc]
    API_KEY = 49
    API_VERSION = 1
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "entries",
            CompactArray(("code", Int16), ("message", _COMPACT), ("entity", _ENTITY), ("tags", TaggedFields)),
        ),
        ("tags", TaggedFields),
    )


class _Question49(RequestStruct):  # type: ignore[misc]
    FLEXIBLE_VERSION: ClassVar[bool] = True
    API_KEY = 49
    API_VERSION = 1
    RESPONSE_TYPE = _Answer49
    SCHEMA = Schema(
        (
            "entries",
            CompactArray(
                ("entity", _ENTITY),
                (
                    "operations",
                    CompactArray(
                        ("key", _COMPACT), ("value", Float64), ("remove", Boolean), ("tags", TaggedFields)
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("validate_only", Boolean),
        ("tags", TaggedFields),
    )


class AlterQuotas(Request[_Question49]):  # type: ignore[misc]
    """Sets quotas, or removes them.

    Args:
        entries: Parts of the entity (kind and name; None: all others), its numbers by name; None removes one.
    """

    API_KEY = 49

    def __init__(
        self, entries: Sequence[tuple[Sequence[tuple[str, str | None]], Mapping[str, float | None]]]
    ) -> None:
        self._entries: list[tuple[Any, ...]] = [
            (
                [(kind, name, {}) for kind, name in entity],
                [(key, value or 0.0, value is None, {}) for key, value in numbers.items()],
                {},
            )
            for entity, numbers in entries
        ]

    def build(self, request_struct_class: type[_Question49]) -> _Question49:
        """Return the request in the version that the broker speaks."""
        return request_struct_class(self._entries, False, {})


class DescribeRules(Request[DescribeAclsRequest_v1]):  # type: ignore[misc]
    """Asks for all rules."""

    API_KEY = 29

    def build(self, request_struct_class: type[DescribeAclsRequest_v1]) -> Any:
        """Return the request in the version that the broker speaks."""
        return request_struct_class(1, None, 1, None, None, 1, 1)


class CreateRules(Request[CreateAclsRequest_v1]):  # type: ignore[misc]
    """Makes rules.

    Args:
        rules: Resource type, name, pattern, principal, host, operation, permission.
    """

    API_KEY = 30

    def __init__(self, rules: Sequence[tuple[int, str, int, str, str, int, int]]) -> None:
        self._rules = list(rules)

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> Any:
        """Return the request in the version that the broker speaks."""
        return request_struct_class(self._rules)


class DeleteRules(Request[DeleteAclsRequest_v1]):  # type: ignore[misc]
    """Removes rules, each named in full as in :class:`CreateRules`.

    Args:
        rules: Which.
    """

    API_KEY = 31

    def __init__(self, rules: Sequence[tuple[int, str, int, str, str, int, int]]) -> None:
        self._rules = list(rules)

    def build(self, request_struct_class: type[DeleteAclsRequest_v1]) -> Any:
        """Return the request in the version that the broker speaks."""
        return request_struct_class(self._rules)
