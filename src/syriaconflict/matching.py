"""Which rows of several tables of events are the same happening.

Pairs near in place and time are found by an index and weighed by the model of Fellegi
and Sunter [1]_, whose parameters are estimated without labels; the pairs taken are
those with the highest probabilities such that a row is one happening with one row of
another table.  Windows, taxonomies from fine to coarse, runners-up and episodes are
after MELTT [2]_; the code is ours.  What it does otherwise:

- MELTT takes the pair that agrees at the finest level, and breaks ties by order.  Here
  distance, days and each taxonomy weigh as much as the tables show them to tell.
- A pair that disagrees in a taxonomy is not out; it is less likely.
- Rivals are weighed against each other: where three rows could be the partner, none is
  likely.  Where little happens, a row in the windows is likelier to be the partner
  than where much does.
- With more than two tables, the order in which they are given does not matter.

How often rows of different happenings agree is measured on pairs that cannot be one
happening: the same places, some windows earlier and later.  splink has the same model
and is not used: it finds pairs by columns that must be equal, not by distance, and does
not weigh rivals.

References
----------
.. [1] I. P. Fellegi and A. B. Sunter (1969), A theory for record linkage, Journal of
   the American Statistical Association 64(328), 1183-1210,
   doi:10.1080/01621459.1969.10501049.
.. [2] K. Donnay, E. T. Dunford, E. C. McGrath, D. Backer and D. E. Cunningham (2019),
   Integrating conflict event data, Journal of Conflict Resolution 63(5), 1337-1364,
   doi:10.1177/0022002718777050.
"""

from __future__ import annotations

import string
from collections.abc import Sequence

import numpy as np
import pandas as pd

from syriaconflict._match_arguments import further, refuse_bounds, windows
from syriaconflict._match_levels import Taxonomies
from syriaconflict._match_links import Links, links
from syriaconflict._match_result import COLUMNS as COLUMNS
from syriaconflict._match_result import identifiers, rows
from syriaconflict._match_rows import Read, read
from syriaconflict.filters import codes
from syriaconflict.own_rule import INDETERMINATE

ASSIGNMENTS = ("one_to_one", "one_to_many")
REVIEW = (0.1, 0.9)
_WORDS = ("political", "mobilisation")
_MOVES = ("movement", "siege")


def match(
    a: pd.DataFrame,
    b: pd.DataFrame,
    km: float,
    days: int,
    taxonomies: Taxonomies | None = None,
    *,
    more: Sequence[pd.DataFrame] = (),
    names: Sequence[str] | None = None,
    assign: str = "one_to_one",
    least: float | None = None,
    review: tuple[float, float] = REVIEW,
) -> pd.DataFrame:
    """Say which rows of two or more tables are the same happening.

    Parameters
    ----------
    a, b : DataFrame
        Events with ``event_id`` (each once), ``start``, ``longitude``, ``latitude``
        [degree] and the columns of ``taxonomies``; if present, ``end``, ``grain`` and
        ``radius_km`` are read: our events, or what an adapter made of others'.  A row
        without a radius, in a table that tells radii, may lie anywhere: its distance
        is no evidence.  A table without the column has exact points.
    km : float
        Window: how far apart one happening may be told [km].
    days : int
        Window: how far apart the days of one happening may be told [day]; intervals
        that overlap are 0 days apart.
    taxonomies : mapping of str to DataFrame or None, optional
        What else to compare: a column, and how its codes are grouped.  The frame has
        ``code`` and a column a level, from fine to coarse; with a column ``table``,
        codes are those of the table of that name and only the levels are compared.
        A code without any level tells nothing, like an empty cell.  None: codes are
        equal or not.  `event_types` gives ours.  Without any, place
        and days alone decide.
    more : sequence of DataFrame, default ()
        Further tables.
    names : sequence of str, optional
        What to call the tables; by default "a", "b", "c" ...
    assign : {"one_to_one", "one_to_many"}, default "one_to_one"
        Whether a row is one happening with one row of each other table at most, or
        a row of ``a`` with several of another table (each with one of ``a``).
    least : float, optional
        Pairs less likely are not taken: higher for more precision, lower for more
        recall.  By default the bound with the highest expected F1, from 0.3 to 0.5.
    review : tuple of float, default (0.1, 0.9)
        Pairs as likely as this, taken or not, are for a person to decide.

    Returns
    -------
    DataFrame
        Every row of every table, in order, with all its columns, and: ``table``;
        ``happening_id`` (int), the same in rows held to be one happening;
        ``match_status`` (matched, single, set_aside) and ``match_reason``, why set
        aside (no day, no point ...; such rows are singles);  ``needs_review``: a pair
        of this row is for review; ``is_episode``: it lasts (``end`` after ``start``,
        ``grain`` not discrete: there a later ``end`` is doubt); ``episode_table``,
        ``episode_id``: the nearest episode of another table, in whose windows an event
        of a day lies, which is not thereby the same.  Episodes are matched with
        episodes whose first and last days are both near.  Then the row taken,
        ``match_table``, ``match_id``, ``match_probability``, ``match_score`` (MELTT's:
        mean over taxonomies of the level of agreement, 0 finest, 1 coarsest; missing
        if they disagree on one), ``match_km``, ``match_days``; and the likeliest
        others of at least 0.001, ``runner_up_...`` and ``runner_up2_...``.  With
        several tables, the likeliest of all that are the same.

    Raises
    ------
    ValueError
        If a window, ``least`` or ``review`` is out of range, a column is missing or
        would be overwritten, an ``event_id`` repeated or missing, or a code not in its
        taxonomy.
    TypeError
        If dates are not dates, points not numbers, or an argument is of another kind.

    Warns
    -----
    UserWarning
        If two tables agree no better than chance would have it: none of their pairs
        is taken, all have a probability of 0.

    Notes
    -----
    See `syriaconflict.matching` for method and sources, ``docs/methodology.md`` for
    precision and recall.  Rows of one table are never joined: clean it of duplicates
    before.  Probabilities are estimates: with fewer than some 50 pairs in the windows,
    little more than the order of nearness stands behind them.

    Examples
    --------
    >>> day = pd.to_datetime(["2017-04-23", "2017-05-02"])
    >>> ours = pd.DataFrame({"event_id": ["o1", "o2"], "start": day,
    ...                      "longitude": [36.70, 36.90], "latitude": [35.30, 35.4]})
    >>> theirs = pd.DataFrame({"event_id": [7], "start": day[:1],
    ...                        "longitude": [36.71], "latitude": [35.30]})
    >>> found = match(ours, theirs, km=5, days=2, names=["ours", "theirs"])
    >>> found[["table", "event_id", "happening_id", "match_status"]]
        table event_id  happening_id match_status
    0    ours       o1             0      matched
    1    ours       o2             1       single
    2  theirs        7             0      matched
    """
    tables = _named((a, b, *further(more)), names)
    made, found = _found(tables, km, days, taxonomies, assign, least, review)
    return rows(tables, made, found, review)


