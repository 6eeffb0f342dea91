"""Order and time: nothing before its predecessor, no deadline before what came in time."""

from typing import Final

from tests.mutants.mutant import Edit, Mutant
from tests.mutants.places import (
    ALERTS,
    BATCH,
    DELIVERY,
    INTERLEAVE,
    OUTBOX,
    PARSER,
    PROCESS,
    PROGRESS,
    RUN,
    SUBJECT,
    WORKER,
    test,
)

ORDER: Final = (
    Mutant(
        "writer-before-not-published-first",
        "Of two replicas that write one case the second publishes its event before that of the first.",
        (
            Edit(
                WORKER,
                "await self._publish_for_others(await self._outbox.unpublished(loaded))",
                "pass",
            ),
        ),
        (test("order", "what_one_replica_wrote_is_out_before_another_adds_to_the_same_case"),),
    ),
    Mutant(
        "earlier-rows-of-the-writer-left-out",
        "The last row of the other replica goes out before those that it wrote before it.",
        (Edit(OUTBOX, 'rows |= {row["_id"]: row for row in earlier}', "pass"),),
        (test("order", "so_it_does_where_the_second_reads_another_topic_than_the_first"),),
    ),
    Mutant(
        "writer-named-without-events",
        "A commit that only holds a message hides the row before it, which still has to go out first.",
        (
            Edit(
                SUBJECT,
                "if self.version != self.stored_version:\n            self.writer = writer",
                "self.writer = writer",
            ),
        ),
        (test("order", "who_only_held_a_message_does_not_hide_what_is_not_published_yet"),),
    ),
    Mutant(
        "leftovers-not-published",
        "What a process committed before it was killed is never published.",
        (
            Edit(
                WORKER,
                "await self._publish_for_others(await self._outbox.leftovers(missing, self._published))",
                "pass",
            ),
        ),
        (test("ownership", "what_was_left_is_published_at_the_takeover_also_where_nothing_more_comes"),),
    ),
    Mutant(
        "leftovers-of-shared-rows-left-behind",
        "Who takes over one of two partitions publishes a row before the one that both shared.",
        (Edit(OUTBOX, 'wanted.update(*(row["origins"] for row in rows))', "pass"),),
        (test("worker", "what_is_left_goes_out_in_its_order_also_to_who_takes_over_a_part"),),
    ),
    Mutant(
        "sweep-off",
        "A row that a predecessor committed after the takeover stays unpublished until its partition moves "
        "again.",
        (
            Edit(
                WORKER,
                "if self._owned:\n                await self._publish_for_others(",
                "if not self._owned:\n                await self._publish_for_others(",
            ),
        ),
        (test("order", "what_a_predecessor_committed_after_the_takeover_is_published_by_the_sweep"),),
    ),
    Mutant(
        "sweep-never-called",
        "So it is where nobody calls it.",
        (Edit(PROCESS, "tasks.create_task(self._regularly(self.worker.sweep, 5.0))", "pass"),),
        (test("process", "every_step_is_done_again_and_again"),),
    ),
    Mutant(
        "outbox-ordered-by-the-wall-clock",
        "After a step back of the clock a successor publishes 2 before 1.",
        (Edit(OUTBOX, "max(self._last_ns + 1, time.time_ns())", "time.time_ns()"),),
        (test("order", "a_clock_that_steps_back_does_not_turn_the_outbox_round"),),
    ),
    Mutant(
        "siblings-not-interleaved",
        "While a reader catches up, an event of Wednesday is decided before a command of Monday on another "
        "topic.",
        (Edit(INTERLEAVE, "out.sort(key=_by_time)", "pass"),),
        (
            test("interleave", "siblings_are_taken_by_their_times"),
            test(
                "siblings",
                "a_command_of_monday_is_decided_before_an_event_of_wednesday_lets_tuesdays_deadline_pass",
            ),
        ),
    ),
    Mutant(
        "siblings-not-awaited",
        "So it is with a command that has not even been read yet.",
        (Edit(INTERLEAVE, "if ahead > limit:", "if False:"),),
        (test("siblings", "so_it_is_when_the_command_has_not_even_been_read_yet"),),
    ),
    Mutant(
        "clock-moved-beyond-the-siblings",
        "A message lets a deadline pass that a command on another topic, which came in time, still meets.",
        (Edit(RUN, "if bounds and _comes_too_soon(batch, item, waiting):", "if False:"),),
        (
            test(
                "siblings",
                "a_message_that_lets_a_deadline_pass_waits_until_the_siblings_were_looked_at_after_it",
            ),
        ),
    ),
    Mutant(
        "horizon-is-now",
        "Sibling partitions count as looked at this very moment, also those that were last asked long ago.",
        (
            Edit(
                PROGRESS,
                "polled = int(consumer.last_poll_timestamp(tp) or 0) - _FETCH_MS if at_end else 0",
                "polled = int(time.time() * 1000)",
            ),
        ),
        (test("consumer", "siblings_are_known_up_to_the_oldest_look_at_any_of_them"),),
    ),
    Mutant(
        "horizon-over-a-stopped-sibling",
        "Deadlines pass although a sibling partition is stopped, and what would meet them stands in it.",
        (
            Edit(
                PROGRESS,
                "at_end = end is not None and not self._fetch.is_stopped(tp) and",
                "at_end = end is not None and",
            ),
        ),
        (test("consumer", "a_sibling_that_is_stopped_holds_the_clocks"),),
    ),
    Mutant(
        "clocks-run-to-now",
        "After a stop of two days the ticker lets the deadline of the second pass before the command of "
        "the first.",
        (Edit(PROCESS, "min(now, until)", "now"),),
        (test("process", "the_ticker_moves_clocks_no_further_than_everything_is_applied"),),
    ),
    Mutant(
        "transactions-without-end-hold-clocks",
        "A bank that opens one transaction after the other on its filings holds up all deadlines of the "
        "partitions of that number, of everybody, for ever.",
        (Edit(PROGRESS, "return max(looked - round(self._transaction_s * 1000), last or 0)", "return last"),),
        (
            test(
                "consumer",
                "behind_transactions_without_end_a_clock_goes_on_as_far_back_as_one_of_them_can_reach",
            ),
        ),
    ),
    Mutant(
        "clock-not-advanced-before-a-message",
        "A message that comes after a deadline is decided as if the deadline still stood.",
        (Edit(BATCH, "changes.advance(stream, message.at, origin)", "pass"),),
        (test("engine", "a_message_after_a_due_timer_sees_what_the_timer_did"),),
    ),
    Mutant(
        "time-compared-with-the-own-clock",
        "A reader whose clock is ten minutes slow takes every message for one of the future and blocks "
        "every case.",
        (
            Edit(
                PARSER,
                "if at <= stored + self._future and stored <= self._latest + _LONGEST_SLOW:",
                "if False:",
            ),
        ),
        (test("limits", "a_reader_whose_own_clock_is_slow_takes_the_brokers_word"),),
    ),
    Mutant(
        "uninteresting-events-not-counted",
        "Alerts hold a dispute for ever whose registration is not the first event of its case.",
        (
            Edit(
                ALERTS,
                "return Routed(self.case, message) if is_case_id(message.subject) else None",
                'return Routed(self.case, message) if type(body).__name__ == "DisputeRegistered" else None',
            ),
        ),
        (
            "tests/unit/alerts/test_handlers.py"
            "::test_what_becomes_of_a_dispute_leads_to_its_case_and_changes_nothing",
        ),
    ),
    Mutant(
        "uncounted-numbers-awaited",
        "A case that an older version counted in part waits for ever for numbers that were read and not "
        "counted.",
        (Edit(DELIVERY, "if subject.counted_in_part:", "if False:"),),
        (test("order", "a_case_of_which_an_older_version_left_numbers_uncounted_waits_for_none_of_them"),),
    ),
    Mutant(
        "baseline-straggler-dropped",
        "After a gap, 1 of a new case that comes behind its 2 vanishes as if it were a repeat.",
        (
            Edit(
                DELIVERY,
                "elif turn < 0 and subject.straggles(parsed.source, parsed.sequence or 0):",
                "elif False:",
            ),
        ),
        (test("engine", "after_a_baseline_a_number_that_comes_behind_the_next_is_not_dropped_in_silence"),),
    ),
)
