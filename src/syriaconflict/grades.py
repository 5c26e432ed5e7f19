"""How well its claims support an event: one function, one order of precedence."""

from __future__ import annotations

import pandas as pd

from syriaconflict.members import HARM
from syriaconflict.vocabulary import EVENT_TYPES
from syriaconflict.voters import OPEN, Tables, voices

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
    sides differ in stance, in who holds the place, or give disjoint counts or losses.
    ``confirmed``: the side that was harmed and another source, or claimants of two
    sides, agree on type, place and overlapping days.  ``corroborated``: two
    independent sources assert it.  ``single_source``: what is left.

    Parameters
    ----------
    events : DataFrame
        Resolved events, indexed by ``event_id``, as `resolve.resolve` returns them.
    sides : DataFrame
        ``claim_id``, ``role`` and ``side`` of the actors of the claims; a side for
        each actor that is on one.
    tables : mapping of str to DataFrame
        As for `voters.voters`, and ``claim_actors``.

    Returns
    -------
    Series of str, Series of bool
        ``grade`` and ``is_contested`` on the index of ``events``; the second is also
        true where any claim denies or disputes the event.
    """
    claims = voices(tables)
    asserted = claims[claims["is_asserted"]]
    opposed = claims[claims["stance"].isin(["denies", "disputes"])]
    contested = (
        _clash(asserted, opposed)
        | _holders_differ(asserted, sides)
        | _disjoint(_counts(asserted))
        | _disjoint(_losses(asserted, tables["claim_actors"]))
    )
    retracted = claims.loc[claims["stance"] == "retracts", "event_id"]
    discounted = set(retracted) - set(asserted["event_id"])
    grade = pd.Series("single_source", events.index, dtype="str", name="grade")
    grade[events["source_count"] >= 2] = "corroborated"
    grade[events.index.isin(_confirmed(_agreeing(asserted, events), sides))] = (
        "confirmed"
    )
    grade[events.index.isin(contested)] = "contested"
    grade[events.index.isin(discounted)] = "discounted"
    doubted = (grade == "contested") | events.index.isin(opposed["event_id"])
    return grade, doubted.rename("is_contested")


def _clash(asserted: pd.DataFrame, opposed: pd.DataFrame) -> set[str]:
    """Events that one side asserts and another denies or disputes."""
    columns = ["event_id", "side"]
    pairs = asserted[columns].dropna().merge(opposed[columns].dropna(), on="event_id")
    return set(pairs.loc[pairs["side_x"] != pairs["side_y"], "event_id"])


def _holders_differ(asserted: pd.DataFrame, sides: pd.DataFrame) -> set[str]:
    """Events whose place is held by different sides in the versions of two sides."""
    told = asserted.dropna(subset=["side"])
    told = told.assign(role=told["event_type"].map(_HOLDERS)).dropna(subset=["role"])
    held = told.merge(sides, on=["claim_id", "role"], suffixes=("", "_of_holder"))
    # several holders in one claim hold together
    keys = ["event_id", "side", "claim_id"]
    holders = held.groupby(keys)["side_of_holder"].agg(lambda s: " ".join(sorted({*s})))
    counts = holders.reset_index().groupby("event_id").nunique()
    return set(counts.index[(counts["side"] > 1) & (counts["side_of_holder"] > 1)])


def _counts(asserted: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of claims as ranges of one thing: unit and per."""
    told = asserted.dropna(subset=["unit"])
    thing = told["unit"] + " " + told["count_per"].fillna("")
    ranges = told[["event_id", "side"]].assign(thing=thing)
    return ranges.assign(low=told["count_low"], high=told["count_high"])


def _losses(asserted: pd.DataFrame, claim_actors: pd.DataFrame) -> pd.DataFrame:
    """Return the harm that claims tell as ranges of one thing: kind, actor and role."""
    told = claim_actors.merge(asserted[["claim_id", "event_id", "side"]], on="claim_id")
    ranges = [
        told[["event_id", "side"]].assign(
            thing=low + " " + told["actor_id"] + " " + told["role"],
            low=told[low],
            high=told[high],
        )
        for low, high in zip(HARM[::2], HARM[1::2], strict=True)
    ]
    return pd.concat(ranges)


def _disjoint(ranges: pd.DataFrame) -> set[str]:
    """Events of which two sides give ranges of one thing that do not overlap."""
    told = ranges.dropna(subset=["side"])
    told = told[told["low"].notna() | told["high"].notna()]
    told = told.assign(
        low=told["low"].astype("Int64").fillna(0),
        high=told["high"].astype("Int64").fillna(OPEN),
    )
    pairs = told.merge(told, on=["event_id", "thing"])
    apart = (pairs["side_x"] != pairs["side_y"]) & (pairs["low_x"] > pairs["high_y"])
    return set(pairs.loc[apart, "event_id"])


def _agreeing(asserted: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Claims that have the event's type and place and overlap its days."""
    shown = events[["event_type", "place_id", "start", "end"]].reset_index()
    own = asserted.merge(
        shown, on=["event_id", "event_type", "place_id"], suffixes=("", "_event")
    )
    own = own.dropna(subset=["place_id"])
    return own[_overlap(own, "", "_event")]


def _overlap(pairs: pd.DataFrame, one: str, other: str) -> pd.Series:
    """Whether the days of a pair overlap; an open end is after all, no day is none."""
    far = pd.Timestamp.max.floor("D")
    before = pairs[f"start{one}"] <= pairs[f"end{other}"].fillna(far)
    return before & (pairs[f"start{other}"] <= pairs[f"end{one}"].fillna(far))


def _confirmed(agreeing: pd.DataFrame, sides: pd.DataFrame) -> set[str]:
    """Events on which two sources agree, of two sides or one of the side it harms.

    The word of the harmed side alone is one source like any other.
    """
    told = agreeing.assign(role=agreeing["event_type"].map(_LOSERS))
    told = told.merge(sides, on=["claim_id", "role"], suffixes=("", "_harmed"))
    own = told.loc[told["side"] == told["side_harmed"], "claim_id"]
    columns = ["event_id", "claim_id", "source_id", "side", "start", "end"]
    pairs = agreeing[columns].merge(agreeing[columns], on="event_id")
    alike = (pairs["source_id_x"] != pairs["source_id_y"]) & _overlap(pairs, "_x", "_y")
    known = pairs[["side_x", "side_y"]].notna().all(axis=1)
    opposing = known & (pairs["side_x"] != pairs["side_y"])
    return set(
        pairs.loc[alike & (opposing | pairs["claim_id_x"].isin(own)), "event_id"]
    )
