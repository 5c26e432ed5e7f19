"""Who struck, as a set that keeps the doubt: one label an event, or one a question.

`operators` writes down everybody whom an event's claims name.  It is a union: where one
claim says Russia and another says the government, the label reads as if both had flown.
`attribution` goes back to the claims and tells these cases apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import numpy as np
import pandas as pd

from syriaconflict import vocabulary as v
from syriaconflict.filters import codes, require

NOT_NAMED = "not named"  # operator of a strike that nobody is named for
CONTESTED = "contested"


def operators(event_actors: pd.DataFrame) -> pd.Series:
    """Write the initiators of each event as one label that keeps the doubt.

    Parameters
    ----------
    event_actors : DataFrame
        Rows of the ``event_actors`` table; only the role initiator is read.

    Returns
    -------
    Series of str
        Named ``operators``, indexed by ``event_id``; events without an initiator are
        absent.  "a & b": both; "a | b": one of them, the text does not say which; "a
        (hedged)": named with reserve; "a (one of)": one of a set whose other members
        are stated or not known; "a & (b | c)": a, and one of b and c.

    Raises
    ------
    ValueError
        If a column is absent or a certainty is unknown.

    Examples
    --------
    >>> actors = pd.DataFrame({
    ...     "event_id": ["x", "x", "y"], "actor_id": ["b", "a", "a"],
    ...     "role": "initiator", "certainty": ["stated", "stated", "hedged"],
    ... })
    >>> operators(actors).to_dict()
    {'x': 'a & b', 'y': 'a (hedged)'}
    """
    require(event_actors, ("event_id", "actor_id", "role", "certainty"), "event_actors")
    acting = event_actors[event_actors["role"] == "initiator"]
    if len(acting):
        codes(acting["certainty"].unique(), v.ACTOR_CERTAINTIES, "certainty")
    rows = _in_order(acting, ["event_id", "certainty", "actor_id"])
    labels = {
        event_id: _label(tuple(row[1:] for row in part))
        for event_id, part in groupby(rows, key=itemgetter(0))
    }
    index = pd.Index(labels, name="event_id", dtype="str")
    return pd.Series(list(labels.values()), index, dtype="str", name="operators")


def named_in(label: str) -> set[str]:
    """Return every actor that a label of `operators` mentions.

    Parameters
    ----------
    label : str
        A value of `operators`.

    Returns
    -------
    set of str
        Their ``actor_id``, whatever the reserve.

    Examples
    --------
    >>> sorted(named_in("a & b (hedged) & (c | d)"))
    ['a', 'b', 'c', 'd']
    """
    bare = re.sub(r" \((?:hedged|one of)\)|[()]", "", label)
    return set(re.split(r" [&|] ", bare))


def attribution(
    claims: pd.DataFrame,
    claim_actors: pd.DataFrame,
    *,
    sides: Mapping[str, Collection[str]],
) -> pd.Series:
    """Say of each event whom its claims hold to have acted, and whether they agree.

    Parameters
    ----------
    claims : DataFrame
        Rows of the ``claims`` table.
    claim_actors : DataFrame
        Rows of the ``claim_actors`` table; only the role initiator is read.
    sides : mapping of str to list of str
        Name to use -> the ``actor_id`` that it stands for, such as
        ``{"Russia": ["russia", "russian-air-force"]}``.  An actor in none of them
        keeps its own identifier; one in two of them is refused.

    Returns
    -------
    Series of str
        Named ``attribution``, indexed by ``event_id``, events in order; absent are
        those whose claims name nobody.  The first that holds:

        - "contested": two claims that assert the event name sides none of which is
          the same, or a claim denies or disputes it of a side that another asserts;
        - "only A": A is stated, and nobody else named;
        - "A and B": both are stated, in one claim or in several that share a side;
        - "A and possibly B": A is stated, B hedged or one of several;
        - "A or B": one of several, or each hedged, and none is stated;
        - "A (hedged)": A alone is named, with reserve in every claim.

        A retracted claim names nobody.  Nothing is weighed: one claim is enough.
        To count by it, map it on the ``event_id`` of rows from `strikes`.

    Raises
    ------
    ValueError
        If a column is absent, a claim stands in several rows, a stance or certainty is
        unknown, ``sides`` is empty, or an actor stands on two sides.

    Examples
    --------
    >>> claims = pd.DataFrame({
    ...     "claim_id": ["1", "2", "3"], "event_id": ["x", "x", "y"],
    ...     "stance": "asserts"})
    >>> actors = pd.DataFrame({
    ...     "claim_id": ["1", "2", "3"], "actor_id": ["vks", "syaaf", "vks"],
    ...     "role": "initiator", "certainty": "stated"})
    >>> attribution(claims, actors, sides={"Russia": ["vks"]}).to_dict()
    {'x': 'contested', 'y': 'only Russia'}
    """
    require(claims, ("claim_id", "event_id", "stance"), "claims", key="claim_id")
    require(claim_actors, ("claim_id", "actor_id", "role", "certainty"), "claim_actors")
    side_of = _side_of(sides)
    columns = ["claim_id", "actor_id", "certainty"]
    acting = claim_actors.loc[claim_actors["role"] == "initiator", columns]
    rows = acting.merge(claims[["claim_id", "event_id", "stance"]], on="claim_id")
    for name, known in (("certainty", v.ACTOR_CERTAINTIES), ("stance", v.STANCES)):
        if len(rows):
            codes(rows[name].unique(), known, name)
    rows["side"] = rows["actor_id"].map(side_of).fillna(rows["actor_id"])
    rows["nth"] = rows["claim_id"].map(_rank(claims))
    cells = _in_order(rows, ["event_id", "nth", "stance", "certainty", "side"])
    made = {
        event_id: _verdict(tuple(row[1:] for row in part))
        for event_id, part in groupby(cells, key=itemgetter(0))
    }
    made = {event_id: verdict for event_id, verdict in made.items() if verdict}
    index = pd.Index(made, name="event_id", dtype="str")
    return pd.Series(list(made.values()), index, dtype="str", name="attribution")


def _rank(claims: pd.DataFrame) -> pd.Series:
    """Return the place of each claim among those of its event, by ``claim_id``."""
    ordered = claims.sort_values("claim_id").set_index("claim_id")
    return ordered.groupby("event_id").cumcount()


def _in_order(frame: pd.DataFrame, names: list[str]) -> Iterator[tuple]:
    """Return the rows of some columns, sorted by them from the first to the last."""
    # by the rank of each value: text is compared once, not at every step of a sort
    columns = [pd.factorize(frame[name], sort=True) for name in names]
    order = np.lexsort([rank for rank, _ in columns[::-1]])
    values = [known.take(rank[order]).tolist() for rank, known in columns]
    return zip(*values, strict=True)


@lru_cache(maxsize=100_000)
def _label(named: tuple[tuple[str, str], ...]) -> str:
    """Return the label of one event's initiators, from (certainty, actor)."""
    by_certainty: dict[str, list[str]] = {"stated": [], "hedged": [], "one_of": []}
    for certainty, actor in named:
        by_certainty[certainty].append(actor)
    label = by_certainty["stated"]
    label += [f"{actor} (hedged)" for actor in by_certainty["hedged"]]
    one_of = by_certainty["one_of"]
    if len(one_of) == 1:
        label.append(f"{one_of[0]} (one of)")
    elif one_of:
        either = " | ".join(one_of)
        label.append(f"({either})" if label else either)
    return " & ".join(label)


