"""Lead and lag between two fronts: whether one moves before the other.

Two series of reports rise together when the war widens and when reporting grows; that
is no coupling.  `coupling` therefore looks at what is left of each series after its
phases and the volume of reporting, and judges it against shifts of these remainders
within phases.  `power` says which effect the data could have shown.

A lead is an order in time among reports.  That one front moved the other does not
follow from it: see ``flows.causal_links`` for who claims that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from syriaconflict._answers import answering, rate_model
from syriaconflict._residuals import surprises
from syriaconflict._shifts import (
    as_large,
    blocks,
    runs,
    scaled,
    sums_of_shifts,
    too_little,
)
from syriaconflict.filters import day, require

DIRECTIONS = ("a leads", "b leads", "together", "any")
_DAY = pd.Timedelta(days=1)
_POWER = [
    *("periods", "events_a", "events_b", "answers"),
    *("found", "found_low", "found_high", "turned", "refused"),
]


def coupling(
    a: pd.Series,
    b: pd.Series,
    max_lag: int,
    *,
    phases: Iterable[str | date],
    total: pd.Series | pd.DataFrame | None,
    draws: int = 1999,
    seed: int = 0,
) -> pd.DataFrame:
    """Correlate two fronts at every lag and compare with shifts within phases.

    1. Each series is fitted by a Poisson regression with a log link: a level and a
       slope for each phase and a weight for log(``total`` + 1/2).  The slopes and the
       weight are held by a weak ridge penalty (0.1).
    2. The residual is (count - fit) / sqrt(fit + c fit^2), c >= 0 by moments, so that
       days of much reporting do not weigh more than others.
    3. Autocorrelation is taken out of each by an autoregression of its own, of order 0
       to 8 by AIC.  What is left are surprises: one series' cannot foretell itself.
    4. Phases are cut into blocks of about four times ``max_lag`` (20 periods at least).
       At each lag the products of pairs inside one block are summed.
    5. For the null, the residuals of ``b`` are shifted in a circle within each block,
       each block by a distance of its own, ``draws`` times.  Each lag is measured from
       its mean in standard deviations, both over the draws and the data as one more;
       p-values are the share of these in which the largest of all lags in question is
       as large as in the data.  Both signs count.

    Parameters
    ----------
    a, b : Series
        Events per period of two fronts [events], on one regular index of days or weeks
        (datetime): of `tempo`, ``n_low`` (days surely known) unstacked by front; ``n``
        spreads an event over its days and so makes neighbours alike.
    max_lag : int
        Largest lag looked at [periods].
    phases : list of str (YYYY-MM-DD) or date
        First day of each phase; those of ``a`` and of ``b`` together.  An empty list
        says that the window is one phase.
    total : Series or DataFrame or None
        How much was reported elsewhere [events, claims or documents], on the same
        index; a DataFrame has a column per publisher.  It must not hold the events of
        ``a`` and ``b`` themselves.  None says that nobody knows: then a volume that
        rises and falls within a phase is taken for a coupling.
    draws : int, default 1999
        Shifts drawn, 99 at least.
    seed : int, default 0
        Seed of the draws.

    Returns
    -------
    DataFrame
        Indexed by ``lag`` (int) [periods], from -``max_lag`` to ``max_lag``; at a
        positive lag ``a`` comes first.  Columns

        - ``direction`` (str): "a leads", "b leads", or "together" (lag 0);
        - ``pairs`` (int): pairs of periods that far apart in one block;
        - ``correlation`` (float): sum of the products by the root of both sums of
          squares;
        - ``null_low``, ``null_high`` (float): the middle 95 % of the draws at this lag
          alone; of many lags some lie outside by chance;
        - ``z`` (float): correlation, from its mean over draws and data, by its
          standard deviation over them;
        - ``p_lag`` (float): for this lag alone; ``p_direction``: against the largest
          of all lags of its direction; ``p_any``: against the largest of all lags but
          0.  At lag 0 they are missing: see the notes.

        `leads` reads off the p-value of each direction.

    Raises
    ------
    ValueError
        If the series are too short or too sparse to tell (the message says what would
        be needed), are not on one regular index, or hold missing or negative values;
        or if a setting is out of range.
    TypeError
        If ``phases`` is a single day.

    Notes
    -----
    Measured at 5 % on 2,000 pairs each without a coupling (``benchmarks/coupling.py``):
    "a leads", "b leads" and "any" are found in 4 to 6 % of pairs that are
    autocorrelated, share a trend, steps or ceasefires told by ``phases``, or a
    publisher or weekly rhythm told by ``total``; a plain circular shift finds 76 % of
    the trends and 94 % of the publishers.

    Lag 0 is shown and not tested.  A volume told by few reports is known badly, and
    what is left of it moves both series on the same day: a test of lag 0 would reject 7
    to 11 % with a total of 30 reports a day and 60 % with 5, where the two directions
    still hold (4 to 6 %).  So a coupling within one period cannot be told from shared
    reporting; count by shorter periods.  Limits:

    - Without ``total``, a common publisher is found as a lead in 19 % in either
      direction, a common weekly rhythm in 17 %.
    - Common ceasefires of two weeks that ``phases`` leaves out are found as a lead in
      9 %, common steps of which it is a week late in 6 to 7 %.
    - A delay in reporting that differs between fronts shifts one series against the
      other, and can turn a lead round.
    - A third front that moves both is found as the lead of the one it reached first.
    - Lags are judged one by one.  An answer spread over a week is hardly seen in days:
      count by week.
    - Pairs across the border of two blocks are left out, so that an answer after more
      than a few weeks needs long phases.

    Testing the cross-correlation of residuals of each series' own model goes back to
    Haugh (1976), as Koch and Yang (1986, J. Am. Stat. Assoc. 81, 533-544) describe it
    in their abstract.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> days = pd.date_range("2016-01-01", periods=200)
    >>> a = pd.Series(rng.poisson(1.0, 200), days)
    >>> b = a.shift(3, fill_value=0) + rng.poisson(0.5, 200)
    >>> lags = coupling(a, b, 7, phases=[], total=None, draws=199)
    >>> leads(lags).loc["a leads"].round(3).tolist()
    [3.0, 0.659, 0.005]
    """
    counts, phase, more = _prepared((a, b), max_lag, phases, total)
    _check("draws", draws, 99)
    block = blocks(phase, max_lag)
    if why := too_little(counts, phase, block, max_lag):
        msg = f"coupling: {why}"
        raise ValueError(msg)
    rests = [surprises(one, phase, more) for one in counts]
    return _by_lag(rests, block, (max_lag, draws, seed))


def leads(lags: pd.DataFrame) -> pd.DataFrame:
    """Read off a result of `coupling` which direction stands out, and where.

    Parameters
    ----------
    lags : DataFrame
        Result of `coupling`.

    Returns
    -------
    DataFrame
        Indexed by ``direction`` ("a leads", "b leads", "together", "any"); ``lag``
        (int) [periods] and ``correlation`` (float) of its largest ``z``, whatever the
        sign, and ``p_value`` (float): how often the shifts gave as large a one at any
        lag of that direction.  "a leads" and "b leads" are two tests: of pairs without
        a coupling one in ten shows one of them at 5 %; "any", a lead in either
        direction, is one test.  "together", lag 0, is described and has no p-value.

    Raises
    ------
    ValueError
        If ``lags`` is no result of `coupling`.

    Examples
    --------
    >>> lags = pd.DataFrame({
    ...     "direction": ["b leads", "together", "a leads"], "z": [0.5, 4.0, -3.0],
    ...     "correlation": [0.1, 0.5, -0.4], "p_direction": [0.6, None, 0.01],
    ...     "p_any": [0.9, None, 0.02]}, index=pd.Index([-1, 0, 1], name="lag"))
    >>> leads(lags)["p_value"].tolist()
    [0.01, 0.6, nan, 0.02]
    """
    require(lags, ("direction", "z", "correlation", "p_direction", "p_any"), "lags")
    absent = sorted(set(DIRECTIONS[:3]) - set(lags["direction"]))
    if absent:
        msg = f"lags has no row {absent}, wanted the whole result of coupling()"
        raise ValueError(msg)
    rows = []
    for direction in DIRECTIONS:
        own = lags["direction"] == direction
        here = lags[lags["direction"] != "together" if direction == "any" else own]
        most = here["z"].abs().idxmax()
        p_value = "p_any" if direction == "any" else "p_direction"
        rows.append((most, *here.loc[most, ["correlation", p_value]]))
    columns = ["lag", "correlation", "p_value"]
    made = pd.DataFrame(rows, pd.Index(DIRECTIONS, name="direction"), columns)
    return made.astype({"lag": "int64", "correlation": float, "p_value": float})


def power(
    a: pd.Series,
    b: pd.Series,
    max_lag: int,
    *,
    shares: float | Iterable[float],
    lag: int | tuple[int, int],
    phases: Iterable[str | date],
    total: pd.Series | pd.DataFrame | None,
    times: int | Iterable[int] = 1,
    alpha: float = 0.05,
    rounds: int = 400,
    draws: int = 199,
    seed: int = 0,
) -> pd.DataFrame:
    """Simulate how often `coupling` would find an effect of a given size.

    Both series are drawn anew from what `coupling` fits to them: Poisson counts around
    phases and volume, times a lognormal autoregression of order 1 with the fitted
    excess variance and its correlation from one period to the next.  Of the events of
    ``b`` a share is then made answers to events of ``a``, each after a lag.

    Parameters
    ----------
    a, b, max_lag, phases, total
        As for `coupling`; the series need not be long enough for it.
    shares : float or list of float
        Shares of the events of ``b`` that answer one of ``a``, from 0 to 1; 0 gives
        the level of the test.
    lag : int or (int, int)
        Periods after which an answer comes, 1 to ``max_lag``; of a pair, any from the
        first to the last, equally likely.
    times : int or list of int, default 1
        How many times as long the record is taken to be: every phase goes on as it
        was, for that many times its length.
    alpha : float, default 0.05
        Largest p-value of "a leads" that counts as found.
    rounds : int, default 400
        Simulated records for each share and length.
    draws, seed : int
        As for `coupling`, in each round.

    Returns
    -------
    DataFrame
        Indexed by ``times`` (int) and ``share`` (float); columns

        - ``periods`` (int), ``events_a``, ``events_b`` (float) [events]: length of the
          record and expected number of events;
        - ``answers`` (float): answers for each event of ``a``;
        - ``found`` (float): share of rounds that found "a leads"; ``found_low``,
          ``found_high`` (float): 95 % Jeffreys interval for the rounds;
        - ``turned`` (float): share of rounds that found "b leads", which is wrong;
        - ``refused`` (float): share of rounds that `coupling` refused; they count as
          not found.

    Raises
    ------
    ValueError
        As `coupling`, but not for series that are too short or too sparse, unless one
        has no events at all; or if a share, lag, length or ``alpha`` is out of range.

    Notes
    -----
    The effect is added to what was observed: the fitted level and autocorrelation may
    already hold one.  Answers that would come after the last period are lost.

    Examples
    --------
    >>> days = pd.date_range("2016-01-01", periods=120)
    >>> a = pd.Series([0, 1, 0, 2] * 30, days)
    >>> b = pd.Series([1, 0, 0, 1] * 30, days)
    >>> made = power(a, b, 3, shares=[0, 0.8], lag=2, phases=[], total=None,
    ...              rounds=20)
    >>> (made["found"] > 0.5).tolist()
    [False, True]
    """
    counts, phase, more = _prepared((a, b), max_lag, phases, total)
    _check("rounds", rounds, 1)
    _check("draws", draws, 99)
    _check("alpha", alpha, 1 / (draws + 1), 1, whole=False)
    models = [rate_model(*one, phase, more) for one in zip("ab", counts, strict=True)]
    span = _span(lag, max_lag)
    rng = np.random.default_rng(seed)
    rows = {}
    for many in _listed("times", times, 1):
        at = np.concatenate([np.tile(here, many) for here in runs(phase)])
        longer = [(fit[at], *varies) for fit, *varies in models]
        for share in _listed("shares", shares, 0, 1, whole=False):
            ends = np.empty((rounds, 2))
            for nth in range(rounds):
                drawn = answering(longer, share, span, rng)
                setting = (max_lag, draws, int(rng.integers(2**32)))
                ends[nth] = _ends(drawn, phase[at], more[at], setting)[:2]
            sizes = [fit.sum() for fit, *_ in longer]
            told = [len(at), *sizes, share * sizes[1] / sizes[0]]
            rows[many, share] = [*told, *_found(ends, alpha)]
    names = pd.MultiIndex.from_tuples(rows, names=["times", "share"])
    made = pd.DataFrame(list(rows.values()), names, _POWER)
    return made.astype({"periods": "int64"})


def _prepared(
    pair: tuple[pd.Series, pd.Series],
    max_lag: int,
    phases: Iterable[str | date],
    total: pd.Series | pd.DataFrame | None,
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Return both counts, the phase of each period (numbered from 0), the volumes."""
    _check("max_lag", max_lag, 1)
    counts = [_counts(one, name) for one, name in zip(pair, "ab", strict=True)]
    index = counts[0].index
    _same(index, counts[1].index, "b")
    begins = _begins(phases)
    phase = np.unique(begins.searchsorted(index, side="right"), return_inverse=True)[1]
    more = np.zeros((len(index), 0))
    if total is not None:
        frame = total.to_frame("total") if isinstance(total, pd.Series) else total
        volumes = pd.DataFrame(
            {name: _counts(frame[name], f"total {name!r}") for name in frame}
        )
        _same(index, volumes.index, "total")
        _refuse_own(volumes.sum(axis=1), *counts)
        more = np.log(volumes.to_numpy(float) + 0.5)
        more = more - more.mean(axis=0)
    return [one.to_numpy(float) for one in counts], phase, more


