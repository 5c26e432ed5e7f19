"""Our events in the columns of UCDP GED; ``shapes/ged_columns.csv`` says from what.

UCDP lists deadly incidents between organised parties.  Here stands every realised or
ongoing event, deadly or not: what UCDP would count has ``low`` above 0.  Its reader is
`adapters.read_ucdp_ged`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from syriaconflict.exports import happenings
from syriaconflict.exports.csv_files import neutralised
from syriaconflict.exports.rows import Export, Written
from syriaconflict.schema import TEXT
from syriaconflict.vocabulary import SIDES

TABLES_WANTED = happenings.NEEDS
_STATES = {"government", "russia", "turkey", "us_coalition", "israel"}
_GROUPS = {"opposition", "isis", "sdf"}
_ARMED = {"ground", "air", "drone", "fires", "explosive"}  # classes of armed force


def write(made: Export, path: Path) -> Written:
    """Write the events that happened, as one CSV."""
    events, left = happenings.happened(made.frames["events"])
    told = events["start"].notna()
    events, undated = happenings.keep(events, told, "no first day told")
    happenings.to_csv(shaped(events, made.frames), path)
    return Written({path.name: len(events)}, (*left, *undated))


def shaped(events: pd.DataFrame, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return events in GED's columns, as text; missing where nothing can be told."""
    rows, place = happenings.members(frames), happenings.located(events, frames)
    documents = happenings.sources(frames)
    id_ = events["event_id"]
    low, high = events["killed_low"], events["killed_high"]
    civilians = events["civilians_killed_low"]
    agreed = civilians.where(civilians == events["civilians_killed_high"])
    made = {
        "id": numbers(id_),
        "relid": id_,
        "year": events["start"].dt.year,
        "type_of_violence": violence(_unmixed(events, rows)),
        "number_of_sources": events["source_count"],
        "source_article": id_.map(happenings.joined(documents, "document_id")),
        "source_office": id_.map(happenings.joined(documents, "name")),
        "source_date": id_.map(happenings.joined(documents, "day")),
        "source_headline": id_.map(happenings.joined(documents, "title")),
        "where_prec": events["ucdp_where_prec"],
        "where_coordinates": place["name"],
        "adm_1": place["governorate"],
        "adm_2": place["district"],
        "latitude": events["latitude"],
        "longitude": events["longitude"],
        "geom_wkt": events.geometry.to_wkt(rounding_precision=-1),
        "priogrid_gid": events["priogrid_gid"],
        "country": happenings.in_syria(place, "Syria"),
        "country_id": happenings.in_syria(place, "652"),
        "region": happenings.in_syria(place, "Middle East"),
        "event_clarity": events["grain"].map({"discrete": 1}).fillna(2).astype("Int64"),
        "date_prec": events["ucdp_date_prec"],
        "date_start": events["start"].dt.strftime("%Y-%m-%d"),
        "date_end": events["end"].dt.strftime("%Y-%m-%d"),
        "deaths_civilians": agreed,
        "best": low.where(low == high),
        "high": high,
        "low": low,
        "notes": happenings.notes(events, rows),
    }
    for side, role in (("a", "initiator"), ("b", "target")):
        one = rows.drop_duplicates("actor_id").set_index("actor_id")["ucdp_id"]
        made[f"side_{side}"] = id_.map(happenings.told_together(rows, role, "name"))
        made[f"side_{side}_new_id"] = events[f"{role}_id"].map(one)
    text = {row["column"] for row in _columns() if row["type"] == "text"}
    return pd.DataFrame({
        row["column"]: neutralised(
            made.get(row["column"], pd.Series(None, events.index, dtype=object)),
            TEXT if row["column"] in text else None,
        )
        for row in _columns()
    })  # fmt: skip


def _columns() -> tuple[dict[str, str], ...]:
    return happenings.shape("ged_columns")


def _unmixed(events: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return events without the camp of a role that states and groups share."""
    kind = rows["camp"].map(
        dict.fromkeys(_STATES, "state") | dict.fromkeys(_GROUPS, "group")
    )
    rows = rows.assign(sort=kind.fillna(rows["camp"]))
    unmixed = {}
    for role in ("initiator", "target"):
        sort = events["event_id"].map(happenings.one_of_all(rows, role, "sort"))
        unmixed[f"{role}_camp"] = events[f"{role}_camp"].where(sort.notna())
    return events.assign(**unmixed)


def numbers(ids: pd.Series) -> pd.Series:
    """Return a number for each identifier, always the same, of at most 15 digits.

    UCDP's ids are numbers, and readers hold them as floats.

    Raises
    ------
    ValueError
        If two identifiers have one number.

    Examples
    --------
    >>> numbers(pd.Series(["2016-10-04-outlet-word-001"])).tolist()
    [243345710122162]
    """
    made = pd.Series(
        [int(hashlib.sha256(str(id_).encode()).hexdigest()[:12], 16) for id_ in ids],
        index=ids.index,
        dtype="int64",
    )
    if made.duplicated().any():
        first, second = ids[made == made[made.duplicated()].iloc[0]].iloc[:2]
        msg = f"events {first} and {second} have one number, wanted two; export csv"
        raise ValueError(msg)
    return made


def violence(events: pd.DataFrame) -> pd.Series:
    """Return UCDP's type of violence where it follows from camps and type.

    1, a state against another side; 2, two groups that are no states; 3, a killing of
    civilians by either.  Missing for civilians hit by other acts (whether they were
    meant is not told), friends, camps that are neither (Iran and its allies, others)
    and what is no use of force.

    Examples
    --------
    >>> told = pd.DataFrame({
    ...     "event_class": ["air", "ground", "harm", "air"],
    ...     "event_type": ["airstrike", "clash", "killing", "airstrike"],
    ...     "initiator_camp": ["russia", "isis", "isis", "russia"],
    ...     "target_camp": ["opposition", "opposition", "civilian", "civilian"],
    ...     "initiator_id": None, "target_id": None, "killed_low": 0, "killed_high": 0,
    ... })
    >>> violence(told).tolist()
    [1, 2, 3, <NA>]
    """
    a, b = events["initiator_camp"], events["target_camp"]
    deadly = (events[["killed_low", "killed_high"]] > 0).any(axis=1)
    armed = events["event_class"].isin(_ARMED) | deadly
    parties = a.isin(_STATES | _GROUPS) & b.isin(_STATES | _GROUPS)
    foes = parties & (a.map(SIDES).fillna(a) != b.map(SIDES).fillna(b))
    state = foes & (a.isin(_STATES) | b.isin(_STATES))
    first, second = events["initiator_id"], events["target_id"]
    rivals = a.isin(_GROUPS) & (a == b) & first.notna() & second.notna()
    rivals &= (first != second).fillna(False).astype(bool)
    killing = (events["event_type"] == "killing") & (b == "civilian")
    made = pd.Series(pd.NA, events.index, dtype="Int64")
    made = made.mask((foes & ~state | rivals) & armed, 2).mask(state & armed, 1)
    return made.mask(killing & a.isin(_STATES | _GROUPS), 3)
