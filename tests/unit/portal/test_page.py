"""The page without a browser: its parts, its two languages, and that it runs nobody else's code."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from services.portal.endpoints.page import FOLDER, TYPES
from services.portal.views import FIGURES, derived
from shared.runtime.serve.guard import CSP

SCRIPTS = sorted(FOLDER.glob("*.js"))
HTML = (FOLDER / "index.html").read_text(encoding="utf-8")
CSS = (FOLDER / "style.css").read_text(encoding="utf-8")
DANGERS = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
VOID = {"meta", "link", "img", "input", "br"}


def texts() -> dict[str, dict[str, str]]:
    source = (FOLDER / "texts.js").read_text(encoding="utf-8")
    return json.loads(source[source.index("{") : source.rindex(";")])  # type: ignore[no-any-return]


class Reader(HTMLParser):
    """Collects tags and checks that they close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID and tag != "svg":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "svg":
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.text += data.strip()


@pytest.fixture(scope="module")
def page() -> Reader:
    reader = Reader()
    reader.feed(HTML)
    assert reader.open == []
    return reader


def values(page: Reader, attribute: str) -> list[str]:
    return [attrs[attribute] or "" for _, attrs in page.tags if attribute in attrs]


def test_every_text_is_there_in_both_languages(page: Reader) -> None:
    words = texts()
    assert set(words["zh"]) == set(words["en"])
    assert set(values(page, "data-t")) <= set(words["zh"])
    assert all(text.strip() for language in words.values() for text in language.values())


def test_a_text_in_one_language_is_not_a_copy_of_the_other() -> None:
    words = texts()
    assert [key for key, text in words["zh"].items() if text == words["en"][key]] == []
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in words["zh"].values())
    assert not any(re.search(r"[\u4e00-\u9fff]", text) for text in words["en"].values())


def test_both_languages_fill_in_the_same_values() -> None:
    for name in texts()["zh"]:
        holes = [set(re.findall(r"\{(\w+)\}", texts()[language][name])) for language in ("zh", "en")]
        # The amount is in 万元 here and in CNY there.
        assert {one for one in holes[0] if one not in ("amount", "cny")} == {
            one for one in holes[1] if one not in ("amount", "cny")
        }


def test_every_text_that_a_script_asks_for_is_there() -> None:
    words = texts()["zh"]
    for script in SCRIPTS:
        for key in re.findall(r"\bt\(\"(\w+)\"", script.read_text(encoding="utf-8")):
            assert key in words, (script.name, key)


def test_the_chinese_page_stands_in_the_html_itself(page: Reader) -> None:
    words = texts()["zh"]
    for key, text in re.findall(r'data-t="(\w+)"[^>]*>([^<]*)<', HTML):
        assert text == words[key]


def test_every_figure_that_the_page_shows_exists(page: Reader) -> None:
    known = derived(dict.fromkeys(FIGURES, 0))
    assert set(values(page, "data-figure")) <= set(known)


def test_the_page_has_its_landmarks_and_labels(page: Reader) -> None:
    tags = [tag for tag, _ in page.tags]
    assert {"header", "main", "footer", "h1", "h2", "caption"} <= set(tags)
    ids = values(page, "id")
    assert len(ids) == len(set(ids))
    for reference in values(page, "aria-labelledby"):
        assert reference in ids
    labelled = set(values(page, "for"))
    assert all(attrs.get("id") in labelled for tag, attrs in page.tags if tag == "input")
    assert all("alt" in attrs for tag, attrs in page.tags if tag == "img")
    assert all(attrs.get("scope") for tag, attrs in page.tags if tag == "th")
    assert all(attrs.get("type") for tag, attrs in page.tags if tag == "button")
    assert dict(page.tags)["html"]["lang"] == "zh-CN"


def test_nothing_runs_or_is_styled_inline(page: Reader) -> None:
    assert page.text == ""
    for tag, attrs in page.tags:
        assert tag != "style"
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]


def test_nothing_comes_from_elsewhere(page: Reader) -> None:
    for attribute in ("src", "href"):
        for value in values(page, attribute):
            assert value.startswith(("/", "#")), value
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8").replace('"http://www.w3.org/2000/svg"', "")
        assert "http" not in text, script.name
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_data_is_never_markup_and_never_code() -> None:
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        for danger in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert danger not in text, (script.name, danger)
        assert not re.search(r"set(Timeout|Interval)\(\s*[\"'`]", text)


def test_the_policy_allows_our_own_files_alone() -> None:
    assert "unsafe" not in CSP
    assert "default-src 'none'" in CSP
    assert "script-src 'self'" in CSP
    assert "*" not in CSP


def test_every_file_is_served_and_every_served_file_is_there() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_file()} == set(TYPES)
    for script in SCRIPTS:
        for name in re.findall(r'from "/static/([\w.]+)"', script.read_text(encoding="utf-8")):
            assert name in TYPES


def test_a_token_in_the_address_is_taken_out_of_it() -> None:
    net = (FOLDER / "net.js").read_text(encoding="utf-8")
    assert "history.replaceState" in net
    assert "sessionStorage" in net
    assert "localStorage" not in net


@pytest.mark.parametrize(
    ("scheme", "start"), [("light", 0), ("dark", CSS.index("prefers-color-scheme: dark"))]
)
def test_text_has_the_contrast_that_aa_asks_for(scheme: str, start: int) -> None:
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", CSS[start : CSS.index("}", start)]))
    for ground in ("ground", "surface", "tint"):
        for ink in ("ink", "soft", "blue", "green", "amber", "violet", "red"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (scheme, ink, ground)


def contrast(one: str, other: str) -> float:
    """The contrast ratio. Source: WCAG 2.2, 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_page_respects_who_wants_less_motion_and_who_likes_the_dark() -> None:
    for query in (
        "prefers-reduced-motion",
        "prefers-color-scheme: dark",
        "max-width: 720px",
        ":focus-visible",
    ):
        assert query in CSS
    assert Path(FOLDER / "icon.svg").read_text(encoding="utf-8").startswith("<svg")
