"""The codes of a claim's elements. They stay inside the services, as the elements do."""

from shared.contracts.words import Audience, Coded

INSIDE = Audience.INSIDE


class LeaseClaim(Coded, zh="租赁主张", en="Lease claim", seen_by=INSIDE):
    """All rent, or termination: one of them.

    Source: 法释〔2014〕3号 art 10 as amended by 法释〔2020〕17号 (finance lease).
    """

    RENT = "rent", "全部租金", "All rent"
    TERMINATION = "termination", "解除合同", "Termination"


class TerminationGround(Coded, zh="解除依据", en="Ground of termination", seen_by=INSIDE):
    """What a lessor's termination rests on; the first two need a demand and a reasonable time.

    Source: 法释〔2014〕3号 art 5 as amended by 法释〔2020〕17号 (finance lease).
    """

    CONTRACT = "contract", "合同约定的欠租解除条件", "The contract's condition on unpaid rent"
    UNPAID_RENT = "unpaid_rent", "欠租两期以上或达百分之十五", "Two periods or 15 % of the rent unpaid"
    OTHER_BREACH = "other_breach", "其他根本违约", "Another breach that defeats the purpose"


class Ownership(Coded, zh="期满归属", en="Ownership at the end", seen_by=INSIDE):
    """Who owns the leased object when the term is over."""

    LESSOR = "lessor", "出租人", "Lessor"
    LESSEE = "lessee", "承租人", "Lessee"


class Forum(Coded, zh="管辖或仲裁约定", en="Agreed forum", seen_by=INSIDE):
    """Where the contract says that disputes are decided."""

    NONE = "none", "无约定", "Nothing agreed"
    COURT = "court", "约定法院管辖", "A court"
    ARBITRATION = "arbitration", "约定仲裁", "Arbitration"


class OnlineObstacle(Coded, zh="不宜在线情形", en="Obstacle to mediating online", seen_by=INSIDE):
    """Why a dispute is not suitable for mediation online. Source: 法释〔2021〕23号 art 9(3)."""

    CRIME = "crime", "涉嫌犯罪", "A crime is suspected"
    ORIGINALS = "originals", "须当面核对原件", "Originals must be seen"
    NO_MEANS = "no_means", "当事人不具备在线条件", "A party has no means to take part online"


class AfterDate(Coded, zh="截止日后主张", en="After that date", seen_by=INSIDE):
    """What is claimed for the time after the day up to which the sums are reckoned."""

    UNTIL_PAID = "until_paid", "计至实际清偿之日", "On until it is paid"
    NOTHING = "nothing", "不再主张", "Nothing"


class Prompted(Coded, zh="提示方式", en="How prompted", seen_by=INSIDE):
    """Where the terms on interest and fees were pointed out."""

    BRANCH = "branch", "网点当面", "At a branch"
    PAPER = "paper", "纸质申请表", "On a paper form"
    ONLINE = "online", "线上页面", "On a page online"
    PHONE = "phone", "电话", "By phone"


class RepaymentMethod(Coded, zh="还款方式", en="Repayment method", seen_by=INSIDE):
    """How a loan is to be paid back."""

    EQUAL_INSTALMENTS = "equal_instalments", "等额本息", "Equal instalments"
    EQUAL_PRINCIPAL = "equal_principal", "等额本金", "Equal principal"
    INTEREST_FIRST = "interest_first", "先息后本", "Interest first"
    AT_THE_END = "at_the_end", "到期一次还本付息", "All at the end"
    OTHER = "other", "其他", "Other"


class Collateral(Coded, zh="物的担保", en="Collateral", seen_by=INSIDE):
    """Whether a thing secures the claim."""

    NONE = "none", "无", "None"
    MORTGAGE = "mortgage", "抵押", "Mortgage"
    PLEDGE = "pledge", "质押", "Pledge"
    BOTH = "both", "抵押和质押", "Both"


class Surety(Coded, zh="保证", en="Surety", seen_by=INSIDE):
    """Whether a person secures the claim."""

    NONE = "none", "无", "None"
    GENERAL = "general", "一般保证", "General"
    JOINT = "joint", "连带责任保证", "Joint"


class CollectionAct(Coded, zh="催收行为", en="Acts of collection", seen_by=INSIDE):
    """Acts that interrupt limitation. Source: 法释〔2021〕10号 art 3 (bank cards)."""

    DEBIT = "debit", "扣划账户", "Debit of an account"
    NOTICE = "notice", "短信信函或邮件催收", "Message, letter or mail"
    POLICE = "police", "向公安机关报案", "Report to the police"
    OTHER = "other", "其他", "Other"


class Evidence(Coded, zh="证据", en="Evidence", seen_by=INSIDE):
    """What proves the claim, by kind; the materials themselves go to the court's side."""

    CONTRACT = "contract", "合同或领用合约", "Contract"
    STATEMENT = "statement", "账单或流水", "Statements"
    DISBURSEMENT = "disbursement", "放款凭证", "Proof of payment out"
    COLLECTION = "collection", "催收记录", "Records of collection"
    IDENTITY = "identity", "身份资料", "Proof of identity"
    SECURITY = "security", "担保资料", "Proof of security"
    DELIVERY = "delivery", "租赁物交付凭证", "Proof of delivery"
    OTHER = "other", "其他", "Other"


class RepaymentAbility(Coded, zh="还款能力", en="Ability to repay", seen_by=INSIDE):
    """What the institution knows of the party's means."""

    ABLE = "able", "有能力", "Able"
    IN_PARTS = "in_parts", "可分期", "Able in instalments"
    UNABLE = "unable", "无能力", "Unable"
    UNKNOWN = "unknown", "不详", "Not known"


class Hardship(Coded, zh="特殊困难", en="Hardship", seen_by=INSIDE):
    """A hardship of the party that calls for more than collection."""

    NONE = "none", "无", "None"
    ILLNESS = "illness", "重大疾病", "Grave illness"
    UNEMPLOYED = "unemployed", "失业", "Loss of work"
    DISASTER = "disaster", "灾害或事故", "Disaster or accident"
    OTHER = "other", "其他", "Other"
