"""What is kept: transactions, dead letters, holds, states of other versions, and the figures of them."""

from typing import Final

from tests.mutants.mutant import Edit, Mutant
from tests.mutants.places import (
    BATCH,
    DELIVERY,
    DISCARD,
    DOCUMENTS,
    LETTERS,
    OPERATIONS,
    OUTBOX,
    RESEQUENCER,
    STATES,
    WORKER,
    test,
)

STORAGE: Final = (
    Mutant(
        "no-rollback-of-a-failed-decision",
        "Of a message whose second event cannot be written the first stays in the history, and not in the "
        "state.",
        (
            Edit(
                BATCH,
                "subject.version, subject.tip = version, tip\n            del self.unit.rows[rows:], "
                "outgoing[messages:]\n",
                "",
            ),
        ),
        (test("ownership", "nothing_stays_of_a_message_one_of_whose_events_cannot_be_written"),),
    ),
    Mutant(
        "commands-never-cut",
        "A batch that is larger than a message to MongoDB may be is refused, and all of it with it.",
        (
            Edit(
                DOCUMENTS,
                "if part and (weight + size > _MAX_COMMAND_BYTES or len(part) >= _MAX_COMMAND_ROWS):",
                "if False:",
            ),
        ),
        (
            test("mongo", "more_rows_than_a_command_may_have_go_in_several"),
            test("mongo", "rows_heavier_than_a_command_may_be_go_in_several"),
        ),
    ),
    Mutant(
        "weight-of-texts-ignored",
        "So it is with a batch of few rows with long texts.",
        (
            Edit(
                DOCUMENTS,
                "if few and texts is not None and 4 * texts + 2000 * len(rows) <= _MAX_COMMAND_BYTES:",
                "if few and texts is not None:",
            ),
        ),
        (test("mongo", "what_was_weighed_is_cut_by_its_weight"),),
    ),
    Mutant(
        "guarded-rows-not-counted",
        "A guarded row that somebody else changed is passed over, and the rest of the batch is committed.",
        (
            Edit(
                DOCUMENTS,
                'yield {"update": name, "updates": part, "ordered": True}, len(part)',
                'yield {"update": name, "updates": part, "ordered": True}, None',
            ),
        ),
        (test("mongo", "a_guarded_command_says_how_many_rows_it_must_match"),),
    ),
    Mutant(
        "refused-batch-not-split",
        "One row that MongoDB never takes stops every message of its batch.",
        (
            Edit(
                WORKER,
                "self._disown()\n                if len(items) > 1:\n"
                "                    return await self._split(items)\n                if not items[0].alone:",
                "self._disown()\n                if not items[0].alone:",
            ),
        ),
        (test("worker", "a_refused_row_is_the_fault_of_its_message_alone"),),
    ),
    Mutant(
        "letters-unsorted",
        "The dead letters of a case are redriven in the order in which they happen to come out.",
        (
            Edit(
                LETTERS,
                "sorted(self._by_subject.get(subject, {}).values(), key=deadletters.place_of)",
                "list(self._by_subject.get(subject, {}).values())",
            ),
        ),
        (test("letters", "the_letters_of_a_case_stand_in_their_order_however_they_were_loaded"),),
    ),
    Mutant(
        "redriven-in-the-order-of-asking",
        "Letters without a case are redriven in the order in which the operator named them.",
        (Edit(OPERATIONS, "found.sort(key=deadletters.place_of)", "pass"),),
        (test("letters", "letters_are_redriven_in_the_order_in_which_they_came_however_they_are_named"),),
    ),
    Mutant(
        "discard-of-an-early-letter-forgotten",
        "A case waits for ever for an early letter that an operator gave up.",
        (Edit(DISCARD, "subject.give_up(parsed.source, parsed.sequence)", "pass"),),
        (test("letters", "a_discarded_early_letter_of_an_unknown_case_is_passed_over_in_its_turn"),),
    ),
    Mutant(
        "early-letter-collides-with-itself",
        "A letter that is redriven, held and fails after all cannot be written, and its batch is stuck.",
        (
            Edit(
                LETTERS,
                'work.update(LETTERS, {"_id": id_}, update, upsert=change.buried)',
                'work.insert(LETTERS, [{"_id": id_, **change.fields}])',
            ),
        ),
        (test("letters", "a_redriven_early_letter_that_fails_after_its_hold_is_the_same_letter_again"),),
    ),
    Mutant(
        "conflicts-without-a-name",
        "A message that conflicts without end stops its replica, and readiness is green.",
        (Edit(WORKER, "if tries >= _CONFLICTS_NAMED:", "if False:"),),
        (test("letters", "conflicts_without_end_on_one_message_are_a_trouble_with_its_name"),),
    ),
    Mutant(
        "release-at-once",
        "A hold of 30,000 messages is released in one transaction that takes 16 s.",
        (Edit(RESEQUENCER, "if not known or not batch.room:", "if not known:"),),
        (test("steps", "a_long_hold_is_released_in_steps_and_what_comes_meanwhile_waits_behind_it"),),
    ),
    Mutant(
        "backlog-overtaken",
        "What comes during a release in steps is decided before what was held.",
        (
            Edit(
                DELIVERY,
                "if subject.backlog is not None:\n        resequencer.queue(batch, subject, parsed)\n"
                "        return\n    if subject.blocked is not None:",
                "if subject.blocked is not None:",
            ),
        ),
        (test("steps", "a_long_hold_is_released_in_steps_and_what_comes_meanwhile_waits_behind_it"),),
    ),
    Mutant(
        "unknown-fields-dropped",
        "An older replica writes a state back without the fields that a newer one put there.",
        (
            Edit(
                STATES,
                "return state, unknown_fields.find(json.loads(text), json.loads(_json(state)))",
                "return state, None",
            ),
        ),
        (
            test(
                "states",
                "an_unknown_field_lives_through_messages_of_an_older_service_in_state_and_document",
            ),
        ),
    ),
    Mutant(
        "state-version-ignored",
        "After a rollback the older program takes a newer state for its own and overwrites it.",
        (Edit(STATES, "if version > stream.version:", "if False:"),),
        (test("states", "a_state_that_cannot_be_read_blocks_its_case_alone_and_stays_as_it_is"),),
    ),
    Mutant(
        "outbox-age-always-0",
        "Nobody sees that what is decided has not been published for an hour.",
        (
            Edit(
                OUTBOX,
                'max(0.0, time.time() - int(oldest[0]["_id"].partition(".")[0]) / 1e9) if oldest else 0.0',
                "0.0",
            ),
        ),
        (test("ownership", "the_age_of_the_outbox_is_that_of_its_oldest_row"),),
    ),
    Mutant(
        "answer-to-an-operator-lost",
        "After a crash the outcome of a redrive is pending for ever.",
        (Edit(OUTBOX, '"answers": outcome.answer_ids', '"answers": []'),),
        (test("rejections", "what_came_of_a_request_goes_out_also_when_the_process_dies_before"),),
    ),
)
