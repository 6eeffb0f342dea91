"""`suyuan keys`: make a key, list the public ones, revoke one; the private half never leaves its file."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from cli import connection, output
from cli.connection import Data
from cli.display import declared
from cli.operator import signer_of
from cli.output import AsJson, WrongUse
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.network.keys import Key, KeysFile, KeyUse
    from shared.network.schema import Network

AHEAD: Final = timedelta(minutes=5)
"""How much earlier than now a new key begins: the broker's clock may be behind."""

_OF_A_SERVICE: Final[dict[str, "KeyUse"]] = {
    "SUYUAN_SIGNING_KEY_": "messages",
    "SUYUAN_HISTORY_KEY_": "history",
    "SUYUAN_NOTICES_KEY_": "notices",
}
"""What the keys in these variables are for; the name of the service follows."""

app = typer.Typer(
    no_args_is_help=True, help="密钥:新建、列出、吊销 / keys: make, list, revoke; and revoke tokens"
)

Use = Annotated[
    Literal["messages", "tokens", "history", "witness", "notices"],
    typer.Option("--use", metavar="USE", help="用途 / messages, tokens, history, witness or notices"),
]
File = Annotated[
    Path | None,
    typer.Option("--keys", help="密钥文件 / keys file (SUYUAN_KEYS)", show_default=False),
]


@app.command()
def new(
    owner: Annotated[
        str, typer.Option("--owner", help="所有者 / its owner: service, member or operator", metavar="ID")
    ],
    private: Annotated[
        Path, typer.Option("--private", help="私钥写入的新文件 / new file for the private half, mode 0600")
    ],
    use: Use = "messages",
    id: Annotated[
        str | None, typer.Option("--id", help="密钥标识;缺省为 所有者-日期 / its id", show_default=False)
    ] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", help="有效天数 / days of validity", min=1, show_default=False),
    ] = None,
    file: File = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """新建密钥 / make a key: its private half into a file, its public half into the keys file."""
    from shared.network.keys import Key, KeysFile
    from shared.runtime.base.signing import Signer, text_of

    network, path = _place(file, data)
    since = datetime.now(UTC).replace(microsecond=0) - AHEAD
    seed = secrets.token_bytes(32)
    name = id or f"{owner.replace('_', '-')}{'' if use == 'messages' else '-' + use}-{since:%Y%m%d}"
    signer = Signer(name, seed)
    until = None if days is None else since + timedelta(days=days)
    entry = {"id": name, "owner": owner, "use": use, "public": signer.public, "since": since, "until": until}
    made = _checked(lambda: Key.model_validate(entry), name)
    current = _read(path) if path.exists() else KeysFile(format=1)
    _keep(network, path, current.model_copy(update={"keys": (*current.keys, made)}), dry=True)
    _write_private(private, f"{name}:{text_of(seed)}\n")
    _keep(network, path, current.model_copy(update={"keys": (*current.keys, made)}))
    _say(_row(made, since), as_json, f"{private}\n{path}")


@app.command()
def register(file: File = None, data: Data = None, as_json: AsJson = False) -> None:
    """登记环境变量中各服务密钥的公钥 / add the public halves of the services' keys to the keys file.

    They are read from SUYUAN_SIGNING_KEY_<SERVICE>, and likewise SUYUAN_HISTORY_KEY_, SUYUAN_NOTICES_KEY_.
    """
    from shared.network.keys import Key, KeysFile
    from shared.runtime.base.signing import Signer

    network, path = _place(file, data)
    now = datetime.now(UTC).replace(microsecond=0)
    current = _read(path) if path.exists() else KeysFile(format=1)
    known = {one.id for one in current.keys}
    made = []
    for name, setting in sorted(os.environ.items()):
        use = next((of for start, of in _OF_A_SERVICE.items() if name.startswith(start)), None)
        if use is None or setting.partition(":")[0] in known:
            continue
        owner = name.split("_KEY_", 1)[1].lower()
        signer = _checked_key(Signer.of, setting, name)
        entry = {
            "id": signer.id,
            "owner": owner,
            "use": use,
            "public": signer.public,
            "since": now - AHEAD,
        }
        made.append(_checked(lambda entry=entry: Key.model_validate(entry), signer.id))  # type: ignore[misc]
    _keep(network, path, current.model_copy(update={"keys": (*current.keys, *made)}))
    rows = [_row(one, now) for one in made]
    if as_json:
        output.show(rows)
        return
    output.draw(declared.KEYS, rows)


@app.command("list")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="含已失效的 / also those that are over")] = False,
    file: File = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """列出公钥 / list the public keys of the network file and the keys file."""
    from shared.network.load import load_keys

    settings = connection.settings(None, data) if connection.is_known(data) else None
    network = _network(settings)
    path = file or (settings.keys if settings is not None else None)
    now = datetime.now(UTC)
    rows = [_row(one, now) for one in load_keys(network, path).all]
    rows = [row for row in rows if all_ or row["status"] in ("valid", "not yet")]
    if as_json:
        output.show(rows)
        return
    output.draw(declared.KEYS, rows)


@app.command()
def show(
    private: Annotated[Path, typer.Argument(metavar="FILE", help="私钥文件 / file with a private key")],
    as_json: AsJson = False,
) -> None:
    """显示私钥文件的公钥 / show the public half of a private key's file."""
    signer = signer_of(private)
    if as_json:
        output.show({"id": signer.id, "public": signer.public})
        return
    output.line(f"{signer.id} {signer.public}")


