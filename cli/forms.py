"""Commands of the language as command-line forms: an option for each field, made from its declaration."""

import inspect
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from cli.output import WrongUse
from shared.contracts.declared import Declared, fields_of
from shared.contracts.faults import faults_of, sentences
from shared.contracts.intake import FileDispute
from shared.contracts.language import service_of
from shared.contracts.message import COMMON, Command, commands
from shared.contracts.sealed import clear_form

_PLAIN: Final = (str, int, float, bool)
_LISTS: Final = (tuple, list, frozenset, set)


def offered() -> dict[str, type[Command]]:
    """Return the commands that have a form, by the name that a person types.

    A filing has a command of its own, `suyuan file`. Where two families have the same name, the family
    stands in front.
    """
    found = [
        cls for cls in commands() if cls is not FileDispute and (service_of(cls) or cls.family == COMMON)
    ]
    names = [short_name(cls) for cls in found]
    return {
        name if names.count(name) == 1 else cls.short_type.replace(".", "-"): cls
        for name, cls in zip(names, found, strict=True)
    }


def short_name(cls: type[Command]) -> str:
    """Return a command's name without its family."""
    return cls.short_type.partition(".")[2]


def help_of(cls: type[Command]) -> str:
    """Return what `--help` says of a command: its name, who may send it, what it means."""
    roles = "、".join(role.zh for role in cls.roles), ", ".join(role.en for role in cls.roles)
    meaning = inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    name = f"{cls.words.zh} / {cls.words.en}"
    return f"{name}\n\n角色 roles: {roles[0]} / {roles[1]}\n\n{meaning}".strip()


def options_of(cls: type[Command]) -> list[inspect.Parameter]:
    """Return an option for each field of a command; what is sent sealed is typed in clear."""
    cls = clear_form(cls)
    declared = fields_of(cls)
    return [_option(name, field, declared[name]) for name, field in cls.model_fields.items()]


def body_of(cls: type[Command], values: Mapping[str, Any]) -> Command:
    """Return the command that the options describe.

    Raises:
        WrongUse: ``http.bad_payload``: a value is not acceptable; the text names the option.
    """
    cls = clear_form(cls)
    given = {name: value for name, value in values.items() if value not in (None, [], ())}
    for name, field in cls.model_fields.items():
        if name in given and _form(field.annotation)[0] is object:
            given[name] = _json(name, given[name])
    try:
        return cls.model_validate_json(json.dumps(given, default=_plain))
    except ValidationError as error:
        found = [("--" + one.field.replace("_", "-"), sentences(one)) for one in faults_of(error, cls)]
        raise WrongUse(
            code="http.bad_payload",
            zh=" ".join(f"{option}:{words.zh}" for option, words in found),
            en=" ".join(f"{option}: {words.en}" for option, words in found),
        ) from None


def _option(name: str, field: FieldInfo, declared: Declared) -> inspect.Parameter:
    kind, is_list = _form(field.annotation)
    unit = f", {declared.unit.zh} {declared.unit.en}" if declared.unit else ""
    text = f"{declared.words.zh}{unit} / {declared.words.en}"
    if declared.codes is not None:
        text += ": " + ", ".join(f"{code.value} {code.zh}" for code in declared.codes)
    elif kind is object:
        text += " (JSON)"
    shown: Any = str if kind not in _PLAIN else kind
    needed = field.is_required()
    if is_list:
        shown = list[shown]
    option = typer.Option("--" + name.replace("_", "-"), help=text, show_default=False)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if needed else None,
        annotation=Annotated[shown if needed else shown | None, option],
    )


def _form(annotation: Any) -> tuple[type, bool]:
    """Return the plain type of a field's value, ``object`` for JSON, and whether there are several."""
    if hasattr(annotation, "__metadata__"):
        return _form(annotation.__origin__)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        [*inner] = [one for one in arguments if one is not type(None)]
        return _form(inner[0]) if len(inner) == 1 else (object, False)
    if origin in _LISTS:
        kind, _ = _form(arguments[0])
        return (object, False) if kind is object else (kind, True)
    if annotation in _PLAIN:
        return annotation, False
    if isinstance(annotation, type) and issubclass(annotation, Enum | date | datetime):
        return str, False
    return object, False


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        option = "--" + name.replace("_", "-")
        raise WrongUse(
            code="http.bad_payload",
            zh=f"{option} 不是 JSON。",
            en=f"{option} is no JSON. Quote it for the shell.",
        ) from None


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value)


Run = Callable[[type[Command], Command, Mapping[str, Any]], None]


def form_of(cls: type[Command], common: list[inspect.Parameter], run: Run) -> Callable[..., None]:
    """Return a function for typer: the common options, then those of the fields.

    Args:
        cls: The command.
        common: Options that every command has; their names do not collide with a field's.
        run: Gets the class, the command and the values of the common options.
    """
    own = options_of(cls)

    def form(**values: Any) -> None:
        body = body_of(cls, {one.name: values[one.name] for one in own})
        run(cls, body, {one.name: values[one.name] for one in common})

    form.__signature__ = inspect.Signature([*common[:1], *own, *common[1:]])  # type: ignore[attr-defined]
    form.__annotations__ = {one.name: one.annotation for one in (*common, *own)}
    form.__doc__ = help_of(cls)
    return form
