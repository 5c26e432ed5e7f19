"""How far what was last told of a place is still to be believed, as days go by.

A place is taken to change hands without being reported at a constant rate, as often
from one of two parties to the other as back.  After ``half_life`` days without news the
confidence in the last holder has gone half of the way from 1 (told that day) to 0.5
(anybody's guess).  Between two reports that agree it is that of both together.  This is
an assumption, not an estimate: the half-life is that of the weight of events in the
model of `hmm`, 3.2 months.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

HALF_LIFE = 97.4  # days: 3.2 months
# what ends a spell and tells that its holder no longer has the place, not until when
_GONE_BY = ("hold", "no_mans_land")
_TELLS_NOTHING = ("status_unknown",)


def persistence(days: np.ndarray, half_life: float = HALF_LIFE) -> np.ndarray:
    """Return how likely a holder holds a place so many days from evidence of it.

    Parameters
    ----------
    days : array of float
        Days since the evidence, or until it.
    half_life : float, default 97.4
        Days after which half the way from 1 to 0.5 is gone; inf: news never age.

    Returns
    -------
    array of float
        From 1 to 0.5.

    Raises
    ------
    ValueError
        If the half-life is not above 0.

    Examples
    --------
    >>> persistence(np.array([0, 10, 20]), half_life=10).tolist()
    [1.0, 0.75, 0.625]
    """
    if not half_life > 0:
        msg = f"half_life is {half_life!r} days, wanted more than 0; inf: never aging"
        raise ValueError(msg)
    return 0.5 * (1 + 0.5 ** (np.asarray(days, float) / half_life))


def confidence(
    control: pd.DataFrame, date: pd.Timestamp, half_life: float = HALF_LIFE
) -> pd.Series:
    """Return how likely each spell's holder holds its place on a day.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table; those that do not run on the day mean nothing.
    date : Timestamp
        The day.
    half_life : float, default 97.4
        As for `persistence` [day].

    Returns
    -------
    Series of float
        On the index of ``control``, named ``probability``: from the days since
        ``last_told`` (without that column, since the start) and, where the next spell
        of the place or the loss that implies this one tells who held it before, the
        days until then.  Where the next spell is told by a report that another held the
        place by then (``end_reason`` ``hold``, ``no_mans_land``), or is itself
        ``implied`` by a later loss, the change lies anywhere between, and this falls
        towards 0.  Missing where nobody is told to hold the place alone: status
        ``contested``, ``none`` or ``unknown``.

    Raises
    ------
    ValueError
        If the half-life is not above 0.

    Examples
    --------
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01"], "place_id": "souran", "status": "held",
    ...     "start": pd.to_datetime(["2016-08-01"]), "end": pd.to_datetime([None]),
    ...     "last_told": pd.to_datetime(["2016-08-11"])})
    >>> confidence(control, pd.Timestamp("2016-08-31"), half_life=20).tolist()
    [0.75]
    """
    start = control["start"]
    told = control.get("last_told", start).fillna(start).where(start.notna())
    since = (date - told).dt.days.clip(lower=0).to_numpy(float)
    until = (control["end"] - date).dt.days.clip(lower=0)
    until = until.where(_is_told_by_its_end(control)).to_numpy(float)
    before = np.where(np.isnan(since), 0.5, persistence(since, half_life))
    after = np.where(np.isnan(until), 0.5, persistence(until, half_life))
    reason = control.get("end_reason", pd.Series(None, control.index, dtype="str"))
    gone = reason.isin(_GONE_BY) | goes_untold(control)
    after = np.where(gone & ~np.isnan(until), 1 - after, after)
    both, neither = before * after, (1 - before) * (1 - after)
    either = both + neither
    with np.errstate(invalid="ignore"):  # told to hold and to have lost it on one day
        sure = np.where(either > 0, both / either, 0.5)
    alone = control["status"].isin(["held", "besieged"])
    return pd.Series(sure, control.index, name="probability").where(alone)


def goes_untold(control: pd.DataFrame) -> pd.Series:
    """Return which spells gave way to an unseen holder on a day that nobody tells.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.

    Returns
    -------
    Series of bool
        On the index of ``control``: whether the place's next spell begins where this
        one ends, and is ``implied``; never, in a table without ``basis``.

    Examples
    --------
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01", "souran-02"], "place_id": "souran",
    ...     "start": pd.to_datetime(["2016-08-01", "2016-09-01"]),
    ...     "end": pd.to_datetime(["2016-09-01", "2016-09-03"]),
    ...     "basis": ["stated", "implied"]})
    >>> goes_untold(control).tolist()
    [True, False]
    """
    if "basis" not in control:
        return pd.Series(False, control.index)
    following = _following(control, ["start", "basis"])
    return (following["start"] == control["end"]) & (following["basis"] == "implied")


def _following(control: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return what the table says of the spell after each, of the same place."""
    ordered = control.reset_index(drop=True).sort_values("control_id")
    following = ordered.groupby("place_id")[columns].shift(-1).sort_index()
    return following.set_axis(control.index)


def _is_told_by_its_end(control: pd.DataFrame) -> pd.Series:
    """Whether the event that ends a spell also tells who held the place until then.

    Where it tells of another holder than the spell, an implied spell stands between.
    """
    following = _following(control, ["start"])["start"]
    told = control["end"].notna()
    if "end_reason" in control:
        told &= ~control["end_reason"].isin(_TELLS_NOTHING)
    return told & ((following == control["end"]) | control["start"].isna())