@app.command()
def revoke(
    id: Annotated[str, typer.Argument(metavar="ID", help="密钥标识 / id of the key")],
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            help="自何时起无效 / from when on; now if not given",
            show_default=False,
        ),
    ] = None,
    file: File = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """吊销密钥 / revoke a key in the keys file; running services know within five seconds."""
    network, path = _place(file, data)
    current = _read(path)
    if id not in {one.id for one in current.keys}:
        raise WrongUse(
            code="key.unknown",
            zh=f"{path} 中没有密钥 {id}。若在网络文件中,请在其中写明 revoked 并重启服务。",
            en=f"{path} has no key {id}. One of the network file is revoked there (revoked:), and the "
            "services are started again.",
        )
    at = _time(since)
    keys = tuple(one.model_copy(update={"revoked": at}) if one.id == id else one for one in current.keys)
    _keep(network, path, current.model_copy(update={"keys": keys}))
    (revoked,) = [one for one in keys if one.id == id]
    _say(_row(revoked, datetime.now(UTC)), as_json, str(path))


@app.command("revoke-token")
def revoke_token(
    id: Annotated[str, typer.Argument(metavar="JTI", help="令牌编号(jti) / id of the token")],
    until: Annotated[
        str | None,
        typer.Option("--until", help="令牌到期时间,缺省为 31 天后 / when it expires", show_default=False),
    ] = None,
    file: File = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """吊销令牌 / revoke a token in the keys file; entries of tokens that are over are dropped."""
    from cli.token import LONGEST
    from shared.network.keys import RevokedToken

    network, path = _place(file, data)
    current, now = _read(path), datetime.now(UTC).replace(microsecond=0)
    over = now + LONGEST if until is None else _time(until)
    entry = _checked(lambda: RevokedToken(id=id, until=over), id)
    kept = tuple(one for one in current.revoked_tokens if one.until > now and one.id != id)
    _keep(network, path, current.model_copy(update={"revoked_tokens": (*kept, entry)}))
    if as_json:
        output.show({"id": id, "until": over.isoformat(), "file": str(path)})
    else:
        output.line(f"{id}\n{path}")


def _checked_key(read: Callable[[str], Any], setting: str, name: str) -> Any:
    try:
        return read(setting)
    except ValueError:
        raise WrongUse(
            code="key.malformed",
            zh=f"{name} 不是密钥,请写成 标识:base64url。",
            en=f"{name} is no key; write it as id:base64url.",
        ) from None


def _network(settings: Any) -> "Network":
    from shared.network.load import load_network
    from shared.runtime.base.settings import Settings

    return load_network((settings or Settings()).network)


def _place(file: Path | None, data: Path | None) -> tuple["Network", Path]:
    """Return the network, and the keys file that is meant.

    Raises:
        WrongUse: ``key.no_file``.
    """
    from shared.runtime.base.settings import Settings

    settings = connection.settings(None, data) if connection.is_known(data) else Settings()
    path = file or settings.keys
    if path is None:
        raise WrongUse(
            code="key.no_file",
            zh="请用 --keys 或 SUYUAN_KEYS 指明密钥文件。",
            en="Say with --keys or SUYUAN_KEYS which keys file is meant.",
        )
    return _network(settings), path


def _read(path: Path) -> "KeysFile":
    from shared.network.load import read_keys_file

    return read_keys_file(path)


def _keep(network: "Network", path: Path, file: "KeysFile", *, dry: bool = False) -> None:
    """Write a keys file, whole or not at all, once it is what a service would take.

    Raises:
        NetworkError: It is not: an owner that does not exist, an id twice.
    """
    from shared.network.load import parse_keys

    text = file.text()
    parse_keys(network, text, path.name)
    if dry:
        return
    temporary = path.with_name(path.name + ".new")
    try:
        temporary.write_text(text, "utf-8")
        temporary.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _write_private(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WrongUse(
            code="key.file_exists",
            zh=f"{path} 已存在,未作改动。请另选文件名。",
            en=f"{path} is there already and was left as it is. Choose another name.",
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _unwritable(path: Path, error: OSError) -> SuyuanError:
    return SuyuanError(
        code="key.not_written",
        zh=f"无法写入 {path}({error.strerror})。请检查目录与权限。",
        en=f"{path} cannot be written ({error.strerror}). Check the folder and its permissions.",
    )


def _checked(make: Callable[[], Any], id: str) -> Any:
    from pydantic import ValidationError

    from shared.network.words import wording_of

    try:
        return make()
    except ValidationError as error:
        wording = wording_of(error.errors(include_url=False)[0])
        raise WrongUse(code="key.bad_value", zh=f"{id}:{wording.zh}。", en=f"{id}: {wording.en}.") from None


def _time(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at
    raise WrongUse(
        code="key.bad_time",
        zh=f"{text!r} 不是带时区的时间,请写成 2027-01-01T00:00:00+08:00。",
        en=f"{text!r} is not a time with a zone; write it as 2027-01-01T00:00:00+08:00.",
    )


def _row(key: "Key", now: datetime) -> dict[str, Any]:
    status = "valid" if key.is_valid(now) else "not yet" if now < key.since else "over"
    if key.revoked is not None and key.revoked <= now:
        status = "revoked"
    return {**key.model_dump(), "status": status}


def _say(row: dict[str, Any], as_json: bool, files: str) -> None:
    if as_json:
        output.show(row)
        return
    output.draw(declared.KEYS, [row])
    output.line(files)
