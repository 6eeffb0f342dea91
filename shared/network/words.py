"""What a problem in a network file says, in Chinese and English: what is wrong and what to do.

The sentences are templates of `str.format`. A value that reads differently in the two languages has a
second name that ends in `_zh`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pydantic_core import ErrorDetails

from shared.network.patterns import COURT_CODE, ID, KEY_ID, PUBLIC_KEY, TOKEN_ID, VERSION

__all__ = [
    "ABOVE_ANOTHER",
    "ALIAS",
    "DUPLICATE_ID",
    "DUPLICATE_KEY",
    "EMPTY",
    "KEY_ENDS_BEFORE",
    "KEY_OWNER",
    "KEY_SHARED",
    "LISTED_TWICE",
    "MANY_TO_MANY",
    "MEDIATOR_AMONG_PEOPLE",
    "MEMBER_KINDS_ZH",
    "NOT_A_VALUE",
    "NOT_UTF8",
    "NOT_WHOLE",
    "NOT_YAML",
    "NO_SPECIALIST",
    "NO_SUCH_CAUSE",
    "NO_TAXONOMY",
    "OUT_OF_BOUNDS",
    "RESERVED_ID",
    "ROUTED_TWICE",
    "ROUTING_MISSING",
    "SAME_LABELS",
    "TOO_DEEP",
    "TOO_LARGE",
    "UNKNOWN_LIMIT",
    "UNKNOWN_MEMBER",
    "UNKNOWN_OWNER",
    "UNKNOWN_PERSON",
    "UNKNOWN_RECEIVER",
    "UNKNOWN_VERSION",
    "UNREADABLE",
    "VERSION_NAME",
    "VERSION_PUBLISHED",
    "VERSION_TWICE",
    "WRONG_ROLE",
    "Wording",
    "shown",
    "wording_of",
]


class Wording(NamedTuple):
    """The code of a problem, with a sentence in each language."""

    code: str
    zh: str
    en: str

    def fill(self, **values: object) -> Wording:
        """Return this wording with the values in its sentences."""
        return Wording(self.code, self.zh.format(**values), self.en.format(**values))


# The file as a whole, and as YAML.

UNREADABLE: Final = Wording(
    "network.unreadable",
    "文件无法读取（{reason}），请检查路径和权限",
    "the file cannot be read ({reason}); check the path and its permissions",
)
TOO_LARGE: Final = Wording(
    "network.too_large",
    "文件超过 {limit} 字节，请拆成几个网络",
    "the file is larger than {limit} bytes; split it into several networks",
)
NOT_UTF8: Final = Wording(
    "network.not_yaml",
    "不是 UTF-8 文本，请以 UTF-8 另存",
    "this is not UTF-8 text; save the file as UTF-8",
)
EMPTY: Final = Wording(
    "network.not_yaml", "文件是空的，请按样例填写", "the file is empty; start from an example"
)
NOT_YAML: Final = Wording(
    "network.not_yaml",
    "不是有效的 YAML（{reason}），请检查缩进和引号",
    "this is not valid YAML ({reason}); check indentation and quotes",
)
TOO_DEEP: Final = Wording(
    "network.not_yaml", "嵌套过深，请按样例填写", "nested too deeply; follow an example"
)
ALIAS: Final = Wording(
    "network.bad_value",
    "不能使用锚点和别名（& 和 *），请写出全部内容",
    "anchors and aliases (& and *) are not allowed; write the value out",
)
NOT_A_VALUE: Final = Wording(
    "network.bad_value",
    "无法读作 YAML 值：{value!r}，文字请加引号",
    "{value!r} is not a YAML value; put text in quotes",
)
DUPLICATE_KEY: Final = Wording(
    "network.duplicate_key",
    "同一项写了两次，请删去其一",
    "this key stands here twice; remove one",
)

# One part of the file against another.

DUPLICATE_ID: Final = Wording(
    "network.duplicate_id",
    "标识 {id!r} 已用于 {there}，请换一个",
    "the id {id!r} is taken by {there}; choose another",
)
RESERVED_ID: Final = Wording(
    "network.reserved_id",
    "标识 {id!r} 是平台自己的，持有者会以平台名义行事，请换一个",
    "the id {id!r} is the platform's own, and whoever has it would act as the platform; choose another",
)
LISTED_TWICE: Final = Wording(
    "network.bad_value",
    "{word!r} 写了两次，请删去其一",
    "{word!r} stands here twice; remove one",
)
MEDIATOR_AMONG_PEOPLE: Final = Wording(
    "network.wrong_role",
    "调解员请列在其调解组织的 mediators 下，不必再列于此",
    "list mediators under their organisation's `mediators`; they are people by that",
)
UNKNOWN_MEMBER: Final = Wording(
    "network.unknown_reference",
    "没有标识为 {id!r} 的法院、调解组织、金融机构或受移送单位，请补上或改正",
    "no court, organisation, institution or recipient has the id {id!r}; add it or correct this",
)
WRONG_ROLE: Final = Wording(
    "network.wrong_role",
    "{role} 须属于{wanted_zh}，而 {id!r} 是{kind_zh}，请改正其一",
    "{role} belongs to a member of kind {wanted}, but {id!r} is of kind {kind}; correct one of the two",
)
ROUTED_TWICE: Final = Wording(
    "network.routing_twice",
    "{tier} + {cause} 已由 {there} 规定，请删去其一",
    "{tier} + {cause} is already routed by {there}; remove one",
)
UNKNOWN_RECEIVER: Final = Wording(
    "network.unknown_reference",
    "没有标识为 {id!r} 的调解组织，请补上或改正",
    "no organisation has the id {id!r}; add it or correct this",
)
NO_SPECIALIST: Final = Wording(
    "network.no_specialist",
    "{id!r} 没有专长为 {cause} 的调解员，请增加一名或改派",
    "{id!r} has no mediator for {cause}; add one or route it elsewhere",
)
ROUTING_MISSING: Final = Wording(
    "network.routing_missing",
    "{tier} + {cause} 没有去处，请补上",
    "{tier} + {cause} has no organisation; add it",
)

# The city's own rules.

UNKNOWN_PERSON: Final = Wording(
    "network.unknown_reference",
    "没有标识为 {id!r} 的人员，请补上或改正",
    "no person has the id {id!r}; add one or correct this",
)
VERSION_TWICE: Final = Wording(
    "network.rules_version_taken",
    "版本 {version!r} 已用于 {there}，请另起名称",
    "the version {version!r} is taken by {there}; choose another name",
)
VERSION_NAME: Final = Wording(
    "network.rules_version_name",
    "版本 {version!r} 须以 {prefix!r} 开头，以免与发布的版本重名，请改名",
    "the version {version!r} must begin with {prefix!r}, so that no published one has its name; rename it",
)
VERSION_PUBLISHED: Final = Wording(
    "network.rules_version_taken",
    "版本 {version!r} 是已发布的版本，请另起名称",
    "the version {version!r} is a published one; choose another name",
)
UNKNOWN_VERSION: Final = Wording(
    "network.rules_unknown_version",
    "{service} 没有已发布的规则版本 {version!r}，请选 {known}",
    "{service} has published no version {version!r} of its rules; use {known}",
)
UNKNOWN_LIMIT: Final = Wording(
    "network.rules_unknown_rule",
    "版本 {version} 没有规则 {rule!r} 的限额，可用 suyuan rules 查看，请选 {known}",
    "{version} has no limit of a rule {rule!r} (see suyuan rules); use {known}",
)
NOT_WHOLE: Final = Wording(
    "network.rules_value",
    "{shown} 不是整数，规则 {rule} 须为整数（{unit_zh}）",
    "{shown} is not a whole number; {rule} takes whole {unit}",
)
OUT_OF_BOUNDS: Final = Wording(
    "network.rules_out_of_bounds",
    "{shown} 超出允许范围：{rule} 须在 {least} 至 {most}（{unit_zh}）之间{bound_zh}，请改正",
    "{shown} is out of bounds: {rule} lies between {least} and {most} {unit}{bound}; correct it",
)
ABOVE_ANOTHER: Final = Wording(
    "network.rules_out_of_bounds",
    "{shown} 超过 {other} 的限额 {limit}，请改正其一",
    "{shown} is above the limit of {other}, {limit}; correct one of the two",
)

NO_TAXONOMY: Final = Wording(
    "network.taxonomy",
    "{service} 的规则没有标签变更，请写在 alerts 之下",
    "the rules of {service} know no changes of labels; write them under alerts",
)
MANY_TO_MANY: Final = Wording(
    "network.taxonomy",
    "由 {old} 到 {new}：一次变更只能是更名、合并或拆分，请分写为数条",
    "{old} to {new}: a change renames, merges or splits; write several changes",
)
SAME_LABELS: Final = Wording(
    "network.taxonomy",
    "{old} 变更前后相同，或有重复，请改正",
    "{old} stays what it is, or stands twice; correct it",
)
NO_SUCH_CAUSE: Final = Wording(
    "network.taxonomy",
    "没有案由 {shown!r}，可用 {known}",
    "there is no cause {shown!r}; use {known}",
)

# Keys.

UNKNOWN_OWNER: Final = Wording(
    "network.unknown_reference",
    "没有标识为 {id!r} 的服务、成员或人员，请补上或改正",
    "no service, member or person has the id {id!r}; add it or correct this",
)
KEY_OWNER: Final = Wording(
    "network.key_owner",
    "用途为 {use} 的密钥须属于{wanted_zh}，而 {id!r} 不是，请改正其一",
    "a key for {use} belongs to {wanted}, which {id!r} is not; correct one of the two",
)
KEY_SHARED: Final = Wording(
    "network.key_shared",
    "公钥与 {there} 相同，密钥不能共用，请用 suyuan keys new 另建",
    "this public key is that of {there}; nobody shares a key: make another with suyuan keys new",
)
KEY_ENDS_BEFORE: Final = Wording(
    "network.bad_value",
    "until 不晚于 since，请改正其一",
    "until is not after since; correct one of the two",
)

MEMBER_KINDS_ZH: Final = {
    "institution": "金融机构",
    "organisation": "调解组织",
    "court": "法院",
    "recipient": "受移送单位",
}

# One value against its field: the type of pydantic's error, and for a pattern which one.


def _bad(zh: str, en: str) -> Wording:
    return Wording("network.bad_value", zh, en)


_TEXT: Final = _bad(
    "{shown} 不合要求，请写一行文字，首尾无空格，不超过 80 字",
    "{shown} does not fit; write one line of at most 80 characters, without spaces at its ends",
)
_CHOICE: Final = _bad(
    "{shown} 不在可选范围内，请选 {expected_zh}", "{shown} is not one of the choices; use {expected}"
)
_MAPPING: Final = _bad(
    "{shown} 不是一组“项: 值”，请按样例填写", "{shown} is not a group of `key: value`; follow an example"
)
_NUMBER: Final = _bad("{shown} 不是数，请写一个数", "{shown} is not a number; write one")
_LIST: Final = _bad("{shown} 不是列表，请用 - 逐项列出", "{shown} is not a list; use - lines")
_TIME: Final = _bad(
    "{shown} 不是带时区的时间，请写成 2027-01-01T00:00:00+08:00",
    "{shown} is not a time with a zone; write it as 2027-01-01T00:00:00+08:00",
)
_OTHER: Final = _bad("{shown} 不合要求（{message}），请改正", "{shown}: {message}; correct it")

_BY_TYPE: Final[Mapping[str, Wording]] = {
    "missing": Wording("network.missing", "缺少此项，请补上", "this field is missing; add it"),
    "extra_forbidden": Wording(
        "network.unknown_field",
        "没有这一项，请检查拼写或删去",
        "there is no such field; check the spelling or remove it",
    ),
    "string_type": _bad("{shown} 不是文字，请加引号", "{shown} is not text; put it in quotes"),
    "string_pattern_mismatch": _TEXT,
    "string_too_short": _TEXT,
    "string_too_long": _TEXT,
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "finite_number": _NUMBER,
    "float_type": _NUMBER,
    "int_type": _bad("{shown} 不是整数，请写整数", "{shown} is not a whole number; write one"),
    "greater_than_equal": _bad("{shown} 过小，最小为 {ge}", "{shown} is too small; use at least {ge}"),
    "less_than_equal": _bad("{shown} 过大，最大为 {le}", "{shown} is too large; use at most {le}"),
    "key_times": KEY_ENDS_BEFORE,
    "datetime_type": _TIME,
    "timezone_aware": _TIME,
    "too_short": _bad("至少要有 {min_length} 项", "the list needs at least {min_length} entry"),
    "too_long": _bad("最多 {max_length} 项", "the list may have at most {max_length} entries"),
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
}
_BY_PATTERN: Final[Mapping[str, Wording]] = {
    ID: _bad(
        "{shown} 不能作为标识，请用 2 至 40 个小写字母、数字或连字符，首字不用连字符",
        "{shown} is not an id; use 2 to 40 of a-z, 0-9 and -, not starting with -",
    ),
    VERSION: _bad(
        "{shown} 不能作为版本名，请用不超过 40 个小写字母、数字、点或连字符",
        "{shown} is not the name of a version; use at most 40 of a-z, 0-9, . and -",
    ),
    KEY_ID: _bad(
        "{shown} 不能作为密钥标识，请用 2 至 64 个小写字母、数字或连字符，首字不用连字符",
        "{shown} is not the id of a key; use 2 to 64 of a-z, 0-9 and -, not starting with -",
    ),
    PUBLIC_KEY: _bad(
        "{shown} 不是公钥，请原样填写 suyuan keys show 给出的 43 个字符",
        "{shown} is not a public key; copy the 43 characters that suyuan keys show prints",
    ),
    TOKEN_ID: _bad(
        "{shown} 不是令牌编号，请原样填写 suyuan token 给出的 jti",
        "{shown} is not the id of a token; copy the jti that suyuan token prints",
    ),
    COURT_CODE: _bad(
        "{shown} 不是法院代字，请写成省级简称加 2 或 4 位数字，如 京0106",
        "{shown} is not a court code; write the province and 2 or 4 digits, as 京0106",
    ),
}


def wording_of(error: ErrorDetails) -> Wording:
    """Return the wording of an error that pydantic found."""
    limits: dict[str, Any] = error.get("ctx", {})
    wording = _BY_TYPE.get(error["type"], _OTHER)
    if error["type"] == "string_pattern_mismatch":
        wording = _BY_PATTERN.get(limits.get("pattern", ""), wording)
    expected = str(limits.get("expected", ""))
    values = limits | {
        "shown": shown(error["input"]),
        "message": error["msg"],
        "expected": expected,
        "expected_zh": expected.replace(" or ", " 或 "),
    }
    return wording.fill(**values)


def shown(value: object) -> str:
    """Return a short form of the value, without what a list or mapping holds."""
    if isinstance(value, dict | list | tuple):
        return "{...}" if isinstance(value, dict) else "[...]"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
