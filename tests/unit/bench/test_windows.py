import pytest

from bench.disputes import claims, complaints
from bench.report import table
from bench.site import Cost
from bench.windows import middle, pair_ratio, percentile, rate, spent
from shared.runtime.serve.client import encoded


def test_rate_counts_whole_batches_of_the_middle():
    # Ten batches of ten, one a second: 80 % of 100 records in 8 s.
    times = [float(second) for second in range(10) for _ in range(10)]

    assert middle(times) == (10, 90, 0.0, 8.0)
    assert rate(times) == 10.0


def test_rate_does_not_see_a_slow_start_or_end():
    slow_start = [0.0] * 5 + [100.0] * 5
    steady = [100.0 + i / 10 for i in range(1, 81)]
    slow_end = [1000.0] * 10

    assert rate([*slow_start, *steady, *slow_end]) == pytest.approx(10.0)


def test_rate_of_too_little_is_no_rate():
    with pytest.raises(ValueError, match="too few"):
        rate([1.0] * 500 + [2.0] * 500)


def test_cost_between_two_looks_is_in_proportion():
    costs = [(10.0, Cost(1.0, 2.0)), (20.0, Cost(3.0, 6.0))]

    assert spent(costs, 15.0) == Cost(2.0, 4.0)
    assert spent(costs, 5.0) == Cost(1.0, 2.0)
    assert spent(costs, 25.0) == Cost(3.0, 6.0)


def test_percentile_is_a_value_that_was_measured():
    assert percentile([float(n) for n in range(1, 101)], 99) == 99.0
    assert percentile([7.0], 50) == 7.0


def test_ratio_is_the_median_of_neighbours():
    assert pair_ratio([1.0, 20.0, 3.0], [2.0, 10.0, 3.0]) == 1.0


@pytest.mark.parametrize("kind", [claims, complaints])
def test_filings_differ_and_are_as_large_as_real_ones(kind):
    made = list(kind(500))

    assert len({(one.institution, one.reference) for one in made}) == 500
    assert all(390 < len(encoded(one)) < 1200 for one in made)


def test_table_says_where_it_falls_short():
    text = table(
        {
            "ratios": {"suyuan/limit": {"rate": 0.5, "service_cpu": 0.6, "tree_cpu": 0.7}},
            "memory": {"intake": 90.4, "portal": None},
        }
    )

    assert "SHORT" in text
    assert "| intake | 90 | ≤ 150: met |" in text
    assert "not there" in text
