"""The forms of ids, court codes and names in a network file."""

from __future__ import annotations

from typing import Final

__all__ = [
    "COURT_CODE",
    "COURT_CODE_PATTERN",
    "ID",
    "KEY_ID",
    "LINE",
    "PUBLIC_KEY",
    "TOKEN_ID",
    "VERSION",
    "WORD",
]

ID: Final = r"^[a-z0-9][a-z0-9-]{1,39}$"
LINE: Final = r"^\S(?:[^\r\n]*\S)?$"
WORD: Final = r"^\S+$"
VERSION: Final = r"^[a-z0-9][a-z0-9.-]{0,39}$"
KEY_ID: Final = r"^[a-z0-9][a-z0-9-]{1,63}$"
PUBLIC_KEY: Final = r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"
"""32 bytes in base64url without padding; of the last sign two bits are not in use and are 0."""
TOKEN_ID: Final = r"^[A-Za-z0-9_-]{1,80}$"

COURT_CODE_PATTERN: Final = (
    "[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新兵](?:[0-9]{4}|[0-9]{2})"
)
"""法院代字 as a regular expression without anchors: the province, then 2 or 4 digits.

Source: 关于人民法院案件案号的若干规定 (法〔2015〕137号, as of 2016-01-01).
"""
COURT_CODE: Final = f"^{COURT_CODE_PATTERN}$"
