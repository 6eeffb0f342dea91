"""`suyuan schemas` and `suyuan asyncapi`: the published language as files, made from the models alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli import output
from cli.output import AsJson
from shared.contracts.errors import SuyuanError

DOCS: Final = Path("docs")
SCHEMAS: Final = DOCS / "schemas"
ASYNCAPI: Final = DOCS / "asyncapi.json"
GLOSSARY: Final = DOCS / "glossary.md"
ROLES: Final = Path("deploy") / "local" / "mongo-roles.json"
TOLD: Final = DOCS / "told.json"

Check = Annotated[
    bool, typer.Option("--check", help="只比较,不写入;有差异时退出码为 1 / compare only; 1 when they differ")
]

app = typer.Typer(help="导出消息架构 / export the schemas of all messages")


Replace = Annotated[
    bool,
    typer.Option(
        "--replace",
        help="覆盖不兼容的旧版本,仅限发布前 / overwrite an incompatible version, before its release only",
    ),
]


@app.callback(invoke_without_command=True)
def everything(context: typer.Context, check: Check = False, replace: Replace = False) -> None:
    """导出全部生成文件:架构、术语表、数据库角色等 / all that is generated: schemas, glossary, roles."""
    if context.invoked_subcommand is not None:
        return
    breaks = [] if replace else published_breaks(SCHEMAS)
    check_only = check or bool(breaks)
    changed = sync(SCHEMAS, schema_files(), check=check_only, whole=True)
    pages = {ASYNCAPI.name: asyncapi_text(), GLOSSARY.name: glossary_text(), TOLD.name: told_text()}
    changed += sync(DOCS, pages, check=check_only)
    changed += sync(ROLES.parent, {ROLES.name: roles_text()}, check=check_only)
    _finish(changed, check, False, breaks)


@app.command()
def export(
    check: Check = False,
    replace: Replace = False,
    out: Annotated[Path, typer.Option("--out", help="目录 / folder")] = SCHEMAS,
    as_json: AsJson = False,
) -> None:
    """导出每种消息的 JSON Schema / export the JSON Schema (2020-12) of every message."""
    breaks = [] if replace else published_breaks(out)
    changed = sync(out, schema_files(), check=check or bool(breaks), whole=True)
    _finish(changed, check, as_json, breaks)


def asyncapi(
    check: Check = False,
    out: Annotated[Path, typer.Option("--out", help="文件 / file")] = ASYNCAPI,
    as_json: AsJson = False,
) -> None:
    """导出全部主题与消息的 AsyncAPI 3.0 文档 / export the AsyncAPI 3.0 document of all topics."""
    _finish(sync(out.parent, {out.name: asyncapi_text()}, check=check), check, as_json)


def schema_files() -> dict[str, str]:
    """Return the text of every schema file by its name."""
    from shared.contracts import export as contracts

    return {contracts.file_name(name): contracts.text(one) for name, one in _registry().items()}


def asyncapi_text() -> str:
    """Return the text of the AsyncAPI document."""
    from importlib.metadata import version

    from shared.contracts import asyncapi as contracts
    from shared.contracts import export as texts

    _registry()
    return texts.text(contracts.document(version("suyuan"), consumed()))


def told_text() -> str:
    """Return the text of the schema of what institutions are told of their cases."""
    from shared.contracts import export as contracts

    _registry()
    return contracts.text(contracts.told_document())


def glossary_text() -> str:
    """Return the text of the glossary."""
    from cli.glossary import text

    return text()


def roles_text() -> str:
    """Return the roles of the services' database users, which name each collection."""
    from importlib import import_module

    from shared.contracts import export as texts
    from shared.contracts.topics import SERVICES
    from shared.runtime.commit.rights import roles

    own = {service: import_module(f"services.{service}.store").INDEXES for service in SERVICES}
    return texts.text({"roles": roles(own)})


def consumed() -> dict[str, list[str]]:
    """Return the topics that each service reads, as its own composition says."""
    from cli.serve import build_of
    from shared.contracts.topics import SERVICES
    from shared.network.load import load_network
    from shared.runtime.base.settings import DEFAULT_NETWORK, Settings

    # Nothing is signed or hashed with it: a composition only refuses to be made without keys.
    settings = Settings(party_key="x" * 32, personal_keys="x" * 32, sealing_keys="x" * 32)  # type: ignore[arg-type]
    network = load_network(DEFAULT_NETWORK)
    return {service: list(build_of(service)(settings, network).topics) for service in SERVICES}


def published_breaks(folder: Path) -> list[str]:
    """Return why the messages of this program may not follow those in a folder's files."""
    import json

    from shared.contracts.compatibility import all_incompatibilities

    published = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}
    return all_incompatibilities(published, _registry())


def sync(folder: Path, files: Mapping[str, str], *, check: bool, whole: bool = False) -> list[str]:
    """Make a folder's files say what they shall.

    Args:
        folder: The folder.
        files: Text by file name.
        check: Whether nothing is written.
        whole: Whether other JSON files in the folder are wrong.

    Returns:
        The paths that differ, or did.
    """
    changed = []
    for name, text in files.items():
        path = folder / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        changed.append(str(path))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    for path in sorted(folder.glob("*.json")) if whole else ():
        if path.name not in files:
            changed.append(str(path))
            if not check:
                path.unlink()
    return changed


def _registry() -> dict[str, Any]:
    import shared.contracts.language  # noqa: F401 - importing it fills the registry
    from shared.contracts.export import schemas

    return schemas()


def _finish(changed: list[str], check: bool, as_json: bool, breaks: list[str] | None = None) -> None:
    """Say what was written, or fail where a published version broke or a file should have been written.

    Raises:
        SuyuanError: ``contracts.incompatible`` or ``contracts.drift``.
    """
    if breaks:
        raise SuyuanError(
            code="contracts.incompatible",
            zh=f"{len(breaks)} 处变更与已发布的版本不兼容,未写入:{_some(breaks)}。请改用新版本。",
            en=f"{len(breaks)} changes break a published version; nothing is written: {_some(breaks)}. "
            "Give the message a new version.",
        )
    if check and changed:
        raise SuyuanError(
            code="contracts.drift",
            zh=f"{len(changed)} 个文件与模型不一致:{_some(changed)}。请运行 make schemas。",
            en=f"{len(changed)} files are not as the models say: {_some(changed)}. Run make schemas.",
        )
    if as_json:
        output.show({"changed": changed})
    else:
        output.line("\n".join(changed) if changed else "与模型一致 / as the models say")


def _some(texts: list[str]) -> str:
    return "; ".join(texts[:20]) + (" …" if len(texts) > 20 else "")
