"""How many incidents were reported a day, per km2 or per day of a front.

Only happenings told one by one are counted, each once: a Poisson interval says nothing
about a text's "dozens of strikes".  It holds the chance of a count, and neither the
doubt about days nor what went unreported.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from syriaconflict.binning import periods, spread
from syriaconflict.filters import Names, codes, require
from syriaconflict.strike_units import alike

_SINGLE = ("incident", "casualty_event")  # units of which a discrete row is one
EXPOSURES = {  # name of the exposure -> what the rate is then per
    "km2": "day and km2",
    "days": "day of front",
}


def intensity(
    strikes: pd.DataFrame,
    freq: str,
    start: str | date,
    end: str | date,
    *,
    by: Names | None = None,
    exposure: pd.Series | None = None,
) -> pd.DataFrame:
    """Estimate how many strike incidents were reported a day, with an interval.

    Each period is taken as a Poisson count of its own under the Jeffreys prior: the
    rate is then gamma distributed with shape n + 1/2 and rate its exposure.  For one
    rate over all periods, where counts vary more than by chance, see `mean_intensity`.

    Parameters
    ----------
    strikes : DataFrame
        Discrete rows from ``strikes(unit="incident")``, with both days known; or of
        the unit casualty_event where each row is one (``low`` and ``high`` 1).
    freq : str
        Length of a period, see `tempo.periods`.
    start, end : str (YYYY-MM-DD) or date
        First and last day of the window, both inclusive [day].
    by : str or list of str, optional
        Columns of ``strikes`` to count apart by: ``operators``, ``munition``,
        ``front_id``, ``target_kind``, or one made by `attribution`, `infrastructure`.
    exposure : Series, optional
        What to divide by beside the days.  Named "km2": the area of each group
        [km2], such as `front_km2` gives for ``by="front_id"``.  Named "days": the
        days on which there was a front to strike [day], in place of those of the
        period.  Its index has the names ``period``, those of ``by``, or both.

    Returns
    -------
    DataFrame
        Indexed by ``period`` (with ``by`` also by group, as `tempo`), complete, columns
        ``n``, ``n_low``, ``n_high`` as in `tempo` [incidents]; ``days`` (int): days of
        the period inside the window [day]; ``exposure`` (float): days, days times km2,
        or days of front; ``rate`` = n / exposure; ``rate_p05``, ``rate_p95``: the
        middle 90 % of the gamma distribution; ``unit``; ``per`` (str): day, day and
        km2, day of front.  In a quiet period the rate is 0 and lies below
        ``rate_p05``, which never is.  Without a day of front there is no rate.
        The interval holds the chance of a Poisson count alone: not the doubt about
        days (``n_low``, ``n_high``), nor what went unreported.

    Raises
    ------
    ValueError
        If a row is no discrete incident or lacks a day, units are mixed, the exposure
        has another name or other levels, lacks a group, is below 0, or is 0 where
        something happened; or as `tempo`.

    Examples
    --------
    >>> strikes = pd.DataFrame({
    ...     "event_id": ["a"], "grain": ["discrete"], "unit": ["incident"],
    ...     "start": pd.to_datetime(["2017-04-03"]),
    ...     "end": pd.to_datetime(["2017-04-03"]),
    ... })
    >>> rates = intensity(strikes, "D", "2017-04-03", "2017-04-03")
    >>> rates[["rate", "rate_p05", "rate_p95"]].round(3).values.tolist()
    [[1.0, 0.176, 3.907]]
    """
    from scipy.stats import gamma

    columns = ("event_id", "grain", "unit", "start", "end")
    require(strikes, columns, "strikes", key="event_id")
    unit = _one_unit(strikes)
    bins = periods(freq, start, end)
    made = spread(strikes, bins, by=by)
    days = bins["days"].loc[made.index.get_level_values("period")].to_numpy()
    amount, per = _amount(made, days, exposure)
    divided = np.where(amount > 0, amount, np.nan)
    return made.assign(
        days=days,
        exposure=amount,
        rate=made["n"] / divided,
        rate_p05=gamma.ppf(0.05, made["n"] + 0.5) / divided,
        rate_p95=gamma.ppf(0.95, made["n"] + 0.5) / divided,
        unit=pd.Series(unit, index=made.index, dtype="str"),
        per=pd.Series(per, index=made.index, dtype="str"),
    )


def front_km2(fronts: pd.DataFrame) -> pd.Series:
    """Return the area of each front, as an exposure for `intensity`.

    Parameters
    ----------
    fronts : GeoDataFrame
        Rows of the ``fronts`` table.

    Returns
    -------
    Series of float
        Named ``km2``, indexed by ``front_id``: area in an equal-area projection
        (EPSG:6933) [km2].  These outlines group places; they are no line of contact,
        and most of such an area was never struck.

    Raises
    ------
    ValueError
        If a column is absent, a front stands in several rows, or the frame has no
        coordinate system.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> square = gpd.GeoDataFrame({"front_id": ["ghab"]},
    ...     geometry=[box(3e6, 4e6, 3.002e6, 4.003e6)], crs="EPSG:6933")
    >>> front_km2(square).to_dict()
    {'ghab': 6.0}
    """
    from syriaconflict.tessellation import area_km2

    require(fronts, ("front_id", "geometry"), "fronts", key="front_id")
    if getattr(fronts, "crs", None) is None:
        msg = "fronts has no coordinate system, wanted a GeoDataFrame: load('fronts')"
        raise ValueError(msg)
    return area_km2(fronts.geometry).set_axis(pd.Index(fronts["front_id"]))


def _one_unit(strikes: pd.DataFrame) -> str:
    """Return the unit of rows of which each is one happening, or refuse."""
    unit = alike(strikes, "intensity", columns=("unit",), verb="counted together")
    other = ~((strikes["grain"] == "discrete") & strikes["unit"].isin(_SINGLE))
    if other.any():
        msg = (
            f"{other.sum()} of {len(strikes)} rows are no discrete incidents; take "
            "strikes(unit='incident') and of it those with grain discrete"
        )
        raise ValueError(msg)
    if unit["unit"] == "casualty_event":
        require(strikes, ("low", "high"), "strikes")
        several = ~((strikes["low"] == 1) & (strikes["high"] == 1)).fillna(False)
        if several.any():
            msg = (
                f"{several.sum()} of {len(strikes)} rows do not count exactly one "
                "casualty_event, wanted one a row; leave the others out, and say so"
            )
            raise ValueError(msg)
    return unit["unit"] or "incident"


def _amount(
    made: pd.DataFrame, days: np.ndarray, exposure: pd.Series | None
) -> tuple[np.ndarray, str]:
    """Return what each row is divided by, and in words what the rate is per."""
    if exposure is None:
        return days.astype("float64"), "day"
    if not isinstance(exposure, pd.Series):
        msg = f"exposure is {type(exposure).__name__}, wanted a Series [day] or [km2]"
        raise TypeError(msg)
    name = codes([exposure.name], EXPOSURES, "the name of exposure")[0]
    levels = list(exposure.index.names)
    if not set(levels) <= set(made.index.names) or exposure.index.has_duplicates:
        msg = (
            f"exposure is indexed by {levels}, wanted each value once, by levels among "
            f"{list(made.index.names)}; name them: exposure.rename_axis('front_id')"
        )
        raise ValueError(msg)
    others = [level for level in made.index.names if level not in levels]
    wanted = made.index.droplevel(others) if others else made.index
    if len(levels) > 1:
        wanted = wanted.reorder_levels(levels)
    given = exposure.reindex(wanted).to_numpy(float)
    bad = ~(given >= 0) | ((given == 0) & (made["n"] > 0).to_numpy())
    if bad.any():
        where = wanted[bad][0]
        msg = (
            f"exposure of {where!r} is {given[bad][0]}, wanted one above 0 (0 only "
            "where nothing happened); give it, or leave those rows of strikes out"
        )
        raise ValueError(msg)
    return given * (days if name == "km2" else 1), EXPOSURES[name]