def _counts(counts: pd.Series, name: str) -> pd.Series:
    """Return a series in order of time, refused unless it is one of counts."""
    if not isinstance(counts, pd.Series) or not isinstance(
        counts.index, pd.DatetimeIndex
    ):
        msg = f"{name} is {type(counts).__name__}, wanted a Series indexed by day"
        raise TypeError(msg)
    wrong = counts[~(counts.astype(float) >= 0) | ~np.isfinite(counts.astype(float))]
    if len(wrong):
        msg = (
            f"{name}: {len(wrong)} of {len(counts)} values are missing, negative or "
            f"infinite, the first on {wrong.index[0]:%Y-%m-%d}, wanted counts; a quiet "
            "period is 0, one that nobody covered must be cut off with the window"
        )
        raise ValueError(msg)
    ordered = counts.sort_index()
    steps = ordered.index.to_series().diff().dropna().unique()
    if len(steps) != 1 or steps[0] < _DAY or steps[0] % _DAY != pd.Timedelta(0):
        msg = (
            f"{name}: the steps between its {len(counts)} periods are "
            f"{[str(step) for step in steps[:3]]}, wanted each day or each week once, "
            "as tempo() gives with 'D' or 'W'"
        )
        raise ValueError(msg)
    return ordered


def _same(index: pd.DatetimeIndex, other: pd.DatetimeIndex, name: str) -> None:
    if not index.equals(other):
        msg = (
            f"{name} has {len(other)} periods from {other[0]:%Y-%m-%d} to "
            f"{other[-1]:%Y-%m-%d}, a has {len(index)} from {index[0]:%Y-%m-%d} to "
            f"{index[-1]:%Y-%m-%d}, wanted the same: count both over one window"
        )
        raise ValueError(msg)


