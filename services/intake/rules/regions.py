"""地区: where a dispute arose, as an administrative division; no finer than a county.

A filing may name it. What is no code of a division keeps the dispute from nothing: it is counted without a
region, and the reason is told. The text itself goes nowhere.

Source: GB/T 2260-2007, 中华人民共和国行政区划代码: two digits each for province, prefecture and county; the
provinces as the Ministry of Civil Affairs publishes them.
"""

import re
import unicodedata
from typing import Final

PROVINCES: Final = frozenset(
    f"{area}{number}"
    for area, numbers in enumerate(("12345", "123", "1234567", "123456", "01234", "12345", "1", "12"), 1)
    for number in numbers
)
"""The first two digits of all codes."""
_CODE: Final = re.compile(r"[0-9]{6}")


def region_of(written: str | None) -> tuple[str | None, str | None]:
    """Return the code of a division and why there is none, one of them at most.

    Args:
        written: What the filing says; full-width digits and spaces around are taken.

    Returns:
        Six digits, or the reason ``region.malformed`` (no six digits) or ``region.unknown`` (no province
        begins so, or a county without its prefecture); both ``None`` where the filing says nothing.
    """
    code = unicodedata.normalize("NFKC", written or "").strip()
    if not code:
        return None, None
    if _CODE.fullmatch(code) is None:
        return None, "region.malformed"
    if code[:2] not in PROVINCES or (code[2:4] == "00" and code[4:] != "00"):
        return None, "region.unknown"
    return code, None
