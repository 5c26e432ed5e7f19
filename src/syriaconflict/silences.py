"""Silences of publishers that chance does not explain: where a count is a break.

A series of events moves when the war does, and when somebody who wrote about it starts
or stops.  `breaks` tells the second apart as far as counts can; it is reached as
``coverage.breaks``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from syriaconflict.filters import last_reason, require

_ROUNDS = 20  # of proportional fitting
_SPREAD = (1e-6, 0.99)  # limits of the correlation of claims within a period
_LISTED = 8  # names in a message
_TYPES = {
    "period": "datetime64[ms]",
    "last": "datetime64[ms]",
    "publisher_id": "str",
    "kind": "str",
    "before": "float",
    "after": "float",
    "share": "float",
    "silence": "int64",
    "p_value": "float",
}


def breaks(
    counts: pd.DataFrame, *, silent: int = 4, alpha: float = 0.05, span: int = 13
) -> pd.DataFrame:
    """Find the periods in which counts move because a publisher appeared or fell silent.

    Every unbroken silence of a publisher, from the period after a claim (or the first of
    all) to the period before the next (or the last), gets the larger of two p-values,
    so that it must be unlikely on both grounds:

    - by the publisher's own record: that its silent periods would all lie in this
      stretch, were they strewn at random over the periods in which anyone spoke
      (hypergeometric);
    - by what the others told meanwhile: that it has none of these claims, were its
      share that of its other periods (beta-binomial given the claims of the others,
      its excess variance estimated by moments).  A period in which nobody spoke says
      nothing, so a quiet week of the war is no break.

    The p-value is multiplied by the number of publishers with claims x periods
    (Bonferroni).  The least likely silence comes first; if it stays at or below
    ``alpha`` it is a break, its periods leave the record of that publisher, and the
    rest is judged anew.  The method is of our own making.

    Parameters
    ----------
    counts : DataFrame
        Result of `coverage` (``claims`` are added up over fronts; take the rows of one
        front for that front), or a table with a row per ``publisher_id`` and a column
        per period, complete, each cell a whole number [claims].
    silent : int, default 4
        Shortest silence that can be a break [periods].
    alpha : float, default 0.05
        Chance, at most, of any false break in a table without one.
    span : int, default 13
        Periods before and after a break, at most, over which means are taken.

    Returns
    -------
    DataFrame
        One row a break, sorted by ``period`` and ``publisher_id``, columns

        - ``period``, ``last`` (datetime): first and last day of the first silent period
          or of the first one with claims again;
        - ``publisher_id`` (str), ``kind`` (str): "appeared" or "fell silent";
        - ``before``, ``after`` (float) [claims per period]: the publisher's means, back
          to and on to its next break, ``span`` periods at most;
        - ``share`` (float) [1]: after - before by that of all publishers' sum over the
          same periods.  1: it moved the sum alone; above 1: the others moved against
          it; below 0: so much that the sum did too; missing: the sum did not move;
        - ``silence`` (int) [periods]: length of the silence that begins or ends;
        - ``p_value`` (float) [1]: of that silence, multiplied as told above.

        No rows: those tested have no break; `untested` lists the others.

    Raises
    ------
    ValueError
        If no publisher can be tested (too few, too short, too sparse: the message says
        why), or counts are missing, negative, no whole numbers or not complete.

    Notes
    -----
    Measured, at the default values, on five publishers over 60 weeks: MEASURED

    Not found are a source that dwindles but does not stop, one that speaks for a few
    weeks only, and several that stop together when nobody else speaks.  A publisher
    that reports in campaigns of weeks does appear and fall silent here: whether the war
    or the source paused, counts cannot tell.

    Examples
    --------
    >>> weeks = pd.date_range("2016-07-04", periods=40, freq="7D")
    >>> counts = pd.DataFrame(2, index=["a", "b", "c"], columns=weeks)
    >>> counts.loc["c", weeks[24]:] = 0
    >>> found = breaks(counts)
    >>> found[["period", "publisher_id", "kind", "before", "after", "share"]]
          period publisher_id         kind  before  after  share
    0 2016-12-19            c  fell silent     2.0    0.0    1.0
    """
    _refuse_settings(silent, alpha, span)
    table = _by_period(counts)
    aside = _untestable(table, silent, alpha)
    if aside.notna().all():
        why = "; ".join(f"{name}: {one}" for name, one in aside.head(_LISTED).items())
        msg = (
            f"counts of {len(table)} publishers in {table.shape[1]} periods are too few "
            f"to tell a break from chance ({why}); take more documents or longer periods"
        )
        raise ValueError(msg)
    tested = np.flatnonzero(aside.isna())
    limit = np.log(alpha / _tests(table))
    found = _silences(table.to_numpy(float), tested, silent, limit)
    return _described(table, found, span)


def untested(
    counts: pd.DataFrame, *, silent: int = 4, alpha: float = 0.05
) -> pd.DataFrame:
    """List the publishers of which `breaks` can tell nothing, and why.

    Parameters
    ----------
    counts : DataFrame
        As for `breaks`.
    silent : int, default 4
        Shortest silence that can be a break [periods].
    alpha : float, default 0.05
        Chance, at most, of any false break in a table without one.

    Returns
    -------
    DataFrame
        Sorted by ``publisher_id``, columns ``publisher_id``, ``reason`` (str).  Reasons,
        the first that holds: "no claims"; it spoke in fewer than ``silent`` periods in
        which another did, so that there is no share to compare; its claims lie in so
        few of the periods told of that no silence of it could be significant.

    Raises
    ------
    ValueError
        As `breaks`, but not where no publisher can be tested.

    Examples
    --------
    >>> weeks = pd.date_range("2016-07-04", periods=3, freq="7D")
    >>> counts = pd.DataFrame([[1, 0, 0], [0, 5, 2]], ["a", "b"], weeks)
    >>> untested(counts).values.tolist()[0]
    ['a', 'spoke beside another publisher in 0 periods, wanted 4']
    """
    _refuse_settings(silent, alpha, 1)
    reasons = _untestable(_by_period(counts), silent, alpha).dropna()
    return reasons.rename("reason").rename_axis("publisher_id").reset_index()


def _refuse_settings(silent: int, alpha: float, span: int) -> None:
    for name, value in (("silent", silent), ("span", span)):
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or value < 1:
            msg = f"{name} is {value!r}, wanted a number of periods, 1 or more"
            raise ValueError(msg)
    if isinstance(alpha, str) or not 0 < alpha < 1:
        msg = f"alpha is {alpha!r}, wanted a probability between 0 and 1, such as 0.05"
        raise ValueError(msg)


def _by_period(counts: pd.DataFrame) -> pd.DataFrame:
    """Return whole claims by publisher (rows) and period (columns), complete."""
    if {"publisher_id", "period"} <= set(counts.index.names):
        require(counts, ["claims"], "counts")
        if counts.index.has_duplicates:
            msg = f"counts: {counts.index[counts.index.duplicated()][0]} stands twice"
            raise ValueError(msg)
        levels = ["publisher_id", "period"]
        counts = counts["claims"].groupby(levels).sum(skipna=False).unstack("period")
    elif not isinstance(counts.columns, pd.DatetimeIndex):
        msg = (
            f"counts has the index {list(counts.index.names)} and the columns "
            f"{list(counts.columns)[:_LISTED]}, wanted the result of coverage(), or a "
            "row per publisher_id and a column per period (datetime)"
        )
        raise ValueError(msg)
    table = counts.sort_index().sort_index(axis=1)
    _refuse_gaps(table)
    return table


def _refuse_gaps(table: pd.DataFrame) -> None:
    for axis, what in ((table.index, "publisher"), (table.columns, "period")):
        if axis.has_duplicates:
            msg = f"counts: {what} {axis[axis.duplicated()][0]} stands twice"
            raise ValueError(msg)
    numbers = table.to_numpy(float, na_value=np.nan)
    wrong = np.argwhere(~((numbers >= 0) & (numbers % 1 == 0)))
    if len(wrong):
        row, column = wrong[0]
        msg = (
            f"counts of {table.index[row]} in {table.columns[column]:%Y-%m-%d} are "
            f"{numbers[row, column]}, wanted a whole number, 0 where it was silent"
        )
        raise ValueError(msg)
    steps = np.diff(table.columns.to_numpy("datetime64[D]")).astype(float)
    # A quarter is up to 1.02 times as long as another, a month 1.11, and a gap twice.
    wide = np.flatnonzero(steps > 1.5 * steps.min(initial=np.inf))
    if len(wide):
        msg = (
            f"counts has no period between {table.columns[wide[0]]:%Y-%m-%d} and "
            f"{table.columns[wide[0] + 1]:%Y-%m-%d}, wanted all of them, 0 where silent"
        )
        raise ValueError(msg)


def _tests(table: pd.DataFrame) -> int:
    """Return how many silences might begin: one a publisher and period."""
    return max(1, int(table.any(axis=1).sum()) * table.shape[1])


def _untestable(table: pd.DataFrame, silent: int, alpha: float) -> pd.Series:
    """Return for each publisher why it cannot be tested, missing where it can."""
    spoke = table > 0
    told = int(spoke.any().sum())
    beside = (spoke & (spoke.sum() > 1)).sum(axis=1)
    active = spoke.sum(axis=1)
    # Least p-value in reach: all claims in one block at an end, or a silence of the
    # shortest length where there is less silence than that.
    block = np.minimum(active, max(told - silent, 0))
    out_of_reach = -_log_choose(told, block) > np.log(alpha / _tests(table))
    few = "spoke in " + active.astype("str") + f" of {told} periods told of, "
    alone = "spoke beside another publisher in " + beside.astype("str") + " periods, "
    tests = (  # weakest first
        (out_of_reach, few + "so that any silence could be chance"),
        (beside < silent, alone + f"wanted {silent}"),
        (active == 0, "no claims"),
    )
    return last_reason(tests, table.index)


def _log_choose(n: float, k: float) -> float:
    from scipy.special import gammaln

    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def _silences(
    numbers: np.ndarray, tested: np.ndarray, silent: int, limit: float
) -> list[tuple[int, int, int, float]]:
    """Return row, first column, end and log p-value of the silences below a limit."""
    present = np.ones(numbers.shape, dtype=bool)  # False: told to be silent
    total = numbers.sum(axis=0)
    runs = [(row, *run) for row in tested for run in _runs(numbers[row] == 0, silent)]
    found = []
    while runs:
        rates = _rates(numbers, present)
        scores = []
        for row, start, end in runs:
            score = _by_record(numbers[row], total, present[row], slice(start, end))
            if (
                score <= limit
            ):  # else the other p-value, slower to get, is of no account
                others = _by_others(numbers, present, rates, (row, start, end))
                score = max(score, others)
            scores.append(score)
        best = int(np.argmin(scores))
        if scores[best] > limit:
            break
        row, start, end = runs.pop(best)
        present[row, start:end] = False
        found.append((row, start, end, scores[best]))
    return found


def _runs(is_silent: np.ndarray, least: int) -> list[tuple[int, int]]:
    """Return start and end (exclusive) of the runs that are long enough."""
    edges = np.flatnonzero(np.diff(np.r_[False, is_silent, False].astype(int)))
    return [run for run in edges.reshape(-1, 2) if run[1] - run[0] >= least]


def _rates(numbers: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Fit publisher rate x period level to the cells where publishers are present."""
    rates = numbers.sum(axis=1)
    for _ in range(_ROUNDS):
        level = _ratio(numbers.sum(axis=0), rates @ present)
        rates = _ratio(numbers.sum(axis=1), present @ level)
    return rates


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0)


