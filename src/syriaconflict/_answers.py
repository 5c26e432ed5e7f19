"""Series drawn anew of which one answers the other, for the power of ``coupling``."""

from __future__ import annotations

import numpy as np

from syriaconflict._residuals import fitted

_PERSISTS = 0.95  # largest autocorrelation of a rate that is drawn
_TINY = 1e-9


def rate_model(
    name: str, counts: np.ndarray, phase: np.ndarray, more: np.ndarray
) -> tuple[np.ndarray, float, float]:
    """Return fit, standard deviation of the logarithm of the rate, autocorrelation."""
    if not counts.any():
        msg = f"power: {name} has no events, wanted some to learn its rate from"
        raise ValueError(msg)
    fit, excess = fitted(counts, phase, more)
    off = counts - fit
    if excess == 0:
        return fit, 0.0, 0.0
    along = off[1:] @ off[:-1] / max(excess * (fit[1:] @ fit[:-1]), _TINY)
    # Of the rate itself; that of its logarithm follows for a lognormal one.
    along = np.log1p(np.clip(along, 0, _PERSISTS) * excess) / np.log1p(excess)
    return fit, float(np.sqrt(np.log1p(excess))), float(along)


def answering(
    models: list[tuple], share: float, span: tuple[int, int], rng: np.random.Generator
) -> list[np.ndarray]:
    """Draw two series of which a share of the second answers the first."""
    from scipy.signal import lfilter

    rates = []
    for fit, spread, along in models:
        shocks = rng.normal(size=len(fit)) * np.sqrt(1 - along**2)
        shocks[0] /= np.sqrt(1 - along**2)
        level = spread * lfilter([1], [1, -along], shocks) - spread**2 / 2
        rates.append(fit * np.exp(level))
    first = rng.poisson(rates[0])
    each = share * models[1][0].sum() / models[0][0].sum()
    called = np.repeat(np.arange(len(first)), rng.poisson(first * each))
    called = called + rng.integers(span[0], span[1] + 1, len(called))
    answers = np.bincount(called[called < len(first)], minlength=len(first))
    return [first * 1.0, rng.poisson(rates[1] * (1 - share)) + answers * 1.0]