def pairs(
    a: pd.DataFrame,
    b: pd.DataFrame,
    km: float,
    days: int,
    taxonomies: Taxonomies | None = None,
    *,
    more: Sequence[pd.DataFrame] = (),
    names: Sequence[str] | None = None,
    assign: str = "one_to_one",
    least: float | None = None,
    review: tuple[float, float] = REVIEW,
) -> pd.DataFrame:
    """Return all pairs in the windows, the likeliest first.

    Parameters
    ----------
    a, b, km, days, taxonomies, more, names, assign, least, review
        As for `match`.

    Returns
    -------
    DataFrame
        ``table``, ``event_id``, ``other_table``, ``other_event_id``; ``km``, ``days``
        between them; ``<column>_level`` of each taxonomy: the finest level at which
        they agree (0: the codes themselves, or the first level that tables share; the
        number of levels: none; missing: one has no code); ``score``, ``probability``;
        ``is_match``: taken; ``needs_review``: for a person to decide, where
        ``probability`` is within ``review``; ``is_episode``.

    Raises
    ------
    ValueError, TypeError
        As for `match`.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> events = sc.events().query("event_class == 'air'")
    >>> kinds = {"event_type": event_types()}
    >>> found = pairs(events, events, km=5, days=2, taxonomies=kinds)
    >>> bool((found["km"] <= 5).all() and (found["days"] <= 2).all())
    True
    """
    tables = _named((a, b, *further(more)), names)
    made, found = _found(tables, km, days, taxonomies, assign, least, review)
    order = ["probability", "km", "days"]
    links = found.pairs.sort_values(order, ascending=[False, True, True])
    table = np.repeat([read.name for read in made], [read.size for read in made])
    identifier = identifiers(tables)
    levels = {
        name: links[name].astype("Int8").mask(links[name] < 0)
        for name in links
        if name.endswith("_level")
    }
    return pd.DataFrame(
        {
            "table": table[links["one"]], "event_id": identifier[links["one"]],
            "other_table": table[links["other"]],
            "other_event_id": identifier[links["other"]],
            "km": links["km"], "days": links["days"], **levels,
            "score": links["score"], "probability": links["probability"],
            "is_match": links["is_match"],
            "needs_review": links["probability"].between(*review),
            "is_episode": links["is_episode"],
        }
    ).reset_index(drop=True)  # fmt: skip


def event_types() -> pd.DataFrame:
    """Return the taxonomy of ``event_type``: type, class, and four broad kinds.

    Returns
    -------
    DataFrame
        ``code`` (event type), ``event_class``, ``kind`` (fighting, movement, words,
        harm); of ``indeterminate``, neither.

    Examples
    --------
    >>> event_types().set_index("code").loc["airstrike"].tolist()
    ['air', 'fighting']
    """
    from syriaconflict.vocabulary import EVENT_TYPES

    made = pd.DataFrame(
        {"code": [*EVENT_TYPES],
         "event_class": [known.event_class for known in EVENT_TYPES.values()]}
    )  # fmt: skip
    broad = dict.fromkeys(_WORDS, "words") | dict.fromkeys(_MOVES, "movement")
    broad["harm"] = "harm"
    made["kind"] = [broad.get(name, "fighting") for name in made["event_class"]]
    undecided = pd.DataFrame({"code": [INDETERMINATE]})
    return pd.concat([made, undecided], ignore_index=True)


def _named(
    tables: Sequence[pd.DataFrame], names: Sequence[str] | None
) -> dict[str, pd.DataFrame]:
    called = [*string.ascii_lowercase[: len(tables)]] if names is None else [*names]
    if len(set(called)) != len(tables) or len(called) != len(tables):
        msg = f"names is {names!r}, wanted {len(tables)} names, each another"
        raise ValueError(msg)
    return dict(zip(called, tables, strict=True))


def _found(
    tables: dict[str, pd.DataFrame],
    km: float,
    days: int,
    taxonomies: Taxonomies | None,
    assign: str,
    least: float | None,
    review: tuple[float, float],
) -> tuple[list[Read], Links]:
    """Check the arguments, read the tables and find the pairs."""
    km, days = windows(km, days)
    refuse_bounds(least, review)
    many = codes([assign], ASSIGNMENTS, "assign") == ["one_to_many"]
    made = read(tables, km, days, {} if taxonomies is None else taxonomies)
    return made, links(made, km, days, many=many, least=least)
