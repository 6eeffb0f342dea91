"""A quasi-Poisson regression of every series at once: season, trend, past surges weighed down.

    log mean = season of the week + slope * week + log exposure,   variance = phi * mean

All series share the design. For a given slope the best season has a closed form (what a block has seen over
what it would have seen), so that one number a series is left: Newton's method finds the slope along the
profile of the likelihood, which is concave. A step for all series is a few passes over one array.

**Weeks stand in rows, series in columns**, the weeks of a block one after the other. Every operation is one
of elements, or a sum down a column in the order of the weeks: the result of a series is the same to the last
bit whatever series stand beside it. (Products of matrices would be shorter to write; how they round depends
on the number of columns.)

**Past surges** would raise the expectation: after a first fit, a week whose standardised Anscombe residual
s is above a limit gets a weight of 1/s^2, and the model is fitted again. **A thin season** (a block in
which a rare dispute never came) has no finite estimate: `season_prior` disputes at the series' own mean
are added to each block.

Source: Noufaily et al., Stat Med 32 (2013) 1206-1222; Farrington, Andrews, Beale, Catchpole, "A statistical
algorithm for the early detection of outbreaks of infectious disease", JRSS A 159 (1996) 547-563; McCullagh
and Nelder, Generalized Linear Models (1989), ch. 6 and 12; Barndorff-Nielsen and Cox, Inference and
Asymptotics (1994), ch. 3 (profile likelihood).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from services.alerts.detectors.predictive import dispersion_error, nb_tail
from services.alerts.detectors.window import in_eights

__all__ = ["Design", "Fit", "Predicted", "fitted", "lost_to", "merged", "predict", "relative", "reweighted"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_STEPS: Final = 25
_STEP_AT_MOST: Final = 3.0
"""By which a step may change a week's log mean."""
_FAR: Final = 30.0
"""What a slope adds to a week's log mean at most."""
_DONE: Final = 1e-4
"""Newton's next step would be about the square of it."""
_TINY: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Design:
    """What all series of a fit share.

    Attributes:
        block: Shape (n,), ascending: the block of the season of each row.
        blocks: How many blocks there are; one of them may be empty.
        time: Shape (n,), the weeks' numbers, centred on their mean.
        exposure: Shape (n,), positive.
        season_prior: Disputes that are added to each block of the season.
        parts: The rows of each block, and their times to the powers 0, 1 and 2, shape (3, rows).
        bounds: Shape (3, blocks), least and largest time and largest exposure of each block.
        reach: The largest distance of a week from time 0, in weeks; at least 1.
    """

    block: NDArray[np.int64]
    blocks: int
    time: Floats
    exposure: Floats
    season_prior: float = 0.0
    parts: tuple[tuple[slice, Floats], ...] = field(init=False)
    bounds: Floats = field(init=False)
    reach: float = field(init=False)

    def __post_init__(self) -> None:
        edges = np.searchsorted(self.block, np.arange(self.blocks + 1)).tolist()
        powers = np.stack([self.time**0, self.time, self.time * self.time])
        parts = tuple((slice(*ends), powers[:, slice(*ends)].copy()) for ends in pairwise(edges))
        object.__setattr__(self, "parts", parts)
        bounds = np.zeros((3, self.blocks))
        for block, (part, _) in enumerate(parts):
            if part.start < part.stop:
                time = self.time[part]
                bounds[:, block] = time.min(), time.max(), self.exposure[part].max()
        object.__setattr__(self, "bounds", bounds)
        object.__setattr__(self, "reach", float(np.abs(self.time).max(initial=1.0)))

    def summed(self, each: Floats) -> Floats:
        """Return the sums of each block, shape (blocks, series)."""
        made = np.empty((self.blocks, each.shape[1]))
        for block, (part, _) in enumerate(self.parts):
            each[part].sum(axis=0, out=made[block])
        return made

    def moments(self, each: Floats) -> Floats:
        """Return the sums of each block, of its rows times their time, and times its square.

        Returns:
            Shape (3, blocks, series).
        """
        made = np.empty((3, self.blocks, each.shape[1]))
        for block, (part, powers) in enumerate(self.parts):
            np.einsum("ki,ij->kj", powers, each[part], out=made[:, block])
        return made


