"""Did it work? The disputes of a clause before and after an intervention, beside comparable ones.

A difference in differences of log rates: what a series is of the whole (itself and its controls) in blocks
of weeks, before and after. Given the sum of a block its count is quasi-binomial, so season, holidays and
whatever moves the controls as well cancel. The effect is a ratio of two ratios,

    (after / controls after) / (before / controls before),

and its error comes from how much the blocks differ among themselves: that disputes come in clumps, and that
weeks of a block depend on each other, is in it. Blocks that depend on each other widen the interval, by their
correlation (corrected for the bias that few blocks give it) and by the degrees of freedom that it costs. And
placebos are tried: each control as if the intervention had been its own, and the series and each control at
earlier dates, when there was none. Where they move by more than their noise, though nothing was done to them,
levels wander, and the interval is wider by as much.

**Controls are chosen before**, by counts of the time before alone: every candidate with disputes in each
block, but those whose share wanders much more than that of the others. Who is chosen because it fits best
makes the interval too short; so nobody is.

**What is left open is said.** With too few weeks, disputes or controls the answer is that nobody can tell.
With each answer goes the smallest fall that these counts would have shown four times in five.

Source: Bernal, Cummins, Gasparrini, "Interrupted time series regression for the evaluation of public health
interventions", Int J Epidemiol 46 (2017) 348-355; the same, "The use of controls in interrupted time series
studies of public health interventions", ibid. 47 (2018) 2082-2093; McCullagh, Nelder, Generalized Linear
Models (1989), 4.5 (quasi-binomial); Bertrand, Duflo, Mullainathan, "How much should we trust
differences-in-differences estimates?", QJE 119 (2004) 249-275 (blocks); Kendall, "Note on bias in the
estimation of autocorrelation", Biometrika 41 (1954) 403-404; Abadie, Diamond, Hainmueller, "Synthetic control
methods for comparative case studies", JASA 105 (2010) 493-505 (placebos of the controls).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["LONGEST_AFTER", "LONGEST_BEFORE", "Answer", "Effect", "Lack", "effect_of"]

Floats = NDArray[np.float64]
Counts = NDArray[np.integer[Any]]

LONGEST_BEFORE: Final = 208
LONGEST_AFTER: Final = 52
"""Weeks that are looked at, at most."""
_BLOCK_WEEKS: Final = (4, 13)
_LEAST_BEFORE: Final = 6
_LEAST_AFTER: Final = 3
"""Blocks."""
_LEAST_DISPUTES: Final = 20
"""Before, and expected after."""
_LEAST_OF_A_CONTROL: Final = 5
"""Disputes in each block before."""
_WILD: Final = 4.0
"""So many times the usual dispersion is too much for a control."""
_LEVEL: Final = 0.95
_POWER: Final = 0.8
_MOST_CORRELATED: Final = 0.9
_LEAST_BEFORE_A_PLACEBO: Final = 4
"""Blocks."""
_LEAST_PLACEBOS: Final = 4
"""Controls from which on each is tried as if the intervention had been its own."""


class Answer(StrEnum):
    """What the counts say."""

    FEWER = "fewer"
    MORE = "more"
    NO_DIFFERENCE = "no_difference"
    CANNOT_TELL = "cannot_tell"


class Lack(StrEnum):
    """What there is too little of for an answer."""

    WEEKS_BEFORE = "weeks_before"
    WEEKS_AFTER = "weeks_after"
    CONTROLS = "controls"
    DISPUTES = "disputes"


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of a series after an intervention, beside its controls.

    Attributes:
        lacks: Why nobody can tell; ``None`` where somebody can.
        change: Of the rate, -0.2 for a fall by a fifth; ``None`` where nobody can tell.
        low: Lower end of its 95 % interval.
        high: Upper end.
        seen_from: The smallest fall that would be found four times in five, 0.3 for one by 30 %; ``None``
            where there are no blocks or controls to say so.
        before: Disputes of the series before.
        after: Disputes after.
        expected: Disputes after, if it had gone with its controls.
        controls: Rows of the candidates that were chosen.
        weeks_before: Weeks that were looked at.
        weeks_after: Likewise.
        block: Weeks of a block.
        dispersion: Variance of the blocks, of that of independent disputes.
        correlation: Of neighbouring blocks; 0 where there is none.
    """

    answer: Answer
    lacks: Lack | None
    change: float | None
    low: float | None
    high: float | None
    seen_from: float | None
    before: int
    after: int
    expected: float | None
    controls: tuple[int, ...]
    weeks_before: int
    weeks_after: int
    block: int
    dispersion: float | None = None
    correlation: float | None = None


