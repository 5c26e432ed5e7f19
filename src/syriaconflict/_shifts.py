"""Shifts of residuals within blocks, and how rare the largest correlation is.

Used by ``coupling``; the steps are told there.
"""

from __future__ import annotations

import numpy as np

MIN_EVENTS = 30  # of either series, in the phases in which both have some
_BLOCK = 20  # shortest block [periods]; at least four times the largest lag
_SHIFTS = 100  # different shifts for each lag, at least: 1 in 100 may match by chance
_TINY = 1e-9


def runs(groups: np.ndarray) -> list[np.ndarray]:
    """Return the positions of each group, which all lie side by side."""
    return np.split(np.arange(len(groups)), np.flatnonzero(np.diff(groups)) + 1)


def blocks(phase: np.ndarray, max_lag: int) -> np.ndarray:
    """Cut each phase into equal blocks of four times ``max_lag`` or somewhat more."""
    sizes = np.bincount(phase)
    parts = np.maximum(sizes // max(4 * max_lag, _BLOCK), 1)
    nth = np.arange(len(phase)) - np.searchsorted(phase, phase)
    return (np.cumsum(parts) - parts)[phase] + nth * parts[phase] // sizes[phase]


def too_little(
    counts: list[np.ndarray], phase: np.ndarray, block: np.ndarray, max_lag: int
) -> str:
    """Return why two series cannot tell, empty if they can."""
    a, b = (np.bincount(phase, one)[phase] > 0 for one in counts)
    both = a & b
    events = [one[both].sum() for one in counts]
    if min(events) < MIN_EVENTS:
        return (
            f"a has {events[0]:g} events and b {events[1]:g} in the phases in which "
            f"both have any, wanted {MIN_EVENTS} of each at least: take a longer "
            "window or more classes; power(..., times=...) says how long is enough"
        )
    sizes = np.unique(block[both], return_counts=True)[1]
    pairs = np.maximum(sizes - max_lag, 0).sum()
    wanted = _SHIFTS * (2 * max_lag + 1)
    if 2 * pairs < sizes.sum() or np.log(sizes).sum() < np.log(wanted):
        return (
            f"{sizes.sum()} periods in phases of {sizes.min()} to {sizes.max()} hold "
            f"{pairs} pairs that are {max_lag} apart, and {np.prod(sizes * 1.0):.3g} "
            f"different shifts, wanted {(sizes.sum() + 1) // 2} pairs and {wanted} "
            "shifts: take a longer window, fewer phases or a smaller max_lag"
        )
    return ""


def sums_of_shifts(
    rests: list[np.ndarray], block: np.ndarray, setting: tuple[int, int, int]
) -> np.ndarray:
    """Return the sums of products by lag: first as they are, then for each shift."""
    max_lag, draws, seed = setting
    rng = np.random.default_rng(seed)
    sums = np.zeros((draws + 1, 2 * max_lag + 1))
    for here in runs(block):
        table = all_shifts(rests[0][here], rests[1][here], max_lag)
        sums += table[np.r_[0, rng.integers(0, len(table), draws)]]
    return sums


def all_shifts(a: np.ndarray, b: np.ndarray, max_lag: int) -> np.ndarray:
    """Return the sums of products within a block, a row per shift, a column per lag."""
    size, lags = len(a), np.arange(-max_lag, max_lag + 1)[:, None]
    partner = np.arange(size) + lags
    paired = a * ((partner >= 0) & (partner < size))
    # The products of one lag and all shifts are one circular correlation.
    spectrum = np.conj(np.fft.rfft(paired, axis=1)) * np.fft.rfft(b)
    circle = np.fft.irfft(spectrum, size, axis=1)
    return np.take_along_axis(circle, partner % size, axis=1).T


def scaled(sums: np.ndarray) -> np.ndarray:
    """Return how far each sum lies from the mean of its lag, in standard deviations."""
    apart = sums - sums.mean(axis=0)
    spread = sums.std(axis=0)
    # Where every shift gives the same sum nothing can stand out.
    return np.divide(apart, spread, np.zeros_like(apart), where=spread > _TINY)


def as_large(z: np.ndarray) -> np.ndarray:
    """Return how often the largest of several lags is as large as each of the first."""
    most = np.abs(z).max(axis=1)
    first = np.abs(z[0])[:, None]
    return (most >= first - _TINY).mean(axis=1)
