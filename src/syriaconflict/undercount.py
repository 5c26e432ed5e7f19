"""How many happenings no list holds, from how far the lists overlap.

Two lists give Chapman's estimate, which takes them to be independent.  Lists of reports
seldom are: they read the same wires and miss the same villages.  Such positive
dependence makes the overlap too large and the estimate too small, so it is labelled a
lower bound.  From three lists on, log-linear models can hold dependences between pairs;
what all lists miss together stays out of reach.  Wrong matching moves the estimate more
than chance does: a pair not recognised as one happening raises it.
"""

from __future__ import annotations

import warnings
from itertools import chain, combinations

import numpy as np
import pandas as pd

from syriaconflict.filters import codes

MIN_OVERLAP = 7  # fewer things in two lists say too little
MAX_LISTS = 5
MAX_WORSE = 10.0  # models whose BIC is farther from the best get no interval
DEPENDENCES = {  # what is held of two lists -> how Chapman's estimate reads
    "unknown": "a lower bound if the lists are positively dependent, as lists that "
    "share sources are",
    "positive": "a lower bound: the lists are held to be positively dependent",
    "independent": "an estimate: the lists are held to be independent",
    "negative": "an upper bound: the lists are held to be negatively dependent",
}
_FARTHEST = 1e4  # a total so many times the observed is called infinite
_ROUNDS, _STEEP = 100, 40.0  # of the regression; a mean of e^-40 stands for none
_LOG_LINEAR = (
    "an estimate if the dependences of the model are all there are; lists that all "
    "miss the same things make it a lower bound"
)
_COLUMNS = [
    *("method", "observed", "overlap", "total", "se", "total_low", "total_high"),
    *("level", "missed", "deviance", "df", "fit_p", "bic"),
    *("weight", "chosen"),
    *("models_low", "models_high", "reading", "note"),
]


def undercount(
    lists: pd.DataFrame, *, dependence: str = "unknown", level: float = 0.9
) -> pd.DataFrame:
    """Estimate how many things there are, of which lists hold a part each.

    Two lists, of n1 and n2 things with m in both: Chapman's estimate
    (n1 + 1)(n2 + 1) / (m + 1) - 1, with the totals at which m or what is more extreme
    has half of 1 - ``level`` (mid-p) under the hypergeometric distribution.  Three to
    five: Poisson log-linear models of the counts of all combinations of lists, with
    every set of dependences between pairs; the one with the lowest BIC is chosen.
    Their interval is that of the multinomial profile likelihood.

    Parameters
    ----------
    lists : DataFrame of bool
        One row a thing (already matched across lists), one column a list: whether
        it stands there.  All lists must be of the same area, days and kind of thing.
    dependence : {"unknown", "positive", "independent", "negative"}
        What is held of two lists, which two lists cannot tell; with more it is not
        read.  See `pair_dependence`.
    level : float, default 0.9
        Level of the intervals.

    Returns
    -------
    DataFrame
        One row a model, best first, indexed by ``model`` ("a + b + a:b"): ``method``
        (chapman, log-linear); ``observed`` (int): things on any list; ``overlap``
        (int): on two or more; ``total`` (float): estimate, ``se`` its standard error,
        ``total_low``, ``total_high`` its interval at ``level``; ``missed`` = total -
        observed; ``deviance``, ``df``, ``fit_p`` (chance of so large a deviance: where
        it is small the model does not fit, chosen or not), ``bic``, ``weight`` (share
        of exp(-BIC / 2)), missing for Chapman, ``fit_p`` also without ``df``;
        ``chosen`` (bool); ``models_low``, ``models_high``: least and greatest total
        among the models whose BIC is within 10 of the best (farther ones have no
        interval); ``reading``: how to read it; ``note``: what was left out.  The
        interval holds the chance of overlap, given the model: hold it against
        ``models_low`` and ``models_high``, which say what the choice is worth.

    Raises
    ------
    ValueError
        If fewer than 7 things stand on two lists, there is one list or more than 5, a
        row stands on none or an identifier in several rows, a list is empty, or an
        argument is unknown.
    TypeError
        If a column is not bool.

    Examples
    --------
    >>> both = [[True, True]] * 7 + [[True, False]] * 13 + [[False, True]] * 9
    >>> made = undercount(pd.DataFrame(both, columns=["airwars", "ucdp"]))
    >>> made["total"].tolist()
    [43.625]
    """
    _refuse_lists(lists)
    reading = DEPENDENCES[codes([dependence], DEPENDENCES, "dependence")[0]]
    if isinstance(level, bool) or not 0 < level < 1:
        msg = f"level is {level!r}, wanted a share between 0 and 1, such as 0.9"
        raise ValueError(msg)
    rows = (
        [_chapman(lists, level)] if lists.shape[1] == 2 else _log_linear(lists, level)
    )
    table = pd.DataFrame(rows).set_index("model")
    near = table.loc[table["total_low"].notna(), "total"]
    return table.assign(
        observed=len(lists),
        overlap=int((lists.sum(axis=1) > 1).sum()),
        level=level,
        missed=table["total"] - len(lists),
        chosen=[True, *[False] * (len(table) - 1)],
        models_low=near.min(),
        models_high=near.max(),
        reading=reading if lists.shape[1] == 2 else _LOG_LINEAR,
    )[_COLUMNS]


