"""What comes in: gaps, transactions, limits, identities."""

from typing import Final

from tests.mutants.mutant import Edit, Mutant
from tests.mutants.places import (
    CONTINUITY,
    FETCH,
    LIMITS,
    PARSER,
    RECORDS,
    RUNS,
    SUBJECT,
    SUBSCRIPTION,
    WORKER,
    test,
)

INPUT: Final = (
    Mutant(
        "retention-gap-ignored",
        "Records that retention deleted while the service stood are passed over, and readiness is green.",
        (Edit(CONTINUITY, "if wanted < first:", "if False:"),),
        (test("continuity", "records_that_are_gone_stop_their_partition_and_no_other"),),
    ),
    Mutant(
        "gap-passed-unaccepted",
        "A gap is read over before an operator has said so.",
        (Edit(CONTINUITY, 'or row["status"] != ACCEPTED', "or False"),),
        (test("continuity", "an_accepted_gap_is_passed_in_one_transaction_and_noted_for_good"),),
    ),
    Mutant(
        "another-gap-passed",
        "An operator lets 15 records go, and 30 are passed, since more was deleted meanwhile.",
        (Edit(CONTINUITY, "or not stop.same(row)", "or False"),),
        (test("continuity", "only_what_was_accepted_is_passed"),),
    ),
    Mutant(
        "gap-check-of-batches-off",
        "Offsets that a client swallowed are passed over with the next batch.",
        (Edit(FETCH, "if stop - reading.next != len(records):", "if False:"),),
        (test("fetch", "offsets_that_do_not_come_are_read_again_and_stop_their_partition_the_second_time"),),
    ),
    Mutant(
        "gap-check-before-the-watermark-off",
        "Records that were lost between the poll and the transaction are passed over by the watermark.",
        (Edit(WORKER, "if not broken:\n            return items", "return items"),),
        (test("runs", "a_batch_with_a_hole_before_it_is_read_again_and_the_other_partitions_go_on"),),
    ),
    Mutant(
        "explained-jump-covers-too-much",
        "A transaction mark excuses records that are missing in front of it.",
        (
            Edit(
                RUNS,
                "jumps.get(origin, {}).get(offset, offset - 1) > last",
                "offset not in jumps.get(origin, {})",
            ),
        ),
        (test("runs", "an_explained_jump_does_not_cover_what_is_missing_before_it"),),
    ),
    Mutant(
        "unreadable-partition-costs-others",
        "A partition that cannot be read is sought on behind its bad batch instead of back to it.",
        (
            Edit(
                FETCH,
                "self._accept(tp, reading, records, stop, well=error is None)\n        if error is not None:",
                "self._accept(tp, reading, records, stop, well=error is None)\n        if error is None:",
            ),
        ),
        (test("fetch", "a_batch_that_cannot_be_read_costs_no_record_of_others_and_none_before_it"),),
    ),
    Mutant(
        "untaken-records-lost",
        "Records that were polled when the handler was cancelled never come again.",
        (Edit(FETCH, "if self._out:\n            await self._again(consumer)", "self._out.clear()"),),
        (test("fetch", "what_was_handed_out_and_not_taken_comes_again"),),
    ),
    Mutant(
        "read-committed-off",
        "Filings of a transaction that its producer took back have their effect.",
        (Edit(SUBSCRIPTION, 'isolation_level="read_committed"', 'isolation_level="read_uncommitted"'),),
        (test("consumer", "one_subscriber_for_all_topics_acknowledges_nothing_by_itself"),),
    ),
    Mutant(
        "offset-reset-in-silence",
        "Where an offset is gone, Kafka's client jumps to the earliest one by itself.",
        (Edit(SUBSCRIPTION, 'auto_offset_reset="none"', 'auto_offset_reset="earliest"'),),
        (test("consumer", "one_subscriber_for_all_topics_acknowledges_nothing_by_itself"),),
    ),
    Mutant(
        "header-bounds-off",
        "A header of megabytes is kept in every hold and letter, until no document takes it.",
        (Edit(PARSER, "text <= limits.ATTRIBUTE_BYTES\n", "text >= 0\n"),),
        (test("limits", "of_a_record_over_a_limit_little_is_kept_and_the_letter_says_what_is_missing"),),
    ),
    Mutant(
        "header-count-off",
        "A record with thousands of small headers is parsed and kept whole.",
        (Edit(LIMITS, "if count > HEADERS:", "if False:"),),
        (test("limits", "of_a_record_over_a_limit_little_is_kept_and_the_letter_says_what_is_missing"),),
    ),
    Mutant(
        "actors-remembered-without-bound",
        "A thousand refused records with large actors stay in memory for ever.",
        (
            Edit(
                PARSER,
                "if len(actor) <= _LONGEST_ACTOR and len(self._actors) < _MOST_ACTORS:",
                "if True:",
            ),
        ),
        (test("limits", "nothing_of_a_thousand_refused_actors_stays_in_memory"),),
    ),
    Mutant(
        "sources-without-bound",
        "Each source that is heard makes a subject's document longer, up to the end of what MongoDB takes.",
        (Edit(SUBJECT, "return len(heard) >= SOURCES and source not in heard", "return False"),),
        (test("limits", "a_subject_hears_a_bounded_number_of_sources"),),
    ),
    Mutant(
        "duplicate-header-accepted",
        "Of two sources or ids in one record the first counts, and another reader takes the second.",
        (
            Edit(
                PARSER,
                'if name.startswith("ce_") or name == "content-type":',
                'if name == "content-type":',
            ),
        ),
        (
            test("limits", "of_two_headers_of_one_name_none_counts"),
            test("limits", "the_same_header_twice_is_a_fault_too_but_what_it_says_is_known"),
        ),
    ),
    Mutant(
        "command-known-by-its-id-alone",
        "Of two sources that use one id the second command vanishes.",
        (Edit(RECORDS, 'return f"{source}\\n{id}"', "return id"),),
        (test("limits", "two_sources_may_use_one_id"),),
    ),
    Mutant(
        "subject-like-an-event",
        "A message about `<case>:00000001` stands in the history of that case and breaks its chain.",
        (
            Edit(
                PARSER,
                'if "|" not in subject and (":" not in subject or not _LIKE_AN_EVENT.search(subject)):',
                'if "|" not in subject:',
            ),
        ),
        (test("limits", "a_subject_that_could_be_taken_for_something_else_is_refused"),),
    ),
    Mutant(
        "first-fault-alone",
        "A sender is told of a wrong header, corrects it, and is told of the fields only then.",
        (Edit(PARSER, "elif whole:", "elif False:"),),
        (test("parser", "all_that_is_wrong_is_told_at_once_headers_and_fields"),),
    ),
    Mutant(
        "actor-without-a-role-passed",
        "Who says no role is taken in, and refused later without a word on why.",
        (Edit(PARSER, "if parsed.actor.role or not", "if True or not"),),
        (test("parser", "who_is_named_from_outside_has_a_role"),),
    ),
)
