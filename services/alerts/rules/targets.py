"""Where a notice may be sent: the form of an address, and what of it may be shown.

Source: RFC 3986 (the address of a webhook).
"""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from shared.contracts.addresses import is_loopback, is_mailbox
from shared.contracts.subscriptions import NoticeWay

_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST_HOST: Final = 253


def fits(way: NoticeWay, target: str) -> bool:
    """Tell whether an address has the form that a way needs; whether it may be reached shows when it is."""
    match way:
        case NoticeWay.TOPIC:
            return not target
        case NoticeWay.MAIL:
            return is_mailbox(target)
        case NoticeWay.WEBHOOK:
            return _is_webhook(target)


def _is_webhook(target: str) -> bool:
    if not target.isascii() or not target.isprintable() or " " in target or "\\" in target:
        return False
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or parts.fragment or not _is_host(host):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def _is_host(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    named = len(host) <= _LONGEST_HOST and all(_LABEL.fullmatch(one) is not None for one in labels)
    return named or _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def shown(way: NoticeWay, target: str) -> str:
    """Return what of an address may be shown: no person, and no path that may be a secret."""
    match way:
        case NoticeWay.TOPIC:
            return ""
        case NoticeWay.MAIL:
            local, _, domain = target.partition("@")
            return f"{local[:1]}***@{domain}"
        case NoticeWay.WEBHOOK:
            parts = urlsplit(target)
            return f"{parts.scheme}://{parts.netloc}/…"
