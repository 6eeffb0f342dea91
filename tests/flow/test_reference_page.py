"""The page in a browser, with the three years of the reference scenario: all of it can be read."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.demo import portal_link
from cli.local import LocalSystem
from shared.contracts.envelope import Actor
from tests.support.browser import Tab, browser, find
from tests.support.tokens import bearer

pytestmark = [pytest.mark.flow, pytest.mark.slow, pytest.mark.timeout(600)]

CUT = (Path(__file__).parents[1] / "support" / "cut.js").read_text("utf-8")
WIDTHS = (320, 420, 768, 1024, 1280, 1920)
BETWEEN = (720, 721, 900, 1081, 1150)
"""At the edges of the page's own breakpoints, and where two columns have least room."""
LANGUAGES = ("zh", "en")
SCHEMES = ("light", "dark")
KINDS = ("returned", "referred", "ended", "docketed", "confirmed")
"""Cases that ended in different places, so that their sheets show each kind of event."""
CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
UNKNOWN = "sy1" + "a" * 32
LISTED = "['#case-rows tr', '#alert-rows li'].every((one) => document.querySelectorAll(one).length > 2)"
SHOWN = (
    "document.querySelectorAll('#sheet-timeline li').length > 0 "
    "|| /[.。]$/.test(document.getElementById('sheet-state').textContent)"
)
LABELS = "[...document.querySelectorAll('#picture text')].map((one) => one.textContent)"
AT_REST = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def api(played: LocalSystem) -> Iterator[httpx.Client]:
    """The portal's API for an operator, once the read models have followed the events."""
    url, _, token = portal_link(played).partition("/#token=")
    with httpx.Client(base_url=url, trust_env=False, headers={"Authorization": f"Bearer {token}"}) as client:
        end = time.monotonic() + 60
        while client.get("/figures").json()["totals"]["confirmed"] < 125:
            assert time.monotonic() < end
            time.sleep(0.5)
        yield client


@pytest.fixture(scope="module")
def tab(played: LocalSystem, api: httpx.Client) -> Iterator[Tab]:
    program = find()
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    with browser(program) as opened:
        opened.size(1280)
        opened.scheme("light")
        opened.go(portal_link(played))
        opened.until(LISTED)
        yield opened


def speak(tab: Tab, language: str) -> None:
    if not tab.run("document.documentElement.lang").startswith(language):
        tab.run("document.getElementById('language').click()")
    assert tab.run("document.documentElement.lang").startswith(language)


def cut(tab: Tab, width: int, scope: str = "body") -> list[str]:
    tab.size(width)
    tab.run(AT_REST)
    found: list[str] = tab.run(f"({CUT})({scope!r})")
    return found


def open_case(tab: Tab, id: str) -> str:
    """Open the sheet of a case with all details; return what stands there."""
    tab.run(f"location.hash = 'case={id}'")
    tab.until(f"document.getElementById('sheet-id').textContent === '{id}'")
    tab.until(SHOWN)
    tab.run("document.querySelectorAll('#sheet details').forEach((one) => { one.open = true; })")
    text: str = tab.run("document.getElementById('sheet').innerText")
    return text


def close_case(tab: Tab) -> None:
    tab.run("document.getElementById('sheet').close()")
    tab.until("location.hash === ''")  # the page's own event comes with the next picture that it draws


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_the_page_is_cut_at_any_width(tab: Tab, language: str, scheme: str) -> None:
    tab.scheme(scheme)
    speak(tab, language)
    ground = tab.run("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(244, 245, 246)", "dark": "rgb(17, 22, 27)"}[scheme]
    found = {width: cut(tab, width) for width in (*WIDTHS, *BETWEEN)}
    assert {width: lines for width, lines in found.items() if lines} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_the_sheet_of_a_case_is_cut_or_a_bare_code(
    tab: Tab, api: httpx.Client, language: str
) -> None:
    tab.scheme("light")
    speak(tab, language)
    for kind in KINDS:
        (case,) = api.get("/cases", params={"status": kind, "limit": 1}).json()["cases"]
        text = open_case(tab, case["id"])
        found = {width: cut(tab, width, "#sheet") for width in WIDTHS}
        close_case(tab)
        assert {width: lines for width, lines in found.items() if lines} == {}, kind
        # The path of a field of a filing is for the program that sends it.
        assert CODE.findall(re.sub(r"\(elements\.[\w.]+[;)]", "", text)) == [], kind


