"""GDELT 2.0 events: tab-delimited, without a header, coded by machine from news.

A row is one act of one actor on another as a program read it in an article: the same
happening stands in many rows, and many rows tell of what never happened.  Count what
was reported in them, not events.  The type is that of the CAMEO code.  Most codes are
words and diplomacy, for which we have few types: a threat or a demand is a
``statement`` that was made, an intention is ``planned``.  No file was at hand: columns
and codes are from the documentation.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from syriaconflict.adapters import _codes, _events, _files, _tables
from syriaconflict.adapters._accounts import Account, tell

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SOURCE = "gdelt"
_WHOLE = {
    "GLOBALEVENTID": "event_id",
    "SQLDATE": "start",
    "ActionGeo_Lat": "latitude",
    "ActionGeo_Long": "longitude",
}


def read_gdelt(file: str | Path, *, report: bool = False) -> GeoDataFrame:
    r"""Read a file of GDELT 2.0 events (``<time>.export.CSV``).

    Parameters
    ----------
    file : str or Path
        The file of 61 columns, or the ``.zip`` it came in.
    report : bool, default False
        Whether to print the account of the rows.  Without, what was set aside or is
        not known comes as a warning.

    Returns
    -------
    GeoDataFrame
        Columns of the ``events`` table; what GDELT does not tell is missing.  Then
        every column of the file that is not taken over whole, as ``source_<name>``.

        - ``event_id``: ``gdelt:<GLOBALEVENTID>``;
        - ``event_type``, ``modality``: of ``EventCode`` (CAMEO);
        - ``longitude``, ``latitude``: where the act took place; ``ucdp_where_prec``
          says whether that is a place (1), a province (4) or a country (6);
        - ``initiator_camp``, ``target_camp``: of the Syrian government, rebels
          and civilians, Russia, Turkey, Iran, Israel and the United States, by
          ``Actor1Code`` and ``Actor2Code``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is another file; the message says what it looks like.

    Examples
    --------
    >>> import tempfile, warnings
    >>> cells = dict.fromkeys(_tables.columns(SOURCE), "")
    >>> cells |= {"GLOBALEVENTID": "5", "SQLDATE": "20241130", "EventCode": "195",
    ...           "Actor1Code": "RUSMIL", "ActionGeo_Type": "4",
    ...           "ActionGeo_Lat": "36.2", "ActionGeo_Long": "37.1"}
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")  # untested version
    ...     file = Path(folder, "20241130120000.export.CSV")
    ...     _ = file.write_text("\t".join(cells.values()) + "\n")
    ...     events = read_gdelt(file)
    >>> events[["event_id", "event_type", "initiator_camp"]].to_numpy().tolist()
    [['gdelt:5', 'airstrike', 'russia']]
    """
    events, account = reading(file)
    tell(account, report=report)
    return events


def reading(file: str | Path) -> tuple[GeoDataFrame, Account]:
    """Return what `read_gdelt` reads, and the account of the rows."""
    raw = _files.read(file, SOURCE, names=_tables.columns(SOURCE))
    codes = _codes.Codes(raw)
    event_type = codes.of("EventCode", "event_type")
    day = _events.same("day", event_type)
    made = {
        "event_id": _events.prefixed("gdelt", raw["GLOBALEVENTID"]),
        "event_class": _events.event_class(event_type),
        "event_type": event_type,
        "modality": pc.coalesce(
            codes.perhaps("EventCode", "modality"),
            _events.same("realised", event_type),
        ),
        "grain": _events.same("discrete", event_type),
        "start": raw["SQLDATE"],
        "end": raw["SQLDATE"],
        "start_precision": day,
        "end_precision": day,
        "longitude": raw["ActionGeo_Long"],
        "latitude": raw["ActionGeo_Lat"],
        "radius_km": codes.of("ActionGeo_Type", "radius_km"),
        "initiator_id": codes.actor("Actor1Code", "actor_id"),
        "target_id": codes.actor("Actor2Code", "actor_id"),
        "initiator_camp": codes.actor("Actor1Code", "camp"),
        "target_camp": codes.actor("Actor2Code", "camp"),
        "ucdp_where_prec": codes.of("ActionGeo_Type", "ucdp_where_prec"),
        "priogrid_gid": _events.priogrid(raw["ActionGeo_Long"], raw["ActionGeo_Lat"]),
    }
    return _events.assemble(raw, codes, made, used=_WHOLE)
