"""Answers of the portal's HTTP API, and its errors as the command line tells them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    import httpx


@contextmanager
def reached(url: object) -> Iterator[None]:
    """Say at which address nothing answers.

    Raises:
        SuyuanError: ``portal.unavailable``.
    """
    import httpx

    try:
        yield
    except httpx.HTTPError as error:
        raise SuyuanError(
            code="portal.unavailable",
            zh=f"门户不可用({url})。请核对 --url 并稍后再试。",
            en=f"No portal answers at {url} ({type(error).__name__}). Check --url.",
        ) from None


def body(answer: "httpx.Response") -> dict[str, Any]:
    """Return what an answer holds.

    Raises:
        SuyuanError: The portal refuses, in problem details (RFC 9457).
    """
    if not answer.is_success:
        raise _problem(answer)
    found: dict[str, Any] = answer.json()
    return found


def _problem(answer: "httpx.Response") -> SuyuanError:
    from shared.contracts.reasons import REASONS, text

    try:
        details = answer.json()
    except ValueError:
        details = {}
    code = str(details.get("code") or details.get("type") or "http.refused").rpartition("/")[2]
    reason = text(code) if code in REASONS else text("http.refused")
    return SuyuanError(code=code, zh=reason.zh, en=f"{reason.en} (HTTP {answer.status_code})")