@dataclass(frozen=True, slots=True)
class Fit:
    """The models of all series; the last axis of every array is that of the series.

    Attributes:
        season: Shape (blocks, series), the log mean of each block at time 0.
        slope: Shape (series,), a week; 0 without a trend.
        diagonal: Shape (blocks, series), information of the season.
        arrow: Shape (blocks, series), information of season and slope.
        schur: Shape (series,), information of the slope, given the season.
        trend: Shape (series,), whether the series has a slope.
        mean: Shape (n, series), fitted.
        dispersion: Shape (series,), Pearson's estimate, which may be below 1.
        freedom: Shape (series,), degrees of freedom of the residuals.
        prior_mean: Shape (series,), disputes a week and exposure of the series as a whole.
    """

    season: Floats
    slope: Floats
    diagonal: Floats
    arrow: Floats
    schur: Floats
    trend: Mask
    mean: Floats
    dispersion: Floats
    freedom: Floats
    prior_mean: Floats

    def predictive_phi(self, limit: float) -> Floats:
        """Return the dispersion of a week that is predicted, shape (series,).

        Weeks that were weighed down lack in Pearson's estimate.
        """
        phi: Floats = self.dispersion / (1.0 - lost_to(limit))
        return np.maximum(1.0, phi)

    def error(self, phi: Floats) -> Floats:
        """Return the relative standard error of a dispersion, shape (series,)."""
        return dispersion_error(phi, np.maximum(self.mean.mean(axis=0), 0.01), self.freedom)

    @property
    def phi(self) -> Floats:
        """Variance over mean, at least 1."""
        return np.maximum(1.0, self.dispersion)

    @property
    def spread(self) -> Floats:
        """The variance of the slope, before the dispersion; 0 without one."""
        return np.where(self.trend, 1.0 / np.maximum(self.schur, _TINY), 0.0)


@dataclass(frozen=True, slots=True)
class Predicted:
    """What is expected of a week; shape (series,).

    Attributes:
        mean: Expected disputes.
        leverage: The variance of its logarithm, before the dispersion.
    """

    mean: Floats
    leverage: Floats


def lost_to(limit: float) -> float:
    """Return the share of a normal residual's square that is lost where it is weighed down above a limit."""
    return float(limit * np.exp(-limit * limit / 2.0) / np.sqrt(2.0 * np.pi))


def fitted(counts: Floats, weights: Floats, design: Design, trend: Mask, start: Fit | None = None) -> Fit:
    """Fit all series.

    Args:
        counts: shape (n, series).
        weights: shape (n, series), 0 for a week that is no part of a series.
        design: shared.
        trend: shape (series,), which series have a slope.
        start: a fit of the same series, weeks and trends to begin with; weights may differ.
    """
    prior_mean, freedom = (
        _of_the_whole(counts, weights, design, trend) if start is None else (start.prior_mean, start.freedom)
    )
    slope = np.zeros(counts.shape[1]) if start is None else np.where(trend, start.slope, 0.0)
    sums = _Sums.of(counts, weights, design, prior_mean)
    _climb(slope, np.flatnonzero(trend), sums, design)
    mean = design.time[:, None] * slope
    np.exp(mean, out=mean)
    each = mean * sums.exposed
    season, arrow, schur = sums.information(each, design)
    mean *= design.exposure[:, None]
    for block, (part, _) in enumerate(design.parts):
        mean[part] *= season[block]
    np.subtract(counts, mean, out=each)
    each *= each
    each /= mean
    dispersion = np.einsum("ij,ij->j", each, weights) / freedom
    return Fit(np.log(season), slope, sums.top, arrow, schur, trend, mean, dispersion, freedom, prior_mean)


