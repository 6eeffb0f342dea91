"""What those who sign are told of the digest that they sign."""

from typing import Final

from shared.contracts.words import Words

DIGEST_OF: Final = Words(
    "digest 是调解员发给各方的协议文件的 SHA-256(逐字节,小写十六进制)。签署前请对您收到的文件计算"
    "(sha256sum 文件),与此一致再签。",
    "digest is the SHA-256, in lower-case hex, of the agreement's file, byte for byte as the mediator "
    "gave it to the parties. Before you sign, compute it of your own copy (sha256sum FILE) and compare.",
)

DIGEST_OF_TERMS: Final = Words(
    "协议文本由平台按所列条款生成;digest 是该文本的 SHA-256(UTF-8,小写十六进制)。签署前请阅读全文"
    "(suyuan agreement 案件号 --text)。",
    "the platform makes the text of these terms, and digest is its SHA-256 (UTF-8, lower-case hex). Read "
    "it before you sign: suyuan agreement CASE --text.",
)

DIGEST_OF_DECISION: Final = Words(
    "裁决文本由平台生成;digest 是该文本的 SHA-256(UTF-8,小写十六进制)。答复前请阅读全文"
    "(suyuan agreement 案件号 --text);只有消费者接受,裁决才生效。",
    "the platform makes the decision's text, and digest is its SHA-256 (UTF-8, lower-case hex). Read it "
    "before you answer: suyuan agreement CASE --text. Only the consumer's yes puts it in force.",
)