def pair_dependence(lists: pd.DataFrame) -> pd.DataFrame:
    """Measure how each two lists depend, among the things that a third list holds.

    Among the things on the other lists, how many of two lists hold each is known in
    full, also how many neither holds.  The odds ratio of that table is above 1 where
    the lists tend to hold the same things.

    Parameters
    ----------
    lists : DataFrame of bool
        As for `undercount`, three lists or more.

    Returns
    -------
    DataFrame
        Indexed by ``first`` and ``second`` list: ``both``, ``first_only``,
        ``second_only``, ``neither`` (int): things that another list holds as well;
        ``odds_ratio`` (float), with 1/2 added to each of the four, and the ends of
        its 90 % interval (normal, on the logarithm), ``odds_ratio_p05``,
        ``odds_ratio_p95``; ``dependence`` (str): "positive" where the interval lies
        above 1, "negative" below, else "unknown".  It is that of the things which a
        third list found too; the others may differ.

    Raises
    ------
    ValueError, TypeError
        As `undercount`, and if there are only two lists.

    Examples
    --------
    >>> rows = [[1, 1, 1]] * 30 + [[0, 0, 1]] * 30 + [[1, 0, 1]] * 4 + [[0, 1, 0]] * 2
    >>> lists = pd.DataFrame(rows, columns=["a", "b", "c"]).astype(bool)
    >>> pair_dependence(lists)["dependence"].loc["a", "b"]
    'positive'
    """
    _refuse_lists(lists)
    if lists.shape[1] == 2:
        msg = "lists has two columns, wanted a third list to see them by"
        raise ValueError(msg)
    rows = []
    for first, second in combinations(lists.columns, 2):
        others = lists.drop(columns=[first, second]).any(axis=1)
        a, b = lists.loc[others, first], lists.loc[others, second]
        cells = [(a & b).sum(), (a & ~b).sum(), (~a & b).sum(), (~a & ~b).sum()]
        padded = np.add(cells, 0.5)
        log_ratio = np.log(padded[[0, 3]]).sum() - np.log(padded[[1, 2]]).sum()
        reach = 1.6448536269514722 * np.sqrt((1 / padded).sum())
        ends = np.exp([log_ratio, log_ratio - reach, log_ratio + reach])
        word = "positive" if ends[1] > 1 else "negative" if ends[2] < 1 else "unknown"
        rows.append([first, second, *cells, *ends, word])
    ratio = ["odds_ratio", "odds_ratio_p05", "odds_ratio_p95"]
    counts = ["both", "first_only", "second_only", "neither"]
    columns = ["first", "second", *counts, *ratio, "dependence"]
    return pd.DataFrame(rows, columns=columns).set_index(["first", "second"])


