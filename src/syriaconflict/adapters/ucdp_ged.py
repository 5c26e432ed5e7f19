"""UCDP Georeferenced Event Dataset, and its candidate files.

A row is lethal violence between two organised parties, or by one against civilians.
What was done is not told: the type is ``clash`` or ``killing``, also where the deaths
came from the air.  Nor is who began: of two parties, ``initiator`` is UCDP's side A
(the state, where one fights) and no attacker.  Estimates need not be in order (``best``
lies outside ``low`` to ``high`` in some rows): ``killed_low`` and ``killed_high`` are
the outer ones, the three themselves stay in ``source_low``, ``source_best`` and
``source_high``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _codes, _events, _files, _tables
from syriaconflict.adapters._accounts import Account, tell
from syriaconflict.adapters._cores import begun, side_by_side
from syriaconflict.schema import EVENTS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SOURCE = "ucdp_ged"
_CODED = ("type_of_violence", "date_prec", "event_clarity", "where_prec",
          "side_a_new_id", "side_b_new_id")  # fmt: skip
_ID = r"ucdp-ged:-?[0-9]{1,18}"
# Columns of the file that stand whole in a column of ours.
_WHOLE = {
    "id": "event_id",
    "date_start": "start",
    "date_end": "end",
    "latitude": "latitude",
    "longitude": "longitude",
    "priogrid_gid": "priogrid_gid",
    "date_prec": "ucdp_date_prec",
    "where_prec": "ucdp_where_prec",
}


def read_ucdp_ged(file: str | Path, *, report: bool = False) -> GeoDataFrame:
    """Read a file of UCDP GED, versions 17.1 to 26.1, or a candidate file.

    Parameters
    ----------
    file : str or Path
        The CSV, or the ``.zip`` or ``.gz`` it came in.
    report : bool, default False
        Whether to print the account of the rows.  Without, what was set aside or is
        not known comes as a warning.

    Returns
    -------
    GeoDataFrame
        Columns of the ``events`` table; what UCDP does not tell is missing.  Then
        every column of the file that is not taken over whole, as ``source_<name>``.

        - ``event_id``: ``ucdp-ged:<id>``;
        - ``grain``: ``aggregate`` where UCDP could not tell the single events apart
          (``event_clarity`` 2), else ``discrete``;
        - ``radius_km`` [km]: 3 for ``where_prec`` 1 and 25 for 2, missing for areas;
        - ``civilians_killed_low``: those counted as civilians; ``_high``: these and the
          dead of unknown kind; neither above its bound for all the dead;
        - ``initiator_id``, ``initiator_camp`` (side A) and ``target_id``,
          ``target_camp`` (side B): for actors in ``mappings/actors.csv``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is another file; the message says what it looks like.

    Examples
    --------
    >>> import tempfile
    >>> row = {
    ...     "id": 7, "type_of_violence": 3, "event_clarity": 1, "date_prec": 2,
    ...     "date_start": "2016-08-01", "date_end": "2016-08-02", "where_prec": 1,
    ...     "latitude": 36.2, "longitude": 37.1, "priogrid_gid": 181875,
    ...     "low": 2, "best": 2, "high": 5,
    ... }
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "GEDEvent_v23_1.csv")
    ...     pd.DataFrame([row]).to_csv(file, index=False)
    ...     events = read_ucdp_ged(file)
    >>> events[["event_id", "event_type", "killed_high"]].values.tolist()
    [['ucdp-ged:7', 'killing', 5]]
    """
    events, account = reading(file)
    tell(account, report=report)
    return events


def reading(file: str | Path) -> tuple[GeoDataFrame, Account]:
    """Return what `read_ucdp_ged` reads, and the account of the rows."""
    raw = _files.read(file, SOURCE)
    killed = begun(_killed, raw)
    codes = _codes.Codes(raw).ahead(*_CODED)
    event_type = codes.of("type_of_violence", "event_type")
    precision = codes.of("date_prec", "start_precision")
    tasks = {
        "event_id": partial(_events.prefixed, "ucdp-ged", raw["id"]),
        "event_class": partial(codes.event_class, "type_of_violence"),
        "modality": partial(_events.same, "realised", event_type),
        "grain": partial(codes.of, "event_clarity", "grain"),
        "radius_km": partial(codes.of, "where_prec", "radius_km"),
        "priogrid_gid": partial(_events.count, raw["priogrid_gid"]),
        "ucdp_date_prec": partial(_events.count, raw["date_prec"]),
        "ucdp_where_prec": partial(_events.count, raw["where_prec"]),
    }
    for role, side in (("initiator", "side_a_new_id"), ("target", "side_b_new_id")):
        tasks[f"{role}_id"] = partial(codes.actor, side, "actor_id")
        tasks[f"{role}_camp"] = partial(codes.actor, side, "camp")
    made = side_by_side(tasks)
    made |= {
        "event_type": event_type,
        "start": raw["date_start"],
        "end": raw["date_end"],
        "start_precision": precision,
        "end_precision": precision,
        "longitude": raw["longitude"],
        "latitude": raw["latitude"],
    }
    made |= killed.result()
    return _events.assemble(raw, codes, made, used=_WHOLE)


def _killed(raw: _files.Raw) -> dict[str, pa.ChunkedArray]:
    """Return how many were killed, and how many civilians of them, low and high."""
    estimates = [raw[name] for name in ("low", "best", "high")]
    low = _events.count(pc.min_element_wise(*estimates))
    high = _events.count(pc.max_element_wise(*estimates))
    civilians = raw["deaths_civilians"]
    perhaps = pc.add(civilians, pc.fill_null(raw["deaths_unknown"], 0.0))
    return {
        "killed_low": low,
        "killed_high": high,
        "civilians_killed_low": _bounded(_events.count(civilians), low),
        "civilians_killed_high": _bounded(_events.count(perhaps), high),
    }


def _bounded(part: pa.ChunkedArray, whole: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a count of some of the dead, which is not above that of all of them."""
    lower = pc.min_element_wise(part, whole)
    return pc.if_else(pc.is_valid(part), lower, None)


