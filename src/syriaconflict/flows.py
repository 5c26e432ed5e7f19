"""Flows of forces between places and fronts, and the causes that texts allege.

A movement is what was told of one: where the text names no origin or no destination the
row says "not stated" and stays.  Plans, demands and denials are flows of their own
modality and are never added to what happened; nor are states (a force that is
stationed somewhere) to movements.
"""

from __future__ import annotations

import pandas as pd

from syriaconflict.filters import NOT_STATED, Names, codes, require
from syriaconflict.vocabulary import EVENT_TYPES

MOVEMENTS = ("redeployment", "reinforcement", "retreat", "deployment", "convoy")
NO_FRONT = "no front"  # of a place that is known and lies in none
ENDS = ("from", "to")

_EVENT = [
    *("event_id", "event_type", "modality", "grain", "start", "end"),
    "initiator_camp",
]
_MOVES = [
    *("event_id", "from_place_id", "to_place_id", "share", "event_type", "modality"),
    *("grain", "camp", "start", "end", "claim_ids"),
]
_LINK = [
    *("document_id", "claimant_kind", "claimant_id", "claimant_note", "stance"),
    *("modality", "place_id", "event_id", "summary"),
]


def movements(
    events: pd.DataFrame,
    claims: pd.DataFrame,
    claim_places: pd.DataFrame,
    *,
    types: Names = MOVEMENTS,
) -> pd.DataFrame:
    """List the movements told, with origin and destination.

    The destination is the event's place and every place with the role ``to`` in one of
    its claims; the origins are the places with the role ``from``.  A direction
    (``toward``) and a place on the way (``via``) are neither.

    Parameters
    ----------
    events, claims, claim_places : DataFrame
        Rows of these tables; ``claims`` must hold those of the events.
    types : str or list of str, default MOVEMENTS
        Event types: redeployment, reinforcement, retreat, deployment, convoy; others,
        such as breakout, border_crossing, evacuation or withdrawal, may be asked for.

    Returns
    -------
    DataFrame
        One row per event, origin and destination, sorted by these: ``event_id``,
        ``from_place_id``, ``to_place_id`` (str, "not stated" where none is told),
        ``share`` (float): 1 by the number of rows of the event, so that shares add up
        to events; ``event_type``, ``modality``, ``grain`` (str), ``camp`` (str, of the
        initiators, missing where they share none), ``start``, ``end`` (datetime, as in
        ``events``), ``claim_ids`` (str): its claims, separated by spaces.  An event
        that goes from a place to the same place has that row left out unless it is the
        only one.

    Raises
    ------
    ValueError
        If a type or column is unknown, an event stands in several rows, or one has no
        claim in ``claims``.

    Examples
    --------
    >>> events = pd.DataFrame({"event_id": ["a"], "event_type": ["redeployment"],
    ...     "modality": ["realised"], "grain": ["discrete"], "place_id": ["hama"],
    ...     "initiator_camp": ["government"], "start": pd.to_datetime(["2016-09-27"]),
    ...     "end": pd.to_datetime(["2016-10-04"])})
    >>> claims = pd.DataFrame({"claim_id": ["a"], "event_id": ["a"]})
    >>> told = pd.DataFrame({"claim_id": ["a"], "place_id": ["aleppo"],
    ...                      "role": ["from"]})
    >>> movements(events, claims, told)[["from_place_id", "to_place_id"]].values
    array([['aleppo', 'hama']], dtype=object)
    """
    require(events, (*_EVENT, "place_id"), "events", key="event_id")
    require(claims, ("claim_id", "event_id"), "claims", key="claim_id")
    require(claim_places, ("claim_id", "place_id", "role"), "claim_places")
    moved = events[events["event_type"].isin(codes(types, EVENT_TYPES, "types"))]
    moved = pd.DataFrame(moved)[[*_EVENT, "place_id"]]
    told = claims[claims["event_id"].isin(moved["event_id"])].sort_values("claim_id")
    lost = moved.loc[~moved["event_id"].isin(told["event_id"]), "event_id"]
    if len(lost):
        msg = (
            f"events: {lost.iloc[0]!r} has no claim in claims, wanted the whole table "
            "claims, or events of what is left in it"
        )
        raise ValueError(msg)
    named = claim_places.merge(told[["claim_id", "event_id"]], on="claim_id")
    own = moved[["event_id", "place_id"]].dropna().assign(role="to")
    named = pd.concat([named[["event_id", "place_id", "role"]], own]).drop_duplicates()
    rows = moved.drop(columns="place_id").rename(columns={"initiator_camp": "camp"})
    for end in ENDS:
        places = named.loc[named["role"] == end, ["event_id", "place_id"]]
        name = f"{end}_place_id"
        places = places.rename(columns={"place_id": name})
        rows = rows.merge(places, on="event_id", how="left")
        rows[name] = rows[name].astype("str").fillna(NOT_STATED)
    rows = _without_circles(rows)
    rows["share"] = 1 / rows.groupby("event_id")["event_id"].transform("size")
    ids = told.groupby("event_id")["claim_id"].agg(" ".join).astype("str")
    rows["claim_ids"] = rows["event_id"].map(ids).astype("str")
    return rows[_MOVES].sort_values(_MOVES[:3], ignore_index=True)


