"""From events to control: who held a place from when to when.

The effect of each event type on control is declared in `vocabulary.EVENT_TYPES`.  A
happening on one unknown day of an interval takes effect on the last of these days, by
which it surely had; a state takes effect on its first.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

import pandas as pd

from syriaconflict import schema
from syriaconflict._states import challenged, rest, shared, state
from syriaconflict.vocabulary import COUNTED_MODALITIES, EVENT_TYPES

_HOLDER = {name: kind.holder for name, kind in EVENT_TYPES.items() if kind.holder}
# on one day, who gives a place up goes before who takes it
_ORDER = {"nobody": 0, "unknown": 1, "besieged": 2, "last": 3}
_STATUS = {
    "initiator": "held",
    "target": "held",
    "nobody": "none",
    "unknown": "unknown",
    "besieged": "besieged",
    "last": "contested",
}
_BOOTY = ("vehicle", "convoy", "aircraft")  # what is captured at a place, not the place
_LAST_PART = 99
_DAY = pd.Timedelta(days=1)  # a state lasts through its last day, a spell ends after


def control_spells(
    events: pd.DataFrame, claims: pd.DataFrame, places: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Work out the spells of control of every place from dated events.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table.  Only realised and ongoing events with a place,
        a date and an effect on control are read.
    claims : DataFrame
        Rows of the ``claims`` table, the basis of the spells.
    places : DataFrame
        Rows of the ``places`` table: an event with a radius wider than the place's own
        happened near it or in a part of its land, and tells nothing of who holds it.

    Returns
    -------
    DataFrame, DataFrame
        The ``control`` and ``control_claims`` tables.  A spell ends where the next
        begins: it runs to the day before its ``end``.  Where the loss of a place tells
        of a holder that nothing else tells of, an ``implied`` spell says who had held
        it.  When that holder came nobody tells: after the last day that the spell
        before it is told of (``start_earliest``), and by the first possible day of the
        loss, where the one spell ends and the other starts, both without a precision.
        With no open spell before it, an ``implied`` one has no start.  An event on an
        area makes a spell of the area only.
    """
    told = _observations(events, places)
    by_place = groupby(told.to_dict("records"), itemgetter("place_id"))
    spells = [spell for _, group in by_place for spell in _place_spells(group)]
    rows = [{k: v for k, v in spell.items() if k != "event_ids"} for spell in spells]
    control = pd.DataFrame(rows, columns=schema.CONTROL.names)
    basis = pd.DataFrame(
        [(s["control_id"], e) for s in spells for e in s["event_ids"]],
        columns=["control_id", "event_id"],
    )
    asserted = claims.loc[claims["stance"] == "asserts", ["event_id", "claim_id"]]
    links = basis.merge(asserted, on="event_id")[schema.CONTROL_CLAIMS.names]
    return control, links.drop_duplicates().reset_index(drop=True)


