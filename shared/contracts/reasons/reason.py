"""What a reason is."""

from typing import NamedTuple


class Reason(NamedTuple):
    """One reason: a sentence in Chinese and one in English, with the next step."""

    zh: str
    en: str
