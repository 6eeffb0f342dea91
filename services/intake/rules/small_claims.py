"""小额诉讼: up to which claim the small-claims procedure is open, by province and year."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.contracts.intake import SmallClaimLimit


@dataclass(frozen=True, slots=True)
class SmallClaims:
    """The yearly average wages that make the limits. Source: 民事诉讼法 (2023) art 165.

    Attributes:
        wages: Yearly average wage in fen, by the character of a province's court codes and by year.
        source: Where the wages come from.
    """

    wages: Mapping[str, Mapping[int, int]]
    source: str

    def limit(self, province: str, year: int) -> SmallClaimLimit | None:
        """Return the limit of a claim that is filed in a year; ``None`` for a province without wages.

        The wage is that of the year before; where it is not known, the last one that is,
        and the limit says so.
        """
        known = self.wages.get(province, {})
        earlier = [one for one in known if one < year]
        if not earlier:
            return None
        wage_year = max(earlier)
        wage = known[wage_year]
        return SmallClaimLimit(
            province=province,
            wage_year=wage_year,
            limit_fen=wage // 2,
            by_agreement_fen=wage * 2,
            last_known=wage_year != year - 1,
        )


def _fen(yuan: Mapping[int, int]) -> dict[int, int]:
    return {year: wage * 100 for year, wage in yuan.items()}


SMALL_CLAIMS_2026: Final = SmallClaims(
    wages={
        "京": _fen({2020: 178_178, 2021: 194_651, 2022: 208_977, 2023: 218_312}),
        "浙": _fen({2020: 108_645}),
        "粤": _fen({2020: 108_045, 2021: 118_133, 2022: 124_916, 2023: 131_418}),
    },
    source="中国统计年鉴: 分地区城镇非私营单位就业人员平均工资",
)
"""Zhejiang's high court reads art 165 so (notice of 2022-01-13: up to CNY 54,323, by agreement 217,290)."""
