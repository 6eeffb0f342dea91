"""Reasons of the HTTP side."""

from typing import Final

from shared.contracts.reasons.reason import Reason

ANSWERS: Final[dict[str, Reason]] = {
    # What the HTTP side says.
    "token.missing": Reason(
        "缺少访问令牌。请登录后再试。", "There is no access token. Sign in, then repeat."
    ),
    "token.invalid": Reason("访问令牌无效。请重新登录。", "The access token is not valid. Sign in again."),
    "token.revoked": Reason("访问令牌已被吊销。请重新登录。", "The access token was revoked. Sign in again."),
    "token.not_listed": Reason(
        "网络或名册中已没有该人员的这一角色。请联系管理员。",
        "The network or the roster does not list this person in this role. Ask whoever keeps it.",
    ),
    "token.expired": Reason("访问令牌已过期。请重新登录。", "The access token has expired. Sign in again."),
    "reference.not_allowed": Reason(
        "只有申报机构、法院和平台运维可以按机构编号查找。请按案件号查找。",
        "Only the institution that filed, the court and operators look for its references. Use the case id.",
    ),
    "receipt.none": Reason(
        "尚无封定日包含该案件。每日结束后封定，请次日再试。",
        "No closed day has the case yet. A day is closed once it is over: ask again tomorrow.",
    ),
    "http.not_found": Reason(
        "没有该页面或记录。请核对地址。", "There is no such page or record. Check the address."
    ),
    "outcome.unknown": Reason(
        "贵机构没有发送过该请求号，或经 Kafka 发送的尚未处理。请核对请求号；刚发送的请稍后再查。",
        "Your organisation sent nothing with this id, or sent it over Kafka and it is not decided yet. "
        "Check the id; if it was just sent, ask again.",
    ),
    "http.method_not_allowed": Reason(
        "该地址不支持此方法。请查看接口文档。",
        "This address does not take this method. See the API's description.",
    ),
    "http.bad_payload": Reason(
        "请求内容不符合架构。请按 errors 逐项修正。",
        "The request does not fit the schema. Correct what `errors` lists.",
    ),
    "http.ambiguous": Reason(
        "请求有两种长度或两个 Authorization，代理可能另作理解。各只保留一个。",
        "The request has two lengths, or Authorization twice: a proxy may read it otherwise. Keep one each.",
    ),
    "http.too_large": Reason("请求超过 1 MB。请拆分。", "The request is over 1 MB. Send less in one."),
    "http.slow_request": Reason(
        "请求发送过慢，连接已关闭。请检查网络后重发。",
        "The request came too slowly, and its connection is closed. Check the network, then send it again.",
    ),
    "http.too_many": Reason(
        "请求过于频繁。请按 Retry-After 所示秒数后再发。",
        "Too many requests in a short time. Wait for the seconds that Retry-After says, then go on.",
    ),
    "http.too_many_connections": Reason(
        "该地址的连接过多。请复用连接，关闭不用的。",
        "Too many connections from this address. Use one for several requests, and close what is idle.",
    ),
    "http.key_reused": Reason(
        "该 Idempotency-Key 已用于另一内容。新的请求请换用新键。",
        "This Idempotency-Key was used for another request. Take a new key for a new request.",
    ),
    "trends.accounts": Reason(
        "户数写法有误。请写作 ccb:120000 或 ccb|产品:3000，户数为正数。",
        "Accounts are not written so. Write ccb:120000 or ccb|product:3000, with a positive number.",
    ),
    "trends.too_many": Reason(
        "行数超过一次可答的上限。请缩短时间、减少维度，或在终端写入文件。",
        "One answer has fewer rows. Ask for fewer weeks or labels, or write a file at the terminal.",
    ),
    "stream.too_many": Reason(
        "您打开的实时数据流过多。请关闭其他页面后再试。",
        "You have as many live streams open as one person may. Close another page first.",
    ),
    "http.timeout": Reason("请求超时。请稍后再试。", "The request took too long. Repeat it later."),
    "http.unavailable": Reason(
        "服务暂不可用。请稍后再试。", "The service is not available now. Repeat it later."
    ),
    "http.refused": Reason(
        "请求被拒绝。请查看接口文档。", "The request is refused. See the API's description."
    ),
    "http.unexpected": Reason(
        "程序出错。请联系平台运维。", "The program failed. Tell the platform's operators."
    ),
}
