"""Made-up rows of the tables of `suyuan alerts evaluate`."""

from typing import Any, Final

ROWS: Final[dict[str, list[dict[str, Any]]]] = {
    "alerts-evaluation": [
        {
            "of": "Benjamini-Yekutieli",
            "detector": "surveillance",
            "share": "0.551 (0.532-0.570)",
            "delay": "2.3 (1.9-2.6)",
            "false": "0.009 (0.008-0.010)",
            "raised": "0.008 (0.000-0.017)",
            "overall": "0.091 (0.042-0.140)",
            "held": "0.980 (0.950-0.992)",
        },
        {
            "of": "lognormal",
            "detector": "farrington",
            "share": "0.500 (0.481-0.519)",
            "delay": "-",
            "false": "0.010 (0.009-0.011)",
            "overall": "",
        },
    ],
    "alerts-renamed": [
        {
            "of": "2023-08-24 Credit reporting, credit repair services, or other personal consumer reports",
            "detector": "surveillance",
            "raw": "0, 1, 2, 3",
            "bridged": "-",
            "surge": "2, 3",
        }
    ],
}