def test_what_is_cut_is_found(tab: Tab) -> None:
    title = "document.querySelector('.cases h2')"
    before = tab.run(f"{title}.textContent")
    tab.run(f"{title}.textContent = 'x'.repeat(400)")
    found = cut(tab, 768)
    tab.run(f"{title}.textContent = {before!r}")
    assert any("h2" in line for line in found)
    assert cut(tab, 768) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_of_an_issue_stands_among_the_alerts(tab: Tab, language: str) -> None:
    speak(tab, language)
    text = tab.run("document.getElementById('board').innerText")
    assert CODE.findall(text) == []
    assert {"zh": "催收行为", "en": "Collection conduct"}[language] in text


def test_the_english_page_calls_a_mediator_by_an_english_name(tab: Tab, api: httpx.Client) -> None:
    speak(tab, "en")
    (case,) = api.get("/cases", params={"status": "confirmed", "limit": 1}).json()["cases"]
    text = open_case(tab, case["id"])
    close_case(tab)
    assert re.search(r"Mediator\n+Mediator [A-X]\n", text)
    mediators = api.get("/network").json()["mediators"].values()
    assert [one["zh"] for one in mediators if one["zh"] in text] == []


def test_of_two_consents_each_says_whose_it_is(tab: Tab, api: httpx.Client) -> None:
    speak(tab, "en")
    (case,) = api.get("/cases", params={"status": "confirmed", "limit": 1}).json()["cases"]
    open_case(tab, case["id"])
    names: list[str] = tab.run(
        "[...document.querySelectorAll('.event-name')].map((one) => one.firstChild.textContent)"
    )
    close_case(tab)
    consents = [name for name in names if name.startswith("Consent given")]
    assert consents == ["Consent given · Applicant", "Consent given · Respondent"]
    assert len([name for name in names if name.startswith("Agreement signed · ")]) == 2


def test_a_case_that_nobody_knows_has_no_timeline_but_a_sentence(tab: Tab) -> None:
    speak(tab, "en")
    text = open_case(tab, UNKNOWN)
    close_case(tab)
    assert "There is no such case" in text
    assert "Timeline" not in text


def test_what_the_picture_shows_of_the_filings_adds_up_to_them(tab: Tab) -> None:
    speak(tab, "en")
    tab.size(1280)
    tab.run(AT_REST)
    texts: list[str] = [text.replace(",", "") for text in tab.run(LABELS)]
    amounts = {name: int(amount) for amount, name in zip(texts[::2], texts[1::2], strict=True)}
    assert (amounts["To court or guidance"], amounts["Returned not amended"]) == (214, 128)
    parts = ("Opened", "To court or guidance", "Not referred yet", "Returned not amended")
    assert sum(amounts[name] for name in parts) == amounts["Filed"]
    stage: str = tab.run("document.querySelector('.stage.intake').innerText")
    assert re.search(r"Times returned\s+168\s+Amended and refiled\s+40\s", stage), "168 less 40 is 128"


@pytest.mark.parametrize(
    ("who", "said", "filed"),
    [
        (Actor("bank-e", "p-bank-e-1", "institution_agent"), "Your institution has not filed yet.", "0"),
        (
            Actor(UNKNOWN, "respondent", "party"),
            "There is no institution whose figures are for you.",
            "1,661",
        ),
    ],
    ids=["institution", "party"],
)
def test_who_sees_no_institution_is_not_told_that_none_has_filed(
    played: LocalSystem, tab: Tab, who: Actor, said: str, filed: str
) -> None:
    token = bearer(played.token_key(), who)["Authorization"].removeprefix("Bearer ")
    speak(tab, "en")
    try:
        tab.go(portal_link(played).partition("#")[0] + f"#token={token}")
        told = tab.until("document.getElementById('institution-rows')?.innerText")
        assert told.strip() == said
        assert tab.run("document.querySelector('[data-figure=filed]').textContent") == filed
        assert cut(tab, 320) == []
    finally:
        tab.go(portal_link(played))
        tab.until(LISTED)


def test_a_filter_that_the_list_does_not_know_is_an_error(api: httpx.Client) -> None:
    answer: Any = api.get("/cases", params={"mediator": "m01"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.mediator")