def to_ucdp_ged(events: pd.DataFrame) -> pd.DataFrame:
    """Give events read by `read_ucdp_ged` the columns of their file again.

    Parameters
    ----------
    events : DataFrame
        What `read_ucdp_ged` returned, or some rows of it.

    Returns
    -------
    DataFrame
        The columns of the file with equal values, in the order of UCDP's codebook,
        then those of the file that the codebook does not have.  Identifiers and
        counts are whole numbers, dates are days (``datetime64``): files write them
        as floats, or with a clock that stands at midnight.  A column with a cell that
        did not fit stands as it was read.  Rows that were set aside are not there.

    Raises
    ------
    ValueError
        If the events were not read from UCDP GED, or lack a column of what was read.

    Examples
    --------
    >>> to_ucdp_ged(pd.DataFrame({"event_id": ["2016-08-01-airwars-001"]}))
    Traceback (most recent call last):
    ...
    ValueError: event_id '2016-08-01-airwars-001' is not UCDP GED's, wanted ...
    """
    ids = pd.Series(events.get("event_id", []), dtype="str")
    foreign = ids[~ids.str.fullmatch(_ID, na=False)]
    if len(foreign):
        msg = (
            f"event_id {foreign.iloc[0]!r} is not UCDP GED's, wanted events from "
            "read_ucdp_ged: only they hold the columns of its file"
        )
        raise ValueError(msg)
    lacking = [name for name in _WHOLE.values() if name not in events]
    if lacking:
        msg = (
            f"events lack {', '.join(lacking)}, wanted rows from read_ucdp_ged with "
            "all their columns"
        )
        raise ValueError(msg)
    numbers = ids.str.removeprefix("ucdp-ged:").astype("Int64")
    back = {name: pd.Series(events[column]) for name, column in _WHOLE.items()}
    back["id"] = numbers
    for name in events.columns.difference(EVENTS.names, sort=False):
        if name.startswith("source_"):
            told = name.removeprefix("source_")
            back[told] = _first(events[name], back.get(told))
    known = [name for name in _tables.columns(SOURCE) if name in back]
    others = [name for name in back if name not in known]
    return pd.DataFrame({name: back[name] for name in [*known, *others]})


def _first(told: pd.Series, ours: pd.Series | None) -> pd.Series:
    """Return what the file told, else ours: another file stacked on it was sound."""
    if ours is None or told.notna().all():
        return told
    either = told.astype("object").where(told.notna(), ours.astype("object"))
    return either.infer_objects()
