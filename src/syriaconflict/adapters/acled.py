"""ACLED events: CSV of the export tool or the curated files, and the JSON of the API.

ACLED's first actor is not always the attacker: ``initiator`` and ``target`` of a clash
mean one side and the other.  Its date is exact, or the middle of a week or a month:
``start`` and ``end`` are then the first and last day of that span, and the day as told
is ``source_event_date``.  The number of dead is the lowest that its sources report, so
``killed_high`` is not told.  Protests, riots and whatever else has no type here are
kept without a type, and counted.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _codes, _events, _files, _tables
from syriaconflict.adapters._accounts import Account, tell
from syriaconflict.adapters._cores import begun, side_by_side

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SOURCE = "acled"
_WHOLE = {
    "event_id_cnty": "event_id",
    "latitude": "latitude",
    "longitude": "longitude",
    "fatalities": "killed_low",
}
_CODED = ("sub_event_type", "actor1", "actor2", "inter1", "inter2", "time_precision",
          "geo_precision")  # fmt: skip
_DAY_MS = 86_400_000


def read_acled(file: str | Path, *, report: bool = False) -> GeoDataFrame:
    """Read a file of ACLED events.

    Parameters
    ----------
    file : str or Path
        The CSV (or its ``.zip`` or ``.gz``), or the JSON that the API answered with.
    report : bool, default False
        Whether to print the account of the rows.  Without, what was set aside or is
        not known comes as a warning.

    Returns
    -------
    GeoDataFrame
        Columns of the ``events`` table; what ACLED does not tell is missing.  Then
        every column of the file that is not taken over whole, as ``source_<name>``.

        - ``event_id``: ``acled:<event_id_cnty>``.  Of several rows of one id, which
          ACLED's corrections leave behind where files are joined, the one with the
          latest ``timestamp`` stays;
        - ``event_type`` from the sub-event type.  An attack on civilians, a ``killing``
          here, has a type only if somebody died;
        - ``radius_km`` [km]: 3 for ``geo_precision`` 1, missing for 2 and 3;
        - ``initiator_camp``, ``target_camp``: of actors in ``mappings/actors.csv``,
          else ``civilian`` where ``inter1`` or ``inter2``, a number or a word, says so.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is another file; the message says what it looks like.

    Examples
    --------
    >>> import json, tempfile
    >>> record = {
    ...     "event_id_cnty": "SYR9", "event_date": "2022-06-15", "time_precision": "2",
    ...     "disorder_type": "Political violence", "sub_event_type": "Armed clash",
    ...     "actor1": "Islamic State (Syria)", "inter1": "2", "tags": "",
    ...     "latitude": "35.3", "longitude": "38.1", "geo_precision": "1",
    ...     "fatalities": "2",
    ... }
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "answer.json")
    ...     _ = file.write_text(json.dumps({"status": 200, "data": [record]}))
    ...     events = read_acled(file)
    >>> events["event_id"].item(), events["initiator_camp"].item()
    ('acled:SYR9', 'isis')
    >>> print(events["start"].item().date(), events["end"].item().date())
    2022-06-12 2022-06-18
    """
    events, account = reading(file)
    tell(account, report=report)
    return events


def reading(file: str | Path) -> tuple[GeoDataFrame, Account]:
    """Return what `read_acled` reads, and the account of the rows."""
    raw = _files.read(file, SOURCE)
    codes = _codes.Codes(raw).ahead(*_CODED)
    ids, killed = raw["event_id_cnty"], _events.count(raw["fatalities"])
    types = begun(_types, codes, killed)
    precision = codes.of("time_precision", "start_precision")
    span = begun(_span, raw["event_date"], precision)
    tasks = {
        "event_id": partial(_events.prefixed, "acled", ids),
        "modality": partial(_events.same, "realised", ids),
        "grain": partial(_events.same, "discrete", ids),
        "munition": partial(codes.of, "sub_event_type", "munition"),
        "radius_km": partial(codes.of, "geo_precision", "radius_km"),
        "ucdp_date_prec": partial(codes.of, "time_precision", "ucdp_date_prec"),
        "ucdp_where_prec": partial(codes.of, "geo_precision", "ucdp_where_prec"),
        "priogrid_gid": partial(_events.priogrid, raw["longitude"], raw["latitude"]),
    }
    for role, nth in (("initiator", "1"), ("target", "2")):
        actor, kind = f"actor{nth}", f"inter{nth}"
        tasks[f"{role}_id"] = partial(codes.actor, actor, "actor_id")
        tasks[f"{role}_camp"] = partial(codes.camp, actor, kind, f"{role}_camp")
    made = side_by_side(tasks)
    made["event_type"], made["event_class"] = types.result()
    made["start"], made["end"] = span.result()
    made |= {
        "start_precision": precision,
        "end_precision": precision,
        "longitude": raw["longitude"],
        "latitude": raw["latitude"],
        "killed_low": killed,
    }
    newest = "timestamp" if "timestamp" in raw.table.column_names else ""
    inter = raw["inter1"]
    worded = inter.type == _tables.TEXT and inter.null_count < len(inter)
    marks = ("inter1:words",) if worded else ()
    return _events.assemble(raw, codes, made, used=_WHOLE, newest=newest, marks=marks)


def _types(
    codes: _codes.Codes, killed: pa.ChunkedArray
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Return the type and class of each event; a killing of nobody has none."""
    told = codes.of("sub_event_type", "event_type")
    deadless = pc.and_(pc.equal(told, "killing"), pc.equal(killed, 0))
    deadless = pc.fill_null(deadless, False)
    codes.leave("sub_event_type", deadless, " without a death")
    event_class = codes.event_class("sub_event_type")
    return tuple(pc.if_else(deadless, None, one) for one in (told, event_class))


def _span(
    date: pa.ChunkedArray, precision: pa.ChunkedArray
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Return the first and last day that a date and its precision leave open."""
    coded = pc.dictionary_encode(date.combine_chunks())
    days, nth = coded.dictionary, coded.indices  # few days, many rows
    day = pa.scalar(_DAY_MS, pa.duration("ms"))
    three = pa.scalar(3 * _DAY_MS, pa.duration("ms"))
    next_ = pc.ceil_temporal(days, unit="month", ceil_is_strictly_greater=True)
    start = [days, pc.subtract(days, three), pc.floor_temporal(days, unit="month")]
    end = [days, pc.add(days, three), pc.subtract(next_, day)]
    for kind, word in enumerate(("week", "month"), 1):  # else the day as told
        is_word = pc.fill_null(pc.equal(precision, word), False)
        nth = pc.if_else(is_word, pc.add(coded.indices, kind * len(days)), nth)
    return tuple(pc.take(pa.concat_arrays(edge), nth) for edge in (start, end))
