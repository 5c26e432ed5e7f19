"""Events, sources, sites and associations as timemap reads them, a JSON file each.

timemap (Forensic Architecture) takes text for every value and month/day/year dates.
What happened is an event there; its class is its category, and the camps of its
initiators, its grade and its campaign are filters.  Documents are sources, without any
text of theirs; places with an event are sites.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from syriaconflict import vocabulary
from syriaconflict.exports import happenings
from syriaconflict.exports.cells import repr_number
from syriaconflict.exports.rows import Export, Written

TABLES_WANTED = (*happenings.NEEDS, "campaigns")
_DAY = "%m/%d/%Y"
_FILTERS = {
    "initiator_camp": ("Camp of the initiator", vocabulary.CAMPS),
    "grade": ("Grade", vocabulary.GRADES),
}


def write(made: Export, path: Path) -> Written:
    """Write a folder with the four files; events without a day or point are left."""
    events, left = happenings.happened(made.frames["events"])
    dated = events["start"].notna()
    events, undated = happenings.keep(events, dated, "no first day told")
    placed = events["longitude"].between(-180, 180)
    placed &= events["latitude"].between(-90, 90)
    events, nowhere = happenings.keep(events, placed, "no point on earth told")
    domain = {
        "events": event_items(events, made.frames),
        "sources": source_items(events, made.frames),
        "sites": site_items(events, made.frames["places"]),
        "associations": association_items(made.frames["campaigns"]),
    }
    path.mkdir()
    for name, items in domain.items():
        text = json.dumps(items, ensure_ascii=False, allow_nan=False, indent=1)
        (path / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    rows = {f"{name}.json": len(items) for name, items in domain.items()}
    return Written(rows, (*left, *undated, *nowhere))


def _text(cell: object) -> str:
    """Return a cell as timemap wants it: text, empty for missing."""
    return "" if pd.isna(cell) else str(cell)


def event_items(
    events: pd.DataFrame, frames: Mapping[str, pd.DataFrame]
) -> list[dict[str, object]]:
    """Return an item for each event."""
    rows, place = happenings.members(frames), happenings.located(events, frames)
    documents = happenings.sources(frames).groupby("event_id")["document_id"].agg(list)
    acting = rows[rows["role"] == "initiator"].dropna(subset="camp")
    camps = acting.groupby("event_id")["camp"].agg(lambda told: sorted(set(told)))
    last = events["end"].dt.strftime("%Y-%m-%d").fillna("open")
    shown = events["start"].dt.strftime("%Y-%m-%d") + " to " + last
    shown = shown.mask(events["start"] == events["end"], last)
    told = events.assign(
        day=events["start"].dt.strftime(_DAY),
        shown=shown,
        location=place["name"],
        notes=happenings.notes(events, rows),
    )
    return [
        {
            "id": event["event_id"],
            "description": event["summary"],
            "date": event["day"],
            "time": "",
            "time_precision": _text(event["start_precision"]),
            "time_display": event["shown"],
            "location": _text(event["location"]),
            "latitude": repr_number(event["latitude"]),
            "longitude": repr_number(event["longitude"]),
            "type": event["event_type"],
            "category": event["event_class"],
            "category_full": vocabulary.EVENT_CLASSES.get(event["event_class"], ""),
            "associations": _associations(event, camps.get(event["event_id"], [])),
            "sources": documents.get(event["event_id"], []),
            "comments": f"{event['event_id']} | {event['notes']}",
        }
        for event in told.drop(columns="geometry").to_dict("records")
    ]


def _associations(event: Mapping[str, object], camps: list[str]) -> list[str]:
    wanted = ("event_class", "grade", "campaign_id")
    made = [f"{name}:{event[name]}" for name in wanted if pd.notna(event[name])]
    return made + [f"initiator_camp:{camp}" for camp in camps]


def source_items(
    events: pd.DataFrame, frames: Mapping[str, pd.DataFrame]
) -> dict[str, dict[str, object]]:
    """Return an item for each document behind the events, by its identifier."""
    rows = happenings.sources(frames)
    rows = rows[rows["event_id"].isin(events["event_id"])]
    rows = rows.drop_duplicates("document_id").sort_values("document_id")
    return {
        row["document_id"]: {
            "id": row["document_id"],
            "title": _text(row["title"]),
            "paths": [],
            "type": _text(row["genre"]),
            "url": _text(row["url"]),
            "author": _text(row["author"]) or _text(row["name"]),
            "date": f"{row['published']:{_DAY}}",
            "description": _text(row["name"]),
        }
        for row in rows.to_dict("records")
    }


def site_items(events: pd.DataFrame, places: pd.DataFrame) -> list[dict[str, str]]:
    """Return an item for each place with an event, with its Arabic name."""
    used = places[places["place_id"].isin(events["place_id"])]
    used = used[used["longitude"].notna() & used["latitude"].notna()]
    return [
        {
            "id": row["place_id"],
            "site": row["name"],
            "description": _text(row["name_ar"]),
            "latitude": repr_number(row["latitude"]),
            "longitude": repr_number(row["longitude"]),
            "enabled": "1",
        }
        for row in places.loc[used.index].drop(columns="geometry").to_dict("records")
    ]


def association_items(campaigns: pd.DataFrame) -> list[dict[str, object]]:
    """Return the categories and filters, those without events too."""
    items = [
        _association(f"event_class:{code}", "CATEGORY", code, meaning, [])
        for code, meaning in vocabulary.EVENT_CLASSES.items()
    ]
    for column, (title, codes) in _FILTERS.items():
        items += [
            _association(f"{column}:{code}", "FILTER", code, str(told), [title, code])
            for code, told in codes.items()
        ]
    items += [
        _association(f"campaign_id:{row.campaign_id}", "FILTER", row.name, row.note,
                     ["Campaign", row.name])
        for row in campaigns.itertuples(index=False)
    ]  # fmt: skip
    return items


def _association(
    id_: str, mode: str, title: str, desc: object, paths: list[str]
) -> dict[str, object]:
    return {
        "id": id_,
        "title": title,
        "desc": _text(desc),
        "mode": mode,
        "filter_paths": paths,
    }
