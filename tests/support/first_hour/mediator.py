"""A mediator: which case is mine, what may I do now, and an agreement that both parties sign."""

import hashlib
import json
from typing import Final

from tests.support.cases import case_id
from tests.support.first_hour.bank import GOOD
from tests.support.first_hour.page import Page

_AGREEMENT: Final = """\
调解协议
被申请人于 2026 年 12 月 31 日前分六期归还本金一万元,申请人免收利息。
"""
_CLERK: Final = "people-mediation/p-people-1/organisation_clerk"
_AGENT: Final = "ccb/p-ccb-1/institution_agent"


def walk(page: Page) -> None:
    """Take a case from the explanation to the court's confirmation."""
    case = case_id("ccb", GOOD)
    page.say("## The mediator")
    page.say(
        "The bank's dispute is screened. The clerk of the mediation committee explains mediation to the card "
        "holder."
    )
    explained = (
        f"suyuan do give-explanation --case {case} \\\n    --content-version rights-2025.1 --channel phone"
    )
    page.run(f"{explained} \\\n    --as {_CLERK}")
    page.say(
        "The bank applied with its filing, so the dispute is referred, and the roster designates a mediator."
    )
    page.ask(f"suyuan case show {case} --json", until="mediation.mediator-designated")
    page.run("suyuan case list --status designated")
    found = json.loads(page.ask(f"suyuan case show {case} --json"))["case"]
    me = f"{found['organisation']}/{found['mediator']}/mediator"
    page.say("What has happened so far, and what may the mediator do now?")
    page.run(f"suyuan case show {case} \\\n    --as {me}")
    _agreement(page, case, me)


def _agreement(page: Page, case: str, me: str) -> None:
    page.say(
        "The mediator accepts and asks the card holder, who agrees for herself: nobody else can. Then they "
        "talk, and the mediator writes down what they agree upon."
    )
    page.run(f"suyuan do accept-assignment --case {case} \\\n    --as {me}")
    page.run(f"suyuan do give-consent --case {case} \\\n    --party respondent --as {case}/respondent/party")
    page.ask(f"suyuan case show {case} --json", until="mediation.consent-received")
    page.write("agreement.txt", _AGREEMENT)
    page.run("sha256sum agreement.txt")
    digest = hashlib.sha256(_AGREEMENT.encode()).hexdigest()
    drafted = f"suyuan do draft-agreement --case {case} \\\n    --digest {digest}"
    page.run(f"{drafted} \\\n    --amount-fen 1000000 --as {me}")
    page.say("Who signs names the text by its digest. Another text is not what was drafted:")
    other = hashlib.sha256(b"another text").hexdigest()
    sign = f"suyuan do sign-agreement --case {case} \\\n    --digest "
    page.run(f"{sign}{other} \\\n    --party applicant --as {_AGENT}", code=1)
    page.run(f"{sign}{digest} \\\n    --party applicant --as {_AGENT}")
    page.run(f"{sign}{digest} \\\n    --party respondent --as {case}/respondent/party")
    page.run(f"suyuan do countersign-agreement --case {case} \\\n    --digest {digest} \\\n    --as {me}")
    page.run(f"suyuan do seal-agreement --case {case} \\\n    --digest {digest} \\\n    --as {_CLERK}")
    page.say(
        "The last party's signature put the agreement in force; with the mediator's and the seal it is "
        "complete. Both sides apply for its confirmation, each for itself; then the court confirms it:"
    )
    page.ask(f"suyuan case show {case} --json", until="court.confirmation-opened")
    apply = f"suyuan do request-confirmation --case {case} \\\n    --as "
    page.run(f"{apply}{_AGENT}")
    page.run(f"{apply}{case}/respondent/party")
    page.ask(f"suyuan case show {case} --json", until="court.confirmation-granted")
    page.run(f"suyuan case show {case} | head -n 32")
    page.run(f"suyuan verify {case}")
