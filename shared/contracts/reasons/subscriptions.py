"""Why a subscription of alerts is refused or ends, and what became of a notice on its way."""

from typing import Final

from shared.contracts.reasons.reason import Reason

SUBSCRIPTIONS: Final[dict[str, Reason]] = {
    "subscription.unknown": Reason(
        "您没有该预警订阅。请核对订阅名称。", "You have no such subscription. Check its name."
    ),
    "subscription.exists": Reason(
        "同名订阅已存在。请变更原订阅，或换一个名称。",
        "You have a subscription of that name. Change it, or choose another name.",
    ),
    "subscription.wrong_id": Reason(
        "订阅号与订阅人和名称不符。请使用说明中的订阅号。",
        "The id is not that of your subscription of this name. Send it with the id that the detail says.",
    ),
    "subscription.way_off": Reason(
        "本平台未开通该告知途径。请选择其他途径，或联系运维人员。",
        "Notices are not sent this way here. Choose another way, or ask the operators.",
    ),
    "subscription.bad_target": Reason(
        "送达地址不合要求：回调须为 https 地址，邮件须为一个邮箱，消息主题不填地址。",
        "The address does not fit: a webhook has an https address, e-mail one mailbox, the topic none.",
    ),
    "subscription.unknown_institution": Reason(
        "网络中没有该机构。请核对机构号。", "The network has no such institution. Check its id."
    ),
    "subscription.quiet_hours": Reason(
        "免打扰的起止时间须同时给出，且不相同。",
        "Give both the begin and the end of the quiet hours, and not the same time.",
    ),
    "subscription.too_many": Reason(
        "订阅数量已达上限。请先取消不用的订阅。",
        "There are as many subscriptions as there may be. End one that you do not need.",
    ),
    "subscription.wrong_code": Reason(
        "确认码不符。请核对最近一次收到的确认码。",
        "That is not the code. Look at the last one that came.",
    ),
    "subscription.nothing_to_confirm": Reason("没有待确认的地址。", "No address waits for a confirmation."),
    "subscription.too_soon": Reason(
        "刚刚已发送确认码。请一小时后再试。",
        "A code was sent within the last hour. Try again after it.",
    ),
    "subscription.unconfirmed": Reason(
        "地址逾期未确认，订阅已取消。", "Nobody confirmed the address in time, so the subscription is over."
    ),
    # What becomes of a notice.
    "notice.delivered": Reason("已送达。", "Delivered."),
    "notice.no_target": Reason("订阅已取消，不再送达。", "The subscription ended before it was sent."),
    "notice.private_address": Reason(
        "地址指向内部网络，未发送。请使用公网地址，或请运维人员放行。",
        "The address leads into a private network; nothing was sent. Use a public one, or ask the operators.",
    ),
    "notice.redirected": Reason(
        "对方返回重定向，未跟随。请改为最终地址。",
        "The receiver redirects, which is not followed. Subscribe with the final address.",
    ),
    "notice.refused": Reason("对方拒收。请核对地址。", "The receiver refuses it. Check the address."),
    "notice.answered": Reason(
        "对方未确认收到，将再次发送。", "The receiver did not confirm it; it is sent again."
    ),
    "notice.unreachable": Reason(
        "无法连接对方，将再次发送。", "The receiver cannot be reached; it is sent again."
    ),
    "notice.given_up": Reason(
        "多次发送未成功，已放弃；后续告知照常发送。",
        "It could not be sent in all its tries and is given up; later notices go on.",
    ),
    "notice.way_off": Reason(
        "本平台未开通该告知途径，暂缓发送。", "Notices are not sent this way here at the moment; it waits."
    ),
}
