"""A quasi-Poisson regression of every series at once: season, trend, past surges weighed down.

    log mean = season of the week + slope * week + log exposure,   variance = phi * mean

All series share the design, so that a step of Newton's method for all of them is a few products of
matrices: the information has the shape of an arrow (a diagonal for the season, one row for the slope),
and is solved in closed form.

**Past surges** would raise the expectation: after a first fit, a week whose standardised Anscombe residual
s is above a limit gets a weight of 1/s^2, and the model is fitted again. **A thin season** (a block in
which a rare dispute never came) has no finite estimate: `season_prior` disputes at the series' own mean
are added to each block.

Source: Noufaily et al., Stat Med 32 (2013) 1206-1222; Farrington, Andrews, Beale, Catchpole, "A statistical
algorithm for the early detection of outbreaks of infectious disease", JRSS A 159 (1996) 547-563; McCullagh
and Nelder, Generalized Linear Models (1989), ch. 6 and 12.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from services.alerts.detectors.predictive import dispersion_error, nb_tail

__all__ = ["Design", "Fit", "Predicted", "fitted", "lost_to", "merged", "predict", "reweighted"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_STEPS: Final = 25
_STEP_AT_MOST: Final = 3.0
_DONE: Final = 1e-5
"""Newton's next step would be about the square of it."""
_TINY: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Design:
    """What all series of a fit share.

    Attributes:
        season: Shape (n, blocks), 1 in the block of each week.
        time: Shape (n,), the weeks' numbers, centred on their mean.
        exposure: Shape (n,), positive.
        season_prior: Disputes that are added to each block of the season.
    """

    season: Floats
    time: Floats
    exposure: Floats
    season_prior: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The models of all series.

    Attributes:
        season: Shape (series, blocks), the log mean of each block at time 0.
        slope: Shape (series,), a week; 0 without a trend.
        diagonal: Shape (series, blocks), information of the season.
        arrow: Shape (series, blocks), information of season and slope.
        schur: Shape (series,), information of the slope, given the season.
        trend: Shape (series,), whether the series has a slope.
        mean: Shape (series, n), fitted.
        dispersion: Shape (series,), Pearson's estimate, which may be below 1.
        relative: Shape (series,), the same of residuals relative to the mean, which the R package takes for
            the errors of slope and prediction.
        freedom: Shape (series,), degrees of freedom of the residuals.
    """

    season: Floats
    slope: Floats
    diagonal: Floats
    arrow: Floats
    schur: Floats
    trend: Mask
    mean: Floats
    dispersion: Floats
    relative: Floats
    freedom: Floats

    def predictive_phi(self, limit: float) -> Floats:
        """Return the dispersion of a week that is predicted, shape (series,).

        Weeks that were weighed down lack in Pearson's estimate.
        """
        phi: Floats = self.dispersion / (1.0 - lost_to(limit))
        return np.maximum(1.0, phi)

    def error(self, phi: Floats) -> Floats:
        """Return the relative standard error of a dispersion, shape (series,)."""
        return dispersion_error(phi, np.maximum(self.mean.mean(axis=1), 0.01), self.freedom)

    @property
    def phi(self) -> Floats:
        """Variance over mean, at least 1."""
        return np.maximum(1.0, self.dispersion)


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
        counts: shape (series, n).
        weights: shape (series, n), 0 for a week that is no part of a series.
        design: shared.
        trend: shape (series,), which series have a slope.
        start: a fit of the same series to begin with.
    """
    known = weights > 0.0
    prior, prior_mean = _prior(counts, known, design)
    season, slope = _start(counts, known, design, prior, prior_mean, start)
    slope = np.where(trend, slope, 0.0)
    left = np.arange(len(counts))
    for _ in range(_STEPS):
        part = slice(None) if len(left) == len(counts) else left
        change, step = _step(
            counts[part], weights[part], season[part], slope[part], design, trend[part], prior_mean[part]
        )
        season[part] += change
        slope[part] += step
        left = left[np.abs(change).max(axis=1) >= _DONE]
        if not len(left):
            break
    mean = _mean(season, slope, design)
    diagonal, arrow, schur = _information(mean * weights, season, design, prior, prior_mean)
    used = (known.astype(np.float64) @ design.season > 0).sum(axis=1)
    freedom = np.maximum(1.0, known.sum(axis=1) - used - trend)
    floor = np.maximum(mean, _TINY)
    square = weights * (counts - mean) ** 2 / floor
    dispersion, relative = square.sum(axis=1) / freedom, (square / floor).sum(axis=1) / freedom
    return Fit(season, slope, diagonal, arrow, schur, trend, mean, dispersion, relative, freedom)


def _step(
    counts: Floats,
    weights: Floats,
    season: Floats,
    slope: Floats,
    design: Design,
    trend: Mask,
    prior_mean: Floats,
) -> tuple[Floats, Floats]:
    """Return Newton's step of season and slope."""
    prior = design.season_prior
    mean = _mean(season, slope, design)
    diagonal, arrow, schur = _information(mean * weights, season, design, prior, prior_mean)
    np.subtract(counts, mean, out=mean)
    mean *= weights
    up = mean @ design.season + prior - prior * np.exp(season) / prior_mean[:, None]
    along = mean @ design.time
    step = np.where(trend, (along - (arrow * up / diagonal).sum(axis=1)) / np.maximum(schur, _TINY), 0.0)
    return np.clip((up - arrow * step[:, None]) / diagonal, -_STEP_AT_MOST, _STEP_AT_MOST), step


