"""Notices by e-mail to a real server here: one message a notice, never in the clear to another machine."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.contracts.addresses import is_mailbox
from shared.contracts.errors import SuyuanError
from shared.runtime.base.settings import Settings
from shared.runtime.deliver.mail import Mail, MailServer
from shared.runtime.deliver.parcels import NotSent, Parcel
from shared.runtime.serve.delivering import ways
from tests.support.certificates import Authority
from tests.support.mail_server import MailServerHere, mail_server

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
FROM = "notices@court.example"
TO = "risk@bank.example"
PARCEL = Parcel(
    "sb1x-00000001", "{}", "预警通报 1 件 / 1 alert", "示范银行:信用卡\n.\nCredit card: 12, expected 3.1\n"
)


class Elsewhere(MailServer):
    """A server here that is treated as one of another machine."""

    @property
    def must_start_tls(self) -> bool:
        return not self.tls


def mail(
    here: MailServerHere,
    *,
    trusted: ssl.SSLContext | None = None,
    server: type[MailServer] = MailServer,
    first: bool = False,
    password: str = "",
    seconds: float = 5.0,
) -> Mail:
    where = server("127.0.0.1", here.port, first)
    user = "suyuan" if password else ""
    return Mail(where, FROM, seconds, lambda: NOW, user=user, password=password, tls=trusted)


async def refused(way: Mail) -> tuple[str, str, bool]:
    with pytest.raises(NotSent) as caught:
        await way.send(PARCEL, TO)
    return caught.value.code, caught.value.detail, caught.value.for_good


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "authority")


def certificate(authority: Authority) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(authority.sign("mail"))
    return made


def trusting(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.file))


async def test_a_notice_is_one_message_of_plain_text_that_a_mailbox_knows_again() -> None:
    with mail_server() as here:
        way = mail(here)
        await way.send(PARCEL, TO)
        await way.send(PARCEL, TO)
    first, again = here.came
    sender, recipients, message = first
    assert (sender, recipients) == (FROM, [TO])
    assert (message["From"], message["To"], message["Subject"]) == (FROM, TO, PARCEL.subject)
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == PARCEL.text
    assert message["Message-ID"] == again[2]["Message-ID"] == "<sb1x-00000001@court.example>"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 No such mailbox", ("notice.refused", "SMTP 550", True)),
        ("553 Not allowed", ("notice.refused", "SMTP 553", True)),
        ("450 Busy", ("notice.answered", "SMTP 450", False)),
        ("554 Policy", ("notice.answered", "SMTP 554", False)),
    ],
)
async def test_only_a_mailbox_that_is_not_there_is_given_up_at_once(
    answer: str, outcome: tuple[str, str, bool]
) -> None:
    with mail_server() as here:
        here.to_recipient = answer
        assert await refused(mail(here)) == outcome
    assert here.came == []


async def test_a_text_that_is_not_taken_is_tried_again() -> None:
    with mail_server() as here:
        here.to_text = "552 Too much"
        assert await refused(mail(here)) == ("notice.answered", "SMTP 552", False)


async def test_a_server_that_says_nothing_is_left() -> None:
    with mail_server() as here:
        here.to_text = None
        code, _, for_good = await refused(mail(here, seconds=0.3))
    assert (code, for_good) == ("notice.unreachable", False)


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    with mail_server() as here:
        pass
    code, _, for_good = await refused(mail(here))
    assert (code, for_good) == ("notice.unreachable", False)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("first", [True, False], ids=["smtps", "starttls"])
async def test_a_password_is_said_under_tls(authority: Authority, first: bool) -> None:
    with mail_server(tls=certificate(authority), first=first, login=("suyuan", "right")) as here:
        way = mail(here, trusted=trusting(authority), server=Elsewhere, first=first, password="right")
        await way.send(PARCEL, TO)
        wrong = mail(here, trusted=trusting(authority), server=Elsewhere, first=first, password="wrong")
        assert await refused(wrong) == ("notice.answered", "SMTP 535", False)
    assert len(here.came) == 1


@pytest.mark.parametrize("first", [True, False], ids=["smtps", "starttls"])
async def test_nothing_is_said_to_a_server_that_nobody_vouches_for(authority: Authority, first: bool) -> None:
    with mail_server(tls=certificate(authority), first=first) as here:
        code, _, for_good = await refused(mail(here, server=Elsewhere, first=first))
    assert (code, for_good, here.came) == ("notice.unreachable", False, [])


async def test_nothing_is_said_in_the_clear_to_another_machine() -> None:
    with mail_server() as here:
        code, _, _ = await refused(mail(here, server=Elsewhere))
    assert (code, here.came) == ("notice.unreachable", [])
    assert MailServer.of("smtp://mail.court.example").must_start_tls
    assert not MailServer.of("smtp://127.0.0.1:2525").must_start_tls


async def test_no_header_can_be_slipped_in() -> None:
    with mail_server() as here, pytest.raises(ValueError, match="linefeed"):
        await mail(here).send(Parcel("sb1x-00000002", "{}", "a\r\nBcc: other@x.example", "t"), TO)
    assert here.came == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://mail.court.example", MailServer("mail.court.example", 465, tls=True)),
        ("smtp://mail.court.example", MailServer("mail.court.example", 587, tls=False)),
        ("smtp://127.0.0.1:2525/", MailServer("127.0.0.1", 2525, tls=False)),
    ],
)
def test_a_server_is_named_as_an_address(url: str, server: MailServer) -> None:
    assert MailServer.of(url) == server


@pytest.mark.parametrize(
    "url",
    ["mail.court.example", "http://mail.x", "smtp://", "smtp://u:p@mail.x", "smtp://mail.x/p", "smtp://x:y"],
)
def test_what_names_no_server_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SuyuanError) as caught:
        ways(Settings(smtp_url=url, mail_from=FROM))
    assert caught.value.code == "settings.smtp_url"


def test_mail_is_open_where_server_and_sender_are_named() -> None:
    key = SecretStr("alerts-notices-1:" + "B" * 43)
    opened = ways(Settings(smtp_url="smtp://127.0.0.1:2525", mail_from=FROM, notices_key=key))
    assert set(opened) == {"webhook", "mail"}
    with pytest.raises(SuyuanError, match=r"settings\.notices_key"):
        ways(Settings(smtp_url="smtp://127.0.0.1:2525", mail_from=FROM))
    assert ways(Settings(mail_from=FROM)) == {}
    with pytest.raises(SuyuanError) as caught:
        ways(Settings(smtp_url="smtp://127.0.0.1:2525", mail_from="Court <notices@court.example>"))
    assert caught.value.code == "settings.mail_from"


@pytest.mark.parametrize(
    "text",
    ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "a b@c.example", "a@b", "@b.example", ""],
)
def test_what_is_more_or_less_than_one_mailbox_is_none(text: str) -> None:
    assert is_mailbox(TO)
    assert not is_mailbox(text)