def _by_record(
    own: np.ndarray, total: np.ndarray, present: np.ndarray, silence: slice
) -> float:
    """Return the log probability that random order puts no active period in a silence."""
    told = total > 0
    inside = told[silence].sum()
    kept = (told & present).sum() - inside
    active = (own > 0).sum()
    return _log_choose(kept, active) - _log_choose(kept + inside, active)


def _by_others(
    numbers: np.ndarray,
    present: np.ndarray,
    rates: np.ndarray,
    run: tuple[int, int, int],
) -> float:
    """Return the log probability that none of a silence's claims is the publisher's."""
    row, start, end = run
    own, total = numbers[row], numbers.sum(axis=0)
    others, theirs = total - own, rates @ present - rates[row] * present[row]
    level = _ratio(others, theirs)  # of all telling, by that of the others
    kept = present[row] & (total > 0)
    kept[start:end] = False
    rate = own.sum() / level[kept].sum()
    share = rate / (rate + theirs)
    spread = _spread(own[kept], total[kept], share[kept])
    told = start + np.flatnonzero(others[start:end])
    return _log_none(others[told], share[told], spread)


def _spread(own: np.ndarray, total: np.ndarray, share: np.ndarray) -> float:
    """Estimate by moments how alike the claims of one period are in their publisher."""
    binomial = total * share * (1 - share)
    excess = (total - 1) @ binomial
    if len(own) < 2 or not excess:
        return _SPREAD[0]
    squares = np.sum((own - total * share) ** 2) * len(own) / (len(own) - 1)
    return float(np.clip((squares - binomial.sum()) / excess, *_SPREAD))