def reweighted(
    fit: Fit, counts: Floats, weights: Floats, design: Design, limit: float, skewed: bool
) -> Floats:
    """Return weights in which past surges count little, of the same shape and sum.

    Args:
        fit: with the weights at hand.
        counts: shape (series, n).
        weights: shape (series, n), 1 or 0.
        design: shared.
        limit: the standardised Anscombe residual from which on a week is weighed down; 2.58 as published.
        skewed: whether a residual above it is taken anew from the negative binomial. A rare dispute that
            varies much is so skewed that many quiet weeks are above the published limit; to weigh them down
            would make the next such week a surge.
    """
    spread = 1.0 / fit.diagonal
    pulled = fit.arrow * spread
    aside = design.time - pulled @ design.season.T
    slope = np.where(fit.trend, 1.0 / np.maximum(fit.schur, _TINY), 0.0)
    hat = fit.mean * weights * (spread @ design.season.T + aside * aside * slope[:, None])
    root = np.cbrt(np.sqrt(np.maximum(fit.mean, _TINY)))
    anscombe = 1.5 * (np.cbrt(counts * counts) / root - root**3)
    anscombe /= np.sqrt(fit.phi[:, None] * np.maximum(1.0 - hat, 1e-6))
    if skewed:
        _unskew(anscombe, limit, fit, counts)
    down = np.where(anscombe > limit, 1.0 / np.maximum(anscombe, 1.0) ** 2, 1.0) * weights
    scale: Floats = weights.sum(axis=1) / np.maximum(down.sum(axis=1), _TINY)
    return down * scale[:, None]


def _unskew(residuals: Floats, limit: float, fit: Fit, counts: Floats) -> None:
    """Replace residuals above a limit by the normal quantile of the negative-binomial tail of their count."""
    rows, columns = np.nonzero(residuals > limit)
    mean = np.maximum(fit.mean[rows, columns], _TINY)
    tail = nb_tail(counts[rows, columns], mean, mean * fit.phi[rows])
    residuals[rows, columns] = -special.ndtri(np.clip(tail, 1e-300, 0.5))


def predict(fit: Fit, block: int, time: float, exposure: float) -> Predicted:
    """Return what is expected of a week.

    Args:
        fit: of all series.
        block: the week's block of the season.
        time: the week's number, on the scale of the design.
        exposure: of the week.
    """
    mean = exposure * np.exp(fit.season[:, block] + fit.slope * time)
    aside = time - fit.arrow[:, block] / fit.diagonal[:, block]
    slope = np.where(fit.trend, aside * aside / np.maximum(fit.schur, _TINY), 0.0)
    return Predicted(np.maximum(mean, _TINY), 1.0 / fit.diagonal[:, block] + slope)


def merged(fit: Fit, some: Mask, other: Fit) -> Fit:
    """Return a fit in which some series have that of another, whose series are those alone.

    Args:
        fit: of all series.
        some: shape (series,).
        other: of the series that are among some, in their order.
    """

    parts = []
    for one in fields(Fit):
        made = getattr(fit, one.name).copy()
        made[some] = getattr(other, one.name)
        parts.append(made)
    return Fit(*parts)


def _prior(counts: Floats, known: Mask, design: Design) -> tuple[float, Floats]:
    total = np.where(known, counts, 0.0).sum(axis=1)
    return design.season_prior, (total + 0.5) / np.maximum(known.astype(np.float64) @ design.exposure, _TINY)


def _start(
    counts: Floats, known: Mask, design: Design, prior: float, prior_mean: Floats, start: Fit | None
) -> tuple[Floats, Floats]:
    if start is not None:
        return start.season.copy(), start.slope
    seen = np.where(known, counts, 0.0) @ design.season + prior + 0.1
    over = (
        known.astype(np.float64) @ (design.season * design.exposure[:, None])
        + (prior + 0.1) / prior_mean[:, None]
    )
    return np.log(seen / over), np.zeros(len(counts))


def _mean(season: Floats, slope: Floats, design: Design) -> Floats:
    log_mean = season @ design.season.T
    log_mean += slope[:, None] * design.time
    np.clip(log_mean, -30.0, 30.0, out=log_mean)
    np.exp(log_mean, out=log_mean)
    log_mean *= design.exposure
    return log_mean


def _information(
    weighed: Floats, season: Floats, design: Design, prior: float, prior_mean: Floats
) -> tuple[Floats, Floats, Floats]:
    diagonal = weighed @ design.season + prior * np.exp(season) / prior_mean[:, None]
    diagonal = np.maximum(diagonal, _TINY)
    arrow = weighed @ (design.season * design.time[:, None])
    schur = weighed @ (design.time * design.time) - (arrow * arrow / diagonal).sum(axis=1)
    return diagonal, arrow, schur
