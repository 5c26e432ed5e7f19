"""One rate over many periods, where counts vary more than by chance.

Incidents come in bursts and pauses.  A Poisson interval over a whole window then is too
narrow.  `mean_intensity` sets two alternatives beside it and says which one it took: a
negative binomial count (every period draws its own rate) and a zero-inflated one (some
periods cannot have an incident at all).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from syriaconflict.filters import require
from syriaconflict.strike_units import alike

MIN_PERIODS = 20  # below, no choice is made: the Poisson interval stands
MIN_BUSY = 5  # periods with an incident, likewise
MODELS = ("poisson", "negative binomial", "zero-inflated poisson")
_FALL = 2.705543454095404 / 2  # half the 90 % quantile of chi-square, 1 degree
_SHAPES = {MODELS[1]: (-6.0, 12.0), MODELS[2]: (-12.0, 12.0)}  # log size; logit share
_FARTHEST = 32  # an interval that reaches e^32 times the mean is called open
_NUMBERS = ["n", "exposure"]

Likelihood = Callable[[float, float], float]


def mean_intensity(rates: pd.DataFrame) -> pd.DataFrame:
    """Estimate one rate over all periods, under the count model that fits them best.

    Three models of the count of a period with exposure E and mean E m: Poisson;
    negative binomial, variance E m + (E m)^2 / size; zero-inflated Poisson, 0 with the
    chance ``zero_share``, else Poisson with mean E m / (1 - zero_share).  The one
    with the lowest BIC (-2 log-likelihood + parameters times the logarithm of the
    number of periods) is taken, if there are at least 20 periods and 5 of them have an
    incident; below that the Poisson one stands.

    Parameters
    ----------
    rates : DataFrame
        Result of `intensity`.  ``n`` is made whole by rounding its running sum, so
        that the total stays; incidents on an unknown day thus hide dispersion.

    Returns
    -------
    DataFrame
        One row a group (index "all" without groups), columns ``periods``, ``quiet``
        (int): without an incident; ``n`` (int) [incidents], ``exposure`` (float);
        ``rate`` (float), ``rate_p05``, ``rate_p95``: for Poisson the middle 90 % of
        the gamma distribution (Jeffreys prior), else the 90 % profile likelihood
        interval [as ``per`` says]; ``model``, ``why`` (str): the one taken and on what
        grounds; ``size`` (float): of the negative binomial, smaller is more
        dispersed; ``zero_share`` (float): both missing for the other models;
        ``bic_poisson``, ``bic_negative_binomial``, ``bic_zero_inflated`` (float,
        missing where there was no choice); ``unit``, ``per``.
        Periods are taken as independent and of one mean.  A level that moves makes
        counts look dispersed and the interval wide: cut the window first.  Periods
        that follow each other make it too narrow.

    Raises
    ------
    ValueError
        If a column is absent, there are no rows, units or exposures are mixed, or all
        exposures of a group are 0.

    Examples
    --------
    >>> days = pd.date_range("2017-04-01", periods=30, name="period")
    >>> quiet_or_ten = pd.DataFrame({"n": [10.0, 0, 0] * 10, "exposure": 1.0,
    ...     "unit": "incident", "per": "day"}, index=days)
    >>> mean_intensity(quiet_or_ten)[["rate", "model"]].round(2).values.tolist()
    [[3.33, 'zero-inflated poisson']]
    """
    require(rates, [*_NUMBERS, "unit", "per"], "rates")
    if rates.empty:
        msg = "rates has no rows: nothing countable; air.set_aside says why"
        raise ValueError(msg)
    same = {name: _one(rates, name) for name in ("unit", "per")}
    levels = [name for name in rates.index.names if name != "period"]
    ordered = rates[_NUMBERS].sort_index()
    if levels:
        parts = ordered.groupby(level=levels)
        index = parts.size().index
    else:
        parts, index = [("all", ordered)], pd.Index(["all"], name="group")
    table = pd.DataFrame([_row(part) for _, part in parts], index=index)
    return table.assign(**same)


def _one(rates: pd.DataFrame, name: str) -> str:
    """Return the one unit or divisor of all rows."""
    if name == "unit":
        return alike(rates, "mean_intensity", columns=("unit",), verb="pooled")["unit"]
    found = sorted(rates[name].unique())
    if len(found) > 1:
        msg = f"mean_intensity: per is {found}, wanted one; pool each by itself"
        raise ValueError(msg)
    return found[0]


def _row(part: pd.DataFrame) -> dict[str, object]:
    """Return the columns of one group."""
    told = np.round(part["n"].cumsum().to_numpy(), 6)
    counts = np.diff(np.rint(told), prepend=0.0)
    exposure = part["exposure"].to_numpy(float)
    counts, exposure = counts[exposure > 0], exposure[exposure > 0]
    if not len(counts):
        msg = "the exposure of a group is 0 in every period: it has no rate"
        raise ValueError(msg)
    cells, weight = np.unique([counts, exposure], axis=1, return_counts=True)
    few = _too_few(counts)
    fits = {} if few else _fits(cells[0], cells[1], weight)
    model = min(fits, key=lambda name: fits[name]["bic"]) if fits else MODELS[0]
    n, total = counts.sum(), exposure.sum()
    rate, ends, shape = n / total, _jeffreys(n, total), np.nan
    if model != MODELS[0]:
        rate, ends, shape = _profile(fits[model]["loglik"], n / total, _SHAPES[model])
    row = {"periods": len(counts), "quiet": int((counts == 0).sum()), "n": int(n)}
    row |= {"exposure": total, "rate": rate, "rate_p05": ends[0], "rate_p95": ends[1]}
    row |= {"model": model, "why": few or _why(fits)}
    row["size"] = np.exp(shape) if model == MODELS[1] else np.nan
    row["zero_share"] = 1 / (1 + np.exp(-shape)) if model == MODELS[2] else np.nan
    names = ("bic_poisson", "bic_negative_binomial", "bic_zero_inflated")
    bics = [fits[name]["bic"] if fits else np.nan for name in MODELS]
    return row | dict(zip(names, bics, strict=True))


def _too_few(counts: np.ndarray) -> str:
    """Return why no model can be chosen, empty where one can."""
    busy = int((counts > 0).sum())
    if len(counts) < MIN_PERIODS:
        return f"{len(counts)} periods, fewer than {MIN_PERIODS}: no choice was made"
    if busy < MIN_BUSY:
        return f"{busy} periods with an incident, fewer than {MIN_BUSY}: no choice made"
    return ""


def _why(fits: dict[str, dict]) -> str:
    """Return the BIC of the model taken and of the others, in words."""
    ranked = sorted(fits, key=lambda name: fits[name]["bic"])
    first, *others = (f"{fits[name]['bic']:.1f} ({name})" for name in ranked)
    return f"lowest BIC: {first}, against {' and '.join(others)}"


def _jeffreys(n: float, exposure: float) -> tuple[float, float]:
    from scipy.stats import gamma

    low, high = gamma.ppf([0.05, 0.95], n + 0.5) / exposure
    return low, high


def _fits(n: np.ndarray, exposure: np.ndarray, weight: np.ndarray) -> dict[str, dict]:
    """Return each model's likelihood of (log mean, shape), and its BIC."""
    mean = np.log((n * weight).sum() / (exposure * weight).sum())
    cells = {"n": n, "exposure": exposure, "weight": weight}
    logliks = {
        MODELS[0]: partial(_poisson, **cells),
        MODELS[1]: partial(_negative_binomial, **cells),
        MODELS[2]: partial(_zero_inflated, **cells),
    }
    made = {}
    for name, loglik in logliks.items():
        if name == MODELS[0]:
            best, parameters = loglik(mean, 0.0), 1
        else:
            best, parameters = _highest(loglik, mean, _SHAPES[name])[0], 2
        bic = parameters * np.log(weight.sum()) - 2 * best
        made[name] = {"loglik": loglik, "bic": float(bic)}
    return made


