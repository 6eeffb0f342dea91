"""Play the first hour, and write docs/first-hour.md."""

import sys

from tests.support.first_hour import PAGE, played

PAGE.write_text(played(), encoding="utf-8")
sys.stdout.write(f"{PAGE}\n")
