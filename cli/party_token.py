"""`suyuan party-token`: the keyed hashes of parties, for the negative list of a network file."""

import sys

from cli import connection, output
from cli.connection import Data
from shared.contracts.errors import SuyuanError


def party_token(data: Data = None) -> None:
    """读取证件号码(每行一个),输出当事人标识 / read id numbers, one a line, and print the party tokens.

    The numbers come on standard input, so that they stand in no history of a shell.
    """
    from services.intake.rules import party_token as token_of

    settings = connection.settings("intake" if not connection.by_environment(data) else None, data)
    key = settings.party_key.get_secret_value()
    if not key:
        raise SuyuanError(
            code="settings.party_key",
            zh="没有当事人标识密钥。请设置 SUYUAN_PARTY_KEY。",
            en="There is no party key. Set SUYUAN_PARTY_KEY.",
        )
    for number in sys.stdin.read().splitlines():
        if token := token_of(key.encode(), number):
            output.line(token)
