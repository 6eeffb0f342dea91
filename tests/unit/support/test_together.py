"""The last line of two runs of pytest is theirs together."""

from tests.together import summary


def test_the_counts_of_both_runs_are_added() -> None:
    first = "=========== 1 failed, 2944 passed, 2 skipped in 700.10s (0:11:40) ==========="
    second = "20 passed in 300.00s (0:05:00)"
    assert (
        summary([first, second], 701.5) == "=== 1 failed, 2964 passed, 2 skipped in 701.50s (0:11:41) ===\n"
    )


def test_runs_that_said_nothing_ran_no_test() -> None:
    assert summary(["", "INTERNALERROR"], 1.0) == "=== no tests ran in 1.00s (0:00:01) ===\n"
