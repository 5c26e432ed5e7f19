"""Krippendorff's alpha of two coders, and of resamples of what they coded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

LEVELS = ("nominal", "ratio", "jaccard")


class Units(NamedTuple):
    """Values of two coders as numbers of a domain, and the distances in it."""

    first: np.ndarray
    second: np.ndarray
    distance: np.ndarray
    domain: np.ndarray


def alpha(first: Sequence, second: Sequence, level: str = "nominal") -> float:
    """Return Krippendorff's alpha of two coders.

    alpha = 1 - (observed disagreement) / (disagreement expected by chance).  A unit
    that either coder left without a value is left out.

    Parameters
    ----------
    first, second : sequence
        The coders' values of the same units, in the same order; missing are ``None``
        or NaN.
    level : str, default "nominal"
        What counts as disagreement of a and b: ``nominal``, 1 unless they are equal;
        ``ratio``, ((a - b) / (a + b))^2 for numbers from 0; ``jaccard``, for sets
        (frozensets), 1 - members in common / members in either.

    Returns
    -------
    float
        1 for perfect agreement, 0 for what chance gives, below 0 for worse.  NaN where
        it is not defined: no unit with two values, or one value throughout.

    Raises
    ------
    ValueError
        If the coders have not the same number of units, there is no such level, or a
        number is below 0.
    TypeError
        If ``jaccard`` is asked of what is no set.
    ImportError
        If the package ``krippendorff`` is not installed.

    Notes
    -----
    Worked out by the package krippendorff.  The form is that of K. Krippendorff,
    Computing Krippendorff's Alpha-Reliability (2007), whose first page was seen.

    Examples
    --------
    >>> float(round(alpha("aabbdcccedda", "babbbccceddd"), 3))
    0.692
    """
    return alpha_of(units_of(first, second, level), level)


def units_of(first: Sequence, second: Sequence, level: str) -> Units:
    """Give the values of units that both coded a number each; as for `alpha`."""
    if level not in LEVELS:
        msg = f"level is {level!r}, wanted one of {', '.join(LEVELS)}"
        raise ValueError(msg)
    one, other = (pd.Series(list(v), dtype="object") for v in (first, second))
    if len(one) != len(other):
        msg = f"first has {len(one)} units, second {len(other)}: wanted the same units"
        raise ValueError(msg)
    both = one.notna() & other.notna()
    pooled = pd.concat([one[both], other[both]], ignore_index=True)
    if level == "ratio":
        pooled = pooled.astype(float)
    codes, domain = pd.factorize(pooled, sort=level == "ratio")
    size = int(both.sum())
    distance = _distances(np.asarray(domain), level)
    return Units(codes[:size], codes[size:], distance, np.asarray(domain))


def _distances(domain: np.ndarray, level: str) -> np.ndarray:
    if level == "nominal":
        return 1.0 - np.eye(len(domain))
    if level == "jaccard":
        apart = [[_jaccard(a, b) for b in domain] for a in domain]
        return np.array(apart).reshape(len(domain), len(domain))
    if (domain < 0).any():
        msg = f"a value is {domain.min():g}: ratio wants numbers from 0"
        raise ValueError(msg)
    away = domain[:, None] - domain[None, :]
    total = domain[:, None] + domain[None, :]
    return np.divide(away, total, out=np.zeros_like(away), where=total != 0) ** 2


def _jaccard(one: frozenset, other: frozenset) -> float:
    if not isinstance(one, frozenset):
        msg = f"a value is {one!r}: jaccard wants frozensets"
        raise TypeError(msg)
    return 0.0 if one == other else 1 - len(one & other) / len(one | other)


def alpha_of(units: Units, level: str) -> float:
    """Return alpha of numbered units; as for `alpha`."""
    try:
        import krippendorff
    except ImportError as error:
        msg = (
            "alpha is worked out by the package krippendorff, which is not installed: "
            "pip install 'syriaconflict[reliability]'"
        )
        raise ImportError(msg) from error
    size, values = len(units.first), len(units.distance)
    if values < 2:
        return np.nan
    counts = np.zeros((size, values), dtype=int)
    for codes in (units.first, units.second):
        counts[np.arange(size), codes] += 1
    if level == "jaccard":
        return float(
            krippendorff.alpha(
                value_counts=counts,
                level_of_measurement=lambda v1, v2, **_: units.distance[v1, v2],
            )
        )
    domain = units.domain if level != "nominal" else np.arange(values)
    return float(
        krippendorff.alpha(
            value_counts=counts, value_domain=domain, level_of_measurement=level
        )
    )


def resampled_alpha(
    units: Units, where: pd.Series, weights: pd.DataFrame
) -> np.ndarray:
    """Return alpha of resamples of whole documents, without counting units anew.

    With n values, two a unit, observed over expected disagreement is (n - 1) * sum
    over units of 2 d(a, b) / sum over values a, b of n_a n_b d(a, b).  The sum over
    units and the n_a add up over documents.

    Parameters
    ----------
    units : Units
        All units.
    where : Series of str
        Document of each unit.
    weights : DataFrame
        A row a resample, a column a document: how often it was drawn.

    Returns
    -------
    ndarray
        One alpha a resample; not finite where it is not defined.
    """
    at = weights.columns.get_indexer(where)
    times = np.zeros((weights.shape[1], len(units.distance)))
    apart = np.zeros(weights.shape[1])
    for codes in (units.first, units.second):
        np.add.at(times, (at, codes), 1)
        np.add.at(apart, at, units.distance[units.first, units.second])
    drawn = weights.to_numpy(float)
    values = drawn @ times
    chance = ((values @ units.distance) * values).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1 - (values.sum(axis=1) - 1) * (drawn @ apart) / chance
