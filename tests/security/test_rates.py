"""Commands without end: one token, or one address with many tokens, filled the topic of commands."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.endpoints import http
from shared.runtime.base.settings import Settings
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.rates import AT_ONCE_S, Rate, Rates
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import Person
from tests.support.tokens import checker
from tests.unit.portal.over_http import CASE, NETWORK, FakeSender, OneCase, Portal, problem

PATH = f"/commands/mediation/accept-assignment/{CASE}"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def portal(**limits: Any) -> Portal:
    sender, database = FakeSender(), OneCase()
    settings = Settings(**limits)
    context = HttpContext(settings, NETWORK, cast(Any, database), cast(Any, sender), checker())
    return Portal(http(context), sender, database)


async def test_whoever_sends_too_fast_is_told_when_to_go_on() -> None:
    slow = portal(http_commands_per_minute=12)
    answers = [await slow.call("POST", PATH, role="mediator", person="m01") for _ in range(4)]
    assert [one.status_code for one in answers] == [202, 202, 429, 429]
    assert problem(answers[2]) == (429, "http.too_many")
    assert 1 <= int(answers[2].headers["retry-after"]) <= 5
    assert len(slow.sender.sent) == 2
    assert (await slow.call("POST", PATH, role="mediator", person="m02")).status_code == 202


async def test_many_tokens_from_one_address_are_no_way_past_its_limit() -> None:
    slow = portal(http_address_commands_per_minute=12)
    people = [f"m{number}" for number in range(5)]
    answers = [await slow.call("POST", PATH, role="mediator", person=one) for one in people]
    assert [one.status_code for one in answers] == [202, 202, 429, 429, 429]


async def test_a_forged_forwarding_header_is_no_other_address() -> None:
    slow = portal(http_address_commands_per_minute=6)
    answers = [
        await slow.call(
            "POST", PATH, role="mediator", person=f"m{n}", headers={"X-Forwarded-For": f"10.0.0.{n}"}
        )
        for n in range(3)
    ]
    assert [one.status_code for one in answers] == [202, 429, 429]


async def test_what_is_read_is_not_counted() -> None:
    slow = portal(http_commands_per_minute=6)
    for _ in range(5):
        assert (await slow.call("GET", "/me", role="judge")).status_code == 200


@given(st.integers(1, 1000), st.lists(st.floats(0, 20), max_size=200))
def test_in_no_time_are_there_more_than_the_rate_and_what_was_saved_up(
    per_minute: int, pauses: list[float]
) -> None:
    clock, taken = Clock(), 0
    rate = Rate(per_minute, clock=clock)
    for pause in pauses:
        clock.now += pause
        taken += rate.wait_s("x") == 0
    saved = max(1.0, per_minute * AT_ONCE_S / 60)
    assert taken <= saved + clock.now * per_minute / 60 + 1e-6


@given(st.integers(1, 1000), st.integers(1, 300))
def test_after_the_wait_that_was_told_the_next_one_is_there(per_minute: int, tries: int) -> None:
    clock = Clock()
    rate = Rate(per_minute, clock=clock)
    for _ in range(tries):
        wait_s = rate.wait_s("x")
        if wait_s:
            clock.now += wait_s + 1e-6
            assert rate.wait_s("x") == 0


def test_strangers_without_end_do_not_fill_the_memory() -> None:
    rate = Rate(60, clock=Clock(), most_kept=100)
    for number in range(1000):
        assert rate.wait_s(number) == 0
    assert len(rate._full_at) == 100


def test_no_limit_is_none() -> None:
    rates = Rates(Settings(http_commands_per_minute=0, http_address_commands_per_minute=0))
    for _ in range(10_000):
        rates.check(Person("o", "p", "judge"), "127.0.0.1")


def test_a_refusal_names_its_code() -> None:
    rates = Rates(Settings(http_commands_per_minute=1), clock=Clock())
    rates.check(Person("o", "p", "judge"), "a")
    with pytest.raises(Problem, match=r"http\.too_many"):
        rates.check(Person("o", "p", "judge"), "a")