def _side_of(sides: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return the side of each actor, each on one."""
    side_of: dict[str, str] = {}
    for side, actors in sides.items():
        if isinstance(actors, str):
            msg = f"sides: {side!r} stands for {actors!r}, wanted a list of actor_id"
            raise TypeError(msg)
        for actor in actors:
            if side_of.setdefault(actor, side) != side:
                msg = (
                    f"sides: {actor!r} stands under {side_of[actor]!r} and {side!r}, "
                    "wanted each actor under one; take it out of the other"
                )
                raise ValueError(msg)
    if not side_of:
        msg = "sides names no actor, wanted {'Russia': ['russia', ...], ...}"
        raise ValueError(msg)
    return side_of


@lru_cache(maxsize=100_000)
def _verdict(rows: tuple[tuple[int, str, str, str], ...]) -> str:
    """Return the attribution of one event from (claim, stance, certainty, side)."""
    asserted: dict[int, set[str]] = {}
    stated, doubted = set(), set()
    for claim, stance, certainty, side in rows:
        if stance == "asserts":
            asserted.setdefault(claim, set()).add(side)
            if certainty == "stated":
                stated.add(side)
        elif stance != "retracts":
            doubted.add(side)
    versions = list({frozenset(sides) for sides in asserted.values()})
    named = set().union(*versions)
    apart = any(a.isdisjoint(b) for i, a in enumerate(versions) for b in versions[:i])
    if apart or named & doubted:
        return CONTESTED
    others = sorted(named - stated)
    if not stated:
        return f"{others[0]} (hedged)" if len(others) == 1 else " or ".join(others)
    label = " and ".join(sorted(stated))
    if others:
        return f"{label} and possibly {' and '.join(others)}"
    return f"only {label}" if len(stated) == 1 else label
