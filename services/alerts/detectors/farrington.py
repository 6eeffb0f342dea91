"""The improved Farrington detector: the same season of earlier years, with trend, past surges weighed down.

The bound is the published one (two-thirds power, delta method). The probability comes from a negative
binomial with the fitted mean and a variance that holds the error of the fit as well.

Source: Noufaily, Enki, Farrington, Garthwaite, Andrews, Charlett, "An improved algorithm for outbreak
detection in multiple surveillance systems", Stat Med 32 (2013) 1206-1222; defined as by
`farringtonFlexible` of the R package surveillance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from services.alerts.detectors import regression
from services.alerts.detectors.level import BLOCK, Level, level_of
from services.alerts.detectors.predictive import dispersion_error, tail
from services.alerts.detectors.prequential import Foretold, Prior, foretold, height
from services.alerts.detectors.reference import Reference, reference
from services.alerts.detectors.regression import Design, Fit, Predicted
from services.alerts.detectors.two_weeks import middle, of_both
from services.alerts.detectors.window import Judgement, Status, Window, in_eights, in_parts

__all__ = ["Farrington", "Model"]

Floats = NDArray[np.float64]

YEAR: Final = 52
OWN: Final = 0.7
"""The share of a count's own probability that lies above its place: 0.5 would be its middle, 1 its tail."""
_MOST_NEARER: Final = 1.5
TREND_YEARS: Final = 3
"""Years of its own that a series needs for a trend."""


@dataclass(frozen=True, slots=True)
class Model:
    """The regression of the past that is predicted from.

    Attributes:
        fit: Of all series.
        design: What they share.
        reference: The weeks of it.
        start: The column that has time 0, a fraction.
        seen: Shape (series,), disputes of the baseline.
        limit: Residual from which on a past week was weighed down.
        level: Of a series that may wander (`level.py`).
        foretold: What its own past says of it (`prequential.py`); in the place of `level`.
        relative: Shape (series,), the dispersion that the R package takes for errors; only where asked for.
    """

    fit: Fit
    design: Design
    reference: Reference
    start: float
    seen: Floats
    limit: float
    level: Level | None = None
    relative: Floats | None = None
    foretold: Foretold | None = None

    @property
    def phi(self) -> Floats:
        """Variance over mean of a week that is predicted."""
        if self.foretold is not None:
            return self.foretold.phi
        return self.fit.predictive_phi(self.limit) if self.level is None else self.level.phi

    def variance(self, ahead: Predicted) -> Floats:
        """Return how a count varies around what is expected of it, the error of the fit included."""
        variance: Floats = ahead.mean * self.phi * (1.0 + ahead.leverage * ahead.mean)
        return variance

    @property
    def error(self) -> Floats:
        """The relative standard error of `phi`."""
        if self.foretold is None:
            return self.fit.error(self.phi)
        return dispersion_error(self.phi, np.maximum(self.fit.mean.mean(axis=0), 0.01), self.foretold.weeks)

    def tail(self, observed: Floats, ahead: Predicted, wider: Floats | float = 1.0) -> Floats:
        """Return the probability of a count or more, whose variance is so many times as large."""
        return tail(observed, ahead.mean, self.variance(ahead) * wider, self.error)

    def ahead(self, window: Window, back: int = 0) -> Predicted:
        """Return what is expected of the judged week, or of one some weeks before it that is no baseline."""
        column = window.counts.shape[1] - 1 - back
        block = int(self.reference.block_of[column])
        exposure = float(window.weeks.exposure[column])
        said = regression.predict(self.fit, block, column - self.start, exposure)
        if self.foretold is not None:
            leverage = said.leverage + self.foretold.error
            return Predicted(said.mean * self.foretold.factor, leverage)
        if self.level is None:
            return said
        return Predicted(said.mean * self.level.factor, said.leverage + self.level.error / self.level.phi)


