"""The network file: one court, its mediation organisations, the institutions, and who they are.

"1 + 2 + N" is data. Another city runs the same program with its own file; `deploy/networks`
holds two. The file is YAML:

    format: 1
    id: fengtai
    name: {zh: ..., en: ...}
    court: {id: fengtai-court, code: 京0106, place: 丰台, name: {zh: ..., en: ...}}
    organisations:
      - id: people
        name: {zh: ..., en: ...}
        mediators:
          - {id: m01, name: 调解员甲, specialities: [credit_card], weight: 2, capacity: 60}
    institutions:
      - {id: ccb, kind: bank, name: {zh: ..., en: ...}}
    routing:
      - {organisation: people, tiers: [simple, ordinary, complex], causes: [credit_card]}
    people:
      - {id: clerk-1, name: 调解组织书记甲, organisation: people, role: organisation_clerk}

A file is read whole or refused whole: `NetworkError` lists every problem with its line and its
field. Nothing here reads a clock, and after `load_network` nothing reads a disk.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from shared.contracts.errors import SuyuanError
from shared.contracts.kinds import Cause, Tier

__all__ = [
    "COURT_CODE_PATTERN",
    "MAX_NETWORK_BYTES",
    "Court",
    "Institution",
    "InstitutionKind",
    "Mediator",
    "Name",
    "Network",
    "NetworkError",
    "NetworkProblem",
    "Organisation",
    "Person",
    "Role",
    "RoutingLine",
    "load_network",
    "parse_network",
]

MAX_NETWORK_BYTES: Final = 512 * 1024
"""The largest network file that is read, in bytes: about ten times a province's."""

InstitutionKind = Literal["bank", "consumer_finance", "lessor"]
"""What an institution is; it decides which causes it usually files."""
Role = Literal["institution_agent", "mediator", "organisation_clerk", "court_clerk", "judge", "operator"]
"""In whose capacity a person acts. An operator keeps the platform running, at any member."""

_ID: Final = r"^[a-z0-9][a-z0-9-]{1,39}$"
COURT_CODE_PATTERN: Final = (
    "[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新兵](?:[0-9]{4}|[0-9]{2})"
)
"""法院代字 as a regular expression without anchors: the province, then 2 or 4 digits.

Source: 关于人民法院案件案号的若干规定 (法〔2015〕137号, as of 2016-01-01).
"""
_COURT_CODE: Final = f"^{COURT_CODE_PATTERN}$"

Id = Annotated[str, Field(pattern=_ID)]
_Line = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^\S(?:[^\r\n]*\S)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def _many(at_most: int, at_least: int = 1) -> Any:
    """YAML has lists and no tuples: the container is lenient, what is in it stays strict."""
    return Field(strict=False, min_length=at_least, max_length=at_most)


# A file holds words and no enumeration members, so only these words are read leniently.
_Cause = Annotated[Cause, Field(strict=False)]
_Tier = Annotated[Tier, Field(strict=False)]


class Name(_Strict):
    """A name in both languages, one line each, at most 80 characters."""

    zh: _Line
    """The official Chinese name."""
    en: _Line
    """The English name for operators and reports."""


class Court(_Strict):
    """The "1": links mediation to litigation and has the final word."""

    id: Id
    """The id in actors and topics."""
    code: Annotated[str, Field(pattern=_COURT_CODE)]
    """The code in case numbers, province character and 2 or 4 digits: 京0106."""
    place: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^\S+$")]
    """地名 as it stands in the number of a judicial suggestion (法释〔2023〕11号 art 6): 丰台."""
    name: Name
    """The court's name."""


class Mediator(_Strict):
    """A mediator on the roster of one organisation as the network starts.

    Later changes are events of the roster stream, not edits of the file.
    """

    id: Id
    """Unique in the whole network."""
    name: _Line
    """As the parties see it."""
    specialities: Annotated[tuple[_Cause, ...], _many(len(Cause))]
    """The causes this mediator takes, each once."""
    weight: Annotated[int, Field(ge=1, le=1000)]
    """Share of assignments relative to the colleagues of the same organisation, no unit."""
    capacity: Annotated[int, Field(ge=1, le=100_000)]
    """The most cases held at one time."""


class Organisation(_Strict):
    """One of the "2": a mediation organisation with its roster."""

    id: Id
    """The roster's message key."""
    name: Name
    """The organisation's name."""
    mediators: Annotated[tuple[Mediator, ...], _many(5000)]
    """At least one."""


