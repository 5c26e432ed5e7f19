"""What is probably a slip of the coder: unlikely, but not impossible.

Each doubt is a finding until it is mended or confirmed.  To confirm it, the claim (or,
for doubts about a whole document, its metadata) gets ``confirmed: {code: reason}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict import vocabulary
from syriaconflict.camps import camp_on, side_of
from syriaconflict.sources import Finding, Row

Frames = dict[str, pd.DataFrame]

FAR_KM = 150.0  # from the nearest other place of the document
NEAR_PLACES = 3  # located places from which on a document has a neighbourhood
WIDE_KM = 25.0  # a place with a wider radius is an area, far from everything anyway
LIFE_DAYS = 31  # by which a beginning or an end of an actor may be off
JUMP = 5  # times the next lower count of one harm
JUMP_PERSONS = 20  # and so many persons more
HELD_DAYS = 180  # after which a place may well have been lost unreported
ONE_TYPE = 12  # claims of a publisher from which on they should not be all of one type
SLACK = {  # days that a publication date of each precision may be off
    "day": 1, "few_days": 3, "week": 7, "month": 31, "season": 92, "year": 366,
    "relative": 31,
}  # fmt: skip


class Doubt(NamedTuple):
    """A claim or document, the field, and what is unlikely about it."""

    subject_id: str
    field: str
    message: str


def doubts(frames: Frames, rows: dict[str, list[Row]]) -> Iterator[Finding]:
    """Yield a finding for each doubt that is not confirmed, and each idle confirmation.

    Parameters
    ----------
    frames : dict of str to DataFrame
        The sources by table.
    rows : dict of str to list of Row
        Their rows as written, in the order of the frames.

    Yields
    ------
    Finding
        With the code of the doubt, so that it can be confirmed.
    """
    where = {row.cells.get("document_id"): row for row in rows["documents"]}
    where |= {row.cells.get("claim_id"): row for row in rows["claims"]}
    given = frames["confirmations"]
    confirmed = set(zip(given["subject_id"], given["doubt"], strict=True))
    claims = frames["claims"]
    document = dict(zip(claims["claim_id"], claims["document_id"], strict=True))
    document |= {name: name for name in frames["documents"]["document_id"]}
    raised = set()
    for code, check in DOUBTS.items():
        for doubt in check(frames):
            raised.add((document[doubt.subject_id], code))
            if (doubt.subject_id, code) not in confirmed:
                hint = f"mend it, or confirm it: confirmed: {{{code}: reason}}"
                message = f"{doubt.message}; {hint}"
                yield where[doubt.subject_id].finding(doubt.field, message)
    for row in rows["confirmations"]:
        subject, code = row.cells["subject_id"], row.cells["doubt"]
        if code not in DOUBTS:
            known = ", ".join(DOUBTS)
            yield row.finding("confirmed", f"{code!r} is no doubt, wanted {known}")
        elif (document[subject], code) not in raised:
            what = f"{code} is in doubt nowhere in this document, leave it out"
            yield row.finding("confirmed", what)


def _far_place(frames: Frames) -> Iterator[Doubt]:
    """Doubt a place far from all others of its document."""
    places = frames["places"].drop_duplicates("place_id").set_index("place_id")
    about = ["longitude", "latitude", "radius_km"]
    claims = frames["claims"].dropna(subset=["place_id"])
    told = claims[["document_id", "claim_id", "place_id"]].join(
        places[about], on="place_id"
    )
    told = told[told["longitude"].notna() & (told["radius_km"] <= WIDE_KM)]
    for _, mine in told.groupby("document_id"):
        spots = mine.drop_duplicates("place_id")
        if len(spots) < NEAR_PLACES:
            continue
        nearest = _nearest_km(spots["longitude"], spots["latitude"])
        far = dict(zip(spots["place_id"], nearest, strict=True))
        # once for each place: the first claim there is asked for all
        for claim_id, place_id in zip(
            spots["claim_id"], spots["place_id"], strict=True
        ):
            if far[place_id] > FAR_KM:
                what = f"{place_id} is {far[place_id]:.0f} km from any other place here"
                yield Doubt(claim_id, "place_id", what)


def _nearest_km(longitude: pd.Series, latitude: pd.Series) -> np.ndarray:
    """Return the distance of each point to the nearest other one."""
    from pyproj import Geod

    east, north = longitude.to_numpy(float), latitude.to_numpy(float)
    one, other = np.meshgrid(np.arange(len(east)), np.arange(len(east)))
    metres = Geod(ellps="WGS84").inv(east[one], north[one], east[other], north[other])
    distance = np.where(one == other, np.inf, metres[2] / 1000)
    return distance.min(axis=0)


def _held_already(frames: Frames) -> Iterator[Doubt]:
    """Doubt a capture by the side that was the last to take or hold the place."""
    kinds = vocabulary.EVENT_TYPES
    claims = frames["claims"]
    told = claims[
        claims["modality"].isin(vocabulary.COUNTED_MODALITIES)
        & (claims["stance"] == "asserts")
        & (claims["claim_id"] == claims["event_id"])
        & claims["event_type"].map(lambda kind: kind in kinds and kinds[kind].holder)
        .notna() & claims["start"].notna() & claims["place_id"].notna()
        & ~claims["extent"].eq("part").fillna(False)
        & ~claims["outcome"].isin(["failed", "partial"])
    ]  # fmt: skip
    sides = _sides(frames, told)
    told = told.assign(day=told["end"].fillna(told["start"]))
    told = told.sort_values(["place_id", "day", "day_order", "claim_id"])
    for _, mine in told.groupby("place_id"):
        before: tuple = (None, None, None)
        for claim_id, kind, start in zip(
            mine["claim_id"], mine["event_type"], mine["start"], strict=True
        ):
            role = kinds[kind].holder
            side = sides.get((claim_id, role))
            last_id, last_side, last_day = before
            again = kind == "capture" and side and side == last_side
            if again and 0 < (start - last_day).days <= HELD_DAYS:
                what = f"is a capture by the side that held the place by {last_id}"
                yield Doubt(claim_id, "event_type", what)
            day = mine.set_index("claim_id").at[claim_id, "day"]
            before = (claim_id, side, day)


def _sides(frames: Frames, claims: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the side of each claim's initiators and targets, where it is one."""
    parts = frames["claim_actors"].merge(
        claims[["claim_id", "start"]], on="claim_id", how="inner"
    )
    camps = camp_on(parts["actor_id"], parts["start"], frames["actor_camps"])
    parts = parts.assign(side=side_of(camps)).dropna(subset=["side"])
    grouped = parts.groupby(["claim_id", "role"])["side"]
    return grouped.first()[grouped.nunique() == 1].to_dict()


