"""Court case numbers: （2021）川0104民诉前调801号.

Only a court issues one; here it is read, compared and printed. Numbers come with half- or
full-width brackets and digits and stray spaces; all spellings of one number are equal once read.

Source: 关于人民法院案件案号的若干规定 (法〔2015〕137号, as of 2016-01-01).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.errors import SuyuanError
from shared.network.patterns import COURT_CODE_PATTERN

__all__ = ["CaseNumber", "CaseNumberError", "CaseType"]

MAX_LENGTH: Final = 60
"""The longest text, in characters, that is looked at."""


class CaseType(StrEnum):
    """类型代字: the types that mediation before and beside a suit meets."""

    PRE_SUIT_MEDIATION = "民诉前调"
    """Mediation before filing."""
    CONFIRMATION = "诉前调确"
    """Judicial confirmation of an agreement made before filing."""
    FIRST_INSTANCE = "民初"
    """Civil suit, first instance."""
    SPECIAL = "民特"
    """Civil special procedure."""


_NUMBER: Final = re.compile(
    rf"\((?P<year>[0-9]{{4}})\)(?P<court_code>{COURT_CODE_PATTERN})"
    r"(?P<type_code>[\u4e00-\u9fff]{1,8})(?P<serial>[0-9]{1,8})号"
)
_SPACES: Final = re.compile(r"[ \t]+")


class CaseNumberError(SuyuanError):
    """A text that is no case number, or of a type that is not in use here.

    Codes: `case_number.malformed`, `case_number.unknown_type`.
    """


class CaseNumber(BaseModel):
    """One case number; equal numbers are equal, however they were written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: Annotated[int, Field(ge=2016, le=2099)]
    """The year of docketing; this form of number exists since 2016."""
    court_code: Annotated[str, Field(pattern=f"^{COURT_CODE_PATTERN}$")]
    """Province and 2 digits (an intermediate court) or 4 (a district court): 京0106."""
    type_code: CaseType
    """The type."""
    serial: Annotated[int, Field(ge=1, le=99_999_999)]
    """Sequential per court, year and type, from 1."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a case number.

        Args:
            text: half- or full-width brackets and digits; spaces are ignored.

        Raises:
            CaseNumberError: `case_number.malformed`: the text has another form;
                `case_number.unknown_type`: the type is none of `CaseType`.
        """
        # The length first: normalising may make a text longer.
        plain = unicodedata.normalize("NFKC", text) if len(text) <= MAX_LENGTH else ""
        match = _NUMBER.fullmatch(_SPACES.sub("", plain))
        if match is None:
            raise _malformed(text)
        parts: dict[str, Any] = match.groupdict()
        try:
            parts["type_code"] = CaseType(parts["type_code"])
        except ValueError:
            types = "、".join(CaseType)
            raise CaseNumberError(
                code="case_number.unknown_type",
                zh=f"案号 {text!r} 的类型代字 {parts['type_code']} 不在所用范围（{types}），请核对法院文书。",
                en=f"The case number {text!r} has the type {parts['type_code']}, which is none of "
                f"{types}; check it against the court's document.",
            ) from None
        try:
            return cls(
                year=int(parts["year"]),
                court_code=parts["court_code"],
                type_code=parts["type_code"],
                serial=int(parts["serial"]),
            )
        except ValidationError:
            raise _malformed(text) from None

    def __str__(self) -> str:
        """The canonical form, with full-width brackets."""
        return f"（{self.year}）{self._rest()}"

    def half_width(self) -> str:
        """The form with half-width brackets, as many documents print it."""
        return f"({self.year}){self._rest()}"

    def _rest(self) -> str:
        return f"{self.court_code}{self.type_code}{self.serial}号"


def _malformed(text: str) -> CaseNumberError:
    shown = text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + "…"
    return CaseNumberError(
        code="case_number.malformed",
        zh=f"{shown!r} 不是案号，应如 （2024）京0106民诉前调801号，请核对法院文书。",
        en=f"{shown!r} is not a case number such as （2024）京0106民诉前调801号; "
        "check it against the court's document.",
    )
