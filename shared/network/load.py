"""Reading a network file or a keys file: read whole or refused whole, with every problem at its line.

Only `load_network` and `load_keys` read a disk. Nothing here reads a clock.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.network import words
from shared.network.checks import Entry, entries, findings, key_findings
from shared.network.keys import Keys, KeysFile
from shared.network.problems import NetworkError, NetworkProblem
from shared.network.schema import CROSS_CHECK, Network
from shared.network.tree import Tree, read_tree

__all__ = ["MAX_NETWORK_BYTES", "load_keys", "load_network", "parse_keys", "parse_network", "read_keys_file"]

MAX_NETWORK_BYTES: Final = 512 * 1024
"""The largest network file that is read, in bytes: about ten times a province's."""


def load_network(path: Path) -> Network:
    """Read one network file.

    Args:
        path: a UTF-8 YAML file of at most `MAX_NETWORK_BYTES`.

    Returns:
        The network, with its lookups made.

    Raises:
        NetworkError: the file cannot be read, is too large, or anything in it is wrong.
    """
    return parse_network(_decoded(_read(path), path.name), path.name)


def parse_network(text: str, name: str) -> Network:
    """Check the text of one network file.

    Args:
        text: YAML, at most `MAX_NETWORK_BYTES` in UTF-8. Anchors and aliases are refused.
        name: what to call the file in messages.

    Returns:
        The network, with its lookups made.

    Raises:
        NetworkError: anything in the text is wrong; it holds every problem that was found.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_NETWORK_BYTES:
        raise NetworkError(name, [_too_large()])
    tree = read_tree(text)
    if not tree.readable:
        raise NetworkError(name, tree.problems)
    problems = list(tree.problems)
    network: Network | None = None
    try:
        network = Network.model_validate(tree.data)
    except ValidationError as error:
        problems += _schema_problems(tree, error)
    problems += [NetworkProblem.at(tree.line(path), path, wording) for path, wording in findings(tree.data)]
    if problems or network is None:
        raise NetworkError(name, dict.fromkeys(problems))
    network.came_from(name, tree.line)
    return network


def load_keys(network: Network, path: Path | None) -> Keys:
    """Return the keys of a network: those of its own file, and those of a keys file.

    Args:
        network: Who the keys may belong to.
        path: A UTF-8 YAML file of at most `MAX_NETWORK_BYTES`; ``None`` for none.

    Raises:
        NetworkError: the keys file cannot be read, is too large, or anything in it is wrong.
    """
    if path is None:
        return Keys(network.keys, signed_since=network.signed_since)
    return parse_keys(network, _decoded(_read(path), path.name), path.name)


def read_keys_file(path: Path) -> KeysFile:
    """Return a keys file as it stands, to be written anew with another entry.

    Raises:
        NetworkError: it cannot be read, is too large, or an entry is no key.
    """
    tree = read_tree(_decoded(_read(path), path.name))
    problems = list(tree.problems)
    if tree.readable:
        try:
            file = KeysFile.model_validate(tree.data)
        except ValidationError as error:
            problems += _schema_problems(tree, error)
        else:
            if not problems:
                return file
    raise NetworkError(path.name, problems)


def parse_keys(network: Network, text: str, name: str) -> Keys:
    """Check the text of a keys file, and return its keys with those of the network.

    Args:
        network: Who the keys may belong to; a key of its own file is not repeated.
        text: YAML, at most `MAX_NETWORK_BYTES` in UTF-8. Anchors and aliases are refused.
        name: what to call the file in messages.

    Raises:
        NetworkError: anything in the text is wrong; it holds every problem that was found.
    """
    tree = read_tree(text)
    if not tree.readable:
        raise NetworkError(name, tree.problems)
    problems, file = list(tree.problems), None
    try:
        file = KeysFile.model_validate(tree.data)
    except ValidationError as error:
        problems += _schema_problems(tree, error)
    known = [Entry(("network", i), one.model_dump(mode="json")) for i, one in enumerate(network.keys)]
    mine = entries(tree.data.get("keys") if isinstance(tree.data, dict) else None, ("keys",))
    kinds = {one.id: "organisation" for one in network.organisations}
    kinds |= {one.id: "institution" for one in network.institutions} | {network.court.id: "court"}
    people = network.roles()
    for path, wording in key_findings([*known, *mine], kinds, people):
        problems.append(NetworkProblem.at(tree.line(path), path, wording))
    if problems or file is None:
        raise NetworkError(name, dict.fromkeys(problems))
    revoked = frozenset(one.id for one in file.revoked_tokens)
    return Keys((*network.keys, *file.keys), revoked, network.signed_since)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_NETWORK_BYTES + 1)
    except OSError as error:
        wording = words.UNREADABLE.fill(reason=error.strerror or type(error).__name__)
        raise NetworkError(path.name, [NetworkProblem.at(0, (), wording)]) from error
    if len(data) > MAX_NETWORK_BYTES:
        raise NetworkError(path.name, [_too_large()])
    return data


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NetworkError(name, [NetworkProblem.at(line, (), words.NOT_UTF8)]) from error


def _too_large() -> NetworkProblem:
    return NetworkProblem.at(0, (), words.TOO_LARGE.fill(limit=MAX_NETWORK_BYTES))


def _schema_problems(tree: Tree, error: ValidationError) -> list[NetworkProblem]:
    return [
        NetworkProblem.at(tree.line(one["loc"]), one["loc"], words.wording_of(one))
        for one in error.errors(include_url=False)
        if not _is_reported(tree, one)
    ]


def _is_reported(tree: Tree, error: ErrorDetails) -> bool:
    """Return whether the tree, a cross-check or another error of the schema states this already."""
    if error["type"] == "too_short" and error["input"]:
        return True  # pydantic counts only the valid entries, and reports each of the others
    return error["type"] == CROSS_CHECK or error["loc"] in tree.refused
