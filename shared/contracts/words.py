"""What the language says to people: words in Chinese and English, units, and who may see a field.

All of it stands where a thing is declared: words in a class or a field's type, and beside each coded value.
"""

import inspect
import re
import sys
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import ClassVar, Final, Self

_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Words:
    """The name of one thing in both languages; in a field's type, the name of the field."""

    zh: str
    en: str

    @property
    def swapped(self) -> bool:
        """Whether they stand the wrong way round: the English ones hold Chinese."""
        return bool(_CHINESE.search(self.en))

    def __str__(self) -> str:
        """Return both, as the titles of schemas and endpoints show them."""
        return f"{self.zh} | {self.en}"


@dataclass(frozen=True, slots=True)
class Guard(Words):
    """The sentence of a rule that a service holds in every version: a guard of its stream.

    Attributes:
        service: Which service.
        source: Its citation.
    """

    service: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """The column of a bulk filing for a field, where it is not called as the field is.

    Attributes:
        name: English name of the column.
        zh: Its Chinese name; empty for the field's own words.
    """

    name: str
    zh: str = ""


def place_of(thing: object, *, name: str = "", code: str = "") -> str:
    """Return ``file:line`` of a class or function, for an error that says where to write.

    Args:
        thing: The class or function.
        name: A field of it, whose line is wanted; its own line where that is not found.
        code: A coded value of it, likewise.
    """
    try:
        lines, first = inspect.getsourcelines(thing)  # type: ignore[arg-type]
        file = inspect.getsourcefile(thing)  # type: ignore[arg-type]
    except (OSError, TypeError):
        return file_of(thing)
    sought = rf"\s+{re.escape(name)}\s*:" if name else rf"\s+\w+\s*=\s*[\"']{re.escape(code)}[\"']"
    wanted = name or code
    within = next((number for number, line in enumerate(lines) if wanted and re.match(sought, line)), 0)
    return f"{file}:{first + within}"


def place_of_call(*passed_over: str) -> str:
    """Return ``file:line`` of the call under way, for an error about a declaration without a name.

    Args:
        passed_over: Beginnings of the names of modules whose own lines do not count.
    """
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").startswith((__name__, *passed_over)):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else "?"


def file_of(thing: object) -> str:
    """Return the file of a class or function, or the name of its module where there is none."""
    module = getattr(thing, "__module__", "")
    return getattr(sys.modules.get(module), "__file__", None) or module or repr(thing)


class Spoken(Enum):
    """Plain texts that are ids of something with a sentence of its own."""

    RULE = "rule"


class Coded(StrEnum):
    """A code with words: each member is declared as ``NAME = "code", "中文", "English"``.

    The class itself names the fields that hold such a code: ``class Cause(Coded, zh="案由", en="Cause")``.

    Class attributes:
        named: What a field of this type is called, unless the field's own type says otherwise.
        seen_by: Who may see such a field, likewise; ``None`` leaves it to the field.
    """

    _value_: str
    zh: str
    en: str
    named: ClassVar[Words]
    seen_by: ClassVar["Audience | None"]

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        """Make a member.

        Raises:
            TypeError: The member has no words.
        """
        if not (zh and en) or Words(zh, en).swapped:
            wrong = "its words the wrong way round" if zh and en else "no words"
            raise TypeError(
                f"{cls.__name__} {value!r} has {wrong}: "
                f'write NAME = "{value}", "中文", "English" at {place_of(cls, code=value)}'
            )
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        return member

    def __init_subclass__(cls, *, zh: str = "", en: str = "", seen_by: "Audience | None" = None) -> None:
        """Take what the class says of the fields that hold its codes."""
        super().__init_subclass__()
        if not (zh and en) or Words(zh, en).swapped:
            wrong = "its words the wrong way round" if zh and en else "no words"
            raise TypeError(
                f"{cls.__name__} has {wrong}: "
                f'write class {cls.__name__}(Coded, zh="…", en="…") at {place_of(cls)}'
            )
        if twice := next((name for name, one in cls.__members__.items() if one.name != name), ""):
            raise TypeError(
                f"{cls.__name__}.{twice} has another's code, and its words are lost: {place_of(cls)}"
            )
        cls.named = Words(zh, en)
        cls.seen_by = seen_by

    @property
    def words(self) -> Words:
        """The code's name in both languages."""
        return Words(self.zh, self.en)


class Audience(Coded, zh="可见范围", en="Audience"):
    """Who may see a field, from the narrowest circle to the widest; each includes those before it."""

    INTAKE = "intake", "仅申报摸排", "Intake's own store alone"
    """Raw personal data."""
    INSIDE = "inside", "平台内部", "The services"
    """What links a person or a text, and what compares people."""
    INSTITUTION = "institution", "机构", "Court, organisation and institution of the case"
    PARTY = "party", "当事人", "The parties of the case as well"
    PUBLIC = "public", "公众", "Anybody"

    def reaches(self, viewer: "Audience") -> bool:
        """Tell whether a field of this audience may be shown to a viewer."""
        circles = list(Audience)
        return circles.index(viewer) <= circles.index(self)


class Unit(Coded, zh="单位", en="Unit"):
    """What a number counts."""

    FEN = "fen", "分", "fen (0.01 CNY)"
    DAYS = "days", "日", "days"
    WEEKS = "weeks", "周", "weeks"
    PERCENT = "percent", "%", "percent"
    WORKING_DAYS = "working_days", "个工作日", "working days"
    TIMES = "times", "次", "times"
    HOURS = "hours", "小时", "hours"
    SIGNS = "signs", "项", "signs"
    PERIODS = "periods", "期", "periods"
    MONTHS = "months", "个月", "months"
    DISPUTES = "disputes", "件", "disputes"
    YEARS = "years", "年", "years"
    PARTIES = "parties", "名当事人", "parties"
    SHARE = "share", "（比例）", "share of 1"
