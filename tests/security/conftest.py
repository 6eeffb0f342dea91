"""Attacks that worked once, mostly on real servers; the fixtures are those of the tests on a real broker."""

from tests.kafka.conftest import admin, on
from tests.unit.portal.conftest import portal

__all__ = ["admin", "on", "portal"]
