"""A message that its own service does not know is an error when the service is imported."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from services.alerts import handlers as alerts
from services.court_bridge import handlers as court_bridge
from services.intake import handlers as intake
from services.mediation import handlers as mediation
from services.portal import handlers as portal
from shared.contracts.kinds import Role
from shared.contracts.language import FAMILIES
from shared.contracts.message import Command, Event
from tests.support.toys import toy_family

OWNERS = {
    "intake": intake,
    "mediation": mediation,
    "court": court_bridge,
    "alerts": alerts,
    "portal": portal,
}
"""The module that asks, by family."""


@pytest.fixture(autouse=True)
def undeclared() -> Iterator[None]:
    """Take what a test declared out of the language after it."""
    with toy_family():
        yield


@pytest.mark.parametrize(("family", "handlers"), OWNERS.items(), ids=OWNERS)
def test_a_command_that_its_service_would_refuse_as_unexpected_is_an_error_at_import(
    family: str, handlers: ModuleType
) -> None:
    class FlyKite(Command, family=family, zh="放风筝", en="Fly a kite", roles=(Role.MEDIATOR,)):
        """Send it up."""

    with pytest.raises(
        TypeError, match=r"FlyKite \(.*\) has no act: write @\w+\.on\(FlyKite\) beside"
    ) as error:
        importlib.reload(handlers)

    declared_at, to_write = re.findall(r"(/\S+\.py)(?::(\d+))?", str(error.value))[:2]
    assert "class FlyKite" in Path(declared_at[0]).read_text("utf-8").splitlines()[int(declared_at[1]) - 1]
    assert f"/services/{FAMILIES[family]}/" in to_write[0]


@pytest.mark.parametrize(("family", "handlers"), OWNERS.items(), ids=OWNERS)
def test_an_event_after_which_no_state_of_its_service_follows_is_an_error_at_import(
    family: str, handlers: ModuleType
) -> None:
    class KiteFlown(Event, family=family, zh="风筝已放", en="Kite flown"):
        """It went up."""

    expected = r"nothing says what follows KiteFlown \(.*\.py:\d+\): write @\w+\.after\(KiteFlown\) beside"
    with pytest.raises(TypeError, match=expected):
        importlib.reload(handlers)


def test_every_family_that_a_service_owns_is_asked_about() -> None:
    owned = {family: service for family, service in FAMILIES.items() if family != "toys"}
    assert {family: handlers.__name__.split(".")[1] for family, handlers in OWNERS.items()} == owned