def _over_shape(
    loglik: Likelihood, mean: float, shapes: tuple[float, float]
) -> tuple[float, float]:
    """Return the highest likelihood at a mean over all shapes, and that shape."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda shape: -loglik(mean, shape), bounds=shapes, method="bounded"
    )
    return -found.fun, found.x


def _highest(
    loglik: Likelihood, near: float, shapes: tuple[float, float]
) -> tuple[float, float, float]:
    """Return the highest likelihood, its log mean and its shape."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda mean: -_over_shape(loglik, mean, shapes)[0],
        bounds=(near - 1, near + 1),
        method="bounded",
        options={"xatol": 1e-6},
    )
    best, shape = _over_shape(loglik, found.x, shapes)
    return best, found.x, shape


def _profile(
    loglik: Likelihood, mean: float, shapes: tuple[float, float]
) -> tuple[float, tuple[float, float], float]:
    """Return the mean, the ends of its 90 % profile likelihood interval, the shape."""
    from scipy.optimize import brentq

    best, at, shape = _highest(loglik, np.log(mean), shapes)

    def fallen(log_mean: float) -> float:
        return best - _over_shape(loglik, log_mean, shapes)[0] - _FALL

    ends = []
    for direction, open_end in ((-1, 0.0), (1, np.inf)):
        step = 0.25
        while fallen(at + direction * step) < 0 and step < _FARTHEST:
            step *= 2
        edge = at + direction * step
        is_open = fallen(edge) < 0
        end = open_end if is_open else np.exp(brentq(fallen, *sorted((at, edge))))
        ends.append(float(end))
    return float(np.exp(at)), (ends[0], ends[1]), shape


def _poisson(
    mean: float, _: float, *, n: np.ndarray, exposure: np.ndarray, weight: np.ndarray
) -> float:
    from scipy.special import gammaln, xlogy

    expected = exposure * np.exp(mean)
    return (weight * (xlogy(n, expected) - expected - gammaln(n + 1))).sum()


def _negative_binomial(
    mean: float,
    shape: float,
    *,
    n: np.ndarray,
    exposure: np.ndarray,
    weight: np.ndarray,
) -> float:
    from scipy.special import gammaln

    expected, size = exposure * np.exp(mean), np.exp(shape)
    choices = gammaln(n + size) - gammaln(size) - gammaln(n + 1)
    spread = n * np.log(expected / (size + expected)) - size * np.log1p(expected / size)
    return (weight * (choices + spread)).sum()


def _zero_inflated(
    mean: float,
    shape: float,
    *,
    n: np.ndarray,
    exposure: np.ndarray,
    weight: np.ndarray,
) -> float:
    from scipy.special import gammaln, xlogy

    share = 1 / (1 + np.exp(-shape))
    expected = exposure * np.exp(mean) / (1 - share)
    counted = np.log1p(-share) + xlogy(n, expected) - expected - gammaln(n + 1)
    quiet = np.log(share + (1 - share) * np.exp(-expected))
    return (weight * np.where(n == 0, quiet, counted)).sum()
