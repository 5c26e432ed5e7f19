"""How far the claims about one event differ, field by field.

The six measures are those of the R package eventreport [1]_ [2]_, which takes up the
case for keeping reports beside events [3]_ [4]_.  Its source (``R/dscore.R``,
``mean_dscore.R``, ``mean_sd.R``, ``mean_range.R``, ``share_disagreement.R`` and
``modal_confidence.R``) was read and gives their form; of the papers only abstracts and
references were seen.  Kilometres between places, the distance between attributions and
the side that holds a place are not in it; how they are defined here stands in
`disagreement`.

Three things are done otherwise than there:

- A missing value is never a value.  There it is one in divergence and in the share of
  events with disagreement, and none in the other measures.
- One report is not agreement.  There an event with a single report enters every mean
  but that of the standard deviation, as if its reports agreed.
- Reports of one source are one vote.  There each report is one.

References
----------
.. [1] S. van Baalen and K. Höglund, "Trials and Triangulations: Analyzing Aggregation
   Sensitivity in Event Data on Political Violence", International Studies Quarterly
   70 (2026), doi:10.1093/isq/sqag014.
.. [2] https://github.com/sebastianvanbaalen/eventreport
.. [3] N. B. Weidmann and E. Geelmuyden Rød, "Making Uncertainty Explicit: Separating
   Reports and Events in the Coding of Violence and Contention", Journal of Peace
   Research 52 (2015), doi:10.1177/0022343314523807.
.. [4] S. J. Cook and N. B. Weidmann, "Lost in Aggregation: Improving Event Analysis
   with Report-Level Data", American Journal of Political Science 63 (2019),
   doi:10.1111/ajps.12398.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict._told import FIELDS, KINDS, Distance, Tables, Told, check, told_of
from syriaconflict.filters import Names, codes, require

MEASURES = {  # of a summary: the column of which each is the mean
    "share_disagreement": "disagrees",
    "mean_divergence": "divergence",
    "normalised_divergence": "normalised_divergence",
    "modal_confidence": "modal_confidence",
    "mean_sd": "sd",
    "mean_range": "range",
}
_MEASURED = {  # kinds that have a measure, where not all have it
    "mean_sd": ("day", "place", "count", "harm"),
    "mean_range": ("day", "place", "count", "harm", "set"),
}
UNITS = {"day": "day", "place": "km", "harm": "person", "set": "Jaccard"}


class _Votes(NamedTuple):
    """What the sources give each value: a row for each cell and value, sorted.

    A cell is one thing told of one event: what may be compared.
    """

    cell: np.ndarray
    value: np.ndarray
    vote: np.ndarray


def disagreement(
    claims: pd.DataFrame, *, tables: Tables, fields: Names | None = None
) -> pd.DataFrame:
    """Measure how far the claims about each event differ, field by field.

    Compared are independent sources (see `voters.source_ids`), by the claims that
    `voters.voters` lets speak: assertions that were not retracted (for ``stance`` all
    claims).  Each source has one vote; one that tells k different values gives each
    1/k.  A missing value is not a value.  Where one source alone tells a field nothing
    is compared: that is neither agreement nor disagreement.

    Parameters
    ----------
    claims : DataFrame
        Rows of the ``claims`` table.
    tables : mapping of str to DataFrame
        With ``documents``, ``actors``, ``publishers``, ``places`` and ``actor_camps``,
        and ``claim_actors`` for harm, ``initiator``, ``target`` and ``holder``.
    fields : str or list of str, optional
        Keys of `FIELDS`; by default all.

        - Codes are equal or not; ``unspecified`` and ``unknown`` are codes too.
        - ``start`` and ``end`` differ by days; an open end is no day.
        - ``place_id`` differs by kilometres between the points of the places, in
          `tessellation.CRS_DISTANCE`.  An area's point is its middle, so a village and
          the area around it are far apart: leave claims with a wide radius out.
        - ``count_low`` and ``count_high`` are compared where unit and per are the same,
          harm (``killed_low`` ...) where it is that of one actor in one role.
        - ``initiator`` and ``target`` are sets, in which "Russia and the army" is not
          "Russia or the army".  Two differ by 1 - (sum of min(w, v)) / (sum of
          max(w, v)) over actors, where w and v are 1 for an actor named and 1/n for
          one of n that are ``one_of``: where none is, the Jaccard distance.
        - ``holder`` is the side or sides that hold the place after a happening of that
          type, or nobody, as a code.  It is not told by a type that says nothing of
          control, by actors on no side, or by actors of two sides that are ``one_of``.

    Returns
    -------
    DataFrame
        Indexed by ``event_id``, ``field`` and ``of`` (the unit of a count; for harm
        the actor and its role; else empty), sorted; what no claim tells has no row.

        - ``unit`` (str) of ``sd`` and ``range``: day, km, person, what is counted,
          Jaccard; empty for codes.
        - ``sources`` (int) [sources]: how many tell it.
        - ``values`` (int): how many different ones they tell.
        - ``disagrees`` (boolean): whether these are more than one.
        - ``divergence`` (float): values - 1.
        - ``normalised_divergence`` (float): that, divided by the number of different
          values of this field and unit in all rows that are compared.
        - ``modal_confidence`` (float): share of the votes that the commonest value has.
        - ``sd`` (float) [unit]: standard deviation of the votes, over sources - 1; of
          places the standard distance from their mean point.
        - ``range`` (float) [unit]: greatest distance between two values.

        The last six are missing where ``sources`` is 1; ``sd`` and ``range`` for codes,
        and where of several places one has no coordinates; ``sd`` for sets.

    Raises
    ------
    ValueError
        If there is no such field, no claim, no claim that tells one of the fields, a
        claim without a source or an unknown place, or if a table or column is absent.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> names = ["documents", "actors", "publishers", "places", "actor_camps"]
    >>> tables = {name: sc.load(name) for name in names}
    >>> found = disagreement(sc.claims(), tables=tables, fields=["grain", "start"])
    >>> found.index.unique("field").tolist()
    ['grain', 'start']
    """
    wanted = sorted(codes([*FIELDS] if fields is None else fields, FIELDS, "fields"))
    check(claims, tables, wanted)
    event, events = pd.factorize(claims["event_id"], sort=True)
    told = told_of(claims.assign(event=event), tables, wanted)
    found = {field: _compared(one, FIELDS[field]) for field, one in told}
    if all(one.empty for one in found.values()):
        msg = f"none of {len(claims)} claims tells {', '.join(wanted)}; choose others"
        raise ValueError(msg)
    return _joined(found, events)


def summary(
    differences: pd.DataFrame, *, measures: Names | None = None
) -> pd.DataFrame:
    """Average what `disagreement` found, field by field.

    Parameters
    ----------
    differences : DataFrame
        Result of `disagreement`, or some of its rows.
    measures : str or list of str, optional
        Keys of `MEASURES`, each of which must have a meaning for all fields; by default
        all, missing where a field has no such measure.

    Returns
    -------
    DataFrame
        Indexed by ``field`` and ``unit``, for means in different units are not mixed,
        in the order of `FIELDS`; a field without rows is absent.

        - ``compared`` (int): rows told by two sources or more.  A row is an event, for
          harm an event's actor in one role.
        - ``single`` (int): rows told by one, in none of the means.
        - ``share_disagreement``, ``mean_divergence``, ``normalised_divergence``,
          ``modal_confidence``, ``mean_sd`` [unit], ``mean_range`` [unit] (float): means
          over the rows compared; missing where there are none.
        - ``measured`` (int): rows that have a range.

    Raises
    ------
    ValueError
        If a measure is unknown or has no meaning for a field (a standard deviation of
        codes), or there are no rows.

    Examples
    --------
    >>> rows = [("e1", "start", ""), ("e2", "start", "")]
    >>> index = pd.MultiIndex.from_tuples(rows, names=["event_id", "field", "of"])
    >>> differences = pd.DataFrame(
    ...     {"unit": "day", "sources": [2, 1], "disagrees": [True, None],
    ...      "divergence": [1, None], "normalised_divergence": [0.5, None],
    ...      "modal_confidence": [0.5, None], "sd": [1.4, None], "range": [2, None]},
    ...     index)
    >>> summary(differences, measures="mean_range").reset_index().values.tolist()
    [['start', 'day', 1, 1, 2.0, 1]]
    """
    require(differences, ("unit", "sources", *MEASURES.values()), "differences")
    if differences.empty:
        msg = "differences has no rows, wanted a result of disagreement that has some"
        raise ValueError(msg)
    chosen = codes(
        list(MEASURES) if measures is None else measures, MEASURES, "measures"
    )
    fields = differences.index.get_level_values("field")
    if measures is not None:
        _refuse_unfit(chosen, fields.unique())
    several = differences["sources"] > 1
    columns = {"compared": several, "single": ~several}
    columns |= {name: differences[MEASURES[name]].astype("float64") for name in chosen}
    columns["measured"] = differences["range"].notna()
    how = {name: "mean" if name in MEASURES else "sum" for name in columns}
    table = pd.DataFrame(columns).groupby([fields, differences["unit"]]).agg(how)
    rank = {field: number for number, field in enumerate(FIELDS)}
    return table.iloc[
        np.argsort(table.index.map(lambda key: rank[key[0]]), kind="stable")
    ]


def _refuse_unfit(measures: list[str], fields: pd.Index) -> None:
    """Refuse a measure that has no meaning for one of the fields."""
    for measure in measures:
        kinds = _MEASURED.get(measure, tuple(KINDS))
        unfit = [field for field in fields if FIELDS[field] not in kinds]
        if unfit:
            fit = [field for field, kind in FIELDS.items() if kind in kinds]
            msg = (
                f"measures: {measure} has no meaning for {', '.join(unfit)}, wanted "
                f"rows of {', '.join(fit)} alone; drop the others or the measure"
            )
            raise ValueError(msg)


def _joined(found: Mapping[str, pd.DataFrame], events: pd.Index) -> pd.DataFrame:
    """Return the measures of all fields in one frame, indexed and sorted."""
    table = pd.concat([one.drop(columns=["of", "unit"]) for one in found.values()])
    joined = pd.api.types.union_categoricals
    of = joined([one["of"] for one in found.values()], sort_categories=True)
    unit = joined([one["unit"] for one in found.values()])
    table.insert(0, "unit", unit.categories.astype("str").array.take(unit.codes))
    field = np.repeat(np.arange(len(found)), [len(one) for one in found.values()])
    numbers = [table.pop("event").to_numpy(), field, of.codes]
    levels = {"event_id": events, "field": pd.Index([*found]), "of": of.categories}
    index = pd.MultiIndex([*levels.values()], numbers, names=[*levels])
    return table.set_axis(index).take(np.lexsort(numbers[::-1]))


def _compared(told: Told, kind: str) -> pd.DataFrame:
    """Return the measures of a field: a row for each event and thing told of it."""
    rows, things = told.rows, len(told.labels)
    cell = rows["event"].to_numpy() * things + rows["of"].to_numpy()
    votes, cells, sources = _votes(cell, *rows[["source", "value"]].to_numpy().T)
    values = np.bincount(votes.cell, minlength=len(cells))
    several = sources > 1
    first = np.cumsum(values) - values
    top = np.maximum.reduceat(votes.vote, first) if len(cells) else sources
    event, of = np.divmod(cells, things)
    divergence = np.where(several, values - 1.0, np.nan)
    counted = _Votes(*(column[several[votes.cell]] for column in votes))
    like = of if kind == "count" else np.zeros_like(of)  # cells in one unit
    kinds = counted.value.max(initial=0) + 1
    seen = _distinct(like[counted.cell] * kinds + counted.value)[0] // kinds
    different = np.bincount(seen, minlength=things)
    units = told.labels if kind == "count" else [UNITS.get(kind, "")]
    found = {
        "event": event,
        "of": pd.Categorical.from_codes(of, told.labels),
        "unit": pd.Categorical.from_codes(like, units),
        "sources": sources,
        "values": values,
        "disagrees": pd.arrays.BooleanArray(values > 1, ~several),
        "divergence": divergence,
        "normalised_divergence": divergence / np.maximum(different[like], 1),
        "modal_confidence": np.where(several, top / sources, np.nan),
    }
    spread = _spread(counted, several, sources, told.distance)
    for name in ("sd", "range"):
        found[name] = spread[name] if kind in _MEASURED[f"mean_{name}"] else np.nan
    return pd.DataFrame(found)


def _votes(
    cell: np.ndarray, source: np.ndarray, value: np.ndarray
) -> tuple[_Votes, np.ndarray, np.ndarray]:
    """Return the votes, the cells that are told, and how many sources tell each.

    Each source has one vote in a cell and divides it between the values it tells.
    """
    kinds, firms = value.max(initial=0) + 1, source.max(initial=0) + 1
    pairs, pair = _distinct(cell * firms + source)
    cells, place = _distinct(pairs // firms)
    pair, value = np.divmod(_distinct(pair * kinds + value)[0], kinds)
    vote = 1 / np.bincount(pair)[pair]
    ballots, ballot = _distinct(place[pair] * kinds + value)
    cell, value = np.divmod(ballots, kinds)
    return _Votes(cell, value, np.bincount(ballot, vote)), cells, np.bincount(place)


def _distinct(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the different keys, sorted, and for each key its number among them."""
    order = np.argsort(keys, kind="stable")  # fast on keys that are nearly sorted
    ranked = keys[order]
    is_new = np.append(True, ranked[1:] != ranked[:-1])[: len(keys)]
    number = np.empty(len(keys), dtype="int64")
    number[order] = np.cumsum(is_new) - 1
    return ranked[is_new], number


def _spread(
    votes: _Votes,
    several: np.ndarray,
    sources: np.ndarray,
    distance: Distance | None,
) -> dict[str, np.ndarray]:
    """Return standard deviation and range of each cell, from its pairs of values.

    The sum of squared distances from the mean of W votes is that over pairs by W.
    """
    blank = np.where(several, 0.0, np.nan)
    if distance is None:
        return {"sd": blank, "range": blank}
    cell, value, vote = votes
    later = np.searchsorted(cell, cell, side="right") - np.arange(len(cell)) - 1
    one = np.repeat(np.arange(len(cell)), later)
    other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(later) - later, later)
    gap = distance(value[one], value[other])
    widest = blank.copy()
    at, first = np.unique(cell[one], return_index=True)
    widest[at] = np.maximum.reduceat(gap, first)
    squares = np.bincount(cell[one], gap**2 * vote[one] * vote[other], len(blank))
    free = np.where(several, sources * (sources - 1), 1)
    return {"sd": np.sqrt(squares / free) + blank, "range": widest}
