"""By what names services, members and operators are known to the broker.

No id of a network file has a dot: nobody's name is that of a service.
"""

from typing import Final

ADMIN: Final = "suyuan.admin"
"""Makes topics, users and rules. No rule binds it; nothing that runs all day has its password."""
OPERATOR: Final = "suyuan.operator"
"""Whoever keeps the platform running: reads events and dead letters, asks services by their commands."""


def principal_of(service: str) -> str:
    """Return the name of a service; also that of its consumer group."""
    return f"suyuan.{service}"


def group_prefix(member: str) -> str:
    """Return what the consumer groups and the transactional ids of a member outside begin with."""
    return f"{member}."
