"""Control and lines over the days of the map's page, as runs of days without change."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from syriaconflict._explore_rows import codes, days, words
from syriaconflict.confidence import confidence
from syriaconflict.course import course_of
from syriaconflict.holders import spells_by_day
from syriaconflict.mesh import Mesh
from syriaconflict.tracks import track_lines
from syriaconflict.vocabulary import CAMPS, CONTROL_STATUSES, SIDES

MAX_AGE = 30  # days after which news of a holder give no ground and no line
_SAMPLES = 24  # days of a period for which confidence is worked out, about
_LEVEL = 5  # steps of confidence [percent]


def control_of(
    control: pd.DataFrame, places: pd.DataFrame, mesh: Mesh, windows: pd.DataFrame
) -> dict[str, dict[str, list]]:
    """Return the spells, and for each place the runs of days on which one tells of it.

    Returns
    -------
    dict
        ``spells``: columns of the spells that are told of.  ``runs``: columns
        ``place``, ``first``, ``last`` (days), ``spell``, ``old`` (last told longer ago
        than `MAX_AGE`) and ``sure`` (percent, of the first day sampled in the run;
        null where nobody is told to hold the place alone).
    """
    at = pd.Index(places["place_id"])[places["place_id"].isin(mesh.cells.index)]
    runs = pd.concat(
        [_runs(control, at, row.start, row.end) for row in windows.itertuples()],
        ignore_index=True,
    ).drop_duplicates(["place", "first"], ignore_index=True)
    told = control.iloc[np.unique(runs["spell"])]
    spells = {
        "camp": codes(told["camp"], CAMPS),
        "other": codes(told["other_camp"], CAMPS),
        "status": codes(told["status"], CONTROL_STATUSES),
        "start": days(told["start"]),
        "end": days(told["end"]),
        "told": days(told["last_told"]),
        "basis": words(told["basis"]),
    }
    number = pd.Index(np.unique(runs["spell"]))
    return {
        "spells": spells,
        "runs": {
            "place": codes(at[runs["place"]].to_series(), places["place_id"]),
            "first": runs["first"].tolist(),
            "last": runs["last"].tolist(),
            "spell": number.get_indexer(runs["spell"]).tolist(),
            "old": runs["old"].astype(int).tolist(),
            "sure": [None if one < 0 else int(one) for one in runs["sure"]],
        },
    }


def _runs(
    control: pd.DataFrame, at: pd.Index, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Return the runs of days of one period."""
    dates = pd.date_range(start, end)
    told = spells_by_day(control, dates, at, max_age=MAX_AGE)
    step = max(1, len(dates) // _SAMPLES)
    sure = np.vstack([confidence(control, one) for one in dates[::step]])
    sure = np.nan_to_num(np.round(sure * 100 / _LEVEL) * _LEVEL, nan=-1)
    sure = np.repeat(sure, step, axis=0)[: len(dates)].T  # spells x days
    spell = np.where(told < 0, -1, told % len(control))
    level = np.where(told < 0, -1, sure[spell, np.arange(len(dates))])
    key = np.stack([told, level.astype("int32")])
    begins = np.ones(told.shape, dtype=bool)
    begins[:, 1:] = (key[:, :, 1:] != key[:, :, :-1]).any(axis=0)
    place, day = np.nonzero(begins)
    follows = np.append(place[1:] == place[:-1], False)
    last = np.where(follows, np.append(day[1:], 0), len(dates)) - 1
    origin = days(pd.Series([start]))[0]
    found = pd.DataFrame(
        {
            "place": place,
            "first": day + origin,
            "last": last + origin,
            "spell": spell[place, day],
            "old": told[place, day] >= len(control),
            "sure": level[place, day],
        }
    )
    return found[found["spell"] >= 0]


def lines_of(
    control: pd.DataFrame, mesh: Mesh, windows: pd.DataFrame
) -> dict[str, list]:
    """Return the lines between any two sides, as runs of days of each border.

    Returns
    -------
    dict
        ``borders``: eastings and northings [km], each once.  Of each run ``border``,
        ``first``, ``last`` (days), ``side`` and ``other`` (numbers of camps, ``other``
        null along contested ground), and ``km``.
    """
    columns = {name: [] for name in ("border", "first", "last", "side", "other", "km")}
    borders: dict[bytes, list] = {}
    for pair, start, end in _pairs(windows):
        try:
            course = course_of(
                control, mesh, start, end, between=pair, max_age=MAX_AGE, progress=False
            )
            found = track_lines(course)
        except ValueError:  # no such line in these days
            continue
        for shape in found.geometry:
            lines = getattr(shape, "geoms", [shape])
            parts = [(np.asarray(one.coords) / 1000).round(2).T for one in lines]
            borders.setdefault(shape.wkb, [part.tolist() for part in parts])
        known = list(borders)
        columns["border"] += [known.index(shape.wkb) for shape in found.geometry]
        columns["first"] += days(found["first"])
        columns["last"] += days(found["last"])
        columns["side"] += codes(found["side"], CAMPS)
        columns["other"] += codes(found["other_side"], CAMPS)
        columns["km"] += found["length_km"].round(2).tolist()
    return {"borders": list(borders.values())} | columns


def _pairs(windows: pd.DataFrame) -> list[tuple]:
    sides = dict.fromkeys(SIDES.values())
    return [
        (pair, row.start, row.end)
        for row in windows.itertuples()
        for pair in combinations(sides, 2)
    ]
