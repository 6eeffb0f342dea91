"""A table of 10,000 disputes as an institution keeps it, one in a hundred of them bad."""

import csv
from pathlib import Path

ROWS, BAD_EVERY = 10_000, 100

HEADER = (
    *("编号", "案由", "争议事项", "标的额（元）", "被申请人", "证件号码", "计算截止日", "本金（元）"),
    *(
        "利息（元）",
        "违约金（元）",
        "费用（元）",
        "逾期日",
        "格式条款已提示",
        "合同依据",
        "释明版本",
        "释明渠道",
        "被申请人同意调解",
    ),
)


def write_table(path: Path) -> dict[int, str]:
    """Write 10,000 rows of which 100 are bad in several ways; return the bad row numbers with their codes."""
    bad: dict[int, str] = {}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number in range(ROWS):
            row = [
                *(f"B-{number:05d}", "信用卡纠纷", "逾期", "12,500.00", "张小三", f"1101011990{number:08d}"),
                *("2025-01-31", "10000", "2500.00", "0", "0", "2024/6/1", "是", "领用合约"),
                # What was explained already goes on to mediation; a few will do.
                *(("rights-2025.1", "app", "是") if number < 20 else ("", "", "")),
            ]
            if number % BAD_EVERY == 7:
                column, value, code = (
                    (1, "房贷", "cell.unknown_word"),
                    (3, "一万", "cell.not_amount"),
                    (3, "9,999.00", "amount.mismatch"),
                    (6, "2025-02-30", "cell.not_date"),
                    (7, "", "element.missing"),
                    (0, "", "cell.missing"),
                    (0, "B-00000", "row.duplicate"),
                )[number // BAD_EVERY % 7]
                row[column] = value
                bad[number + 2] = code
            out.writerow(row)
    return bad
