"""What is wrong with a file as a whole."""

from pathlib import Path

from shared.contracts.errors import SuyuanError


def too_large(path: Path, size: int, limit: int) -> SuyuanError:
    """Return ``file.too_large``; sizes in bytes."""
    return SuyuanError(
        code="file.too_large",
        zh=f"{path} 有 {size} 字节,上限 {limit}。请拆分。",
        en=f"{path} has {size} bytes; the limit is {limit}. Split it.",
    )


def too_many_rows(path: Path, limit: int) -> SuyuanError:
    """Return ``file.too_many_rows``."""
    return SuyuanError(
        code="file.too_many_rows",
        zh=f"{path} 超过 {limit} 行。请拆分。",
        en=f"{path} has more than {limit} rows. Split it.",
    )


def too_many_cells(path: Path, limit: int) -> SuyuanError:
    """Return ``file.too_many_cells``."""
    return SuyuanError(
        code="file.too_many_cells",
        zh=f"{path} 超过约 {limit} 个单元格(含格式)。请删去空白列并拆分,或另存为 CSV。",
        en=f"{path} has more than some {limit} cells, formats included. Split it, or save it as CSV.",
    )


def too_slow(path: Path, seconds: float) -> SuyuanError:
    """Return ``file.too_slow``."""
    return SuyuanError(
        code="file.too_slow",
        zh=f"读取 {path} 超过 {seconds:.0f} 秒。请另存为 CSV。",
        en=f"Reading {path} takes more than {seconds:.0f} s. Save it as CSV.",
    )


def unreadable(path: Path, error: Exception) -> SuyuanError:
    """Return ``file.unreadable``."""
    return SuyuanError(
        code="file.unreadable",
        zh=f"无法读取 {path}。请确认文件完整且格式与后缀一致。",
        en=f"{path} cannot be read ({type(error).__name__}). See that it is whole and what its name says.",
    )