def _log_none(total: np.ndarray, share: np.ndarray, spread: float) -> float:
    """Return the log probability of no success in beta-binomial draws."""
    from scipy.special import betaln

    size = 1 / spread - 1
    a, b = share * size, (1 - share) * size
    return float(np.sum(betaln(a, b + total) - betaln(a, b)))


def _described(
    table: pd.DataFrame, found: list[tuple[int, int, int, float]], span: int
) -> pd.DataFrame:
    """Return the ends of each silence that lie inside the table, as rows."""
    periods = table.columns
    nexts = periods[1:].append(periods[-1:] + (periods[-1:] - periods[-2:-1]))
    rows = []
    for row, start, end, log_p in found:
        cuts = [cut for one in found if one[0] == row for cut in one[1:3]]
        for at, kind in ((start, "fell silent"), (end, "appeared")):
            if 0 < at < len(periods):
                days = periods[at], nexts[at] - pd.Timedelta(days=1)
                means = _means(table.to_numpy(float), row, at, cuts, span)
                names = table.index[row], kind
                p_value = np.exp(log_p) * _tests(table)
                rows.append((*days, *names, *means, end - start, p_value))
    frame = pd.DataFrame(rows, columns=list(_TYPES)).astype(_TYPES)
    return frame.sort_values(["period", "publisher_id"], ignore_index=True)


def _means(
    numbers: np.ndarray, row: int, at: int, cuts: list[int], span: int
) -> tuple[float, float, float]:
    """Return a publisher's means before and after, and its share of the change."""
    first = max([0, at - span, *(cut for cut in cuts if cut < at)])
    end = min([numbers.shape[1], at + span, *(cut for cut in cuts if cut > at)])
    before, after = (
        numbers[:, part].mean(axis=1) for part in (slice(first, at), slice(at, end))
    )
    change = (after - before).sum()
    moved = abs(change) > 1e-9 * numbers.sum(axis=0).max()  # else rounding alone
    share = (after - before)[row] / change if moved else np.nan
    return before[row], after[row], share