class Institution(_Strict):
    """One of the "N": it files disputes and answers alerts, requests and suggestions."""

    id: Id
    """The slug in the topic `filings.<id>` that this institution alone writes."""
    kind: InstitutionKind
    """What it is."""
    name: Name
    """Its name."""
    superior: Name | None = None
    """The body that receives copies of suggestions (法释〔2023〕11号 art 9); None: not known."""

    @property
    def filings_topic(self) -> str:
        """The topic on which this institution files."""
        return f"filings.{self.id}"


class RoutingLine(_Strict):
    """Which organisation takes every pair of these tiers and causes."""

    organisation: Id
    """The receiving organisation's id."""
    tiers: Annotated[tuple[_Tier, ...], _many(len(Tier))]
    """The tiers of this line."""
    causes: Annotated[tuple[_Cause, ...], _many(len(Cause))]
    """The causes of this line."""


class Person(_Strict):
    """Somebody who acts: the `<organisation>/<person>/<role>` of an actor."""

    id: Id
    """Unique in the whole network, mediators included."""
    name: _Line
    """As others see it."""
    organisation: Id
    """The id of the court, a mediation organisation or an institution."""
    role: Role
    """In whose capacity."""


class Network(_Strict):
    """A whole arrangement. Lookups are made once, here; an unknown id gives None."""

    format: Literal[1]
    """The version of this file format."""
    id: Id
    """The arrangement's id."""
    name: Name
    """The arrangement's name."""
    court: Court
    """The one court."""
    organisations: Annotated[tuple[Organisation, ...], _many(50)]
    """The mediation organisations, two in the founding arrangement."""
    institutions: Annotated[tuple[Institution, ...], _many(2000)]
    """The institutions."""
    routing: Annotated[tuple[RoutingLine, ...], _many(200)]
    """Every pair of tier and cause exactly once, so the order says nothing."""
    people: Annotated[tuple[Person, ...], _many(20_000, 0)] = ()
    """Everybody but the mediators, who are people by standing on a roster."""

    _organisations: dict[str, Organisation] = PrivateAttr(default_factory=dict)
    _institutions: dict[str, Institution] = PrivateAttr(default_factory=dict)
    _mediators: dict[str, tuple[Mediator, Organisation]] = PrivateAttr(default_factory=dict)
    _people: dict[str, Person] = PrivateAttr(default_factory=dict)
    _routes: dict[tuple[Tier, Cause], Organisation] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _check_and_index(self) -> Network:
        first = next(_cross_problems(self.model_dump(mode="json")), None)
        if first is not None:
            raise PydanticCustomError(_CROSS, "{text}", {"text": f"{first.en} / {first.zh}"})
        self._organisations.update((one.id, one) for one in self.organisations)
        self._institutions.update((one.id, one) for one in self.institutions)
        self._people.update((one.id, one) for one in self.people)
        for organisation in self.organisations:
            for one in organisation.mediators:
                self._mediators[one.id] = (one, organisation)
                self._people[one.id] = Person(
                    id=one.id, name=one.name, organisation=organisation.id, role="mediator"
                )
        for line in self.routing:
            for tier in line.tiers:
                for cause in line.causes:
                    self._routes[tier, cause] = self._organisations[line.organisation]
        return self

    def organisation(self, id: str) -> Organisation | None:
        """The mediation organisation with this id, or None."""
        return self._organisations.get(id)

    def institution(self, id: str) -> Institution | None:
        """The institution with this id, or None."""
        return self._institutions.get(id)

    def mediator(self, id: str) -> Mediator | None:
        """The mediator with this id, in whatever organisation, or None."""
        found = self._mediators.get(id)
        return found[0] if found else None

    def organisation_of(self, mediator_id: str) -> Organisation | None:
        """The organisation on whose roster this mediator stands, or None."""
        found = self._mediators.get(mediator_id)
        return found[1] if found else None

    def person(self, id: str) -> Person | None:
        """The person with this id, mediators included, or None."""
        return self._people.get(id)

    def member(self, id: str) -> Court | Organisation | Institution | None:
        """The court, mediation organisation or institution with this id, or None."""
        if id == self.court.id:
            return self.court
        return self._organisations.get(id) or self._institutions.get(id)

    def route(self, tier: Tier, cause: Cause) -> Organisation:
        """The organisation that takes this tier and cause; every pair has exactly one."""
        return self._routes[tier, cause]


