"""Each dead letter and each held message has a log line, and thousands of them have a number."""

from __future__ import annotations

from structlog.testing import capture_logs

from shared.runtime.ingest.incidents import LINES, WINDOW_S, Incidents


def test_a_letter_and_a_hold_are_named() -> None:
    incidents = Incidents(lambda: 0.0)
    with capture_logs() as lines:
        incidents.buried("intake.events:0:7", "message.not_json", "sy1a")
        incidents.held("sy1a|/from|where|00000003")
    letter, hold = lines
    assert (letter["event"], letter["log_level"]) == ("runtime.letter.buried", "warning")
    assert (letter["id"], letter["code"], letter["subject"]) == (
        "intake.events:0:7", "message.not_json", "sy1a",
    )  # fmt: skip
    assert (hold["event"], hold["subject"], hold["source"], hold["sequence"]) == (
        "runtime.message.held", "sy1a", "/from|where", 3,
    )  # fmt: skip


def test_of_thousands_the_first_have_a_line_and_the_rest_a_number_once_the_window_is_over() -> None:
    now = 0.0
    incidents = Incidents(lambda: now)
    with capture_logs() as lines:
        for number in range(1000):
            incidents.buried(f"t:0:{number}", "message.not_json", "")
        incidents.held("sy1a|/s|00000003")
        incidents.tell()
    assert [one["event"] for one in lines] == ["runtime.letter.buried"] * LINES + ["runtime.message.held"]

    now = WINDOW_S + 2
    with capture_logs() as lines:
        incidents.tell()
        incidents.tell()
        incidents.buried("t:0:1000", "message.not_json", "")
    more, letter = lines
    assert (more["event"], more["more"], more["seconds"]) == ("runtime.letters.more", 1000 - LINES, 12)
    assert letter["id"] == "t:0:1000"


def test_a_message_that_waits_for_a_release_to_end_is_no_hold() -> None:
    with capture_logs() as lines:
        Incidents(lambda: 0.0).held("sy1a||00000003")
    assert lines == []
