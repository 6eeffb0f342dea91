"""The first hour of an operator, a bank and a mediator, played on a real platform and written down.

``python -m tests.support.first_hour`` (``make first-hour``) plays it and writes docs/first-hour.md; a test
plays it again and compares.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.support.first_hour import bank, mediator, operator
from tests.support.first_hour.page import Page
from tests.support.first_hour.stage import Stage
from tests.support.first_hour.volatile import plain

PAGE: Final = Path(__file__).parents[3] / "docs" / "first-hour.md"
_HEAD: Final = """\
# The first hour

Three people meet the platform for the first time: an operator, somebody at a bank, a mediator. Each command
below was typed, and each answer is the one that came. `make first-hour` plays all of it again and writes this
page; a test fails where an answer is another one. Ports, process ids, times and the ids of messages are
replaced, so that two runs give the same page: today is always 2 March 2026, and a deadline always 1 April.

三类新用户的第一个小时:运维、银行、调解员。以下命令均实际执行,输出即当时所得;
`make first-hour` 可重演并重写本页。时间、端口、进程号与消息标识已替换为固定值。
"""


def played() -> str:
    """Play the three walks on a platform of their own; return the page."""
    with TemporaryDirectory(prefix="suyuan-hour-", ignore_cleanup_errors=True) as folder:
        page = Page(Stage(Path(folder)))
        try:
            operator.walk(page)
            bank.walk(page)
            mediator.walk(page)
            operator.goes_home(page)
        finally:
            page.stage.stop()
        return plain(_HEAD + page.text, Path(folder))