def _observations(events: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the events that bear on control, in order of effect."""
    counted = events["modality"].isin(COUNTED_MODALITIES)
    real = counted & (events["grade"] != "discounted")
    held = events["event_type"].map(_HOLDER)
    dated = events["start"].notna() | events["end"].notna()
    radii = places.set_index("place_id")["radius_km"].astype(float)
    own = events["place_id"].map(radii).astype(float)
    real &= ~(events["radius_km"].astype(float) > own) & ~events["target_kind"].isin(
        _BOOTY
    )
    told = events[real & held.notna() & dated].dropna(subset=["place_id"])
    told = told.assign(holder=held.loc[told.index])
    first, last = told["start"].fillna(told["end"]), told["end"].fillna(told["start"])
    told["day"] = first.where(told["grain"] == "state", last)
    told["order"] = told["day_order"].astype("Float64").fillna(_LAST_PART)
    told["rank"] = told["holder"].map(_ORDER).fillna(4)
    return told.sort_values(["place_id", "day", "order", "rank", "event_id"])


def _place_spells(group: Iterable[dict]) -> list[dict]:
    """Return the spells of one place."""
    spells: list[dict] = []
    for event in group:
        before = spells[-1] if spells else None
        if (
            before is None
            and _leaves_part(event)
            and not _given(event["initiator_camp"])
        ):
            continue  # a part of it was left by nobody named, and nothing else is told
        new = _spell(event, before)
        if before and _same(before, new, event):
            _prolong(before, new)
            continue
        if _unseen(before, new, event):
            spells.append(_implied(event, new) | _come_untold(before, event))
        elif before:
            _close(before, event, new)
        spells.append(new)
    for number, spell in enumerate(spells, 1):
        spell["control_id"] = f"{spell['place_id']}-{number:02d}"
        del spell["lost_by"]
    return spells


def _spell(event: dict, before: dict | None) -> dict:
    """Return the spell that an event begins."""
    holder = event["holder"]
    status = _STATUS[holder]
    mine, theirs = _given(event["initiator_camp"]), _given(event["target_camp"])
    camp, other, lost_by = None, None, None
    if holder == "initiator":
        camp, lost_by = mine, theirs if event["event_type"] == "capture" else None
    elif holder == "target":
        camp, lost_by = theirs, mine
    elif _leaves_part(event):
        status, camp, other = rest(mine, before)
        lost_by = None if before else mine
    elif holder == "nobody" and before and mine and before["other_camp"] == mine:
        status, camp = "held", before["camp"]  # only the challenger leaves
    elif holder == "nobody":
        lost_by = mine
    elif holder in ("besieged", "last"):
        status, camp, other = challenged(status, mine, theirs, before)
    if holder in ("initiator", "target") and event["extent"] == "part":
        loser = mine if holder == "target" else theirs
        status, camp, other = shared(camp, loser, before)
    is_part = event["extent"] == "part"
    is_said_again = before and is_part and (status, camp, other) == state(before)
    actor = {"initiator": "initiator_id", "target": "target_id"}.get(holder)
    lasts = event["grain"] == "state"
    is_first = lasts or pd.isna(event["end"])  # whether its first day counts
    return {
        "place_id": event["place_id"],
        "actor_id": _given(event[actor]) if actor and status == "held" else None,
        "camp": camp,
        "other_camp": other,
        "status": status,
        "extent": before["extent"] if is_said_again else _given(event["extent"]),
        "start": event["start"] if lasts else event["day"],
        "start_earliest": event["start"],
        "end": event["end"] + _DAY if lasts else pd.NaT,
        "start_precision": event["start_precision" if is_first else "end_precision"],
        "end_precision": event["end_precision"] if lasts else None,
        "basis": "stated",
        "end_reason": None,
        "last_told": event["end"] if pd.notna(event["end"]) else event["day"],
        "event_ids": [event["event_id"]],
        "lost_by": lost_by,
    }


def _leaves_part(event: dict) -> bool:
    return event["holder"] == "nobody" and event["extent"] == "part"


def _implied(event: dict, new: dict) -> dict:
    """Return the spell, told only by its end, of who lost the place."""
    return new | {
        "actor_id": None,
        "camp": new["lost_by"],
        "other_camp": None,
        "status": "held" if new["lost_by"] else "unknown",
        "extent": None,
        "start": pd.NaT,
        "start_earliest": pd.NaT,
        "end": event["day"],
        "start_precision": None,
        "end_precision": new["start_precision"],
        "basis": "implied",
        "end_reason": event["event_type"],
        "last_told": event["start"],
        "event_ids": [event["event_id"]],
    }


def _unseen(before: dict | None, new: dict, event: dict) -> bool:
    """Whether an event tells of a holder that no earlier spell tells of.

    That is who lost the place, or, where a side takes anew what it held already,
    whoever held it in between.  The earlier spell then ended on a day not told.
    """
    if before is None:
        return new["lost_by"] is not None
    if before["status"] == "none" and (
        before["lost_by"] == new["lost_by"] or before["last_told"] >= event["start"]
    ):
        return False  # given up, then taken over
    if new["lost_by"] is None:
        return _taken_anew(before, new, event)
    return new["lost_by"] not in (before["camp"], before["other_camp"])


def _taken_anew(before: dict, new: dict, event: dict) -> bool:
    """Whether a side takes what it held, after the last day it is told to hold it."""
    taken = event["holder"] in ("initiator", "target") and event["event_type"] != "hold"
    held = before["status"] == new["status"] == "held"
    alike = held and before["camp"] == new["camp"]
    whole = event["extent"] != "part"
    return taken and whole and alike and event["start"] > before["last_told"]


def _come_untold(before: dict | None, event: dict) -> dict:
    """Return when an unseen holder came, and end the spell before it on that day.

    Nothing, if there is no spell before it or that one had ended by then.
    """
    if before is None:
        return {}
    after = min(before["last_told"] + _DAY, event["day"])
    by = event["day"] if pd.isna(event["start"]) else max(event["start"], after)
    by = min(by, event["day"])
    if before["end"] <= by:
        return {}
    before |= {"end": by, "end_precision": None, "end_reason": None}
    before["last_told"] = min(before["last_told"], by)
    return {"start": by, "start_earliest": after}


def _close(spell: dict, event: dict, new: dict) -> None:
    """End a spell where the next begins, unless it had ended before."""
    if pd.isna(spell["end"]) or spell["end"] >= event["day"]:
        spell |= {
            "end": event["day"],
            "end_precision": new["start_precision"],
            "end_reason": event["event_type"],
            "last_told": min(spell["last_told"], event["day"]),
        }


def _same(spell: dict, new: dict, event: dict) -> bool:
    """Whether an event only says again what the spell before it says."""
    keys = ("camp", "other_camp", "status")
    alike = all(spell[key] == new[key] for key in keys)
    whole = {spell["extent"], new["extent"]} <= {None, "whole"}
    alike &= whole or spell["extent"] == new["extent"]
    if _taken_anew(spell, new, event):
        return False
    return alike and (pd.isna(spell["end"]) or spell["end"] >= event["day"])


def _prolong(spell: dict, new: dict) -> None:
    """Add what an event says again to the spell that it repeats."""
    spell["event_ids"] += new["event_ids"]
    spell["last_told"] = max(spell["last_told"], new["last_told"])
    reach = new["start"] if pd.isna(new["end"]) else new["end"]
    if not spell["end"] > reach:
        spell |= {key: new[key] for key in ("end", "end_precision")}
    spell["actor_id"] = spell["actor_id"] or new["actor_id"]


def _given(value: object) -> str | None:
    return None if pd.isna(value) else value
