"""A message that its own service does not know is an error when the service is imported."""

import importlib
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from shared.contracts.kinds import Role
from shared.contracts.language import FAMILIES
from shared.contracts.message import Command, Event
from shared.contracts.topics import SERVICES
from tests.shape import ROOT
from tests.support.toys import toy_family

OWNERS = {family: import_module(f"services.{service}.handlers") for family, service in FAMILIES.items()}
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


def test_every_service_owns_a_family_and_is_asked_about_it() -> None:
    assert {handlers.__name__.split(".")[1] for handlers in OWNERS.values()} == set(SERVICES)


def test_the_folder_of_every_stream_is_held_to_be_pure() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pure = next(one for one in settings["tool"]["importlinter"]["contracts"] if one["id"] == "pure")
    folders = {
        f"services.*.{table.state.__module__.split('.')[2]}"
        for handlers in OWNERS.values()
        for table in handlers.TABLES
    }
    missing = folders - set(pure["source_modules"])
    assert not missing, f"write {missing} in the contract pure of pyproject.toml"