class NetworkProblem(NamedTuple):
    """One thing that is wrong in a network file."""

    line: int
    """1-based line in the file; 0 when the whole file is meant."""
    field: str
    """Where, as `organisations[0].mediators[1].weight`; empty when the whole file is meant."""
    code: str
    """`network.bad_value`, `network.duplicate_id`, ...: see `NetworkError`."""
    zh: str
    """What is wrong and what to do, in Chinese."""
    en: str
    """The same in English."""


class NetworkError(SuyuanError):
    """A network file that cannot be used, with everything that is wrong in it.

    The error's own code is `network.invalid`. The codes of its problems: `network.unreadable`,
    `network.too_large`, `network.not_yaml`, `network.missing`, `network.unknown_field`,
    `network.bad_value`, `network.duplicate_key`, `network.duplicate_id`,
    `network.unknown_reference`, `network.wrong_role`, `network.routing_twice`,
    `network.routing_missing`, `network.no_specialist`.
    """

    name: str
    """The file's name as it was given."""
    problems: tuple[NetworkProblem, ...]
    """All problems, in the order of their lines."""

    def __init__(self, name: str, problems: Iterable[NetworkProblem]) -> None:
        """Order the problems and put them into one text, a line each."""
        self.name = name
        self.problems = tuple(sorted(problems))
        count = len(self.problems)
        super().__init__(
            code="network.invalid",
            zh=f"{name} 有 {count} 处错误，请改正后重试：" + self._list("zh"),
            en=f"{name} has {count} problem{'s' if count != 1 else ''}, "
            f"correct the file and try again:" + self._list("en"),
        )

    def _list(self, language: Literal["zh", "en"]) -> str:
        lines = []
        for one in self.problems:
            text = one.zh if language == "zh" else one.en
            lines.append(f"\n  {self.name}:{one.line}: {one.field or '-'}: {text} [{one.code}]")
        return "".join(lines)


