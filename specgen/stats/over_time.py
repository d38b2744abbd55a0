"""Whether a row of estimates over time is one value: heterogeneity, trend, and the most likely change point.

Windows are weighted by the inverse of their own variances; where they share sampling units, their
covariance counts in what chance does, but not in the weights, for which it is too unsure. The
statistics' distribution where nothing changes is drawn, not looked up: rows of plain proportions are dealt
out to the windows again (a permutation test, exact however rare the errors), other estimates come from the
normal distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import optimize

from specgen.engine.cells import FloatArray, IntArray

DRAWS = 9_999
# What a window's own spread weighs against that of all, in rows: its spread is as unsure as its value is.
PRIOR_ROWS = 100.0


@dataclass(frozen=True, eq=False)
class Series:
    """Estimates of W windows: `at` (W,) positions in time, `value` (W,), `covariance` (W, W) if nothing changes.

    `trials` and `successes` (W,) are given for proportions of independent rows of equal weight. `freedom`
    are the degrees of freedom of a covariance that was estimated from few sampling units.
    """

    at: FloatArray
    value: FloatArray
    covariance: FloatArray
    trials: IntArray | None = None
    successes: IntArray | None = None
    freedom: float | None = None

    @cached_property
    def weight(self) -> FloatArray:
        """The inverse of each window's own variance, (W,)."""
        return np.asarray(1 / np.diag(self.covariance))

    @property
    def mean(self) -> float:
        """The value of all windows together, each by its weight."""
        return float(self.weight @ self.value / self.weight.sum())


@dataclass(frozen=True)
class Contrasts:
    """Linear functions of the values: `by` (K, W) and their standard errors `se` (K,)."""

    by: FloatArray
    se: FloatArray

    def z(self, values: FloatArray) -> FloatArray:
        """Each divided by its standard error, (..., K), of values (..., W)."""
        return np.asarray(values @ self.by.T / self.se)


@dataclass(frozen=True)
class Tested:
    """A statistic, how often chance alone gives one as large, and the effect behind it with simultaneous bounds.

    `largest` is the largest effect that the values leave possible, and `critical` the standard errors that
    chance moves the most conspicuous effect by.
    """

    statistic: float
    p_value: float
    effect: float
    low: float
    high: float
    largest: float
    critical: float = 0.0
    where: int = 0


def proportions(at: FloatArray, successes: IntArray, trials: IntArray) -> Series | None:
    """Windows of plain proportions; None where all rows say the same, which leaves no spread to go by.

    The variances are those of the common proportion p, p(1 − p)/n, as in the χ² and Cochran-Armitage tests.
    """
    common = successes.sum() / trials.sum()
    if common in (0.0, 1.0):
        return None
    covariance = np.diag(common * (1 - common) / trials)
    return Series(at, successes / trials, covariance, trials, successes)


def estimates(
    at: FloatArray, value: FloatArray, se: FloatArray, n: FloatArray, correlation: FloatArray | None = None
) -> Series:
    """Windows of any estimates with standard errors (W,) from n (W,) units, and their correlations (W, W) if any.

    A window's spread a unit is moderated by that of all windows, so that one in which few rows happen to
    be alike is not taken for certain (Smyth 2004, Statistical Applications in Genetics 3:3, with prior
    degrees of freedom fixed).
    """
    own = n * se**2
    common = float(n @ own / n.sum())
    spread = (PRIOR_ROWS * common + n * own) / (PRIOR_ROWS + n)
    moderated = np.sqrt(spread / n)
    if correlation is None:
        return Series(at, value, np.diag(moderated**2))
    covariance = np.asarray(moderated[:, None] * correlation * moderated)
    return Series(at, value, covariance, freedom=max(float(n.min()) - 1, 1.0))


def null_draws(series: Series, seed: int) -> FloatArray:
    """Values (B, W) as they would be if nothing changed."""
    rng = np.random.default_rng(seed)
    if series.trials is not None and series.successes is not None:
        total = int(series.successes.sum())
        dealt = rng.multivariate_hypergeometric(series.trials, total, size=DRAWS, method="marginals")
        return np.asarray(dealt / series.trials)
    return series.mean + _normal(series, rng)


def _normal(series: Series, rng: np.random.Generator) -> FloatArray:
    """Errors (B, W) of the values: normal, or t where their covariance is unsure."""
    root = np.linalg.cholesky(series.covariance)
    drawn = rng.standard_normal((DRAWS, len(series.value))) @ root.T
    if series.freedom is None:
        return np.asarray(drawn)
    return np.asarray(drawn / np.sqrt(rng.chisquare(series.freedom, (DRAWS, 1)) / series.freedom))


def _p(drawn: FloatArray, found: float) -> float:
    """Share of draws at least as large, the found one among them (Davison and Hinkley 1997, §4.2.1)."""
    return float((1 + (drawn >= found * (1 - 1e-12)).sum()) / (1 + len(drawn)))


def cochran_q(series: Series, values: FloatArray, tau: float = 0.0) -> FloatArray:
    """Cochran's Q (...,) of values (..., W): their weighted squares about the common value.

    Of proportions it is Pearson's χ² of the table of windows; `tau` is a further standard deviation of the
    windows' true values. Source: Cochran (1954), Biometrics 10:101.
    """
    weight = 1 / (np.diag(series.covariance) + tau**2)
    apart = values - (values @ weight / weight.sum())[..., None]
    return np.asarray((weight * apart**2).sum(-1))


