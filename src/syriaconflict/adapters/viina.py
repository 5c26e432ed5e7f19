"""VIINA 2.0: event reports of the war in Ukraine, and daily control of its places.

A report carries a label for each tactic and actor, several at once.  The type is that
of the first label that holds, in the order of ``mappings/labels.csv``, from the most
telling to the least; all labels are kept.  A report is dated by its publication, and
one happening may stand in many reports: the one-per-day file (``event_1pd``) is the one
to count in.  No file was at hand: columns and labels are from its documentation.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _codes, _events, _files, _tables
from syriaconflict.adapters._accounts import Account, tell
from syriaconflict.adapters._spells import from_panel

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SOURCE = "viina"
_WHOLE = {"date": "start", "latitude": "latitude", "longitude": "longitude"}
_HOLDERS = {"UA": "other", "RU": "russia", "CONTESTED": "contested"}


def read_viina(
    file: str | Path, *, labels: str | Path | None = None, report: bool = False
) -> GeoDataFrame:
    """Read VIINA's events: one-per-day events, or reports with their labels.

    Parameters
    ----------
    file : str or Path
        ``event_1pd_latest_<year>``, or ``event_info_latest_<year>``; CSV or ``.zip``.
    labels : str or Path, optional
        ``event_labels_latest_<year>``, if ``file`` is ``event_info``; without it the
        reports have no type.
    report : bool, default False
        Whether to print the account of the rows.  Without, what was set aside or is
        not known comes as a warning.

    Returns
    -------
    GeoDataFrame
        Columns of the ``events`` table; what VIINA does not tell is missing.  Then
        every column of the file that is not taken over whole, as ``source_<name>``.

        - ``event_id``: ``viina:<event_id>``, or ``viina:1pd-<event_id_1pd>``;
        - ``event_type``: of the first label that is 1; of reports that are not on
          military operations (``t_mil_b`` 0), missing;
        - ``initiator_camp``: ``russia`` or, of Ukraine, ``other``, where one of the
          two is said to have begun it;
        - ``radius_km`` [km]: of ``GEO_PRECISION``, missing for districts and above.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is another file, or the labels are not those of its reports.

    Examples
    --------
    >>> import tempfile, warnings
    >>> row = {
    ...     "event_id_1pd": 7, "date": 20220301, "geonameid": 1, "longitude": 36.2,
    ...     "latitude": 50.0, "GEO_PRECISION": "STREET", "t_mil_b": 1,
    ...     "t_artillery_b": 1, "a_rus_init_b": 1, "a_ukr_init_b": 0,
    ... }
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")  # untested version
    ...     file = Path(folder, "event_1pd_latest_2022.csv")
    ...     pd.DataFrame([row]).to_csv(file, index=False)
    ...     events = read_viina(file)
    >>> events[["event_id", "event_type", "initiator_camp"]].to_numpy().tolist()
    [['viina:1pd-7', 'shelling', 'russia']]
    """
    events, account = reading(file, labels=labels)
    tell(account, report=report)
    return events


def reading(
    file: str | Path, *, labels: str | Path | None = None
) -> tuple[GeoDataFrame, Account]:
    """Return what `read_viina` reads, and the account of the rows."""
    raw = _files.read(file, SOURCE)
    if labels is not None:
        raw = _labelled(raw, labels)
    codes = _codes.Codes(raw)
    names = raw.table.column_names
    if "event_id" in names:
        ids = _events.prefixed("viina", raw["event_id"])
    else:
        ids = _events.prefixed("viina:1pd", raw["event_id_1pd"])
        ids = pc.replace_substring(ids, "viina:1pd:", "viina:1pd-")
    event_type = _first_label(raw, "event_type")
    day = _events.same("day", ids)
    made = {
        "event_id": ids,
        "event_class": _events.event_class(event_type),
        "event_type": event_type,
        "modality": _events.same("realised", ids),
        "grain": _events.same("discrete", ids),
        "target_kind": _first_label(raw, "target_kind"),
        "start": raw["date"],
        "end": raw["date"],
        "start_precision": day,
        "end_precision": day,
        "longitude": raw["longitude"],
        "latitude": raw["latitude"],
        "radius_km": codes.of("GEO_PRECISION", "radius_km"),
        "initiator_camp": _initiator(raw),
        "ucdp_where_prec": codes.of("GEO_PRECISION", "ucdp_where_prec"),
        "priogrid_gid": _events.priogrid(raw["longitude"], raw["latitude"]),
    }
    used = dict(_WHOLE)
    if "event_id" in names:
        used["event_id"] = "event_id"
    return _events.assemble(raw, codes, made, used=used)


def _labelled(raw: _files.Raw, labels: str | Path) -> _files.Raw:
    """Return reports with the columns of their labels beside them."""
    theirs = _files.read(labels, "viina_labels").table
    new = [n for n in theirs.column_names if n not in raw.table.column_names]
    if "event_id" not in raw.table.column_names or not new:
        msg = (
            f"labels: {raw.file} holds its labels already, as one-per-day events do, "
            f"and cannot be joined with {Path(labels).name}; leave labels= out"
        )
        raise ValueError(msg)
    both = raw.table.append_column("nth", pa.array(np.arange(raw.table.num_rows)))
    joined = both.slice(0, 0)
    if both["event_id"].type == theirs["event_id"].type:  # else some is no number
        joined = both.join(theirs.select(["event_id", *new]), "event_id").sort_by("nth")
    if joined.num_rows != both.num_rows or joined[new[0]].null_count:
        msg = (
            f"{Path(labels).name} has not one row for each report of {raw.file}; "
            "wanted the labels of the same year and the same day's release"
        )
        raise ValueError(msg)
    return dataclasses.replace(raw, table=joined.drop_columns(["nth"]))


def _first_label(raw: _files.Raw, column: str) -> pa.ChunkedArray:
    """Return what the first label that holds says; the last table row comes first."""
    size = raw.table.num_rows
    made = np.full(size, None, dtype=object)
    for row in reversed(_tables.of("labels", SOURCE)):
        if row["column"] == column and row["label"] in raw.table.column_names:
            made[_is_one(raw, row["label"])] = row["value"] or None
    if column == "event_type" and "t_mil_b" in raw.table.column_names:
        made[~_is_one(raw, "t_mil_b")] = None
    return pa.chunked_array([pa.array(made, _tables.TEXT)])


def _is_one(raw: _files.Raw, label: str) -> np.ndarray:
    return pc.fill_null(pc.equal(raw[label], 1), False).to_numpy(zero_copy_only=False)


def _initiator(raw: _files.Raw) -> pa.ChunkedArray:
    """Return the camp of whoever is said to have begun, where that is one side."""
    made = np.full(raw.table.num_rows, None, dtype=object)
    begun = [f"a_{side}_init_b" for side in ("rus", "ukr")]
    if set(begun) <= set(raw.table.column_names):
        russia, ukraine = (_is_one(raw, label) for label in begun)
        made[russia & ~ukraine] = "russia"
        made[ukraine & ~russia] = "other"
    return pa.chunked_array([pa.array(made, _tables.TEXT)])


def read_viina_control(file: str | Path, *, report: bool = False) -> pd.DataFrame:
    """Read VIINA's daily control of places as spells.

    Parameters
    ----------
    file : str or Path
        ``control_latest_<year>`` or ``kontrol_latest_<year>``; CSV or ``.zip``.
    report : bool, default False
        Whether to print the account of the rows.

    Returns
    -------
    DataFrame
        Columns of the ``control`` table, see `read_control`; ``place_id`` is
        ``viina:<geonameid>`` or ``viina:<kod>``.  ``camp`` is ``russia`` or, of
        Ukraine, ``other``; a contested place keeps the last holder as its ``camp``
        where the file tells one.  ``source_status`` is VIINA's majority of its maps.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is another file; the message says what it looks like.
    """
    spells, account = reading_control(file)
    tell(account, report=report)
    return spells


def reading_control(file: str | Path) -> tuple[pd.DataFrame, Account]:
    """Return what `read_viina_control` reads, and the account of the rows."""
    raw = _files.read(file, "viina_control")
    place = "geonameid" if "geonameid" in raw.table.column_names else "kod"
    return from_panel(
        raw,
        place=_events.prefixed("viina", raw[place]),
        date=raw["date"],
        holder="status",
        holders=_HOLDERS,
    )