def _refuse_own(volume: pd.Series, a: pd.Series, b: pd.Series) -> None:
    if volume.any() and np.allclose(volume, a + b):  # where all are quiet: too little
        msg = (
            "total is the sum of a and b, wanted what was reported elsewhere: with "
            "their own events in it, one rises where the other falls"
        )
        raise ValueError(msg)


def _begins(phases: Iterable[str | date]) -> pd.DatetimeIndex:
    if isinstance(phases, str | date) or not isinstance(phases, Iterable):
        msg = f"phases is {phases!r}, wanted a list of first days, [] for one phase"
        raise TypeError(msg)
    return pd.DatetimeIndex([day(one, "phases") for one in phases]).sort_values()


def _check(
    name: str, value: float, low: float, high: float = np.inf, *, whole: bool = True
) -> None:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not low <= value <= high or (whole and value != int(value)):
        kind = "a whole number" if whole else "a number"
        upto = f" to {high}" if np.isfinite(high) else " or more"
        msg = f"{name} is {value!r}, wanted {kind}, {low:g}{upto}"
        raise ValueError(msg)


def _listed(
    name: str, given: float | Iterable[float], low: float, high: float = np.inf, **kind
) -> list[float]:
    values = list(given) if isinstance(given, Iterable) else [given]
    for value in values:
        _check(name, value, low, high, **kind)
    if not values:
        msg = f"{name} is an empty list, wanted at least one number"
        raise ValueError(msg)
    return values


