"""Fetch all that the embedded stack needs, ahead of its first start: ``python -m deploy.local.prefetch``."""

from __future__ import annotations

import sys

from deploy.local.errors import LocalStackError
from deploy.local.java import cache_folder, find_java, kafka_class_path
from deploy.local.mongo import find_mongod


def main() -> int:
    """Returns 0, or 1 after one sentence on stderr in Chinese and one in English."""

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    try:
        find_java()
        find_mongod()
        kafka_class_path(say)
    except LocalStackError as error:
        sys.stderr.write(f"{error.zh}\n{error.en}\n")
        return 1
    say(f"本地环境所需文件已就绪 everything for the embedded stack is there: {cache_folder()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