def flows(
    moves: pd.DataFrame, places: pd.DataFrame | None = None, *, by: str = "place"
) -> pd.DataFrame:
    """Count the movements between places, or between fronts.

    Parameters
    ----------
    moves : DataFrame
        Result of `movements`, or rows of it.
    places : DataFrame, optional
        Rows of the ``places`` table; needed for fronts.
    by : str, default "place"
        "place" or "front", the front in which the place's point lies; an area lies
        where its middle does.

    Returns
    -------
    DataFrame
        One row per origin, destination, modality and grain, sorted by these:
        ``from_place_id``, ``to_place_id`` (or ``from_front_id``, ``to_front_id``: "no
        front" for a place outside all of them), each "not stated" where the text names
        none; ``modality``, ``grain``; ``n`` (int) [events]: events with that flow, one
        with two origins counting in both rows; ``n_shared`` (float) [events]: the same
        with each event split evenly, which adds up to the number of events; ``start``
        and ``end`` (datetime): first and last possible day told; ``undated`` (int)
        [events]: of them without first or last day, not in the range;
        ``event_types``, ``claim_ids`` (str), separated by spaces.

    Raises
    ------
    ValueError
        If ``by`` is unknown, ``places`` is not given for fronts, or a place of
        ``moves`` is not in it.

    Examples
    --------
    >>> moves = pd.DataFrame({"event_id": ["a", "b"], "share": 1.0,
    ...     "from_place_id": ["aleppo", "not stated"], "to_place_id": "hama",
    ...     "modality": "realised", "grain": "discrete", "event_type": "convoy",
    ...     "start": pd.to_datetime(["2016-09-27", None]),
    ...     "end": pd.to_datetime(["2016-10-04", None]), "claim_ids": ["a", "b"]})
    >>> flows(moves)[["from_place_id", "to_place_id", "n", "undated"]]
      from_place_id to_place_id  n  undated
    0        aleppo        hama  1        0
    1    not stated        hama  1        1
    """
    require(moves, [name for name in _MOVES if name != "camp"], "moves")
    codes([by], ("place", "front"), "by")
    rows, ends = moves, [f"{end}_{by}_id" for end in ENDS]
    if by == "front":
        rows = _in_fronts(moves, places)
    keys = [*ends, "modality", "grain"]
    undated = rows["start"].isna() | rows["end"].isna()
    rows = rows.assign(undated=rows["event_id"].where(undated))
    groups = rows.groupby(keys, dropna=False)
    made = groups.agg(
        n=("event_id", "nunique"),
        n_shared=("share", "sum"),
        start=("start", "min"),
        end=("end", "max"),
        undated=("undated", "nunique"),
        event_types=("event_type", _words),
        claim_ids=("claim_ids", _words),
    )
    return made.reset_index()