def _climb(slope: Floats, left: NDArray[np.intp], sums: _Sums, design: Design) -> None:
    """Change the slopes of some series to those of the largest likelihood."""
    for _ in range(_STEPS):
        if not len(left):
            return
        everyone = len(left) == len(slope)
        some = left if everyone else in_eights(left)
        step = (sums if everyone else sums.some(some)).step(slope[some], design)
        slope[some] = np.clip(slope[some] + step, -_FAR / design.reach, _FAR / design.reach)
        left = left[np.abs(step[: len(left)]) * design.reach >= _DONE]


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the steps of a fit have in common.

    Attributes:
        exposed: Shape (n, series), weight times exposure.
        top: Shape (blocks, series), what each block has seen, the prior included.
        under: Shape (series,), what the prior adds below.
        along: Shape (series,), disputes times their time.
    """

    exposed: Floats
    top: Floats
    under: Floats
    along: Floats

    @classmethod
    def of(cls, counts: Floats, weights: Floats, design: Design, prior_mean: Floats) -> _Sums:
        seen = counts * weights
        along = np.einsum("i,ij->j", design.time, seen)
        top = np.maximum(design.summed(seen) + design.season_prior, _TINY)
        np.multiply(weights, design.exposure[:, None], out=seen)
        return cls(seen, top, design.season_prior / prior_mean, along)

    def some(self, rows: NDArray[np.intp]) -> _Sums:
        """Return those of some series."""
        # By `take`, since an index on the last axis leaves an array whose rows are not contiguous.
        exposed, top = np.take(self.exposed, rows, axis=1), np.take(self.top, rows, axis=1)
        return _Sums(exposed, top, self.under[rows], self.along[rows])

    def information(self, growth: Floats, design: Design) -> tuple[Floats, Floats, Floats]:
        """Return season (not its logarithm), arrow and the information of the slope, given the season.

        Args:
            growth: shape (n, series), weight and exposure of a week, times what the slope makes of it.
            design: shared.
        """
        over, once, twice = design.moments(growth)
        season = self.top / np.maximum(over + self.under, _TINY)
        arrow = season * once
        schur = (season * twice - arrow * arrow / self.top).sum(axis=0)
        return season, arrow, schur

    def step(self, slope: Floats, design: Design) -> Floats:
        """Return Newton's step of the slope along the profile of the likelihood."""
        growth = design.time[:, None] * slope
        np.exp(growth, out=growth)
        growth *= self.exposed
        _, arrow, schur = self.information(growth, design)
        most = _STEP_AT_MOST / design.reach
        step: Floats = (self.along - arrow.sum(axis=0)) / np.maximum(schur, _TINY)
        return np.clip(step, -most, most)


def _of_the_whole(counts: Floats, weights: Floats, design: Design, trend: Mask) -> tuple[Floats, Floats]:
    """Return disputes a week and exposure of each series, and its degrees of freedom."""
    known = (weights > 0.0).astype(np.float64)
    number = design.summed(known)
    weeks, used = number.sum(axis=0), np.count_nonzero(number, axis=0)
    exposed = np.einsum("i,ij->j", design.exposure, known)
    known *= counts
    prior_mean = (known.sum(axis=0) + 0.5) / np.maximum(exposed, _TINY)
    return prior_mean, np.maximum(1.0, weeks - used - trend)


def relative(fit: Fit, counts: Floats, weights: Floats) -> Floats:
    """Return the dispersion of residuals relative to the mean, shape (series,).

    The R package takes it for the errors of slope and prediction.
    """
    made: Floats = (weights * ((counts - fit.mean) / fit.mean) ** 2).sum(axis=0) / fit.freedom
    return made


