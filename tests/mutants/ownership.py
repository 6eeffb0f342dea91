"""Who owns a partition and a subject, and what a process believes of both."""

from typing import Final

from tests.mutants.mutant import Edit, Mutant
from tests.mutants.places import (
    CONSUMER,
    CONTINUITY,
    FETCH,
    IN_TURN,
    REPOSITORY,
    RUN,
    UNIT_OF_WORK,
    WORKER,
    test,
)

_WATERMARK_GUARD: Final = Edit(
    REPOSITORY,
    'WATERMARKS, {"_id": origin, "offset": before[origin]}, {"_id": origin, "offset": offset}',
    'WATERMARKS, {"_id": origin}, {"_id": origin, "offset": offset}',
)
_REVISION_GUARD: Final = Edit(
    UNIT_OF_WORK, '{"_id": subject.id, "revision": subject.revision}', '{"_id": subject.id}'
)

OWNERSHIP: Final = (
    Mutant(
        "watermark-guard-off",
        "Two owners of a partition both commit its messages: what has no history row of its own counts "
        "twice.",
        (_WATERMARK_GUARD,),
        (
            test("ownership", "of_two_owners_one_alone_counts_a_message_that_changes_no_subject"),
            test("ownership", "an_owner_of_the_past_moves_no_watermark_back"),
        ),
    ),
    Mutant(
        "revision-guard-off",
        "Two processes change one subject from different topics, and the second overwrites the first.",
        (_REVISION_GUARD,),
        (test("ownership", "what_two_workers_hear_of_one_subject_on_two_topics_is_all_kept"),),
    ),
    Mutant(
        "both-guards-off",
        "Read models, which have no history, count every message of a partition with two owners twice.",
        (_WATERMARK_GUARD, _REVISION_GUARD),
        (test("ownership", "two_workers_on_one_partition_count_each_message_once_without_any_history"),),
    ),
    Mutant(
        "watermark-skip-off",
        "A record that is read again moves the watermark back, and all behind it are read again after a "
        "restart.",
        (Edit(RUN, "if item.offset <= watermarks[item.origin]:", "if item.offset < 0:"),),
        (test("ownership", "a_record_that_is_read_again_is_skipped_and_moves_no_watermark_back"),),
    ),
    Mutant(
        "takeover-does-not-wait-for-publishing",
        "A worker takes its own batch, which is being published, for what a predecessor left, and "
        "publishes it twice.",
        (Edit(WORKER, "if missing:\n            await self._publishing.done()", "if missing:"),),
        (test("ownership", "after_trouble_a_worker_waits_for_its_own_publishing_and_repeats_nothing"),),
    ),
    Mutant(
        "beliefs-kept-after-trouble",
        "After a lost answer a worker goes on from what it believed before, and meets its own commit as a "
        "conflict.",
        (
            Edit(
                WORKER,
                "except AWAY as error:\n                    self._disown()",
                "except AWAY as error:",
            ),
        ),
        (test("ownership", "a_commit_whose_answer_was_lost_is_no_conflict"),),
    ),
    Mutant(
        "disown-does-nothing",
        "A worker whose partition somebody else has had retries the same conflict for ever.",
        (
            Edit(
                WORKER,
                'next step reads it from the database."""\n        self._watermarks.clear()',
                'next step reads it from the database."""',
            ),
        ),
        (test("ownership", "a_worker_that_others_overtook_finds_out_and_goes_on"),),
    ),
    Mutant(
        "beliefs-kept-after-an-uncertain-move",
        "A gap whose passing was committed without an answer is tried again for ever, and its partition "
        "stands.",
        (
            Edit(
                WORKER,
                "except BaseException:\n                self._disown()\n                raise",
                "except BaseException:\n                raise",
            ),
        ),
        (test("ownership", "a_watermark_that_was_moved_without_an_answer_is_looked_up_again"),),
    ),
    Mutant(
        "release-keeps-ownership",
        "A replica moves the clocks of subjects, and publishes rows, of partitions that it gave up.",
        (
            Edit(
                WORKER,
                "self.abandon({*self._owned, *self._watermarks} if origins is None else origins)",
                "self.abandon(set())",
            ),
        ),
        (test("ownership", "what_was_released_is_owned_and_believed_no_more"),),
    ),
    Mutant(
        "release-does-not-wait-for-publishing",
        "Partitions go to the next owner while this one still publishes what it committed of them.",
        (
            Edit(
                WORKER,
                "await self._publishing.done()\n            if self._published:",
                "if self._published:",
            ),
        ),
        (test("ownership", "a_release_returns_once_everything_is_published"),),
    ),
    Mutant(
        "takeover-keeps-what-waits",
        "Records that waited for their siblings before a partition was lost are decided once it is back.",
        (
            Edit(
                WORKER,
                "self.interleaver.forget(origins)\n            for origin in origins:  #",
                "for origin in origins:  #",
            ),
        ),
        (test("ownership", "what_waited_of_a_partition_before_it_was_taken_over_again_is_dropped"),),
    ),
    Mutant(
        "no-seek-on-assignment",
        "A new owner reads on where Kafka believes the group to be, and not where the watermarks say.",
        (Edit(FETCH, "consumer.seek(tp, offset)\n        consumer.resume(tp)", "consumer.resume(tp)"),),
        (test("consumer", "what_is_assigned_is_read_on_behind_its_watermark"),),
    ),
    Mutant(
        "revoked-does-nothing",
        "A partition is read by two replicas at once, and its last batch is neither drained nor published.",
        (Edit(CONSUMER, "await self._consumer.revoked(revoked)", "return"),),
        (test("consumer", "what_is_revoked_is_drained_and_then_read_no_more"),),
    ),
    Mutant(
        "revoked-keeps-reading",
        "Records of partitions that were given up are still handed out, and leave a hole behind.",
        (Edit(CONSUMER, "self._fetch.forget()\n        if not owned:", "if not owned:"),),
        (test("consumer", "what_is_revoked_is_drained_and_then_read_no_more"),),
    ),
    Mutant(
        "undrained-is-believed",
        "A replica that could not drain in time still believes in its watermarks and fights the next owner.",
        (Edit(CONSUMER, "self._worker.abandon(owned)", "pass"),),
        (test("consumer", "what_cannot_be_drained_in_time_is_abandoned"),),
    ),
    Mutant(
        "fetch-generation-check-off",
        "What was polled before a rebalance is decided after it, by a replica that owns it no more.",
        (
            Edit(
                CONSUMER,
                "if self._fetch.generation == self._generation:",
                "if self._fetch.generation >= self._generation:",
            ),
        ),
        (test("consumer", "records_polled_before_a_rebalance_are_left_to_the_next_owner"),),
    ),
    Mutant(
        "shield-of-publishing-removed",
        "A release with a limit ends the publishing that all others wait for; the replica consumes nothing "
        "more.",
        (Edit(IN_TURN, "await asyncio.wait({self._task})", "await self._task"),),
        (test("ownership", "whoever_gives_up_waiting_for_the_publishing_ends_nobody_elses_waiting"),),
    ),
    Mutant(
        "shield-of-takeover-removed",
        "A takeover that takes longer than the group waits is cancelled, and its partitions are never read.",
        (
            Edit(
                CONSUMER,
                "await asyncio.wait({self._takeover}, timeout=self._takeover_s)",
                "await asyncio.wait_for(self._takeover, timeout=self._takeover_s)",
            ),
        ),
        (test("consumer", "a_takeover_that_takes_long_goes_on_behind_and_is_read_of_once_it_is_done"),),
    ),
    Mutant(
        "recreated-topic-ignored",
        "A topic that was deleted and made again is read on at the old offset; what stands before it never "
        "comes.",
        (Edit(CONTINUITY, "if known and id_ and known != id_:", "if False:"),),
        (test("continuity", "what_kafka_has_says_whether_the_next_record_is_there"),),
    ),
    Mutant(
        "recreated-topic-ignored-while-read",
        "So it is with one that is made anew under a running service.",
        (Edit(CONTINUITY, "if suspects:\n", "if not suspects:\n"),),
        (test("continuity", "a_topic_made_anew_while_it_is_read_is_read_from_its_beginning_once_accepted"),),
    ),
)