def causal_links(
    claims: pd.DataFrame, claim_links: pd.DataFrame, *, relations: Names = "causes"
) -> pd.DataFrame:
    """List every causal link that a text draws, with who draws it.

    A link stands for what a claimant says, not for a finding.

    Parameters
    ----------
    claims, claim_links : DataFrame
        Rows of these tables; ``claims`` must hold both ends of every link.
    relations : str or list of str, default "causes"
        Codes of `vocabulary.LINK_RELATIONS`: "causes", or "responds_to" as well, by
        which the claim that answers is the effect.

    Returns
    -------
    DataFrame
        One row per link, sorted by ``cause_claim_id`` and ``effect_claim_id``, first
        ``relation`` (str).  For both ends, with the prefix ``cause_`` and
        ``effect_``: ``claim_id``, ``document_id``, ``claimant_kind``, ``claimant_id``,
        ``claimant_note``, ``stance``, ``modality``, ``place_id``, ``event_id``,
        ``summary`` (str).  The link is drawn by the document; the claimant is whoever
        it lets say so, "publisher" for the document in its own voice.  It is empty
        where no text draws one.

    Raises
    ------
    ValueError
        If a column is absent, a relation is neither of these, or a claim of a link is
        not in ``claims``.

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": ["d-001", "d-002"], "document_id": "d",
    ...     "claimant_kind": "publisher", "claimant_id": None, "claimant_note": None,
    ...     "stance": "asserts", "modality": "realised", "place_id": ["hama", "aleppo"],
    ...     "event_id": ["d-001", "d-002"], "summary": ["Hama is attacked.",
    ...     "Forces leave Aleppo."]})
    >>> links = pd.DataFrame({"claim_id": ["d-001"], "other_claim_id": ["d-002"],
    ...                       "relation": ["causes"]})
    >>> causal_links(claims, links)[["cause_summary", "effect_summary"]].values.tolist()
    [['Hama is attacked.', 'Forces leave Aleppo.']]
    """
    require(claims, ("claim_id", *_LINK), "claims", key="claim_id")
    require(claim_links, ("claim_id", "other_claim_id", "relation"), "claim_links")
    wanted = codes(relations, ("causes", "responds_to"), "relations")
    drawn = claim_links[claim_links["relation"].isin(wanted)]
    ends = drawn[["claim_id", "other_claim_id"]].set_axis(["cause", "effect"], axis=1)
    answers = drawn["relation"] == "responds_to"
    ends = ends.mask(answers, ends[["effect", "cause"]].set_axis(ends.columns, axis=1))
    ends = ends.assign(relation=drawn["relation"])
    ends = ends.sort_values(["cause", "effect", "relation"], ignore_index=True)
    about = claims.set_index("claim_id")[_LINK]
    parts = [ends["relation"]]
    for end in ("cause", "effect"):
        lost = ends.loc[~ends[end].isin(about.index), end]
        if len(lost):
            msg = (
                f"claim_links: {lost.iloc[0]!r} is not in claims, wanted the whole "
                "table claims, or links of what is left in it"
            )
            raise ValueError(msg)
        told = about.loc[ends[end]].rename_axis("claim_id").reset_index()
        parts.append(told.add_prefix(f"{end}_"))
    return pd.concat(parts, axis=1)


def _without_circles(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop what goes from a place to itself, where the event has another way."""
    circle = (rows["from_place_id"] == rows["to_place_id"]) & (
        rows["from_place_id"] != NOT_STATED
    )
    other = (~circle).groupby(rows["event_id"]).transform("any")
    return rows[~(circle & other)]


def _in_fronts(moves: pd.DataFrame, places: pd.DataFrame | None) -> pd.DataFrame:
    if places is None:
        msg = "flows: by is 'front' and places is not given, wanted the table places"
        raise ValueError(msg)
    require(places, ("place_id", "front_id"), "places", key="place_id")
    front = places.set_index("place_id")["front_id"].astype("str").fillna(NO_FRONT)
    front = pd.concat([front, pd.Series({NOT_STATED: NOT_STATED})])
    named = {f"{end}_front_id": moves[f"{end}_place_id"].map(front) for end in ENDS}
    for end in ENDS:
        lost = moves.loc[named[f"{end}_front_id"].isna(), f"{end}_place_id"]
        if len(lost):
            msg = (
                f"moves: {end}_place_id {lost.iloc[0]!r} is not in places, wanted the "
                "whole table places"
            )
            raise ValueError(msg)
    return moves.assign(**named)


def _words(values: pd.Series) -> str:
    return " ".join(sorted({word for value in values for word in value.split()}))