def load_network(path: Path) -> Network:
    """Read one network file.

    Args:
        path: a UTF-8 YAML file of at most `MAX_NETWORK_BYTES`.

    Returns:
        The network, with its lookups made.

    Raises:
        NetworkError: the file cannot be read, is too large, or anything in it is wrong.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_NETWORK_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problem = _whole(
            "network.unreadable",
            f"文件无法读取（{reason}），请检查路径和权限",
            f"the file cannot be read ({reason}); check the path and its permissions",
        )
        raise NetworkError(path.name, [problem]) from error
    if len(data) > MAX_NETWORK_BYTES:
        raise NetworkError(path.name, [_too_large()])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = NetworkProblem(
            line,
            "",
            "network.not_yaml",
            "不是 UTF-8 文本，请以 UTF-8 另存",
            "this is not UTF-8 text; save the file as UTF-8",
        )
        raise NetworkError(path.name, [problem]) from error
    return parse_network(text, path.name)


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
    tree = _Tree(text)
    if tree.broken:
        raise NetworkError(name, tree.problems)
    problems = list(tree.problems)
    network: Network | None = None
    try:
        network = Network.model_validate(tree.data)
    except ValidationError as error:
        problems += [tree.schema_problem(one) for one in error.errors(include_url=False) if tree.is_news(one)]
    problems += [
        NetworkProblem(tree.line(one.path), _field(one.path), one.code, one.zh, one.en)
        for one in _cross_problems(tree.data)
    ]
    if problems or network is None:
        raise NetworkError(name, dict.fromkeys(problems))
    return network


# The tree: YAML to plain data, remembering where everything stood ----------------------------

_Path = tuple[str | int, ...]
_CROSS: Final = "network_cross_check"


class _Tree:
    """The file as plain data, with the line of every value and key."""

    def __init__(self, text: str) -> None:
        self.data: Any = None
        self.problems: list[NetworkProblem] = []
        self.broken = False
        """Nothing can be said beyond the problems found so far."""
        self._lines: dict[_Path, int] = {}
        self._seen: set[int] = set()
        self._refused: set[_Path] = set()
        loader: yaml.SafeLoader | None = None
        try:
            loader = yaml.SafeLoader(text)
            root = loader.get_single_node()
            if root is None:
                zh, en = "文件是空的，请按样例填写", "the file is empty; start from an example"
                self._break(0, zh, en)
            else:
                self.data = self._plain(loader, root, ())
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = str(getattr(error, "problem", None) or "cannot be parsed")
            self._break(
                mark.line + 1 if mark else 0,
                f"不是有效的 YAML（{reason}），请检查缩进和引号",
                f"this is not valid YAML ({reason}); check indentation and quotes",
            )
        except RecursionError:
            self._break(0, "嵌套过深，请按样例填写", "nested too deeply; follow an example")
        finally:
            if loader is not None:
                loader.dispose()

    def _break(self, line: int, zh: str, en: str) -> None:
        self.broken = True
        self.problems.append(NetworkProblem(line, "", "network.not_yaml", zh, en))

    def _refuse(self, path: _Path, zh: str, en: str) -> None:
        self._refused.add(path)
        line = self._lines[path]
        self.problems.append(NetworkProblem(line, _field(path), "network.bad_value", zh, en))

    def _plain(self, loader: yaml.SafeLoader, node: yaml.Node, path: _Path) -> Any:
        if id(node) in self._seen:
            # An alias carries the mark of its anchor; the line of what holds it says more.
            self._lines.setdefault(path, self.line(path[:-1]))
            self._refuse(
                path,
                "不能使用锚点和别名（& 和 *），请写出全部内容",
                "anchors and aliases (& and *) are not allowed; write the value out",
            )
            return None
        self._seen.add(id(node))
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(loader, node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(loader, one, (*path, i)) for i, one in enumerate(node.value)]
        try:
            return loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self._refuse(
                path,
                f"无法读作 YAML 值：{node.value!r}，文字请加引号",
                f"{node.value!r} is not a YAML value; put text in quotes",
            )
            return None

    def _mapping(self, loader: yaml.SafeLoader, node: yaml.MappingNode, path: _Path) -> Any:
        plain: dict[str, Any] = {}
        for key, value in node.value:
            # A key is a name, whatever YAML would make of it: `on:` is not the value true.
            word = key.value if isinstance(key, yaml.ScalarNode) else "?"
            here = (*path, word)
            if word in plain:
                self.problems.append(
                    NetworkProblem(
                        key.start_mark.line + 1,
                        _field(here),
                        "network.duplicate_key",
                        "同一项写了两次，请删去其一",
                        "this key stands here twice; remove one",
                    )
                )
                continue
            self._lines[here] = key.start_mark.line + 1
            plain[word] = self._plain(loader, value, here)
        return plain

    def line(self, path: _Path) -> int:
        """The line of the value at this path, or of the nearest thing around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)

    def is_news(self, error: ErrorDetails) -> bool:
        """Whether this adds anything: not said by the tree or the cross checks, nor an echo."""
        if error["type"] == "too_short" and error["input"]:
            return False  # pydantic counts only the good entries; the bad ones are named
        return error["type"] != _CROSS and error["loc"] not in self._refused

    def schema_problem(self, error: ErrorDetails) -> NetworkProblem:
        """What pydantic found, in our words."""
        path: _Path = error["loc"]
        code, zh, en = _explain(error)
        return NetworkProblem(self.line(path), _field(path), code, zh, en)


def _field(path: _Path) -> str:
    parts = (f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)
    return "".join(parts).removeprefix(".")


def _whole(code: str, zh: str, en: str) -> NetworkProblem:
    return NetworkProblem(0, "", code, zh, en)


def _too_large() -> NetworkProblem:
    return _whole(
        "network.too_large",
        f"文件超过 {MAX_NETWORK_BYTES} 字节，请拆成几个网络",
        f"the file is larger than {MAX_NETWORK_BYTES} bytes; split it into several networks",
    )


