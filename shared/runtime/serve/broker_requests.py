"""What an administrator asks of a broker that aiokafka's own client cannot ask: rules and users.

Requests of the Kafka protocol (KIP-11 and KIP-290 rules, KIP-554 users), built on aiokafka's.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from aiokafka.protocol.admin import (
    CreateAclsRequest_v1,
    DeleteAclsRequest_v1,
    DescribeAclsRequest_v1,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    CompactArray,
    CompactBytes,
    CompactString,
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
    """Sets what users' passwords are checked with.

    Args:
        upsertions: Name, mechanism (2: SCRAM-SHA-512), iterations, salt, salted password.
    """

    API_KEY = 51

    def __init__(self, upsertions: Sequence[tuple[str, int, int, bytes, bytes]]) -> None:
        self._upsertions: list[tuple[Any, ...]] = [(*one, {}) for one in upsertions]

    def build(self, request_struct_class: type[_Question51]) -> _Question51:
        """Return the request in the version that the broker speaks."""
        return request_struct_class([], self._upsertions, {})


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