def effect_of(series: Counts, candidates: Counts, at: int, skip: int = 0) -> Effect:
    """Return what an intervention did to a series.

    Args:
        series: Shape (weeks,), disputes a week.
        candidates: Shape (n, weeks), series that it could be compared with.
        at: The first week that the intervention may have changed.
        skip: Weeks from there on that are left out, until it had its effect.

    Raises:
        ValueError: The shapes do not fit, or a count is negative.
    """
    if candidates.ndim != 2 or candidates.shape[1] != len(series) or skip < 0:
        raise ValueError("a series of weeks, candidates of the same weeks, and weeks to skip are needed")
    if (series < 0).any() or (candidates < 0).any():
        raise ValueError("a count is negative")
    both = np.vstack([series[None, :], candidates]).astype(np.float64)
    before = both[:, max(at - LONGEST_BEFORE, 0) : max(at, 0)]
    after = both[:, max(at + skip, 0) :][:, :LONGEST_AFTER]
    block = int(np.clip(after.shape[1] // _LEAST_AFTER, *_BLOCK_WEEKS))
    first, then = _blocks(before, block, from_end=True), _blocks(after, block, from_end=False)
    chosen = _controls(first[0], first[1:]) if first.shape[1] >= _LEAST_BEFORE else ()
    if first.shape[1] < _LEAST_BEFORE:
        return _left_open(Lack.WEEKS_BEFORE, first, then, chosen, block)
    if then.shape[1] < _LEAST_AFTER:
        return _left_open(Lack.WEEKS_AFTER, first, then, chosen, block)
    if not chosen:
        return _left_open(Lack.CONTROLS, first, then, chosen, block)
    return _compared(first, then, chosen, block)


def _blocks(counts: Floats, block: int, *, from_end: bool) -> Floats:
    """Return the sums of whole blocks, shape (series, blocks); what is left over lies farthest away."""
    whole = counts.shape[1] // block
    start = counts.shape[1] - whole * block if from_end else 0
    part = counts[:, start : start + whole * block]
    summed: Floats = part.reshape(len(counts), whole, block).sum(axis=2)
    return summed


def _controls(own: Floats, candidates: Floats) -> tuple[int, ...]:
    """Return the candidates that are fit, by the time before alone."""
    enough = [row for row, one in enumerate(candidates) if one.min() >= _LEAST_OF_A_CONTROL]
    if own.sum() == 0 or not enough:
        return tuple(enough)
    wanders = np.array([_dispersion(own, candidates[row]) for row in enough])
    most = _WILD * max(float(np.median(wanders)), 1.0)
    return tuple(row for row, one in zip(enough, wanders, strict=True) if one <= most)


def _dispersion(own: Floats, control: Floats) -> float:
    whole = own + control
    share = own.sum() / whole.sum()
    return float(((own - whole * share) ** 2 / (whole * share * (1 - share))).sum() / (len(own) - 1))


def _left_open(lack: Lack, first: Floats, then: Floats, chosen: tuple[int, ...], block: int) -> Effect:
    return Effect(
        answer=Answer.CANNOT_TELL,
        lacks=lack,
        change=None,
        low=None,
        high=None,
        seen_from=None,
        before=int(first[0].sum()),
        after=int(then[0].sum()),
        expected=None,
        controls=chosen,
        weeks_before=first.shape[1] * block,
        weeks_after=then.shape[1] * block,
        block=block,
    )


@dataclass(frozen=True, slots=True)
class _Noise:
    """How far blocks lie from the shares of their time.

    Attributes:
        dispersion: Variance of the blocks, of that of independent disputes.
        correlation: Of neighbouring ones.
        scale: By how much the variance of the effect is larger than that of independent disputes.
        freedom: Degrees of freedom.
    """

    dispersion: float
    correlation: float
    scale: float
    freedom: float


def _compared(first: Floats, then: Floats, chosen: tuple[int, ...], block: int) -> Effect:
    rows = [1 + row for row in chosen]
    own, rest = (first[0], then[0]), (first[rows].sum(axis=0), then[rows].sum(axis=0))
    # Half a dispute stands for none: a logarithm of nothing is none.
    y0, y1, c0, c1 = (max(float(one.sum()), 0.5) for one in (*own, *rest))
    expected = y0 * c1 / c0
    noise = _noise(own, rest)
    moved = max(_moved_alone(first[rows], then[rows]), _moved_before(first[[0, *rows]], then.shape[1]))
    noise = replace(noise, scale=noise.scale * moved)
    t = float(stats.t.ppf(0.5 + _LEVEL / 2, noise.freedom))
    reach = t + float(stats.t.ppf(_POWER, noise.freedom))
    wide = np.sqrt(noise.scale * (1 / y0 + 1 / c0 + 1 / y1 + 1 / c1))
    usual = np.sqrt(noise.scale * (1 / y0 + 1 / c0 + 1 / max(expected, 0.5) + 1 / c1))
    effect = float(np.log(y1 / c1) - np.log(y0 / c0))
    low, high = (float(np.expm1(effect + side * t * wide)) for side in (-1, 1))
    few = min(float(own[0].sum()), expected) < _LEAST_DISPUTES
    return Effect(
        answer=Answer.CANNOT_TELL if few else _answer(low, high),
        lacks=Lack.DISPUTES if few else None,
        change=None if few else float(np.expm1(effect)),
        low=None if few else low,
        high=None if few else high,
        seen_from=float(-np.expm1(-reach * usual)),
        before=int(own[0].sum()),
        after=int(own[1].sum()),
        expected=expected,
        controls=chosen,
        weeks_before=len(own[0]) * block,
        weeks_after=len(own[1]) * block,
        block=block,
        dispersion=noise.dispersion,
        correlation=noise.correlation,
    )


def _moved_alone(first: Floats, then: Floats) -> float:
    """Return how much more than its noise a control moves against the others, though nothing was done to it.

    At least 1: a placebo of each control, as if the intervention had been its own.
    """
    if len(first) < _LEAST_PLACEBOS:
        return 1.0
    all_first, all_then = first.sum(axis=0), then.sum(axis=0)
    squares = [
        _placebo((first[row], then[row]), (all_first - first[row], all_then - then[row]))
        for row in range(len(first))
    ]
    return max(float(np.mean(squares)), 1.0)


def _moved_before(first: Floats, length: int) -> float:
    """Return how much more than their noise the series and its controls moved at earlier dates.

    At least 1: a placebo of each at every earlier date with blocks enough before it, as many blocks after it
    as there are after the intervention.

    Args:
        first: shape (1 + controls, blocks), the blocks before, the series first.
        length: blocks after the intervention.
    """
    controls = first[1:].sum(axis=0)
    squares = []
    for at in range(first.shape[1] - length, _LEAST_BEFORE_A_PLACEBO - 1, -length):
        before, after = slice(0, at), slice(at, at + length)
        for row, counts in enumerate(first):
            rest = controls - counts if row else controls
            if row and len(first) <= _LEAST_PLACEBOS:
                continue
            squares.append(_placebo((counts[before], counts[after]), (rest[before], rest[after])))
    return max(float(np.mean(squares)), 1.0) if squares else 1.0


def _placebo(own: tuple[Floats, Floats], rest: tuple[Floats, Floats]) -> float:
    """Return the square by which a share moved, over what its noise lets one expect."""
    y0, y1, c0, c1 = (max(float(one.sum()), 0.5) for one in (*own, *rest))
    noise = _noise(own, rest)
    apart = float(np.log(y1 / c1) - np.log(y0 / c0))
    usual = noise.freedom / max(noise.freedom - 2, 1.0)
    return apart**2 / (noise.scale * (1 / y0 + 1 / c0 + 1 / y1 + 1 / c1)) / usual


def _answer(low: float, high: float) -> Answer:
    if high < 0:
        return Answer.FEWER
    return Answer.MORE if low > 0 else Answer.NO_DIFFERENCE


def _noise(own: tuple[Floats, Floats], rest: tuple[Floats, Floats]) -> _Noise:
    """Return the noise of the blocks around the two shares, and what it does to their difference."""
    residuals, weights = [], []
    for count, other in zip(own, rest, strict=True):
        whole = count + other
        share = float(np.clip(count.sum() / max(whole.sum(), 0.5), 1e-9, 1 - 1e-9))
        weights.append(np.maximum(whole * share * (1 - share), 1e-9))
        residuals.append((count - whole * share) / np.sqrt(weights[-1]))
    each = np.concatenate(residuals)
    number = len(each)
    squares = float((each * each).sum())
    dispersion = max(squares / (number - 2), 1e-6)
    beside = np.arange(number - 1) != len(own[0]) - 1
    found = float((each[1:] * each[:-1])[beside].sum()) * number / (max(squares, 1e-9) * beside.sum())
    correlation = float(np.clip(found + (1 + 3 * found) / number, 0.0, _MOST_CORRELATED))
    widened = _widening(weights[0], weights[1], correlation)
    freedom = max((number - 2) * (1 - correlation) / (1 + correlation), 2.0)
    return _Noise(dispersion, correlation, dispersion * widened, freedom)


def _widening(before: Floats, after: Floats, correlation: float) -> float:
    """Return how much larger the variance of the difference is where neighbouring blocks correlate.

    What the residuals lose by it, since a wandering share follows itself, is given back to them.
    """
    weights = np.concatenate([before, after])
    number = len(weights)
    contrast = np.sqrt(weights) * np.where(
        np.arange(number) < len(before), -1 / before.sum(), 1 / after.sum()
    )
    apart = np.abs(np.subtract.outer(np.arange(number), np.arange(number)))
    correlated = correlation**apart
    design = np.zeros((number, 2))
    design[: len(before), 0] = np.sqrt(before)
    design[len(before) :, 1] = np.sqrt(after)
    onto = design @ np.linalg.inv(design.T @ design) @ design.T
    left = float(np.trace((np.eye(number) - onto) @ correlated)) / (number - 2)
    variance = float(contrast @ correlated @ contrast) / float(contrast @ contrast)
    return max(variance / left, 1.0)
