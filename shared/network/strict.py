"""What the models of the network file and of the keys file have in common."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from shared.network.patterns import ID, LINE

__all__ = ["Day", "Id", "Line", "Strict", "Time", "many"]


class Strict(BaseModel):
    """A mapping of the file: nothing unknown, nothing converted."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def many(at_most: int, at_least: int = 1) -> Any:
    """Return the field of a list of the file."""
    # YAML has lists and no tuples: the container is lenient, its entries stay strict.
    return Field(strict=False, min_length=at_least, max_length=at_most)


def _time(value: object) -> object:
    """Read a time that is in quotes; YAML reads the others itself."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _day(value: object) -> object:
    """Read a day that is in quotes; YAML reads the others itself."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


Id = Annotated[str, Field(pattern=ID)]
Line = Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
Day = Annotated[date, BeforeValidator(_day)]
"""A day: 2027-01-01."""
Time = Annotated[AwareDatetime, BeforeValidator(_time)]
"""RFC 3339 with zone: 2027-01-01T00:00:00+08:00."""