def _span(lag: int | tuple[int, int], max_lag: int) -> tuple[int, int]:
    both = lag if isinstance(lag, tuple) else (lag, lag)
    for value in both:
        _check("lag", value, 1, max_lag)
    if len(both) != 2 or both[0] > both[1]:
        msg = f"lag is {lag!r}, wanted one lag or the first and the last of a range"
        raise ValueError(msg)
    return both


def _by_lag(
    rests: list[np.ndarray], block: np.ndarray, setting: tuple[int, int, int]
) -> pd.DataFrame:
    """Return the table of `coupling`."""
    max_lag = setting[0]
    sums = sums_of_shifts(rests, block, setting)
    z = scaled(sums)
    lags = pd.RangeIndex(-max_lag, max_lag + 1, name="lag")
    norm = np.sqrt(np.prod([rest @ rest for rest in rests]))
    low, high = np.quantile(sums[1:], (0.025, 0.975), axis=0) / norm
    sizes = np.bincount(block)[:, None]
    made = pd.DataFrame(
        {
            "direction": np.select([lags > 0, lags < 0], DIRECTIONS[:2], DIRECTIONS[2]),
            "pairs": np.maximum(sizes - np.abs(lags.to_numpy()), 0).sum(axis=0),
            "correlation": sums[0] / norm,
            "null_low": low,
            "null_high": high,
            "z": z[0],
            "p_lag": [as_large(z[:, [nth]])[0] for nth in range(len(lags))],
        },
        index=lags,
    )
    for sign in (-1, 1):
        here = np.sign(lags) == sign
        made.loc[here, "p_direction"] = as_large(z[:, here])
    apart = lags != 0
    made.loc[apart, "p_any"] = as_large(z[:, apart])
    made.loc[0, "p_lag"] = np.nan
    return made


