"""What only the source of a table's functions tells: codes that nobody declared, fields that no state has.

Both would fail with the first message that comes so far. Where there is no source, nothing is checked.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from shared.contracts.reasons import REASONS
from shared.contracts.rules import RULES
from shared.contracts.words import file_of

_CODE: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
"""What a reason code looks like; nothing else that a decision names does."""
_LAW: Final = re.compile(r"\b(?:Source|来源): \S")


def check_modules(names: Iterable[str]) -> None:
    """Check that the reasons and rules that some modules name are declared.

    Raises:
        TypeError: One is not; the text says what to write, and where.
    """
    for name in sorted(set(names)):
        module = sys.modules[name]
        tree = _parsed(module)
        if tree is None:
            continue
        for line, code in _codes(tree):
            if code not in REASONS:
                raise TypeError(
                    f"the reason {code} at {file_of_module(name)}:{line} is not declared: "
                    f'write "{code}": Reason("中文。", "English.") in shared/contracts/reasons'
                )
        for line, rule in _rules(tree):
            if rule not in RULES:
                raise TypeError(
                    f"the rule {rule} at {file_of_module(name)}:{line} has no sentence: "
                    f'write "{rule}": Words("中文", "English") in shared/contracts/rules.py'
                )


def check_fields(functions: Iterable[Callable[..., Any]], fields: Iterable[str], of: str) -> None:
    """Check that functions of a state set fields that the state has.

    Args:
        functions: Their first argument is the state, which they change by ``but``.
        fields: Names of its fields.
        of: Whose state it is.

    Raises:
        TypeError: One sets another name; the text says what to write, and where.
    """
    known = set(fields)
    for function in functions:
        _check_named(function, _set_by(function), known, of)


def check_fields_told(function: Callable[..., Any], fields: Iterable[str], of: str) -> None:
    """Check that a function returns dictionaries of fields that a state has.

    Raises:
        TypeError: It returns another name; the text says what to write, and where.
    """
    _check_named(function, _told_by(function), set(fields), of)


def _check_named(
    function: Callable[..., Any], named: Iterable[tuple[int, str]], known: set[str], of: str
) -> None:
    for line, name in named:
        if name not in known:
            place = f"{file_of(function)}:{line}"
            raise TypeError(
                f"{of} has no field {name}, which {function.__name__} sets at {place}: "
                f"write one of {', '.join(sorted(known))}, or add the field"
            )


def has_source(function: Callable[..., Any]) -> bool:
    """Tell whether a function, or its module, says which law or practice it follows."""
    module = sys.modules.get(function.__module__)
    return any(_LAW.search(one.__doc__ or "") for one in (function, module) if one is not None)


def file_of_module(name: str) -> str:
    """Return the file of a module."""
    return getattr(sys.modules[name], "__file__", None) or name


def _parsed(thing: Any) -> ast.Module | None:
    try:
        return ast.parse(inspect.cleandoc("\n" + inspect.getsource(thing)))
    except (OSError, TypeError, SyntaxError):  # no source, or a lambda amid a line
        return None


def _codes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield every text in a function that looks like a reason code."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.Lambda | ast.Dict):
            for node in ast.walk(function):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    if _CODE.fullmatch(node.value):
                        yield node.lineno, node.value


def _rules(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "rule" and isinstance(node.value, ast.Constant):
            yield node.value.lineno, str(node.value.value)


def _set_by(function: Callable[..., Any]) -> Iterator[tuple[int, str]]:
    """Yield what a function sets in its first argument by ``but``, with the line."""
    for definition, before in _definition(function):
        state = definition.args.args[0].arg
        for node in ast.walk(definition):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="but")) if name == state:
                    for keyword in node.keywords:
                        if keyword.arg is not None:
                            yield before + keyword.lineno, keyword.arg


def _told_by(function: Callable[..., Any]) -> Iterator[tuple[int, str]]:
    """Yield the keys of the dictionaries that a function returns, with the line."""
    for definition, before in _definition(function):
        for node in ast.walk(definition):
            match node:
                case ast.Return(value=ast.Dict(keys=keys)):
                    for key in keys:
                        if isinstance(key, ast.Constant):
                            yield before + key.lineno, str(key.value)


def _definition(function: Callable[..., Any]) -> Iterator[tuple[ast.FunctionDef, int]]:
    """Yield the tree of a function and the line before it; nothing for a lambda."""
    tree = _parsed(function) if inspect.isfunction(function) else None
    if tree is not None and isinstance(tree.body[0], ast.FunctionDef):
        yield tree.body[0], function.__code__.co_firstlineno - 1