def _after_publication(frames: Frames) -> Iterator[Doubt]:
    """Doubt what is told as happened after its document was published."""
    documents = frames["documents"].drop_duplicates("document_id")
    documents = documents.set_index("document_id")
    slack = documents["published_precision"].map(SLACK).fillna(0)
    limit = documents["published"] + pd.to_timedelta(slack, unit="D")
    claims = frames["claims"]
    told = claims["modality"].isin(vocabulary.COUNTED_MODALITIES)
    last = limit.reindex(claims["document_id"]).set_axis(claims.index)
    intended = ", ".join(
        code
        for code in vocabulary.CLAIM_MODALITIES
        if code not in vocabulary.COUNTED_MODALITIES
    )
    for index in claims.index[told & (claims["start"] > last)]:
        day, latest = claims.at[index, "start"].date(), last[index].date()
        what = f"{day} lies after the document's publication ({latest}), wanted a day"
        what += f" before it or modality: {intended}"
        yield Doubt(claims.at[index, "claim_id"], "start", what)


def _actor_lifetime(frames: Frames) -> Iterator[Doubt]:
    """Doubt an actor at work before it existed, or after it was dissolved."""
    lives = frames["actors"].drop_duplicates("actor_id").set_index("actor_id")
    claims = frames["claims"][["claim_id", "start", "end", "modality"]]
    parts = frames["claim_actors"].merge(claims, on="claim_id")
    parts = parts.join(lives[["active_from", "active_to"]], on="actor_id")
    slack = pd.Timedelta(days=LIFE_DAYS)
    early = parts["end"].fillna(parts["start"]) < parts["active_from"] - slack
    late = parts["start"] > parts["active_to"] + slack
    for wrong, bound, word in ((early, "active_from", "began"),
                               (late, "active_to", "ended")):  # fmt: skip
        for index in parts.index[wrong]:
            actor, day = parts.at[index, "actor_id"], parts.at[index, bound].date()
            what = f"{actor} {word} on {day}, which the days told do not fit"
            yield Doubt(parts.at[index, "claim_id"], "start", what)


def _casualty_jump(frames: Frames) -> Iterator[Doubt]:
    """Doubt a count of harm far above what other claims on the event tell."""
    events = frames["claims"].set_index("claim_id")["event_id"]
    parts = frames["claim_actors"].assign(
        event_id=frames["claim_actors"]["claim_id"].map(events)
    )
    for harm in vocabulary.HARMS:
        low, high = f"{harm}_low", f"{harm}_high"
        told = parts.assign(count=parts[low].fillna(parts[high])).dropna(subset="count")
        for _, mine in told.groupby(["event_id", "actor_id", "role"]):
            ordered = mine.sort_values("count")
            counts = ordered["count"].astype(float).to_numpy()
            jumps = np.flatnonzero(
                (counts[1:] > JUMP * counts[:-1])
                & (counts[1:] - counts[:-1] >= JUMP_PERSONS)
            )
            for at in jumps:
                what = f"{harm} {counts[at + 1]:.0f} where another claim says"
                what = f"{what} {counts[at]:.0f} of {ordered['actor_id'].iloc[at]}"
                yield Doubt(ordered["claim_id"].iloc[at + 1], "actors", what)


def _one_type(frames: Frames) -> Iterator[Doubt]:
    """Doubt a publisher whose many claims are all of one type."""
    outlets = frames["documents"].set_index("document_id")["publisher_id"]
    claims = frames["claims"]
    claims = claims.assign(publisher_id=claims["document_id"].map(outlets))
    for publisher_id, mine in claims.groupby("publisher_id"):
        if len(mine) >= ONE_TYPE and mine["event_type"].nunique() == 1:
            what = f"all {len(mine)} claims of {publisher_id} are of the type"
            what = f"{what} {mine['event_type'].iloc[0]}"
            yield Doubt(mine["document_id"].iloc[0], "publisher_id", what)


DOUBTS: dict[str, Callable[[Frames], Iterator[Doubt]]] = {
    "far_place": _far_place,
    "held_already": _held_already,
    "after_publication": _after_publication,
    "actor_lifetime": _actor_lifetime,
    "casualty_jump": _casualty_jump,
    "one_type": _one_type,
}
