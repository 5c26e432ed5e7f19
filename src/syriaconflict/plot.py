"""One drawing for each result: ``plot_x(result, ax=None, **kwargs)`` returns the axes.

Axis labels and legends are set here, titles are the caller's.  The drawings on a map
are in `plot_maps` and `plot_points`, those of claims and of strikes in `plot_claims`
and `plot_air`: all are reached from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict._map_frame import axes_for, key, patch, stroke
from syriaconflict.explore import explore
from syriaconflict.filters import require
from syriaconflict.palette import (
    CAMP_COLOURS,
    INK,
    OTHER_COLOURS,
    PALE,
    styles,
    wording,
)
from syriaconflict.plot_air import (
    filled,
    group_words,
    plot_strikes,
    rate_words,
    refuse_other_unit,
)
from syriaconflict.plot_bands import plot_band
from syriaconflict.plot_claims import plot_disagreement
from syriaconflict.plot_maps import (
    plot_areas,
    plot_control,
    plot_front,
    plot_shift,
)
from syriaconflict.plot_points import plot_events, plot_flows, plot_front_flows

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = [
    "CAMP_COLOURS",
    "explore",
    "plot_areas",
    "plot_axis",
    "plot_band",
    "plot_control",
    "plot_coverage",
    "plot_disagreement",
    "plot_events",
    "plot_flows",
    "plot_front",
    "plot_front_flows",
    "plot_intensity",
    "plot_shift",
    "plot_strikes",
    "plot_tempo",
]

_PERIODS = {1: "day", 7: "week", 14: "two weeks"}
_SHADE = {"facecolor": "#F0F0F0", "edgecolor": PALE, "hatch": "xxx", "lw": 0.5}
_DOT, _LARGEST_DOT = 18, 600  # area of the dot of one claim, and of any [points^2]


def plot_tempo(
    tempo: pd.DataFrame,
    ax: Axes | None = None,
    *,
    breaks: pd.DataFrame | None = None,
    **kwargs: object,
) -> Axes:
    """Draw events per period as steps, with the band from certain to possible.

    Parameters
    ----------
    tempo : DataFrame
        Result of `tempo.tempo`: ``n``, ``n_low``, ``n_high`` by ``period``, or by
        period and groups; each group is a line of its own.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    breaks : DataFrame, optional
        Result of `coverage.breaks`; the periods drawn that one of them touches are
        shaded.  A break outside the periods drawn is not shown.
    **kwargs
        Passed on to ``Axes.step``.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    ValueError
        If the result is empty or lacks a column.

    Examples
    --------
    >>> weeks = pd.DatetimeIndex(["2024-11-25", "2024-12-02"], name="period")
    >>> counts = pd.DataFrame(
    ...     {"n": [1.5, 4.0], "n_low": [1, 4], "n_high": [2, 4]}, index=weeks)
    >>> plot_tempo(counts).get_ylabel()
    'events per week'
    """
    columns = ["n", "n_low", "n_high"]
    words = "events per {period}", "certain to possible"
    return _steps(tempo, columns, words, ax, kwargs, breaks)


def plot_intensity(
    intensity: pd.DataFrame,
    ax: Axes | None = None,
    *,
    breaks: pd.DataFrame | None = None,
    **kwargs: object,
) -> Axes:
    """Draw the rate of reported strikes as steps, with its interval.

    Parameters
    ----------
    intensity : DataFrame
        Result of `air.intensity`: ``rate``, ``rate_p05``, ``rate_p95`` by ``period``,
        or by period and groups; or any rate with the bounds ``low`` and ``high``.
        Its ``unit`` and ``per``, where it has them, must be one each.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    breaks : DataFrame, optional
        Result of `coverage.breaks`; the periods drawn that one of them touches are
        shaded.  A break outside the periods drawn is not shown.
    **kwargs
        Passed on to ``Axes.step``.

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    ValueError
        If the result is empty or lacks a column, units or exposures are mixed, or the
        axes already show another unit.

    Examples
    --------
    >>> weeks = pd.DatetimeIndex(["2017-04-03", "2017-04-10"], name="period")
    >>> rates = pd.DataFrame(
    ...     {"rate": [1.0, 2], "low": [0.5, 1], "high": [2.0, 3]}, index=weeks)
    >>> plot_intensity(rates).get_ylabel()
    'reported incidents per day'
    """
    if {"low", "high"} <= set(intensity.columns):
        columns, band = ["rate", "low", "high"], "low to high"
    else:
        columns, band = ["rate", "rate_p05", "rate_p95"], "90 % interval"
    words = rate_words(intensity), band
    refuse_other_unit(ax, words[0], "y")
    return _steps(intensity, columns, words, ax, kwargs, breaks)


def plot_axis(
    position: pd.DataFrame,
    ax: Axes | None = None,
    *,
    places: pd.DataFrame | None = None,
    **kwargs: object,
) -> Axes:
    """Draw how far along an axis a side stood, with the band between its bounds.

    Parameters
    ----------
    position : DataFrame
        Result of `fronts.axis_position`.
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    places : DataFrame, optional
        Rows of the ``places`` table, to name the stops; by default they are called by
        their identifiers.
    **kwargs
        Passed on to ``Axes.step`` of the middle line.

    Returns
    -------
    Axes
        The axes drawn on.  Stops are named at their distance; a triangle marks a day
        on which one bound alone is known.

    Raises
    ------
    ValueError
        If no day has a bound.

    Examples
    --------
    >>> position = pd.DataFrame(
    ...     {"km_low": [0.0, 10], "km_high": [10.0, 30], "km": [5.0, 20],
    ...      "last_stop": ["hama", "souran"], "next_stop": ["souran", "morek"]},
    ...     index=pd.DatetimeIndex(["2016-09-01", "2016-10-01"], name="date"))
    >>> plot_axis(position).get_ylabel()
    'distance along the axis (km)'
    """
    columns = ["km_low", "km_high", "km", "last_stop", "next_stop"]
    filled(position, columns, "position")
    if position[["km_low", "km_high"]].isna().all(axis=None):
        msg = "position: no day has a bound; choose other days, an axis or a side"
        raise ValueError(msg)
    ax = axes_for(ax)
    rows = position.sort_index()
    days, low, high = rows.index, rows["km_low"], rows["km_high"]
    band = {"color": PALE, "alpha": 0.5, "label": "lowest to highest"}
    # Steps drawn by hand: a day that is missing must not swallow the step before it.
    first, second = slice(1, None), slice(None, -1)
    low2, high2 = (np.repeat(bound, 2)[second] for bound in (low, high))
    ax.fill_between(np.repeat(days, 2)[first], low2, high2, linewidth=1, **band)
    style = {"color": INK, "linewidth": 2, "where": "post", "label": "middle"}
    ax.step(days, rows["km"], **style | kwargs)
    for bound, other, marker, word in (
        (low, high, "^", "at least"),
        (high, low, "v", "at most"),
    ):
        lone = bound[other.isna()].dropna()
        if len(lone):
            ax.plot(lone.index, lone, marker, color=INK, mfc="white", label=word)
    _name_stops(ax, rows, places)
    ax.set_ylabel("distance along the axis (km)")
    _time(ax)
    below = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.08), "ncols": 4}
    key(ax, ax.get_legend_handles_labels()[0], **below)
    return ax


def plot_coverage(
    coverage: pd.DataFrame, ax: Axes | None = None, **kwargs: object
) -> Axes:
    """Draw a dot per publisher and period, its area in proportion to the claims.

    Parameters
    ----------
    coverage : DataFrame
        Result of `coverage.coverage`: ``claims`` by ``publisher_id``, ``front_id`` and
        ``period``; claims are added up over fronts (each lies on one).
    ax : Axes, optional
        Axes to draw on; by default those of a new figure.
    **kwargs
        Passed on to ``Axes.scatter``.

    Returns
    -------
    Axes
        The axes drawn on; a line without a dot is a period without a claim.

    Raises
    ------
    ValueError
        If the result is empty or has other levels.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples(
    ...     [("sana", "aleppo", pd.Timestamp("2024-11-25"))],
    ...     names=["publisher_id", "front_id", "period"])
    >>> plot_coverage(pd.DataFrame({"claims": [7]}, index=index)).get_yticks().tolist()
    [0]
    """
    filled(coverage.reset_index(), ["publisher_id", "period", "claims"], "coverage")
    ax = axes_for(ax)
    claims = coverage.groupby(["publisher_id", "period"])["claims"].sum()
    publishers = claims.index.unique("publisher_id")
    told = claims[claims > 0].reset_index()
    rows = publishers.get_indexer(told["publisher_id"])
    periods = claims.index.unique("period")
    ax.hlines(range(len(publishers)), periods.min(), periods.max(), PALE, linewidth=0.8)
    look = {"color": OTHER_COLOURS[0], "alpha": 0.7, "linewidth": 0, "zorder": 3}
    each = min(_DOT, _LARGEST_DOT / claims.max())
    ax.scatter(told["period"], rows, s=told["claims"] * each, **look | kwargs)
    ax.set_yticks(range(len(publishers)), publishers)
    ax.set_ylim(len(publishers) - 0.4, -0.6)
    ax.set_xlabel(f"{_period(periods)} in which the happening began")
    _time(ax)
    sizes = sorted({1, max(1, round(claims.max() / 3)), int(claims.max())})
    dot = {"marker": "o", "ls": "", "mew": 0, "alpha": 0.7, "color": OTHER_COLOURS[0]}
    entries = [stroke(str(size), ms=(size * each) ** 0.5, **dot) for size in sizes]
    key(ax, entries, title="claims")
    return ax


def _steps(
    frame: pd.DataFrame,
    columns: list[str],
    words: tuple[str, str],
    ax: Axes | None,
    kwargs: dict[str, object],
    breaks: pd.DataFrame | None,
) -> Axes:
    """Draw a line with a band for each group of a frame indexed by period."""
    filled(frame, columns, "result")
    if breaks is not None:
        require(breaks, ["period", "last"], "breaks")
    ax = axes_for(ax)
    levels = [name for name in frame.index.names if name != "period"]
    groups = dict(list(frame.groupby(levels, sort=False))) if levels else {"": frame}
    look = styles([one[0] if len(one) == 1 else one for one in groups])
    handles = []
    for (label, rows), style in zip(groups.items(), look.values(), strict=True):
        middle, low, high = (rows[name].to_numpy(float) for name in columns)
        periods = rows.index.get_level_values("period")
        edges = periods.append(pd.DatetimeIndex([periods[-1] + _width(periods)]))
        style = {key: style[key] for key in ("color", "linestyle")}
        style["label"] = group_words(label) if levels else "reported"
        style["where"] = "post"
        handles += ax.step(edges, _held_on(middle), **style | {"linewidth": 2} | kwargs)
        ax.fill_between(
            edges,
            _held_on(low),
            _held_on(high),
            step="post",
            color=handles[-1].get_color(),
            alpha=0.2,
            linewidth=0,
        )
    ax.set_ylabel(words[0].format(period=_period(periods)))
    ax.set_ylim(bottom=0)
    _time(ax)
    shaded = [] if breaks is None else _shade(ax, frame, breaks)
    key(ax, [*handles, patch(words[1], PALE), *shaded])
    return ax


def _shade(ax: Axes, frame: pd.DataFrame, breaks: pd.DataFrame) -> list[Artist]:
    """Shade the periods that a break touches; return their entry of the legend."""
    starts = frame.index.unique("period").sort_values()
    ends = starts[1:].append(pd.DatetimeIndex([starts[-1] + _width(starts)]))
    touched = [
        (start, end)
        for start, end in zip(starts, ends, strict=True)
        if ((breaks["period"] < end) & (breaks["last"] >= start)).any()
    ]
    for start, end in touched:
        ax.axvspan(start, end, zorder=0, **_SHADE)
    words = "a source appears or falls silent"
    return [patch(words, PALE, **_SHADE)] if touched else []


def _held_on(values: np.ndarray) -> np.ndarray:
    """Repeat the last value, so that the last period is as wide as the others."""
    return np.append(values, values[-1])


def _width(periods: pd.DatetimeIndex) -> pd.Timedelta:
    return periods[-1] - periods[-2] if len(periods) > 1 else pd.Timedelta(days=1)


def _period(periods: pd.DatetimeIndex) -> str:
    days = _width(periods).days if len(periods) > 1 else 0
    return "month" if 28 <= days <= 31 else _PERIODS.get(days, "period")


def _name_stops(ax: Axes, rows: pd.DataFrame, places: pd.DataFrame | None) -> None:
    """Write each stop at its distance, along the right edge."""
    ends = pd.concat(
        [
            rows.set_index("last_stop")["km_low"],
            rows.set_index("next_stop")["km_high"],
        ]
    ).dropna()
    stops = ends[~ends.index.duplicated()]
    for km in stops:
        ax.axhline(km, color=PALE, linewidth=0.6, zorder=0)
    side = ax.secondary_yaxis("right")
    names = {stop: wording(stop) for stop in stops.index}
    if places is not None:
        require(places, ["name"], "places", key="place_id")
        names |= places.set_index("place_id")["name"].to_dict()
    side.set_yticks(stops.to_list(), [names[stop] for stop in stops.index])
    side.tick_params(length=0)


def _time(ax: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator()
    # The corner names the year alone: its month would be that of the last tick only.
    corner = ["", "%Y", "%Y", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d"]
    words = ConciseDateFormatter(locator, offset_formats=corner)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(words)
