"""The table of the public keys."""

from typing import Final

from cli.display.column import Column, Kind, Table
from shared.contracts.words import Words

_USES: Final = {
    "messages": Words("消息", "Messages"),
    "tokens": Words("令牌", "Tokens"),
    "history": Words("历史", "History"),
    "witness": Words("见证", "Witness"),
    "notices": Words("告知", "Notices"),
}
_STATUS: Final = {
    "valid": Words("有效", "Valid"),
    "not yet": Words("尚未生效", "Not yet"),
    "over": Words("已过期", "Over"),
    "revoked": Words("已吊销", "Revoked"),
}

KEYS: Final = Table(
    "keys-list",
    "公钥",
    "Public keys",
    (
        Column("id", "标识", "Id"),
        Column("owner", "所有者", "Owner"),
        Column("use", "用途", "Use", words=_USES),
        Column("status", "状态", "Status", words=_STATUS),
        Column("since", "生效", "Since", Kind.INSTANT, 4),
        Column("until", "失效", "Until", Kind.INSTANT, 3),
        Column("revoked", "吊销", "Revoked", Kind.INSTANT, 2),
        Column("public", "公钥", "Public key", Kind.TEXT, below=True),
    ),
    ("keys list", "keys new", "keys register", "keys revoke"),
)
