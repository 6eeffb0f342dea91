"""How well a series' own past was foretold, week by week, and what that says of the next week.

Each past week is foretold from the weeks before it in the same way as the judged one: a mean (of a
regression, or of the past), moved by a share of what the eight weeks before it (the last two left out) differ
from theirs. The share that foretells a series best is taken from that series, and so is how far what came was
from what was foretold: over-dispersion, levels that wander, new starts and whatever else the model does not
know are in it, by as much as they are in the series. Where the last year was foretold worse than the rest, by
more than chance, the last year counts.

Source: Dawid, "Statistical theory: the prequential approach", JRSS A 147 (1984) 278-292 (a model is judged by
its forecasts); Held, Höhle, Hofmann, "A statistical framework for the analysis of multivariate infectious
disease surveillance counts", Stat Modelling 5 (2005) 187-199 (a mean of a lasting part and of what came just
before); West, Harrison, Bayesian Forecasting and Dynamic Models (1997), ch. 2 (discounting); Cornish, Fisher,
"Moments and cumulants in the specification of distributions", Rev Int Stat Inst 5 (1937) 307-320 (how far out
a skewed count may lie); Bühlmann, Gisler, A Course in Credibility Theory (2005), ch. 3 (priors that weigh as
weeks).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["LAG", "NEAR", "Foretold", "Prior", "before", "foretold", "height"]

Floats = NDArray[np.float64]

NEAR: Final = 8
"""Weeks that tell how high a series is now."""
LAG: Final = 2
"""Weeks just before the one that is foretold that do not: a surge that has begun must not hide itself,
nor is it dispersion yet."""
FARTHEST: Final = 3.0
"""Normal deviations up to which a residual counts: a past surge is no dispersion."""
LATELY: Final = 52.0
"""Weeks after which one counts half as much for what was lately."""
DOUBT: Final = 1.0
"""Standard errors by which what was lately must be worse."""
_TINY: Final = 1e-9
_LEAST: Final = 0.05
_MOST: Final = 20.0
_MOST_FOLLOWS: Final = 0.9
_MOST_SKEW: Final = 6.0


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of a series of which nothing is known.

    Attributes:
        share: By which it follows its last weeks.
        share_weeks: So many weeks of its own outweigh that as much as half.
        phi: Variance over mean.
        phi_weeks: So many weeks of its own, of many disputes each, outweigh that as much as half.
        half_life: Weeks after which one counts half as much.
    """

    share: float
    share_weeks: float
    phi: float
    phi_weeks: float
    half_life: float


@dataclass(frozen=True, slots=True)
class Foretold:
    """What the past says of the next week, shape (series,).

    Attributes:
        factor: By which it is higher than its mean says.
        error: The variance of that factor's logarithm, for each unit of dispersion.
        phi: Variance over mean of a week around what was foretold.
        follows: Correlation of a week's residual with that of the week before; 0 or more.
        weeks: How many weeks say so, the long past ones less.
    """

    factor: Floats
    error: Floats
    phi: Floats
    follows: Floats
    weeks: Floats


def height(seen: Floats, mean: Floats) -> Floats:
    """Return how high a series was just before each week, and is before the next one, beside its mean.

    Args:
        seen: shape (weeks, series), disputes.
        mean: what was expected of them; 0 where a week is no part of the series.

    Returns:
        Shape (weeks + 1, series); 1 where nothing is known. Half a dispute is added on both sides, so that
        none after none is as usual.
    """
    near = before(seen)
    near += 0.5
    near /= before(mean) + 0.5
    return near


def before(each: Floats) -> Floats:
    """Return the sums of the near weeks before each week and before the next one, shape (weeks + 1, series).

    By doubling: sums of one, two, four, eight weeks. A running sum would be slower, and round.
    """
    number, series = each.shape
    sums = np.zeros((NEAR + LAG + number, series))
    sums[NEAR + LAG :] = each
    wide = 1
    while wide < NEAR:
        sums = sums[wide:] + sums[:-wide]
        wide *= 2
    return sums[: number + 1]