def heterogeneity(series: Series, null: FloatArray, alpha: float) -> Tested:
    """Whether the windows differ at all; the effect τ is the standard deviation of their true values.

    Estimated as by DerSimonian and Laird (1986), its bounds by inverting Q (Viechtbauer 2007, Statistics
    in Medicine 26:37), each one-sided at `alpha`. Windows that agree better than chance lets them are
    luck, and count as if they agreed as well as that.
    """
    found, drawn, weight = float(cochran_q(series, series.value)), cochran_q(series, null), series.weight
    by_chance = float(
        weight @ np.diag(series.covariance) - weight @ series.covariance @ weight / weight.sum()
    )
    scale = float(weight.sum() - (weight @ weight) / weight.sum())
    tau = float(np.sqrt(max(found - by_chance, 0.0) / scale))
    low = _tau_at(series, float(np.quantile(drawn, 1 - alpha)))
    lucky = max(by_chance / found, 1.0) if found > 0 else np.inf
    high = _tau_at(series, float(np.quantile(drawn, alpha)), lucky)
    return Tested(found, _p(drawn, found), tau, min(low, tau), max(high, tau), max(high, tau))


def _tau_at(series: Series, q: float, scale: float = 1.0) -> float:
    """The τ at which `scale` times the generalised Q is as large as `q`, 0 where it is smaller even at 0."""

    def surplus(tau: float) -> float:
        return float(cochran_q(series, series.value, tau)) * scale - q

    if not np.isfinite(scale) or q <= 0:
        return float(np.inf)
    if surplus(0.0) <= 0:
        return 0.0
    most = float(np.sqrt(np.trace(series.covariance)) + np.ptp(series.value)) * 10
    while surplus(most) > 0:
        most *= 10
    return float(optimize.brentq(surplus, 0.0, most, xtol=most * 1e-9))


def _contrast(series: Series, direction: FloatArray) -> tuple[FloatArray, float]:
    """The weighted least squares coefficient of `direction` (W,) beside a constant, as weights, and its SE."""
    centred = direction - series.weight @ direction / series.weight.sum()
    by = centred * series.weight
    by = by / float(by @ centred)
    return np.asarray(by), float(np.sqrt(by @ series.covariance @ by))


def trend(series: Series, null: FloatArray, alpha: float) -> Tested:
    """Whether the values rise or fall in a line; the effect is that from the first window to the last.

    Weighted least squares on time; of proportions it is the test of Cochran (1954) and Armitage (1955).
    """
    by, se = _contrast(series, series.at)
    span = float(series.at[-1] - series.at[0])
    contrast = Contrasts(by[None] * span, np.array([se * span]))
    drawn, found = np.abs(contrast.z(null)[:, 0]), float(contrast.z(series.value)[0])
    critical = float(np.quantile(drawn, 1 - alpha))
    effect, reach = found * se * span, critical * se * span
    return Tested(
        found, _p(drawn, abs(found)), effect, effect - reach, effect + reach, abs(effect) + reach, critical
    )


def steps(series: Series) -> Contrasts:
    """The value after each of the W − 1 places where it may change, minus that before."""
    found = [
        _contrast(series, (np.arange(len(series.value)) > k).astype(float))
        for k in range(len(series.value) - 1)
    ]
    return Contrasts(np.array([by for by, _ in found]), np.array([se for _, se in found]))


def change_point(series: Series, null: FloatArray, alpha: float) -> Tested:
    """Whether the value changes once, and after which window `where` most likely: the largest of all steps.

    The maximum's own distribution is drawn, so that having looked everywhere costs what it should
    (Hawkins 1977, Journal of the American Statistical Association 72:180; James, James and Siegmund 1987,
    Biometrika 74:71). `low` and `high` hold at every place at once.
    """
    contrast = steps(series)
    z, drawn = contrast.z(series.value), np.abs(contrast.z(null)).max(-1)
    # Of places that tie but for rounding the first: where a change is said to be must not turn on the last digit.
    where = int(np.flatnonzero(np.abs(z) >= np.abs(z).max() * (1 - 1e-9))[0])
    critical = float(np.quantile(drawn, 1 - alpha))
    effects, reach = z * contrast.se, critical * contrast.se
    return Tested(
        float(z[where]), _p(drawn, float(abs(z[where]))), float(effects[where]),
        float(effects[where] - reach[where]), float(effects[where] + reach[where]),
        float((np.abs(effects) + reach).max()), critical, where,
    )  # fmt: skip


def change_places(series: Series, where: int, confidence: float, seed: int) -> tuple[int, int]:
    """First and last window after which the change may have come, if there was one.

    The places that the likelihood ratio does not tell from the best one, by the ratio's distribution
    around the fitted step (Worsley 1986, Biometrika 73:91).
    """
    contrast = steps(series)
    z = contrast.z(series.value) ** 2
    step = (np.arange(len(series.value)) > where) * float(contrast.by[where] @ series.value)
    drawn = contrast.z(step + _normal(series, np.random.default_rng(seed))) ** 2
    cutoff = float(np.quantile(drawn.max(-1) - drawn[:, where], confidence))
    likely = np.flatnonzero(z[where] - z <= cutoff + 1e-12)
    return int(likely.min()), int(likely.max())