def _ends(
    counts: list[np.ndarray],
    phase: np.ndarray,
    more: np.ndarray,
    setting: tuple[int, int, int],
) -> np.ndarray:
    """Return the p-values of `DIRECTIONS`, all missing if refused."""
    max_lag = setting[0]
    block = blocks(phase, max_lag)
    if too_little(counts, phase, block, max_lag):
        return np.full(4, np.nan)
    z = scaled(
        sums_of_shifts([surprises(one, phase, more) for one in counts], block, setting)
    )
    a_leads, b_leads = z[:, max_lag + 1 :], z[:, :max_lag]
    either = np.hstack([a_leads, b_leads])
    p_values = [as_large(part).min() for part in (a_leads, b_leads, either)]
    return np.array([*p_values[:2], np.nan, p_values[2]])


def _found(ends: np.ndarray, alpha: float) -> list[float]:
    """Return the columns of `power` that count rounds."""
    from scipy.stats import beta

    rounds = len(ends)
    hits = (ends[:, 0] <= alpha).sum()
    shape = (hits + 0.5, rounds - hits + 0.5)
    low = beta.ppf(0.025, *shape) if hits else 0.0
    high = beta.ppf(0.975, *shape) if hits < rounds else 1.0
    turned, refused = (ends[:, 1] <= alpha).mean(), np.isnan(ends[:, 0]).mean()
    return [hits / rounds, low, high, turned, refused]