def foretold(
    counts: Floats, mean: Floats, weights: Floats, near: Floats, prior: Prior, unsure: Floats | None = None
) -> Foretold:
    """Return what the weeks before the judged one say of it.

    Args:
        counts: shape (weeks, series), one after the other, the judged week not among them.
        mean: what was expected of each, positive.
        weights: 0 for weeks that are no part of a series, less than 1 for a past surge.
        near: shape (weeks + 1, series), see `height`.
        prior: of a series of which nothing is known.
        unsure: shape (weeks, series), by how much more a week varies since its mean is only estimated.
    """
    age = np.arange(len(counts), 0, -1, dtype=np.float64)[:, None]
    weights = weights * (np.exp2(-age / prior.half_life) * (age > LAG))
    known = np.maximum(weights.sum(axis=0), _TINY)
    level = np.einsum("ij,ij->j", weights, mean) / known
    usual = mean if unsure is None else mean * unsure
    apart = counts - mean
    squares = apart * apart
    squares /= usual
    typical = np.einsum("ij,ij->j", weights, squares) / known
    reach = np.sqrt(usual, out=squares)
    reach *= np.sqrt(_limit(typical, level))
    np.minimum(apart, reach, out=apart)
    aside = near[:-1] - 1.0
    moved = mean * aside
    aside *= weights
    # What the height of eight quiet weeks varies by anyway stands for the weeks of the prior.
    believed = prior.share_weeks * prior.phi / NEAR
    along = np.einsum("ij,ij->j", moved, aside) + believed
    share = np.clip((np.einsum("ij,ij->j", apart, aside) + prior.share * believed) / along, 0.0, 1.0)
    moved *= share
    moved += mean
    np.subtract(counts, moved, out=apart)
    apart /= np.sqrt(moved if unsure is None else moved * unsure)
    phi, follows = _around(apart, weights, typical, level, prior)
    factor = np.clip(1.0 + share * (near[-1] - 1.0), _LEAST, _MOST)
    error = (near[-1] - 1.0) ** 2 / along / factor**2
    return Foretold(factor, error, phi, follows, known)


def _around(
    apart: Floats, weights: Floats, typical: Floats, level: Floats, prior: Prior
) -> tuple[Floats, Floats]:
    """Return variance over mean around what was foretold, and how residuals correlate.

    Args:
        apart: shape (weeks, series), standardised residuals. They are changed.
        weights: shape (weeks, series).
        typical: shape (series,), their mean square before anything was foretold.
        level: shape (series,), disputes of a usual week.
        prior: of a series of which nothing is known.
    """
    known = np.maximum(weights.sum(axis=0), _TINY)
    weighed = np.empty_like(apart)
    for _ in range(2):
        np.minimum(apart, np.sqrt(_limit(typical, level)), out=apart)
        np.multiply(weights, apart, out=weighed)
        typical = np.einsum("ij,ij->j", weighed, apart) / known
    informed = _informing(prior.phi, level)
    lately = np.exp2(-np.arange(len(apart), 0, -1) / LATELY)
    just = np.maximum(np.einsum("i,ij->j", lately, weights), _TINY)
    apart_then = np.einsum("i,ij,ij->j", lately, weighed, apart) / just
    doubt = DOUBT * np.sqrt(2.0 / np.maximum(just * informed, 2.0))
    typical = np.maximum(typical, apart_then * np.maximum(1.0 - doubt, 0.0))
    informed *= known
    phi = np.maximum(1.0, (prior.phi_weeks * prior.phi + informed * typical) / (prior.phi_weeks + informed))
    beside = np.einsum("ij,ij->j", weighed[1:], apart[:-1]) / ((known + prior.phi_weeks) * phi)
    return phi, np.clip(beside - 1.0 / np.sqrt(np.maximum(known, 1.0)), 0.0, _MOST_FOLLOWS)


def _limit(typical: Floats, mean: Floats) -> Floats:
    """Return the largest squared residual that counts, by how skew a negative binomial is."""
    phi = np.maximum(1.0, typical)
    skew = np.minimum((2.0 * phi - 1.0) / np.sqrt(phi * np.maximum(mean, 1e-3)), _MOST_SKEW)
    limit: Floats = phi * (FARTHEST + (FARTHEST * FARTHEST - 1.0) / 6.0 * skew) ** 2
    return limit


def _informing(phi: float, mean: Floats) -> Floats:
    """Return how much a week says of its dispersion, beside one of many disputes: rare ones say little.

    That is the variance of a normal residual's square, over that of a negative binomial one's.
    """
    usual = np.maximum(mean, 1e-3)
    made: Floats = 2.0 / (2.0 + 6.0 * (phi - 1.0) / usual + 1.0 / (phi * usual))
    return made