def _refuse_lists(lists: pd.DataFrame) -> None:
    """Refuse what is no table of matched lists, or overlaps too little."""
    kinds = {str(name): str(kind) for name, kind in lists.dtypes.items()}
    other = {name: kind for name, kind in kinds.items() if kind != "bool"}
    if other:
        msg = (
            f"lists: {other} are not bool, wanted whether each row stands on each "
            "list; lists.notna() or lists.astype(bool) may be what you mean"
        )
        raise TypeError(msg)
    on = lists.sum(axis=1)
    off, shared = int((on == 0).sum()), int((on > 1).sum())
    fitting = 2 <= lists.shape[1] <= MAX_LISTS
    faults = {
        f"has {lists.shape[1]} columns, wanted 2 to {MAX_LISTS} lists; join those that "
        "share their sources": not fitting,
        "names a column twice": not lists.columns.is_unique,
        "has an identifier in several rows, wanted one row a thing; match "
        "first": lists.index.has_duplicates,
        f"has {off} rows that stand on no list; leave them out": off > 0,
        "has a list that holds nothing; leave it out": (lists.sum() == 0).any(),
        f"has {shared} things on two lists or more, wanted at least {MIN_OVERLAP}: "
        "with fewer, no total can be told": shared < MIN_OVERLAP,
    }
    for fault, holds in faults.items():
        if holds:
            msg = f"lists {fault}"
            raise ValueError(msg)


def _chapman(lists: pd.DataFrame, level: float) -> dict[str, object]:
    """Return the row of two lists."""
    first, second = (int(n) for n in lists.sum())
    both = int(lists.all(axis=1).sum())
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both)
    variance /= (both + 1) ** 2 * (both + 2)
    low, high = _mid_p(first, second, both, (1 - level) / 2)
    row = {"model": " + ".join(map(str, lists.columns)), "method": "chapman"}
    row |= {"total": total, "se": variance**0.5, "total_low": low, "total_high": high}
    note = "two lists cannot tell how they depend"
    return (
        row
        | dict.fromkeys(("deviance", "df", "fit_p", "bic", "weight"), np.nan)
        | {"note": note}
    )


def _mid_p(first: int, second: int, both: int, tail: float) -> tuple[float, float]:
    """Return the least and greatest total at which the overlap is not too extreme."""
    from scipy.special import gammaln

    def choices(of: float, take: np.ndarray | float) -> np.ndarray | float:
        return gammaln(of + 1) - gammaln(take + 1) - gammaln(of - take + 1)

    observed = first + second - both

    def above(total: int) -> float:  # grows with the total
        overlap = np.arange(max(first + second - total, 0), both + 1)
        ways = choices(first, overlap) + choices(total - first, second - overlap)
        chance = np.exp(ways - choices(total, second))
        return chance.sum() - chance[-1] / 2

    def last(holds: float) -> int:
        """Return the greatest total at which ``above`` is at most so much."""
        low, high = observed, 2 * observed + 2
        while above(high) <= holds:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if above(middle) <= holds else (low, middle)
        return low

    # m is too large for a small chance of as many: totals up to where cdf = 1 - tail
    lowest = observed if above(observed) >= tail else last(tail) + 1
    return float(lowest), float(last(1 - tail))


def _log_linear(lists: pd.DataFrame, level: float) -> list[dict[str, object]]:
    """Return a row for each log-linear model that can be fitted, best first."""
    names = [str(name) for name in lists.columns]
    lanes = 2 ** np.arange(len(names))
    code = lists.to_numpy() @ lanes
    counts = np.bincount(code, minlength=2 ** len(names)).astype(float)
    inside = (np.arange(len(counts))[:, None] & lanes > 0).astype(float)
    pairs = list(combinations(range(len(names)), 2))
    met = [pair for pair in pairs if counts @ inside[:, pair].prod(axis=1) > 0]
    rows = []
    for chosen in chain.from_iterable(
        combinations(met, k) for k in range(len(met) + 1)
    ):
        terms = [inside[:, pair].prod(axis=1) for pair in chosen]
        design = np.column_stack([np.ones(len(counts)), inside, *terms])
        made = _model(design, counts)
        if made is not None:
            words = [*names, *(f"{names[a]}:{names[b]}" for a, b in chosen)]
            rows.append({"model": " + ".join(words), "design": design, **made})
    if not rows:
        msg = "lists: no log-linear model has a finite total; join lists that overlap"
        raise ValueError(msg)
    rows.sort(key=lambda row: row["bic"])
    best = rows[0]["bic"]
    shares = np.exp([(best - row["bic"]) / 2 for row in rows])
    apart = [f"{names[a]}:{names[b]}" for a, b in pairs if (a, b) not in met]
    note = f"no thing in common, so no dependence fitted: {', '.join(apart)}"
    for row, share in zip(rows, shares / shares.sum(), strict=True):
        design, near = row.pop("design"), row["bic"] <= best + MAX_WORSE
        low, high = _profile(design, counts, level) if near else (np.nan, np.nan)
        row |= {"method": "log-linear", "weight": share}
        row |= {"total_low": low, "total_high": high, "note": note if apart else ""}
    return rows


