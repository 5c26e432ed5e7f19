"""Air and drone strikes: what was counted, in which unit, by whom.

A sortie, a strike, a bomb, a place hit and a reported incident are different things.
Nothing here adds across units, across discrete events and aggregates ("dozens of
strikes"), or across totals and rates a day: it raises, and names the conversion that
the user would have to justify.

Air events are counted where a text tells them one by one, and such telling is thin: an
observed number is what the documents hold, not how many strikes there were.

The parts stand in modules of their own and are all reached from here.
"""

from __future__ import annotations

import pandas as pd

from syriaconflict import vocabulary as v
from syriaconflict.attribution import CONTESTED, NOT_NAMED, attribution, operators
from syriaconflict.dispersion import mean_intensity
from syriaconflict.filters import codes, last_reason, require
from syriaconflict.intensity import front_km2, intensity
from syriaconflict.strike_aggregates import aggregate_rate, aggregates
from syriaconflict.strike_claims import compare
from syriaconflict.strike_counts import add, count, total_over
from syriaconflict.strike_units import UNITS, convert
from syriaconflict.undercount import pair_dependence, undercount

__all__ = [
    "CLASSES",
    "CONTESTED",
    "INFRASTRUCTURE",
    "NOT_NAMED",
    "UNITS",
    "add",
    "aggregate_rate",
    "aggregates",
    "attribution",
    "compare",
    "convert",
    "count",
    "front_km2",
    "infrastructure",
    "intensity",
    "mean_intensity",
    "operators",
    "pair_dependence",
    "set_aside",
    "strikes",
    "total_over",
    "undercount",
]

CLASSES = ("air", "drone")
# Target kinds that serve civilians, whoever used them on the day.
INFRASTRUCTURE = ("hospital", "school", "market", "utility", "bridge", "camp")

_KEPT = [
    *("event_id", "start", "end", "grain", "place_id", "front_id"),
    *("event_type", "munition", "target_kind"),
]
_READ = [
    *(*_KEPT, "event_class", "modality"),
    *("unit", "count_low", "count_high", "count_per"),
]


def strikes(
    events: pd.DataFrame, event_actors: pd.DataFrame, *, unit: str
) -> pd.DataFrame:
    """List the air and drone strikes that can be counted in one unit.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table, one an event.
    event_actors : DataFrame
        Rows of the ``event_actors`` table.
    unit : str
        Code of `vocabulary.UNITS`.  With "incident" each discrete event is one
        incident, whatever else its text counts; an aggregate is in only if it counts
        incidents itself.  With any other unit, only events that carry that unit are
        in.  "casualty_event" takes in events of type casualty_report as well, whose
        text need not say that the harm came from the air.

    Returns
    -------
    DataFrame
        One row an event, sorted by ``event_id``: ``event_id``, ``start``, ``end``,
        ``grain``, ``place_id``, ``front_id``, ``event_type``, ``munition``,
        ``target_kind``, ``operators`` (see `operators`; "not named" if nobody is),
        ``unit``, ``low`` and ``high`` (Int64, missing: no bound told), ``per`` (total,
        day).  A discrete event is on one day, so its ``per`` is always total.
        Shootdowns are no strikes; what else is left out is listed by `set_aside`.

    Raises
    ------
    ValueError
        If the unit is unknown, a column is absent, or an event stands in several rows.

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "event_id": ["a"], "event_class": ["air"], "event_type": ["airstrike"],
    ...     "modality": ["realised"], "grain": ["aggregate"],
    ...     "start": pd.to_datetime(["2017-03-21"]),
    ...     "end": pd.to_datetime(["2017-04-24"]), "place_id": ["northern-hama"],
    ...     "front_id": ["north-hama"], "munition": [None], "target_kind": [None],
    ...     "unit": ["strike"], "count_low": [24], "count_high": [99],
    ...     "count_per": ["day"],
    ... })
    >>> actors = pd.DataFrame({
    ...     "event_id": "a", "actor_id": ["russian-air-force", "syrian-air-force"],
    ...     "role": "initiator", "certainty": "one_of",
    ... })
    >>> strikes(events, actors, unit="strike")[["operators", "low", "high", "per"]]
                                  operators  low  high  per
    0  russian-air-force | syrian-air-force   24    99  day
    """
    rows = events[_why_not(events, unit).isna()].sort_values("event_id")
    rows = rows.reset_index(drop=True)
    discrete = rows["grain"] == "discrete"
    single = discrete & (unit == "incident")
    named = rows["event_id"].map(operators(event_actors))
    return rows[_KEPT].assign(
        operators=named.astype("str").fillna(NOT_NAMED),
        unit=pd.Series(unit, index=rows.index, dtype="str"),
        low=rows["count_low"].astype("Int64").mask(single, 1),
        high=rows["count_high"].astype("Int64").mask(single, 1),
        per=rows["count_per"].astype("str").mask(discrete, "total"),
    )


