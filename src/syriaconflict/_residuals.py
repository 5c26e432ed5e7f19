"""What is left of a count series after phases, volume of reporting and its past.

Used by ``coupling``; the steps are told there.
"""

from __future__ import annotations

import numpy as np

_RIDGE = 0.1  # holds slopes and the weight of the volume where few events tell them
_STEPS = 50  # of Newton's method
_ORDER = 8  # of the filter that takes out autocorrelation, at most [periods]
_LARGEST = 50  # logarithm of a fitted count, so that a wild step stays finite


def fitted(
    counts: np.ndarray, phase: np.ndarray, more: np.ndarray
) -> tuple[np.ndarray, float]:
    """Fit a count series by its phases and the volume of reporting.

    Parameters
    ----------
    counts : array of float
        Events per period.
    phase : array of int
        Phase of each period, numbered from 0 in order.
    more : array of float, one column per volume
        Logarithms of the volumes, centred.

    Returns
    -------
    tuple of (array of float, float)
        Expected events per period, 0 in a phase without any; and c >= 0, such that the
        variance is about fit + c fit^2.

    Examples
    --------
    >>> fit, _ = fitted(np.array([2.0, 2, 6, 6]), np.array([0, 0, 1, 1]),
    ...                 np.zeros((4, 0)))
    >>> fit.round(6).tolist()
    [2.0, 2.0, 6.0, 6.0]
    """
    sizes = np.bincount(phase)
    in_all = np.bincount(phase, counts)
    told = np.flatnonzero(in_all)
    live = in_all[phase] > 0
    nth = np.arange(len(phase)) - np.searchsorted(phase, phase)
    slope = 2 * nth / np.maximum(sizes[phase] - 1, 1) - 1
    levels = (phase[:, None] == told).astype(float)
    slopes = levels * (slope * (sizes[phase] > 1))[:, None]
    design = np.hstack([levels, slopes, more])[live]
    penalty = np.repeat([0.0, _RIDGE], [len(told), design.shape[1] - len(told)])
    first = np.zeros(design.shape[1])
    first[: len(told)] = np.log(in_all[told] / sizes[told])
    fit = np.zeros(len(counts))
    fit[live] = _poisson(counts[live], design, penalty, first)
    excess = ((counts - fit) ** 2 - fit).sum() / max((fit**2).sum(), 1e-12)
    return fit, max(float(excess), 0.0)


def surprises(counts: np.ndarray, phase: np.ndarray, more: np.ndarray) -> np.ndarray:
    """Return what neither phases, volume nor the series' own past foretell.

    Parameters
    ----------
    counts, phase, more : array
        As for `fitted`.

    Returns
    -------
    array of float
        (count - fit) / sqrt(fit + c fit^2), filtered by the autoregression of order 0
        to 8 that has the least AIC; 0 in a phase without events, but for the filter.

    Examples
    --------
    >>> surprises(np.array([1.0, 3, 1, 3]), np.zeros(4, int), np.zeros((4, 0))).shape
    (4,)
    """
    fit, excess = fitted(counts, phase, more)
    scale = np.sqrt(fit + excess * fit**2)
    return whitened(np.divide(counts - fit, scale, np.zeros_like(fit), where=fit > 0))


def whitened(rest: np.ndarray) -> np.ndarray:
    """Take out of residuals what their own past foretells."""
    size = max(np.count_nonzero(rest), 1)
    known = len(rest)
    order = min(_ORDER, known // 4)
    along = [rest[: known - k] @ rest[k:] / size for k in range(order + 1)]
    along = np.array(along)
    best, chosen = size * np.log(along[0]), np.zeros(0)
    for many in range(1, order + 1):
        apart = np.abs(np.subtract.outer(np.arange(many), np.arange(many)))
        weights = np.linalg.solve(along[apart], along[1 : many + 1])
        left = along[0] - weights @ along[1 : many + 1]
        if not left > 0:
            break
        if (aic := size * np.log(left) + 2 * many) < best:
            best, chosen = aic, weights
    white = rest.copy()
    for back, weight in enumerate(chosen, 1):
        white[back:] -= weight * rest[:-back]
    return white


def _poisson(
    counts: np.ndarray, design: np.ndarray, penalty: np.ndarray, start: np.ndarray
) -> np.ndarray:
    """Return the fit of a penalised Poisson regression, by damped Newton steps."""

    def loss(weights: np.ndarray) -> float:
        line = np.minimum(design @ weights, _LARGEST)
        return np.exp(line).sum() - counts @ line + penalty @ weights**2 / 2

    weights, before = start, loss(start)
    for _ in range(_STEPS):
        fit = np.exp(np.minimum(design @ weights, _LARGEST))
        uphill = design.T @ (counts - fit) - penalty * weights
        curve = (design * fit[:, None]).T @ design + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, uphill)
        while (after := loss(weights + step)) > before and np.abs(step).max() > 1e-9:
            step = step / 2
        weights = weights + step
        if before - after <= 1e-9 * (abs(before) + 1):
            break
        before = after
    return np.exp(np.minimum(design @ weights, _LARGEST))