def _explain(error: ErrorDetails) -> tuple[str, str, str]:
    kind, given, limits = error["type"], error["input"], error.get("ctx", {})
    shown = _shown(given)
    bad = "network.bad_value"
    match kind:
        case "missing":
            return (
                "network.missing",
                "缺少此项，请补上",
                "this field is missing; add it",
            )
        case "extra_forbidden":
            return (
                "network.unknown_field",
                "没有这一项，请检查拼写或删去",
                "there is no such field; check the spelling or remove it",
            )
        case "string_type":
            return bad, f"{shown} 不是文字，请加引号", f"{shown} is not text; put it in quotes"
        case "string_pattern_mismatch" if limits.get("pattern") == _ID:
            return (
                bad,
                f"{shown} 不能作为标识，请用 2 至 40 个小写字母、数字或连字符，首字不用连字符",
                f"{shown} is not an id; use 2 to 40 of a-z, 0-9 and -, not starting with -",
            )
        case "string_pattern_mismatch" if limits.get("pattern") == _COURT_CODE:
            return (
                bad,
                f"{shown} 不是法院代字，请写成省级简称加 2 或 4 位数字，如 京0106",
                f"{shown} is not a court code; write the province and 2 or 4 digits, as 京0106",
            )
        case "string_pattern_mismatch" | "string_too_short" | "string_too_long":
            return (
                bad,
                f"{shown} 不合要求，请写一行文字，首尾无空格，不超过 80 字",
                f"{shown} does not fit; write one line of at most 80 characters, without spaces at its ends",
            )
        case "literal_error" | "enum":
            allowed = str(limits.get("expected", ""))
            return (
                bad,
                f"{shown} 不在可选范围内，请选 {allowed.replace(' or ', ' 或 ')}",
                f"{shown} is not one of the choices; use {allowed}",
            )
        case "int_type":
            return bad, f"{shown} 不是整数，请写整数", f"{shown} is not a whole number; write one"
        case "greater_than_equal":
            low = limits["ge"]
            return bad, f"{shown} 过小，最小为 {low}", f"{shown} is too small; use at least {low}"
        case "less_than_equal":
            top = limits["le"]
            return bad, f"{shown} 过大，最大为 {top}", f"{shown} is too large; use at most {top}"
        case "too_short":
            low = limits["min_length"]
            return bad, f"至少要有 {low} 项", f"the list needs at least {low} entry"
        case "too_long":
            top = limits["max_length"]
            return bad, f"最多 {top} 项", f"the list may have at most {top} entries"
        case "model_type" | "model_attributes_type" | "dict_type":
            return (
                bad,
                f"{shown} 不是一组“项: 值”，请按样例填写",
                f"{shown} is not a group of `key: value`; follow an example",
            )
        case "tuple_type" | "list_type":
            return bad, f"{shown} 不是列表，请用 - 逐项列出", f"{shown} is not a list; use - lines"
        case _:
            why = error["msg"]
            return bad, f"{shown} 不合要求（{why}），请改正", f"{shown}: {why}; correct it"


def _shown(value: object) -> str:
    """A value as a message may show it: short, and never a whole subtree."""
    if isinstance(value, dict | list | tuple):
        return "{...}" if isinstance(value, dict) else "[...]"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


# What pydantic cannot see: one part of the file against another ------------------------------


_CAUSES: Final = tuple(one.value for one in Cause)
_TIERS: Final = tuple(one.value for one in Tier)


class _Cross(NamedTuple):
    path: _Path
    code: str
    zh: str
    en: str


