"""Airwars incidents: alleged harm to civilians from air strikes and other explosives.

A row is one incident, counted in ``casualty_event``.  Whoever may have done it stands
in ``event_actors``: of several belligerents one is meant, not all.  Airwars' grading
(Confirmed, Fair, Weak, Contested, Discounted) follows rules of its own and is kept in
``source_harm_grading``: ``grade``, by our rules, is missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from syriaconflict.adapters import _codes, _events, _files, _tables
from syriaconflict.adapters._accounts import Account, tell
from syriaconflict.filters import require

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SOURCE = "airwars"
_WHOLE = {
    "incident_code": "event_id",
    "latitude": "latitude",
    "longitude": "longitude",
    "killed_min": "civilians_killed_low",
    "killed_max": "civilians_killed_high",
}
_BETWEEN = r"\s*[;,]\s*"


def read_airwars(file: str | Path, *, report: bool = False) -> GeoDataFrame:
    """Read a table of Airwars incidents.

    Parameters
    ----------
    file : str or Path
        The CSV, one row an incident, with the columns of ``mappings/columns.csv``.
    report : bool, default False
        Whether to print the account of the rows.  Without, what was set aside or is
        not known comes as a warning.

    Returns
    -------
    GeoDataFrame
        Columns of the ``events`` table; what Airwars does not tell is missing.  Then
        every column of the file that is not taken over whole, as ``source_<name>``.

        - ``event_id``: ``airwars:<incident_code>``;
        - ``event_type``: ``strike_unspecified`` unless the strike type says more;
        - ``unit`` ``casualty_event``, ``count_low`` and ``count_high`` 1;
        - ``initiator_camp``: of all belligerents named, if they are of one camp;
        - ``killed_low``: civilians and, where told, fighters; ``killed_high`` only
          where fighters are told, for else nobody says how many there were;
        - bounds told the wrong way round are put in order, counted in the account,
          and kept as ``source_killed_min`` and ``source_killed_max``;
        - ``target_kind``: of the infrastructure hit, if it is of one kind.

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
    ...     "incident_code": "RS1", "date": "2016-08-01", "latitude": 36.2,
    ...     "longitude": 37.1, "geolocation_accuracy": "village",
    ...     "belligerents": "Russian Military", "strike_type": "Airstrike",
    ...     "belligerent_codes": "russia;syrian_regime", "killed_min": 2,
    ...     "belligerent_types": "suspected;suspected", "killed_max": 3,
    ... }
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "incidents.csv")
    ...     pd.DataFrame([row]).to_csv(file, index=False)
    ...     events = read_airwars(file)
    >>> events[["event_type", "civilians_killed_high"]].to_numpy().tolist()
    [['airstrike', 3]]
    >>> event_actors(events)[["actor_id", "certainty"]].to_numpy().tolist()
    [['russia', 'one_of'], ['syrian-government', 'one_of']]
    """
    events, account = reading(file)
    tell(account, report=report)
    return events


def reading(file: str | Path) -> tuple[GeoDataFrame, Account]:
    """Return what `read_airwars` reads, and the account of the rows."""
    raw = _files.read(file, SOURCE)
    codes = _codes.Codes(raw)
    by_strike = codes.of("strike_type", "event_type")
    event_type = pc.coalesce(by_strike, codes.of("cause", "event_type"))
    low, high = _bounds(codes, "killed")
    fighters_low, fighters_high = _bounds(codes, "militants_killed")
    end = pc.coalesce(raw["date_end"], raw["date"])
    precision = _events.precision(raw["date"], end)
    one = pa.chunked_array([pa.repeat(pa.scalar(1, pa.int32()), len(low))])
    camp, actor = (_shared(codes, field) for field in ("camp", "actor_id"))
    made = {
        "event_id": _events.prefixed("airwars", raw["incident_code"]),
        "event_class": _events.event_class(event_type),
        "event_type": event_type,
        "modality": _events.same("realised", event_type),
        "grain": _events.same("discrete", event_type),
        "target_kind": _kind(codes),
        "start": raw["date"],
        "end": end,
        "start_precision": precision,
        "end_precision": precision,
        "longitude": raw["longitude"],
        "latitude": raw["latitude"],
        "radius_km": codes.of("geolocation_accuracy", "radius_km"),
        "initiator_id": actor,
        "initiator_camp": camp,
        "target_camp": _events.same("civilian", event_type),
        "unit": _events.same("casualty_event", event_type),
        "count_low": one,
        "count_high": one,
        "count_per": _events.same("total", event_type),
        "killed_low": pc.add(low, pc.fill_null(fighters_low, 0)),
        "killed_high": pc.add(high, fighters_high),
        "civilians_killed_low": low,
        "civilians_killed_high": high,
        "priogrid_gid": _events.priogrid(raw["longitude"], raw["latitude"]),
        "ucdp_where_prec": codes.of("geolocation_accuracy", "ucdp_where_prec"),
    }
    return _events.assemble(raw, codes, made, used=_WHOLE)


def _bounds(codes: _codes.Codes, what: str) -> tuple[pa.ChunkedArray, ...]:
    """Return the lower and the upper bound of a count, whichever way round told."""
    raw, names = codes.raw, (f"{what}_min", f"{what}_max")
    low, high = (_events.count(raw[name]) for name in names)
    swapped = pc.fill_null(pc.greater(low, high), False)
    if not pc.any(swapped).as_py():
        return low, high
    codes.leave(names[0], swapped, f" above {names[1]}")
    for name in names:
        raw.keep(name)
    return pc.if_else(swapped, high, low), pc.if_else(swapped, low, high)


def event_actors(events: pd.DataFrame) -> pd.DataFrame:
    """Return who took part in events from any reader, as a set.

    Parameters
    ----------
    events : DataFrame
        What a reader of `adapters` returned, or what several did, stacked.

    Returns
    -------
    DataFrame
        The columns ``event_id``, ``actor_id``, ``role`` and ``certainty`` of the
        ``event_actors`` table, sorted by the first three.  Of Airwars' belligerents,
        several are ``one_of``, one is ``stated`` if Airwars calls it known, else
        ``hedged``.  Of other events, ``initiator_id`` and ``target_id``, ``stated``.
        Actors that no mapping table knows are not there.

    Raises
    ------
    ValueError
        If a column is absent, or an event stands in several rows.

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "event_id": ["acled:SYR1"], "initiator_id": ["isis"], "target_id": [None],
    ... })
    >>> event_actors(events).to_numpy().tolist()
    [['acled:SYR1', 'isis', 'initiator', 'stated']]
    """
    needed = ("event_id", "initiator_id", "target_id")
    require(events, needed, "events", key="event_id")
    parts = [_belligerents(events)]
    in_sets = events["event_id"].isin(parts[0]["event_id"])
    for role, others in (("initiator", events[~in_sets]), ("target", events)):
        named = others.loc[others[f"{role}_id"].notna(), ["event_id", f"{role}_id"]]
        named = pd.DataFrame(named).set_axis(["event_id", "actor_id"], axis=1)
        parts.append(named.assign(role=role, certainty="stated"))
    made = pd.concat(parts, ignore_index=True).astype("str")
    keys = ["event_id", "actor_id", "role"]
    return made.drop_duplicates(keys).sort_values(keys, ignore_index=True)


def _belligerents(events: pd.DataFrame) -> pd.DataFrame:
    """Return one row an event and belligerent, with how surely it was the one."""
    known = _tables.actors(SOURCE, "actor_id")
    codes, names, types = (
        events.get(f"source_{name}", pd.Series(None, events.index)).astype("str")
        for name in ("belligerent_codes", "belligerents", "belligerent_types")
    )
    codes = codes.fillna(names)
    split = pd.DataFrame({
        "event_id": events["event_id"],
        "code": codes.str.casefold().str.split(_BETWEEN, regex=True),
        "type": types.fillna("").str.split(_BETWEEN, regex=True),
    }).astype("object")[codes.notna()]  # fmt: skip
    several = split["code"].str.len().fillna(0) > 1
    sure = ~several & (split["type"].str[0] == "known")
    split["certainty"] = "hedged"
    split.loc[sure, "certainty"] = "stated"
    split.loc[several, "certainty"] = "one_of"
    rows = split.drop(columns="type").explode("code")
    rows["actor_id"] = rows["code"].map(known)
    rows = rows[rows["actor_id"].notna()].assign(role="initiator")
    return rows[["event_id", "actor_id", "role", "certainty"]]


def _shared(codes: _codes.Codes, field: str) -> pa.ChunkedArray:
    """Return the camp or actor that all belligerents of an incident share."""
    raw = codes.raw
    told = raw["belligerent_codes"]
    if told.null_count:
        told = pc.coalesce(told, raw["belligerents"])
    known = _tables.actors(SOURCE, field)
    coded = _codes.code(told)
    values: dict[str, str | None] = {}
    for text, rows in zip(coded.told, coded.rows, strict=True):
        parts = [part.strip() for part in text.replace(",", ";").split(";")]
        found = {known.get(part.casefold()) for part in parts}
        values[text.casefold()] = found.pop() if len(found) == 1 else None
        unmet = [part for part in parts if part.casefold() not in known]
        if field == "camp":
            codes.more("belligerents", unmet, int(rows))
    return coded.to(values, _tables.TEXT)


def _kind(codes: _codes.Codes) -> pa.ChunkedArray:
    """Return the kind of target, where all infrastructure hit is of one kind."""
    known = _tables.codes(SOURCE, "infrastructure", "target_kind")
    coded = _codes.code(codes.raw["infrastructure"])
    values: dict[str, str | None] = {}
    for text, rows in zip(coded.told, coded.rows, strict=True):
        parts = [part.strip() for part in text.split(",")]
        found = {known.get(part.casefold()) for part in parts}
        values[text.casefold()] = found.pop() if len(found) == 1 else None
        unmet = [part for part in parts if part.casefold() not in known]
        codes.more("infrastructure", unmet, int(rows))
    return coded.to(values, _tables.TEXT)
