"""The tables of who may do what on the broker, and how much."""

from typing import Final

from cli.display.column import Column, Kind, Table
from shared.contracts.words import Words

_RESOURCES: Final = {
    "topic": Words("主题", "Topic"),
    "group": Words("消费组", "Group"),
    "transactional_id": Words("事务", "Transactions"),
    "cluster": Words("集群", "Cluster"),
}
_OPERATIONS: Final = {
    "all": Words("一切", "Everything"),
    "read": Words("读", "Read"),
    "write": Words("写", "Write"),
    "describe": Words("查看", "Describe"),
    "describe_configs": Words("查看配置", "See settings"),
}
_PERMISSIONS: Final = {"allow": Words("允许", "Allow"), "deny": Words("禁止", "Deny")}
_RULE_STATES: Final = {
    "ready": Words("有", "Ready"),
    "missing": Words("无", "Missing"),
    "extra": Words("多余", "Too much"),
    "foreign": Words("他人所设", "Not ours"),
}
_LIMITS: Final = {
    "producer_byte_rate": Words("写入(字节/秒)", "Writes, bytes/s"),
    "consumer_byte_rate": Words("读取(字节/秒)", "Reads, bytes/s"),
    "request_percentage": Words("请求占用(线程 %)", "Requests, % of a thread"),
}
_QUOTA_STATES: Final = {**_RULE_STATES, "changed": Words("不符", "Another")}
_RULE_CHANGES: Final = {"missing": Words("增加", "Added"), "extra": Words("删除", "Removed")}

_ACCESS: Final = (
    Column("principal", "用户", "User", Kind.ID),
    Column("resource", "对象", "Of", words=_RESOURCES),
    Column("name", "名称", "Name", Kind.ID),
    Column("operation", "操作", "May", words=_OPERATIONS),
)

ACCESS: Final = Table(
    "topics-acl",
    "访问权限",
    "Access rules",
    (
        *_ACCESS,
        Column("permission", "许可", "Rule", importance=2, words=_PERMISSIONS),
        Column("state", "状态", "State", words=_RULE_STATES),
    ),
    ("topics acl",),
)

CHANGES: Final = Table(
    "topics-provision-acl",
    "权限变动",
    "Access rules changed",
    (
        *_ACCESS,
        Column("state", "变动", "Change", words=_RULE_CHANGES),
    ),
    ("topics provision",),
)

QUOTAS: Final = Table(
    "topics-acl-quotas",
    "每个节点的配额",
    "Quotas on each broker",
    (
        Column("principal", "用户", "User", Kind.ID),
        Column("limit", "配额", "Quota", words=_LIMITS),
        Column("wanted", "应有", "Wanted", Kind.COUNT),
        Column("found", "现有", "Found", Kind.COUNT),
        Column("state", "状态", "State", words=_QUOTA_STATES),
    ),
    ("topics acl", "topics provision"),
)
