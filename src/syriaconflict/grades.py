"""How well its claims support an event: one function, one order of precedence."""

from __future__ import annotations

import pandas as pd

from syriaconflict.camps import claim_sides
from syriaconflict.resolve import OPEN, Tables, voters
from syriaconflict.vocabulary import EVENT_TYPES

_LOSERS = {name: kind.loser for name, kind in EVENT_TYPES.items() if kind.loser}
_HOLDERS = {
    name: kind.holder
    for name, kind in EVENT_TYPES.items()
    if kind.holder in ("initiator", "target")
}


def grades(
    events: pd.DataFrame, sides: pd.DataFrame, tables: Tables
) -> tuple[pd.Series, pd.Series]:
    """Grade events; the first grade that holds is given.

    ``discounted``: every assertion was retracted.  ``contested``: claimants of opposing
    sides differ in stance, in who holds the place, or give disjoint counts.
    ``confirmed``: the side that was harmed and another source, or claimants of two
    sides, agree on type, place and overlapping days.  ``corroborated``: two independent sources
    assert it.  ``single_source``: what is left.

    Parameters
    ----------
    events : DataFrame
        Resolved events, indexed by ``event_id``, as `resolve.resolve` returns them.
    sides : DataFrame
        ``claim_id``, ``role`` and ``side`` of the actors of the claims; a side for
        each actor that is on one.
    tables : mapping of str to DataFrame
        As for `resolve.voters`.

    Returns
    -------
    Series of str, Series of bool
        ``grade`` and ``is_contested`` on the index of ``events``; the second is also
        true where any claim denies or disputes the event.
    """
    votes = voters(tables)
    asserted = votes[votes["is_asserted"]]
    claims = tables["claims"]
    opposed = claims[claims["stance"].isin(["denies", "disputes"])]
    spoken = claim_sides(
        claims, tables["documents"], tables["publishers"], tables["actor_camps"]
    )
    denied = opposed.assign(side=spoken)
    spoken = spoken.set_axis(claims["claim_id"])
    contested = (
        _clash(asserted, denied)
        | _holders_differ(asserted, sides)
        | _counts_disjoint(asserted)
    )
    retracted = claims.loc[claims["stance"] == "retracts", "event_id"].unique()
    told = asserted["event_id"].unique()
    agreeing = _agreeing(asserted, events)
    confirmed = _harmed(agreeing, sides, spoken) | _two_sides(agreeing)
    grade = pd.Series("single_source", events.index, dtype="str", name="grade")
    grade[events["source_count"] >= 2] = "corroborated"
    grade[events.index.isin(confirmed)] = "confirmed"
    grade[events.index.isin(contested)] = "contested"
    grade[events.index.isin(set(retracted) - set(told))] = "discounted"
    doubted = (grade == "contested") | events.index.isin(opposed["event_id"])
    return grade, doubted.rename("is_contested")


def _clash(asserted: pd.DataFrame, denied: pd.DataFrame) -> set[str]:
    """Events that one side asserts and another denies or disputes."""
    columns = ["event_id", "side"]
    pairs = asserted[columns].dropna().merge(denied[columns].dropna(), on="event_id")
    return set(pairs.loc[pairs["side_x"] != pairs["side_y"], "event_id"])


def _holders_differ(asserted: pd.DataFrame, sides: pd.DataFrame) -> set[str]:
    """Events whose place is held by different sides in the versions of two sides."""
    told = asserted.dropna(subset=["side"])
    told = told.assign(role=told["event_type"].map(_HOLDERS)).dropna(subset=["role"])
    held = told.merge(sides, on=["claim_id", "role"], suffixes=("", "_of_holder"))
    counts = held.groupby("event_id")[["side", "side_of_holder"]].nunique()
    return set(counts.index[(counts > 1).all(axis=1)])


def _counts_disjoint(asserted: pd.DataFrame) -> set[str]:
    """Events to which two sides give counts, in one unit, that do not overlap."""
    told = asserted.dropna(subset=["side", "unit"])
    low = told["count_low"].fillna(0).astype("int64")
    high = told["count_high"].fillna(OPEN).astype("int64")
    told = told.assign(low=low, high=high)
    keys = ["event_id", "unit", "count_per"]
    columns = [*keys, "side", "low", "high"]
    pairs = told[columns].merge(told[columns], on=keys)
    apart = (pairs["side_x"] != pairs["side_y"]) & (pairs["low_x"] > pairs["high_y"])
    return set(pairs.loc[apart, "event_id"])


def _agreeing(asserted: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Claims that have the event's type and place and overlap its days."""
    own = asserted.merge(
        events[["event_type", "place_id", "start", "end"]],
        left_on="event_id", right_index=True, suffixes=("", "_event"),
    )  # fmt: skip
    far = pd.Timestamp.max.floor("D")
    same = (own["event_type"] == own["event_type_event"]) & (
        own["place_id"] == own["place_id_event"]
    )
    overlap = (own["start"] <= own["end_event"].fillna(far)) & (
        own["end"].fillna(far) >= own["start_event"]
    )
    return own[same & overlap]


def _harmed(agreeing: pd.DataFrame, sides: pd.DataFrame, spoken: pd.Series) -> set[str]:
    """Events on which the side that they harm agrees with another source.

    The word of the harmed side alone is one source like any other.
    """
    told = agreeing.assign(role=agreeing["event_type"].map(_LOSERS))
    told = told.merge(sides, on=["claim_id", "role"], suffixes=("", "_harmed"))
    own = told["claim_id"].map(spoken) == told["side_harmed"]
    sources = agreeing.groupby("event_id")["source_id"].nunique()
    return set(told.loc[own, "event_id"]) & set(sources.index[sources > 1])


def _two_sides(agreeing: pd.DataFrame) -> set[str]:
    """Events that claimants of two sides assert alike."""
    sides = agreeing.groupby("event_id")["side"].nunique()
    return set(sides.index[sides > 1])
