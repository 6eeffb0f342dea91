"""What can be wrong with a history: the words of what `suyuan verify` finds."""

from shared.contracts.words import Coded


class Wrong(Coded, zh="不一致之处", en="What is wrong"):
    """What is wrong with a row of a history, or with what holds it."""

    NUMBER = "number", "编号不接续,此前有行缺失", "Its number does not follow: a row before it is gone"
    BEFORE = "before", "不接上一行的摘要", "It does not follow from the row before it"
    FORM = "form", "新式摘要之后出现旧式摘要", "An older form of digest after a newer one"
    CONTENT = "content", "内容与摘要不符", "Its digest is not that of what it says"
    TAIL = "tail", "末尾缺行", "It and what follows are gone"
    TIP = "tip", "与案件所记的末行不同", "It is not the last row that the case itself names"
    COPY = "copy", "数据库与主题所载不同", "The database and the topic tell it differently"
    SEALED = "sealed", "与封定日所载不同", "It is not the row that a closed day has"
    GONE = "gone", "封定日所载之行已不在", "A closed day has a row that is gone"
    DAY = "day", "封定日编号不接续", "A closed day before it is gone"
    ROOT = "root", "根摘要与所载不符", "Its root is not that of what is under it"
    SIGNATURE = "signature", "签名无效或密钥不符", "Its signature is none of its owner's"
    SPLIT = "split", "同一日有两个根:各方所见不同", "One day has two roots: not all saw the same"
    WITNESSES = "witnesses", "会签成员不足", "Fewer members signed it than were asked for"
    TWICE = "twice", "主题两次所载不同", "The topic tells it twice, and differently"
