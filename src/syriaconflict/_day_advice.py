"""How a column becomes calendar days in the engine that holds it.

Used by ``engines``, in what it says of a column that holds something else.
"""

from __future__ import annotations

_PANDAS = (
    'events.assign({day}=events["{day}"].dt.tz_convert("Asia/Damascus")'
    ".dt.tz_localize(None))",
    'events.assign({day}=pd.to_datetime(events["{day}"]))',
)
_CALLS = {  # of timestamps with a zone, of anything else
    "pandas": _PANDAS,
    "dask": (_PANDAS[0], _PANDAS[1].replace("pd.", "dask.dataframe.")),
    "polars": (
        'events.with_columns(pl.col("{day}").dt.convert_time_zone("Asia/Damascus")'
        ".dt.date())",
        'events.with_columns(pl.col("{day}").str.to_date())',
    ),
    "pyarrow": (
        'events.set_column(events.schema.get_field_index("{day}"), "{day}", '
        'pc.local_timestamp(events["{day}"]'
        '.cast(pa.timestamp("ms", "Asia/Damascus"))))',
        'events.set_column(events.schema.get_field_index("{day}"), "{day}", '
        'events["{day}"].cast(pa.date32()))',
    ),
    "duckdb": (
        "events.project(\"* replace (({day} at time zone 'Asia/Damascus')::date "
        'as {day})")',
        'events.project("* replace ({day}::date as {day})")',
    ),
}


def advice(engine: str, day: str, *, zoned: bool) -> str:
    """Return a call that makes a column of a frame calendar days.

    Parameters
    ----------
    engine : str
        Name of the engine, as narwhals has it.
    day : str
        The column.
    zoned : bool
        Whether it holds timestamps of a time zone: the day is then Syria's.

    Examples
    --------
    >>> advice("pandas", "start", zoned=False)
    'events.assign(start=pd.to_datetime(events["start"]))'
    """
    if engine not in _CALLS:
        return f"a cast of {day} to a date"
    return _CALLS[engine][not zoned].format(day=day)
