"""Do events bring events: self-excitation of a daily count, and its burstiness.

Clusters come from events that trigger events, and from a rate that moves for reasons
of its own.  Counts alone cannot always tell the two apart; what can be told depends on
the background that is allowed to move, so backgrounds of two kinds, from one level to
many, are fitted together with the triggering and compared.
"""

from __future__ import annotations

from itertools import compress

import numpy as np
import pandas as pd

from syriaconflict._triggering import (
    LEVEL_COST,
    SHORTEST_HALF_LIFE,
    Background,
    Peak,
    bounds,
    cut_cost,
    cuts,
    kernels,
    peak,
    rate_at,
    refined,
)
from syriaconflict.filters import Names, codes, require
from syriaconflict.phases import Counts, check_counts, check_days
from syriaconflict.vocabulary import COUNTED_MODALITIES, EVENT_CLASSES

_FEWEST = 200  # events, below which branching cannot be told from chance
_REGION = 4.605  # 90 % of chi-squared with 2 degrees, for two parameters at once
_MIDDLE = (0.05, 0.95)
_DRAWS = 400  # of evenly strewn events for the band of burstiness
_DAY = pd.Timedelta(days=1)


def excitation(
    counts: Counts, *, longest: float = 14.0, bandwidth: float = 56.0
) -> pd.DataFrame:
    """Estimate which part of the events of a daily series earlier events triggered.

    The count of a day is Poisson with rate background + branching x sum over k of g(k)
    n(t - k), g(k) = (1 - r) r^(k - 1), r = 0.5^(1 / half-life): the discrete form of a
    Hawkes process with exponential kernel.  The levels of the background, branching
    and half-life are fitted together by maximum likelihood.

    The background is chosen by the least -2 log likelihood / dispersion + cost.  Tried
    are phases, cut as by `phases` with scales of 8, 4, 2, 1 and 1/2 times that of the
    cost "clustered", each cut at the price that `phases` asks; the counts smoothed by
    kernels of 1, 2, 4 and 8 times ``bandwidth``, times one level, each at the price of
    4 for each degree of freedom of the smoother; and one level, at the price of 4.

    Parameters
    ----------
    counts : Series or sequence of int
        Events on each day [events], quiet days with 0, such as ``tempo(events, "D",
        ...)["n_low"]`` of one group.  Whole numbers: an event that is spread over the
        days on which it may have happened looks like several that follow each other.
    longest : float, default 14
        Longest half-life that is tried [day]; the shortest is 0.5.
    bandwidth : float, default 56
        Standard deviation of the narrowest Gaussian kernel [day], at least 4 x
        ``longest``.

    Returns
    -------
    DataFrame
        Three rows, indexed by ``background``: the best of "phases" (of 2 x ``longest``
        days or more), of "kernel", and of "either".  Columns

        - ``branching`` (float) [events per event]: mean number that an event triggers
          itself, from 0 to 1, both limits of the search;
        - ``half_life`` (float) [day] of the triggering; missing if branching is 0;
        - ``branching_p05``, ``_p95``, ``half_life_p05``, ``_p95``: ends of the joint 90
          % region by profile likelihood, over every background of the row that is not
          ruled out: dearer ones within one level's cost of the chosen, cheaper ones
          within one cut's.  Where it takes in branching 0, every half-life fits and
          that interval says nothing;
        - ``share`` (float) [1]: part of the events that was triggered;
        - ``at_limit`` (bool): the region reaches the longest half-life tried, so that
          the background may be at work;
        - ``dispersion`` (float) [1]: of the counts about the fit with most levels;
          above 1 the intervals are widened by it;
        - ``phases`` (int): number of levels; ``n`` (int) [events]; ``days`` (int).

    Raises
    ------
    ValueError
        If there are fewer than 200 events, days are absent, counts are not whole, or a
        setting is out of range.
    TypeError
        If ``counts`` is a frame, or a series of several groups.

    Notes
    -----
    Measured on 40 series a case of 1,000 days with 1 event a day
    (``benchmarks/excitation.py``), branching 0, 0.3 and 0.6, half-lives of 3 and 7
    days, on a background that is constant, rises threefold in a step, has three steps,
    a trend or a yearly wave: the interval of the row "either" held the branching in 90
    to 100 % of each case.  It is wide: at branching 0.6 it began above 0.1 in 83 to 90
    % with a half-life of 3 days, in 22 to 40 % with one of 7.  The estimate is off by
    -0.03 to -0.12 with 3 days and, with 7, by -0.07 or -0.08 on a constant background
    and up to -0.21 where the rate also moves: a background that may move takes over
    part of what slow excitation does.  A yearly wave is taken for excitation (+0.4 at
    branching 0), while the interval reaches to 0.  "kernel" alone takes steps for
    excitation, "phases" alone takes waves for it.

    Events that trigger others on the same day count as background, and a shared cause
    of short bursts (an offensive, a wave of reporting) is excitation to any background.

    For context: 37-50 % of violent events in Iraq, lasting two to six weeks at most
    (Lewis et al. 2012).

    References
    ----------
    Lewis, Mohler, Brantingham and Bertozzi 2012, Self-exciting point process models of
    civilian deaths in Iraq, Security Journal 25, 244-264, doi:10.1057/sj.2011.21.  The
    discrete form, the choice of backgrounds and the intervals are our own.

    Examples
    --------
    >>> import numpy as np
    >>> step = np.random.default_rng(3).poisson(np.repeat([1, 4], 300))
    >>> found = excitation(step)
    >>> found["phases"].tolist(), bool(found.loc["either", "branching"] < 0.1)
    ([2, 1, 2], True)
    """
    _refuse_span(longest, bandwidth)
    n = _daily(counts)
    tried = [*cuts(n, longest), *kernels(n, bandwidth)]
    tops = [peak(n, ground, SHORTEST_HALF_LIFE, longest) for ground in tried]
    spread = _spread(n, tried, tops)
    rows = {}
    for row in ("phases", "kernel", "either"):
        own = [row in ("either", ground.kind) for ground in tried]
        found = [list(compress(given, own)) for given in (tried, tops)]
        rows[row] = _row(n, *found, spread, longest)
        rows[row]["at_limit"] = rows[row]["half_life_p95"] >= longest * (1 - 1e-9)
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("background")
    return table.assign(n=int(n.sum()), days=len(n))


