"""Our events in the columns of ACLED; ``shapes`` holds the columns and the types.

A row of ``shapes/acled_types.csv`` says what a type of ours is there, for some with a
condition on the camp of one role; the first row that holds counts.  Types that ACLED
does not record are set aside, and so are days that its three precisions cannot hold.
Its reader is `adapters.read_acled`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from syriaconflict.exports import happenings
from syriaconflict.exports.csv_files import neutralised
from syriaconflict.exports.rows import Export, Written
from syriaconflict.schema import TEXT

TABLES_WANTED = happenings.NEEDS
_KINDS = {"opposition": 2, "isis": 2, "civilian": 7, "russia": 8, "turkey": 8,
          "us_coalition": 8, "israel": 8}  # fmt: skip
_STATE_FORCES = ("army", "air_force", "state", "government_body")
_WHERE = {1: 1, 2: 2, 3: 3, 4: 3, 5: 3}  # UCDP's precision of a place -> ACLED's
_WHAT = ["disorder_type", "acled_event_type", "sub_event_type"]


def write(made: Export, path: Path) -> Written:
    """Write the events that happened and that ACLED has a type for, as one CSV."""
    events, left = happenings.happened(made.frames["events"])
    told = types(events)
    fine = told["acled_event_type"].notna()
    reason = "ACLED has no such type: " + events["event_type"]
    events, untyped = happenings.keep(events, fine, reason)
    reason = dated(events)["reason"]
    events, undated = happenings.keep(events, reason.isna(), reason)
    happenings.to_csv(shaped(events, made.frames), path)
    return Written({path.name: len(events)}, (*left, *untyped, *undated))


def types(events: pd.DataFrame) -> pd.DataFrame:
    """Return ACLED's disorder type, event type and sub-event type, row by row.

    The event type is missing for what ACLED does not record, the sub-event type also
    where ours does not tell it.

    Examples
    --------
    >>> told = pd.DataFrame({
    ...     "event_type": ["capture", "capture", "shortage"],
    ...     "initiator_camp": ["opposition", None, None], "target_camp": None,
    ... })
    >>> types(told)["sub_event_type"].fillna("").tolist()
    ['Non-state actor overtakes territory', '', '']
    """
    made = pd.DataFrame(None, index=events.index, columns=_WHAT, dtype=object)
    for row in reversed(happenings.shape("acled_types")):  # the first one wins
        hit = events["event_type"] == row["event_type"]
        if row["role"]:
            hit &= events[f"{row['role']}_camp"].isin(row["camps"].split())
        made.loc[hit, _WHAT] = [row[name] or None for name in _WHAT]
    return made


def dated(events: pd.DataFrame) -> pd.DataFrame:
    """Return the day and the precision that ACLED would give, or why there is none.

    Precision 1 is a day; 2 the middle of up to seven days; 3 the middle of days within
    one calendar month.

    Examples
    --------
    >>> days = pd.DataFrame({
    ...     "start": pd.to_datetime(["2016-10-04", "2016-10-01", "2016-10-01"]),
    ...     "end": pd.to_datetime(["2016-10-04", "2016-10-07", "2016-11-20"]),
    ... })
    >>> dated(days)["precision"].tolist()
    [1, 2, <NA>]
    """
    start, end = events["start"], events["end"]
    length = (end - start).dt.days + 1
    middle = start + pd.to_timedelta((length.fillna(1) - 1) // 2, unit="D")
    month = (start.dt.year == end.dt.year) & (start.dt.month == end.dt.month)
    precision = pd.Series(pd.NA, events.index, dtype="Int64")
    precision = precision.mask(month, 3).mask(length <= 7, 2).mask(length == 1, 1)
    reason = pd.Series(None, events.index, dtype=object)
    reason = reason.mask(precision.isna(), "more than a week, not in one month")
    reason = reason.mask(end.isna(), "no last day told")
    reason = reason.mask(start.isna(), "no first day told")
    return pd.DataFrame({"day": middle, "precision": precision, "reason": reason})


def shaped(events: pd.DataFrame, frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return events in ACLED's columns, as text; missing where nothing can be told."""
    rows, place = happenings.members(frames), happenings.located(events, frames)
    documents = happenings.sources(frames)
    id_, told, days = events["event_id"], types(events), dated(events)
    camp = {
        role: id_.map(happenings.one_of_all(rows, role, "camp"))
        for role in ("initiator", "target")
    }
    made = {
        "event_id_cnty": id_,
        "event_date": days["day"].dt.strftime("%Y-%m-%d"),
        "year": days["day"].dt.year,
        "time_precision": days["precision"],
        "disorder_type": told["disorder_type"],
        "event_type": told["acled_event_type"],
        "sub_event_type": told["sub_event_type"],
        "civilian_targeting": (camp["target"] == "civilian").map(
            {True: "Civilian targeting"}
        ),
        "iso": happenings.in_syria(place, "760"),
        "region": happenings.in_syria(place, "Middle East"),
        "country": happenings.in_syria(place, "Syria"),
        "admin1": place["governorate"],
        "admin2": place["district"],
        "admin3": place["subdistrict"],
        "location": place["name"],
        "latitude": events["latitude"],
        "longitude": events["longitude"],
        "geo_precision": events["ucdp_where_prec"].map(_WHERE).astype("Int64"),
        "source": id_.map(happenings.joined(documents, "name")),
        "notes": happenings.notes(events, rows),
        "fatalities": events["killed_low"],
        "tags": happenings.words(events),
    }
    actors = frames["actors"].set_index("actor_id")
    for role, nth in (("initiator", "1"), ("target", "2")):
        one = actors.reindex(events[f"{role}_id"]).set_axis(events.index)
        meant = id_.map(happenings.told_together(rows, role, "name"))
        sole = events[f"{role}_id"].notna() & meant.notna()
        made[f"actor{nth}"] = one["acled_name"].fillna(one["name"]).where(sole)
        made[f"assoc_actor_{nth}"] = meant.where(~sole)
        kind = camp[role].map(_KINDS).astype("Int64")
        state = (camp[role] == "government") & sole
        made[f"inter{nth}"] = kind.mask(state & one["kind"].isin(_STATE_FORCES), 1)
    empty = pd.Series(None, events.index, dtype=object)
    return pd.DataFrame({
        row["column"]: neutralised(
            made.get(row["column"], empty), TEXT if row["type"] == "text" else None
        )
        for row in happenings.shape("acled_columns")
    })  # fmt: skip
