"""`suyuan personal-data`: the keys under which the personal data of parties stand."""

from typing import TYPE_CHECKING

import typer

from cli import connection, output
from cli.connection import Data
from cli.output import AsJson

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="个人信息:加密、换密钥 / personal data: seal them, change the key"
)


@app.command()
def seal(data: Data = None, as_json: AsJson = False) -> None:
    """加密尚为明文的个人信息,并改用最新密钥 / seal what stands in clear, and put all under the newest key.

    It changes no row that a service writes meanwhile, and can be run again at any time.
    """
    sealed, renewed = output.run(_seal(connection.settings("intake", data, mongo=True)))
    if as_json:
        output.show({"sealed": sealed, "renewed": renewed})
        return
    output.line(
        output.told(
            f"已加密 {sealed} 件,已换用最新密钥 {renewed} 件。",
            f"Sealed {sealed}; under the newest key {renewed}.",
        )
    )


async def _seal(settings: "Settings") -> tuple[int, int]:
    from services.intake.store import seal_all
    from shared.runtime.base.vault import Vault

    vault = Vault.of(settings.personal_keys.get_secret_value())
    database = connection.database("intake", settings)
    try:
        return await seal_all(database, vault)
    finally:
        database.close()