@dataclass(frozen=True, slots=True)
class Farrington:
    """Quasi-Poisson regression on earlier years.

    Attributes:
        alpha: The level of the bound.
        years: Years back that are looked at, as far as there are.
        least_years: Years without which there is no judgement.
        half_width: Weeks around the same date that share its season.
        blocks: Blocks of the year, 1 to look at the same season alone.
        left_out: Weeks just before the judged one that are no baseline.
        limit: Residual from which on a past week is weighed down.
        trend_level: Largest p-value of a trend that is kept; 1 keeps all that do not run ahead.
        run_ahead: How far an expectation may be above the largest past week before the trend is dropped: 1 as
            published, which takes the trend from series that grow steadily just as they reach new heights.
        least_recent: Disputes of the last four weeks without which the bound is not exceeded.
        least_past: Disputes of the baseline without which the series is too sparse.
        season_prior: Disputes that are added to each block of the season.
        two_weeks: Whether the probability is that of the week and of its sum with the one before, taken
            together (Stouffer's sum of normal quantiles, their correlation known): few surges last one week.
        wandering: Whether the level may leave what earlier years say (`level.py`); needs several blocks.
        level_lag: Weeks just before the judged one that do not tell the level.
        prior: Of a series whose own forecasts say where it is and how it varies (`prequential.py`); in the
            place of `wandering`.
        own: The share of a count's own probability that lies above its place, where two weeks are one.
        second: The weight of two weeks' sum beside the week.
        as_package: Whether errors of slope and bound are those of the R package, which takes them from
            residuals relative to the mean: for golden values alone.
    """

    alpha: float = 0.01
    years: int = 5
    least_years: int = 2
    half_width: int = 3
    blocks: int = 10
    left_out: int = 26
    limit: float = 2.58
    trend_level: float = 1.0
    run_ahead: float = 2.0
    least_recent: int = 5
    least_past: int = 20
    season_prior: float = 1.0
    two_weeks: bool = False
    wandering: bool = False
    level_lag: int = 2
    prior: Prior | None = None
    own: float = OWN
    second: float = 0.5
    as_package: bool = False
    name: str = "farrington"

    @property
    def weeks_needed(self) -> int:
        return self.least_years * YEAR + self.half_width + self.least_years

    @property
    def weeks_used(self) -> int:
        return self.years * YEAR + self.half_width + self.years

    def judge(self, window: Window) -> Judgement:
        window = window.last(self.weeks_used + 1)
        return in_parts(self._judged, window, window.length >= self.weeks_needed)

    def model(self, window: Window) -> Model:
        """Return the regression of a window whose series are all long enough."""
        past = reference(window.weeks, self.years, self.half_width, self.blocks, self.left_out)
        start = float(past.columns.mean())
        exposure = window.weeks.exposure[past.columns]
        time = past.columns.astype(np.float64) - start
        design = Design(past.block, past.blocks, time, exposure, self.season_prior)
        known = (past.columns[:, None] >= window.begins).astype(np.float64)
        counts = np.take(window.counts, past.columns, axis=1).T.astype(np.float64, order="C")
        counts *= known
        may = window.length >= TREND_YEARS * YEAR + self.half_width
        fit, weights = self._weighed(counts, known, design, may)
        whole = Model(fit, design, past, start, counts.sum(axis=0), self.limit)
        kept = may & (whole.ahead(window).mean <= self.run_ahead * counts.max(axis=0))
        if self.trend_level < 1.0:
            kept &= self._p_of_slope(whole.fit, self._relative(fit, counts, weights)) < self.trend_level
        without = may & ~kept
        if without.any():
            some = in_eights(np.flatnonzero(without))
            theirs, none = np.take(counts, some, axis=1), np.zeros(len(some), dtype=np.bool_)
            flat, weights[:, some] = self._weighed(theirs, np.take(known, some, axis=1), design, none)
            whole = replace(whole, fit=regression.merged(whole.fit, some, flat))
        whole = replace(whole, relative=self._relative(whole.fit, counts, weights))
        if self.prior is not None:
            return replace(whole, foretold=self._foretold(window, whole, counts, weights, self.prior))
        return replace(whole, level=self._level(window, whole, counts, weights)) if self.wandering else whole

    def _relative(self, fit: Fit, counts: Floats, weights: Floats) -> Floats | None:
        return regression.relative(fit, counts, weights) if self.as_package else None

    def _weighed(
        self, counts: Floats, known: Floats, design: Design, trend: NDArray[np.bool_]
    ) -> tuple[Fit, Floats]:
        first = regression.fitted(counts, known, design, trend)
        weights = regression.reweighted(first, counts, known, design, self.limit, not self.as_package)
        return regression.fitted(counts, weights, design, trend, start=first), weights

    def _level(self, window: Window, model: Model, counts: Floats, weights: Floats) -> Level:
        backs = range(1 + self.level_lag, 1 + self.level_lag + BLOCK)
        recent = window.counts[:, -backs.stop : -backs.start].sum(axis=1, dtype=np.float64)
        said = np.sum([model.ahead(window, back).mean for back in backs], axis=0)
        lost = regression.lost_to(self.limit)
        in_time = np.argsort(model.reference.columns)
        return level_of(counts, weights, model.fit.mean, in_time, recent, said, lost)

    @staticmethod
    def _foretold(window: Window, model: Model, counts: Floats, weights: Floats, prior: Prior) -> Foretold:
        """Return what the weeks of the regression, and those that it leaves out, say of the judged one."""
        past, fit = model.reference, model.fit
        in_time = np.argsort(past.columns)
        after = np.arange(past.columns.max() + 1, window.counts.shape[1] - 1)
        late = (past.block_of[after], after - model.start, window.weeks.exposure[after])
        known = (after[:, None] >= window.begins).astype(np.float64)
        mean = np.concatenate([fit.mean[in_time], regression.means(fit, *late)])
        seen = np.concatenate([counts[in_time], np.take(window.counts, after, axis=1).T * known])
        # The fit came nearer to its own weeks than it comes to others.
        nearer = np.count_nonzero(weights, axis=0) / fit.freedom
        weights = np.concatenate([weights[in_time], known])
        near = height(seen, np.where(weights > 0.0, mean, 0.0))
        made = foretold(seen, mean, weights, near, prior)
        return replace(made, phi=made.phi * np.clip(nearer, 1.0, _MOST_NEARER))

    def _judged(self, window: Window) -> Judgement:
        model = self.model(window)
        ahead = model.ahead(window)
        mean, phi = ahead.mean, model.fit.phi
        error = (model.fit.dispersion if model.relative is None else model.relative) * ahead.leverage * mean
        spread = np.sqrt(4 / 9 * np.cbrt(mean) * (phi + error))
        quantile = float(special.ndtri(1.0 - self.alpha))
        two_thirds = np.cbrt(mean * mean)
        bound = np.maximum(0.0, two_thirds + quantile * spread) ** 1.5
        recent = window.counts[:, -4:].sum(axis=1)
        bound = np.where(recent >= self.least_recent, bound, np.inf)
        observed = window.observed
        statistic = (np.cbrt(observed * observed) - two_thirds) / spread
        status = np.where(model.seen >= self.least_past, Status.JUDGED, Status.TOO_SPARSE).astype(np.int8)
        p_value = self._of_two(window, model, ahead) if self.two_weeks else model.tail(observed, ahead)
        return Judgement.of(status, mean, bound, statistic, p_value, model.variance(ahead))

    def _of_two(self, window: Window, model: Model, ahead: Predicted) -> Floats:
        """Return the probability of the week and of the sum with the one before it, taken together."""
        before = model.ahead(window, 1)
        both = Predicted(ahead.mean + before.mean, np.maximum(ahead.leverage, before.leverage))
        follows = 0.0 if model.foretold is None else model.foretold.follows
        observed = window.observed
        one = middle(lambda count: model.tail(count, ahead), observed, self.own)
        two = middle(
            lambda count: model.tail(count, both, 1.0 + follows), observed + window.counts[:, -2], self.own
        )
        # The correlation of a week with the sum of it and another one that is like it.
        return of_both(one, two, np.sqrt(ahead.mean / both.mean * (1.0 + follows)), self.second)

    @staticmethod
    def _p_of_slope(fit: Fit, relative: Floats | None) -> Floats:
        """Return the two-sided p-value of the slope; 1 without one."""
        dispersion = fit.dispersion if relative is None else relative
        error = np.sqrt(dispersion / np.maximum(fit.schur, 1e-12))
        p_value: Floats = 2.0 * special.stdtr(fit.freedom, -np.abs(fit.slope) / np.maximum(error, 1e-12))
        return np.where(fit.trend, p_value, 1.0)