def reweighted(
    fit: Fit, counts: Floats, weights: Floats, design: Design, limit: float, skewed: bool
) -> Floats:
    """Return weights in which past surges count little, of the same shape and sum.

    Few weeks have a residual above the limit, and only these are worked out. The others are told by
    Pearson's residual: ``1.5 * (y^(2/3) - m^(2/3)) / m^(1/6)`` is at most ``(y - m) / m^(1/2)`` for every y
    above m, since a power of 2/3 is concave; so what is not above the limit by the second is not above it by
    the first.

    Args:
        fit: with the weights at hand.
        counts: shape (n, series).
        weights: shape (n, series), 1 or 0.
        design: shared.
        limit: the standardised Anscombe residual from which on a week is weighed down, positive; 2.58 as
            published.
        skewed: whether a residual above it is taken anew from the negative binomial. A rare dispute that
            varies much is so skewed that many quiet weeks are above the published limit; to weigh them down
            would make the next such week a surge.
    """
    over = counts - fit.mean
    over *= np.abs(over)
    bound = _SAFELY * limit * limit * fit.phi * _least_left(fit, design)
    rows, columns = np.nonzero(over > fit.mean * bound[design.block])
    seen, mean, phi = counts[rows, columns], fit.mean[rows, columns], fit.phi[columns]
    left = np.maximum(1.0 - _hat(fit, design, rows, columns) * mean * weights[rows, columns], 1e-6)
    root = np.cbrt(np.sqrt(mean))
    made = 1.5 * (np.cbrt(seen * seen) / root - root**3) / np.sqrt(phi * left)
    above = made > limit
    if skewed:
        tails = nb_tail(seen[above], mean[above], (mean * phi)[above])
        made[above] = -special.ndtri(np.clip(tails, 1e-300, 0.5))
        above &= made > limit
    down = weights.copy()
    down[rows[above], columns[above]] *= 1.0 / np.maximum(made[above], 1.0) ** 2
    scale = weights.sum(axis=0) / np.maximum(down.sum(axis=0), _TINY)
    down *= scale
    return down


def _least_left(fit: Fit, design: Design) -> Floats:
    """Return how much of a residual's variance the fit leaves at least in a block, shape (blocks, series)."""
    first, last, most = design.bounds[:, :, None]
    pulled = fit.arrow / fit.diagonal
    aside = np.maximum(np.abs(first - pulled), np.abs(last - pulled))
    mean = most * np.exp(fit.season + np.abs(fit.slope) * design.reach)
    made: Floats = 1.0 - mean * (1.0 / fit.diagonal + aside * aside * fit.spread)
    return np.maximum(made, 1e-6)


def _hat(fit: Fit, design: Design, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
    """Return the variances of the logarithm of some fitted means, before the dispersion."""
    block, spread = design.block[rows], 1.0 / fit.diagonal
    aside = design.time[rows] - (fit.arrow * spread)[block, columns]
    made: Floats = spread[block, columns] + aside * aside * fit.spread[columns]
    return made


_SAFELY: Final = 1.0 - 1e-9
"""So that rounding cannot hide a week that is just above the limit."""


def predict(fit: Fit, block: int, time: float, exposure: float) -> Predicted:
    """Return what is expected of a week.

    Args:
        fit: of all series.
        block: the week's block of the season.
        time: the week's number, on the scale of the design.
        exposure: of the week.
    """
    mean = exposure * np.exp(fit.season[block] + fit.slope * time)
    aside = time - fit.arrow[block] / fit.diagonal[block]
    return Predicted(np.maximum(mean, _TINY), 1.0 / fit.diagonal[block] + aside * aside * fit.spread)


def means(fit: Fit, block: NDArray[np.int64], time: Floats, exposure: Floats) -> Floats:
    """Return what is expected of several weeks, shape (weeks, series).

    Args:
        fit: of all series.
        block: shape (weeks,), the blocks of the season.
        time: the weeks' numbers, on the scale of the design.
        exposure: of the weeks.
    """
    made = time[:, None] * fit.slope
    made += fit.season[block]
    np.exp(made, out=made)
    made *= exposure[:, None]
    return np.maximum(made, _TINY)


def merged(fit: Fit, some: NDArray[np.intp], other: Fit) -> Fit:
    """Return a fit in which some series have that of another, whose series are those alone.

    Args:
        fit: of all series.
        some: columns of the series; one may be named twice.
        other: of these series, in their order.
    """
    parts = []
    for one in fields(Fit):
        made = getattr(fit, one.name).copy()
        made[..., some] = getattr(other, one.name)
        parts.append(made)
    return Fit(*parts)