def set_aside(events: pd.DataFrame, *, unit: str) -> pd.DataFrame:
    """List the events that `strikes` leaves out, and why.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table, one an event.
    unit : str
        Code of `vocabulary.UNITS`.

    Returns
    -------
    DataFrame
        Sorted by ``event_id``, columns ``event_id``, ``reason`` (str).  With the rows
        of `strikes` they are all events.  Reasons, the first that holds: "not from the
        air"; "shootdown"; the modality (planned, threatened, expected, demanded,
        denied, indeterminate); "state"; "no count" (nothing is counted, or no number
        told); "counted in <other unit>"; "neither total nor rate" (an aggregate
        without ``count_per``).

    Raises
    ------
    ValueError
        As `strikes`.

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "event_id": ["a", "b"], "event_class": ["air", "ground"],
    ...     "event_type": ["airstrike", "clash"], "modality": ["planned", "realised"],
    ...     "grain": "discrete", "start": pd.to_datetime(["2017-03-21"] * 2),
    ...     "end": pd.to_datetime(["2017-03-21"] * 2), "place_id": None,
    ...     "front_id": None, "munition": None, "target_kind": None, "unit": None,
    ...     "count_low": None, "count_high": None, "count_per": None,
    ... })
    >>> set_aside(events, unit="incident").values.tolist()
    [['a', 'planned'], ['b', 'not from the air']]
    """
    reason = _why_not(events, unit)
    table = pd.DataFrame({"event_id": events["event_id"], "reason": reason})
    return table[reason.notna()].sort_values("event_id", ignore_index=True)


def infrastructure(strikes: pd.DataFrame) -> pd.Series:
    """Say of each strike whether it hit infrastructure that serves civilians.

    Parameters
    ----------
    strikes : DataFrame
        Rows from `strikes`; only ``target_kind`` is read.

    Returns
    -------
    Series of str
        On the index of ``strikes``, named ``infrastructure``: the kind of target if it
        is one of `INFRASTRUCTURE`, "other target" if another is told, missing where
        none is (or the claims differ: "indeterminate").  Most texts do not tell what
        was hit, so a count of missing ones belongs beside every count of hits.

    Raises
    ------
    ValueError
        If the column is absent or a target kind is unknown.

    Examples
    --------
    >>> rows = pd.DataFrame({"target_kind": ["hospital", "position", None]})
    >>> infrastructure(rows).tolist()
    ['hospital', 'other target', nan]
    """
    require(strikes, ("target_kind",), "strikes")
    told = strikes["target_kind"].astype("str")
    told = told.mask(told == "indeterminate")
    if told.notna().any():
        codes(told.dropna().unique(), v.TARGET_KINDS, "target_kind")
    kinds = told.where(told.isna() | told.isin(INFRASTRUCTURE), "other target")
    return kinds.rename("infrastructure")


def _why_not(events: pd.DataFrame, unit: str) -> pd.Series:
    """Return why each event is no row of `strikes`, missing where it is one."""
    require(events, _READ, "events", key="event_id")
    codes([unit], v.UNITS, "unit")
    told, grain, modality = events["unit"], events["grain"], events["modality"]
    of_air = events["event_class"].isin(CLASSES)
    if unit == "casualty_event":
        of_air |= events["event_type"] == "casualty_report"
    numbered = events[["count_low", "count_high"]].notna().any(axis=1)
    discrete = grain == "discrete"
    single = discrete & (unit == "incident")
    tests = (  # weakest first: the last that holds is the reason
        (~discrete & events["count_per"].isna(), "neither total nor rate"),
        (~single & (told != unit), "counted in " + told),
        (~single & (told.isna() | ~numbered), "no count"),
        (~grain.isin(("discrete", "aggregate")), grain.fillna("no grain")),
        (~modality.isin(v.COUNTED_MODALITIES), modality.fillna("no modality")),
        (events["event_type"] == "shootdown", "shootdown"),
        (~of_air, "not from the air"),
    )
    return last_reason(tests, events.index)