def burstiness(
    events: pd.DataFrame | pd.Series, *, classes: Names | None = None
) -> pd.Series:
    """Measure whether events come in bursts, evenly or as by chance.

    With r = standard deviation / mean of the m intervals between neighbouring events,
    B = (sqrt(m + 1) r - sqrt(m - 1)) / ((sqrt(m + 1) - 2) r + sqrt(m - 1)): 1 if all
    intervals but one are 0, 0 where events are strewn evenly at random, -1 where all
    intervals are equal, for any number of events.

    Parameters
    ----------
    events : Series of datetime or DataFrame
        The day of each event, or rows of the ``events`` table: of these counted are
        discrete ones that happened, on one known day, of the ``classes``.
    classes : str or list of str, optional
        Event classes to count; wanted with a frame, refused with days.

    Returns
    -------
    Series of float
        Named ``burstiness``, indexed by

        - ``b``: each event at a time of its own, evenly at random within its day, the
          squares of intervals averaged over these times.  Bursts within a day are
          invisible, and events exactly a week apart give -0.90, not -1;
        - ``b_days``: of the intervals in whole days, those of one day being 0.  With
          several events a day this is above 0 for events strewn at random;
        - ``chance_p05``, ``chance_p95``: middle 90 % of ``b`` if as many events fell on
          the same span of days at random (400 draws, the same each time);
        - ``n`` [events] counted; ``tied`` [events]: those that share their day with an
          earlier one; ``left_out`` [events]: not counted, for want of a known day or,
          in a frame, of what is asked for; ``mean_days`` [day]: mean interval.

    Raises
    ------
    ValueError
        If fewer than 3 events can be counted, all fall on one day, a class is unknown
        or none is given for a frame, or days carry a time zone.
    TypeError
        If ``events`` is neither a frame nor days.

    Notes
    -----
    A rate that changes makes B positive as bursts do: read it within a phase.  The
    formula is Kim and Jo's with their n, events on a circle and so also intervals,
    replaced by the number of intervals m: between the first and the last of m + 1
    events the others divide the span as m - 1 points at random do, for which the mean
    of r^2 is (m - 1) / (m + 1).

    References
    ----------
    Kim and Jo 2016, Measuring burstiness for finite event sequences, Physical Review E
    94, 032311, doi:10.1103/PhysRevE.94.032311.

    Examples
    --------
    >>> days = pd.Series(pd.date_range("2017-01-02", periods=52, freq="7D"))
    >>> burstiness(days)[["b", "b_days", "n", "tied"]].round(2).tolist()
    [-0.9, -1.0, 52.0, 0.0]
    """
    dates = _known_days(events, classes)
    day = ((dates - dates.min()) // _DAY).to_numpy()
    if len(day) < 3 or not day.any():
        msg = (
            f"{len(day)} of {len(events)} events can be counted, on "
            f"{dates.nunique()} days, wanted 3 events on 2 days or more; widen the "
            "classes or the window"
        )
        raise ValueError(msg)
    perday = np.bincount(day)
    gaps = np.diff(np.sort(day)).astype("float64")
    low, high = _by_chance(len(day), len(perday))
    told = {
        "b": _corrected(*_moments(perday)),
        "b_days": _corrected(gaps.mean(), (gaps**2).mean(), len(gaps)),
        "chance_p05": low,
        "chance_p95": high,
        "n": len(day),
        "tied": len(day) - np.count_nonzero(perday),
        "left_out": len(events) - len(day),
        "mean_days": gaps.mean(),
    }
    return pd.Series(told, dtype="float64", name="burstiness")


def _refuse_span(longest: float, bandwidth: float) -> None:
    for name, value in (("longest", longest), ("bandwidth", bandwidth)):
        if isinstance(value, (str, bool)) or not 1 <= value < np.inf:
            msg = f"{name} is {value!r}, wanted a number of days, 1 or more"
            raise ValueError(msg)
    if bandwidth < 4 * longest:
        msg = (
            f"bandwidth is {bandwidth:g} and longest {longest:g} days, wanted a "
            f"bandwidth of 4 x longest = {4 * longest:g} or more: a narrower kernel "
            "follows the clusters themselves"
        )
        raise ValueError(msg)


def _daily(counts: Counts) -> np.ndarray:
    series = check_counts(counts)
    check_days(None, series)
    index = series.index
    steps = index[1:] - index[:-1] if isinstance(index, pd.DatetimeIndex) else None
    if steps is not None and (steps != _DAY).any():
        msg = f"counts step by {steps.max()}, wanted days; tempo(events, 'D', ...)"
        raise ValueError(msg)
    n = series.to_numpy()
    if (n % 1 != 0).any():
        msg = (
            f"{(n % 1 != 0).sum()} of {len(n)} counts are no whole numbers, wanted "
            "events of a known day: one spread over days looks like several that "
            "follow each other; take the n_low of tempo()"
        )
        raise ValueError(msg)
    if n.sum() < _FEWEST:
        msg = (
            f"counts hold {n.sum():.0f} events, wanted {_FEWEST} or more: with fewer, "
            "excitation cannot be told from chance; take a longer window or burstiness"
        )
        raise ValueError(msg)
    return n


def _spread(n: np.ndarray, tried: list[Background], tops: list[Peak]) -> float:
    """Return the dispersion of counts about the fit with most levels, at least 1."""
    most = max(range(len(tried)), key=lambda nth: len(tried[nth].starts))
    rate, _ = rate_at(n, tried[most], tops[most])
    free = len(n) - len(tried[most].starts) - 2
    return max(1.0, ((n - rate) ** 2 / rate).sum() / free) if free > 0 else 1.0


def _row(
    n: np.ndarray,
    tried: list[Background],
    tops: list[Peak],
    spread: float,
    longest: float,
) -> dict[str, float]:
    """Choose among backgrounds; the region takes in every one that is as likely."""
    both = list(zip(tried, tops, strict=True))
    miss = [ground.cost - 2 / spread * top.logl.max() for ground, top in both]
    best = int(np.argmin(miss))
    ends = []
    for nth, (ground, top) in enumerate(both):
        slack = 0.0
        if nth != best:
            simpler = ground.cost < tried[best].cost
            slack = cut_cost(n, longest) if simpler else LEVEL_COST
        floor = (ground.cost - miss[best] - _REGION - slack) * spread / 2
        if top.logl.max() >= floor:
            near = refined(n, ground, top, floor)
            ends.append(bounds(n, ground, near, floor))
            if nth == best:
                chosen = near
    lows, highs = np.min(ends, axis=0), np.max(ends, axis=0)
    at = chosen.logl.argmax()
    branching = chosen.branching[at]
    return {
        "branching": branching,
        "branching_p05": lows[0],
        "branching_p95": highs[1],
        "half_life": chosen.half_lives[at] if branching > 0 else np.nan,
        "half_life_p05": lows[2],
        "half_life_p95": highs[3],
        "share": rate_at(n, tried[best], chosen)[1],
        "at_limit": False,
        "dispersion": spread,
        "phases": len(tried[best].starts),
    }


def _known_days(events: pd.DataFrame | pd.Series, classes: Names | None) -> pd.Series:
    """Return the days of the events that can be counted."""
    if isinstance(events, pd.DataFrame):
        read = ("event_id", "event_class", "modality", "grain", "start", "end")
        require(events, read, "events", key="event_id")
        wanted = codes([] if classes is None else classes, EVENT_CLASSES, "classes")
        counted = events["event_class"].isin(wanted) & (events["grain"] == "discrete")
        counted &= events["modality"].isin(COUNTED_MODALITIES)
        return events.loc[counted & (events["start"] == events["end"]), "start"]
    if classes is not None:
        msg = "classes is given with days, wanted None; hand in the events instead"
        raise ValueError(msg)
    if not isinstance(events, pd.Series) or events.dtype.kind != "M":
        msg = f"events is a {type(events).__name__}, wanted events or a Series of days"
        raise TypeError(msg)
    if events.dt.tz is not None:
        msg = f"days are in {events.dt.tz}, wanted local days; dt.tz_localize(None)"
        raise ValueError(msg)
    return events.dropna().dt.normalize()


def _by_chance(number: int, span: int) -> tuple[float, float]:
    """Return the middle 90 % of B for so many events at random on so many days."""
    rng = np.random.default_rng(0)
    drawn = (rng.multinomial(number, np.full(span, 1 / span)) for _ in range(_DRAWS))
    several = (one for one in drawn if np.count_nonzero(one) > 1)
    low, high = np.quantile([_corrected(*_moments(one)) for one in several], _MIDDLE)
    return low, high


def _moments(perday: np.ndarray) -> tuple[float, float, int]:
    """Return mean and mean square of the intervals, and their number.

    Averaged over times evenly at random within each day.  Of k times in a day, both
    ends and the k - 1 intervals follow the beta distribution of (1, k): mean 1 / (k +
    1) and mean square 2 / ((k + 1) (k + 2)).
    """
    day = np.flatnonzero(perday)
    k = perday[day].astype("float64")
    mean, square = 1 / (k + 1), 2 / ((k + 1) * (k + 2))
    clear = np.diff(day) - 1.0  # whole days between the two
    edges = mean[:-1] + mean[1:]
    between = clear**2 + 2 * clear * edges + square[:-1] + square[1:]
    between += 2 * mean[:-1] * mean[1:]
    within = (k - 1) * square
    total = (clear + edges).sum() + ((k - 1) * mean).sum()
    number = int(k.sum()) - 1
    return total / number, (between.sum() + within.sum()) / number, number


def _corrected(mean: float, square: float, number: int) -> float:
    r = np.sqrt(max(square / mean**2 - 1, 0.0))
    upper, lower = np.sqrt(number + 1), np.sqrt(number - 1)
    return float((upper * r - lower) / ((upper - 2) * r + lower))
