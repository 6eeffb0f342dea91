"""The YAML of a network file as plain data, with the line of every key and value."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import yaml

from shared.network import words
from shared.network.problems import FieldPath, NetworkProblem
from shared.network.words import Wording

__all__ = ["Tree", "read_tree"]


@dataclass(frozen=True, slots=True)
class Tree:
    """A file as plain data."""

    data: Any
    """Mappings, lists and scalars; None where a value was refused."""
    problems: tuple[NetworkProblem, ...]
    """What is wrong with the file as YAML."""
    readable: bool
    """Whether `data` is the whole file; if not, it is not worth checking."""
    refused: Set[FieldPath]
    """The values that have a problem already."""
    lines: Mapping[FieldPath, int]
    """The 1-based line of each value."""

    def line(self, path: FieldPath) -> int:
        """Return the line of the value at this path, or of the nearest value around it."""
        return _nearest(self.lines, path)


def read_tree(text: str) -> Tree:
    """Return the text as plain data, or as a tree that is not readable and says why."""
    builder = _Builder()
    data: Any = None
    failure: NetworkProblem | None = None
    try:
        data = builder.read(text)
        if not builder.lines:
            failure = NetworkProblem.at(0, (), words.EMPTY)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", None) or "cannot be parsed")
        failure = NetworkProblem.at(mark.line + 1 if mark else 0, (), words.NOT_YAML.fill(reason=reason))
    except RecursionError:
        failure = NetworkProblem.at(0, (), words.TOO_DEEP)
    problems = builder.problems if failure is None else [*builder.problems, failure]
    return Tree(data, tuple(problems), failure is None, builder.refused, builder.lines)


def _nearest(lines: Mapping[FieldPath, int], path: FieldPath) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


class _Builder:
    """Plain data from the nodes of one document, noting lines and problems on the way."""

    def __init__(self) -> None:
        self.problems: list[NetworkProblem] = []
        self.refused: set[FieldPath] = set()
        self.lines: dict[FieldPath, int] = {}
        self._seen: set[int] = set()

    def read(self, text: str) -> Any:
        loader = yaml.SafeLoader(text)
        try:
            root = loader.get_single_node()
            return None if root is None else self._plain(loader, root, ())
        finally:
            loader.dispose()

    def _plain(self, loader: yaml.SafeLoader, node: yaml.Node, path: FieldPath) -> Any:
        if id(node) in self._seen:
            # An alias has the mark of its anchor: the line of the list or mapping around it is nearer.
            self.lines.setdefault(path, _nearest(self.lines, path[:-1]))
            return self._refuse(path, words.ALIAS)
        self._seen.add(id(node))
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(loader, node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(loader, one, (*path, i)) for i, one in enumerate(node.value)]
        try:
            return loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            return self._refuse(path, words.NOT_A_VALUE.fill(value=node.value[:60]))

    def _mapping(self, loader: yaml.SafeLoader, node: yaml.MappingNode, path: FieldPath) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, value in node.value:
            # Keys are taken as written: YAML would read `on:` as the value true.
            word = key.value if isinstance(key, yaml.ScalarNode) else "?"
            here = (*path, word)
            line = key.start_mark.line + 1
            if word in plain:
                self.problems.append(NetworkProblem.at(line, here, words.DUPLICATE_KEY))
                continue
            self.lines[here] = line
            plain[word] = self._plain(loader, value, here)
        return plain

    def _refuse(self, path: FieldPath, wording: Wording) -> None:
        self.refused.add(path)
        self.problems.append(NetworkProblem.at(self.lines[path], path, wording))