def _items(data: object, *path: str | int) -> list[tuple[_Path, dict[str, Any]]]:
    """The mappings in the list under this path; whatever else stands there is skipped."""
    for part in path:
        try:
            data = data[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return []
    if not isinstance(data, list):
        return []
    return [((*path, i), one) for i, one in enumerate(data) if isinstance(one, dict)]


def _words(value: object) -> list[str]:
    if isinstance(value, list):
        return [one for one in value if isinstance(one, str)]
    return []


def _cross_problems(data: object) -> Iterator[_Cross]:
    """Everything that is wrong between the parts, on plain data that may itself be wrong."""
    if not isinstance(data, dict):
        return
    organisations = _items(data, "organisations")
    institutions = _items(data, "institutions")
    people = _items(data, "people")
    mediators = [one for path, _ in organisations for one in _items(data, *path, "mediators")]
    court = data.get("court")
    courts: list[tuple[_Path, dict[str, Any]]] = [(("court",), court)] if isinstance(court, dict) else []
    members = courts + organisations + institutions
    yield from _duplicate_ids(members)
    yield from _duplicate_ids(mediators + people)
    for path, one in mediators:
        yield from _twice((*path, "specialities"), one.get("specialities"))

    kinds: dict[object, str] = {}
    for group, kind in ((courts, "court"), (organisations, "organisation")):
        kinds.update((_key(one.get("id")), kind) for _, one in group)
    kinds.update((_key(one.get("id")), "institution") for _, one in institutions)
    for path, one in people:
        yield from _person(path, one, kinds)
    yield from _routing(data, organisations)


def _key(value: object) -> Hashable:
    return value if isinstance(value, str) else None


def _duplicate_ids(items: list[tuple[_Path, dict[str, Any]]]) -> Iterator[_Cross]:
    first: dict[str, _Path] = {}
    for path, one in items:
        word = one.get("id")
        if not isinstance(word, str):
            continue
        if word in first:
            there = _field(first[word])
            yield _Cross(
                (*path, "id"),
                "network.duplicate_id",
                f"标识 {word!r} 已用于 {there}，请换一个",
                f"the id {word!r} is taken by {there}; choose another",
            )
        else:
            first[word] = path


def _twice(path: _Path, value: object) -> Iterator[_Cross]:
    seen: set[str] = set()
    for word in _words(value):
        if word in seen:
            yield _Cross(
                path,
                "network.bad_value",
                f"{word!r} 写了两次，请删去其一",
                f"{word!r} stands here twice; remove one",
            )
        seen.add(word)


_PLACES: Final[dict[str, str]] = {
    "institution_agent": "institution",
    "organisation_clerk": "organisation",
    "court_clerk": "court",
    "judge": "court",
}
_PLACES_ZH: Final = {"institution": "金融机构", "organisation": "调解组织", "court": "法院"}


def _person(path: _Path, one: dict[str, Any], kinds: dict[object, str]) -> Iterator[_Cross]:
    member, role = one.get("organisation"), one.get("role")
    if role == "mediator":
        yield _Cross(
            (*path, "role"),
            "network.wrong_role",
            "调解员请列在其调解组织的 mediators 下，不必再列于此",
            "list mediators under their organisation's `mediators`; they are people by that",
        )
        return
    if not isinstance(member, str):
        return
    kind = kinds.get(member)
    if kind is None:
        yield _Cross(
            (*path, "organisation"),
            "network.unknown_reference",
            f"没有标识为 {member!r} 的法院、调解组织或金融机构，请补上或改正",
            f"no court, organisation or institution has the id {member!r}; add it or correct this",
        )
        return
    wanted = _PLACES.get(role) if isinstance(role, str) else None
    if wanted is not None and wanted != kind:
        yield _Cross(
            (*path, "role"),
            "network.wrong_role",
            f"{role} 须属于{_PLACES_ZH[wanted]}，而 {member!r} 是{_PLACES_ZH[kind]}，请改正其一",
            f"{role} belongs to a member of kind {wanted}, but {member!r} is of kind {kind}; "
            "correct one of the two",
        )


def _routing(data: dict[str, Any], organisations: list[tuple[_Path, dict[str, Any]]]) -> Iterator[_Cross]:
    causes_of: dict[str, set[str]] = {}
    for path, one in organisations:
        if isinstance(one.get("id"), str):
            mediators = _items(data, *path, "mediators")
            causes_of.setdefault(one["id"], set()).update(
                cause for _, each in mediators for cause in _words(each.get("specialities"))
            )
    taken: dict[tuple[str, str], _Path] = {}
    whole = True
    for path, line in _items(data, "routing"):
        receiver = line.get("organisation")
        tiers, causes = _words(line.get("tiers")), _words(line.get("causes"))
        yield from _twice((*path, "tiers"), tiers)
        yield from _twice((*path, "causes"), causes)
        for pair in dict.fromkeys((tier, cause) for tier in tiers for cause in causes):
            if pair in taken:
                there = _field(taken[pair])
                yield _Cross(
                    path,
                    "network.routing_twice",
                    f"{pair[0]} + {pair[1]} 已由 {there} 规定，请删去其一",
                    f"{pair[0]} + {pair[1]} is already routed by {there}; remove one",
                )
            taken.setdefault(pair, path)
        if isinstance(receiver, str) and receiver not in causes_of:
            yield _Cross(
                (*path, "organisation"),
                "network.unknown_reference",
                f"没有标识为 {receiver!r} 的调解组织，请补上或改正",
                f"no organisation has the id {receiver!r}; add it or correct this",
            )
        elif isinstance(receiver, str):
            for cause in causes:
                if cause in _CAUSES and cause not in causes_of[receiver]:
                    yield _Cross(
                        (*path, "causes"),
                        "network.no_specialist",
                        f"{receiver!r} 没有专长为 {cause} 的调解员，请增加一名或改派",
                        f"{receiver!r} has no mediator for {cause}; add one or route it elsewhere",
                    )
        whole = whole and bool(tiers) and bool(causes)
    if not taken or not whole:
        return  # the schema has already said what is wrong with the lines themselves
    for tier in _TIERS:
        for cause in _CAUSES:
            if (tier, cause) not in taken:
                yield _Cross(
                    ("routing",),
                    "network.routing_missing",
                    f"{tier} + {cause} 没有去处，请补上",
                    f"{tier} + {cause} has no organisation; add it",
                )