def _model(design: np.ndarray, counts: np.ndarray) -> dict[str, float] | None:
    """Return what one model says of the cells that lists hold, if it can be fitted."""
    from scipy.special import gammaln, xlogy
    from scipy.stats import chi2

    seen, held = design[1:], counts[1:]
    fitted = _poisson_regression(seen, held)
    observed = held.sum()
    if fitted is None or np.exp(fitted[0][0]) > _FARTHEST * observed:
        return None
    beta, spread = fitted
    means = np.exp(seen @ beta)
    missed = np.exp(beta[0])
    loglik = (xlogy(held, means) - means - gammaln(held + 1)).sum()
    deviance = 2 * (xlogy(held, held / means) - held + means).sum()
    deviance, df = max(float(deviance), 0.0), len(held) - len(beta)
    return {
        "total": observed + missed,
        "se": (missed + missed**2 * spread[0, 0]) ** 0.5,
        "deviance": deviance,
        "df": df,
        "fit_p": float(chi2.sf(deviance, df)) if df else np.nan,
        "bic": float(len(beta) * np.log(observed) - 2 * loglik),
    }


def _poisson_regression(
    design: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Fit log-linear means; None where the likelihood has no maximum."""
    try:
        import statsmodels.api as sm
    except ImportError as error:
        msg = (
            "three lists and more are fitted by statsmodels, which is not installed: "
            "pip install 'syriaconflict[undercount]'"
        )
        raise ImportError(msg) from error
    model = sm.GLM(counts, design, family=sm.families.Poisson())
    with warnings.catch_warnings():
        # what these warn of, a fit without an end, is told below by its coefficients
        warnings.simplefilter("ignore")
        try:
            fitted = model.fit(maxiter=_ROUNDS, tol=1e-8, tol_criterion="params")
        except (np.linalg.LinAlgError, ValueError):
            return None
    is_steep = not np.abs(design @ fitted.params).max() < _STEEP
    if is_steep or not fitted.converged:
        return None
    return fitted.params, fitted.cov_params()


def _profile(
    design: np.ndarray, counts: np.ndarray, level: float
) -> tuple[float, float]:
    """Return the totals between which the multinomial profile likelihood is high."""
    from scipy.optimize import brentq, minimize_scalar
    from scipy.special import gammaln
    from scipy.stats import chi2

    observed = counts[1:].sum()

    def loglik(log_missed: float) -> float:
        cells = counts.copy()
        cells[0] = missed = np.exp(log_missed)
        total = observed + missed
        fitted = _poisson_regression(design, cells)
        if fitted is None:
            return -np.inf
        shares = design @ fitted[0] - np.log(total)
        return gammaln(total + 1) - gammaln(missed + 1) + cells @ shares

    edges = np.log(0.01), np.log(_FARTHEST * observed)
    start = np.log(np.exp(_poisson_regression(design[1:], counts[1:])[0][0]) + 0.5)
    near = max(start - 2, edges[0]), min(start + 2, edges[1])
    best = minimize_scalar(lambda x: -loglik(x), bounds=near, method="bounded")
    fall = chi2.ppf(level, 1) / 2

    def fallen(log_missed: float) -> float:
        return -best.fun - loglik(log_missed) - fall

    low, high = observed, np.inf
    if fallen(edges[0]) > 0:
        low = observed + np.exp(brentq(fallen, edges[0], best.x))
    if fallen(edges[1]) > 0:
        high = observed + np.exp(brentq(fallen, best.x, edges[1]))
    return float(low), float(high)
