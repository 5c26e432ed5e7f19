"""Any table that tells who held which place when."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from syriaconflict.adapters import _files, _spells, _tables
from syriaconflict.adapters._accounts import Account, tell

SOURCE = "control"


def read_control(
    file: str | Path,
    *,
    place: str = "place_id",
    holder: str = "holder",
    date: str = "date",
    holders: Mapping[str, str] | None = None,
    report: bool = False,
) -> pd.DataFrame:
    """Read a table of places, days and holders as spells of control.

    Parameters
    ----------
    file : str or Path
        CSV, one row a place and day told; the days of a place need not be all there.
        Of several rows of one place and day the first stays: another is a ``duplicate
        place and day`` if it tells the same holder, else a ``contradicting holder``.
    place, holder, date : str
        Names of its columns.  A month or a year stands for its first day; a clock
        beside the day is left out.
    holders : mapping of str to str, optional
        What each holder means: a code of `vocabulary.CAMPS`, or of
        `vocabulary.CONTROL_STATUSES` (``contested``, ``none``, ...).  It adds to, and
        goes before, the usual names in ``mappings/codes.csv``; case does not matter.
    report : bool, default False
        Whether to print the account of the rows.  Without, what was set aside or is
        not known comes as a warning.

    Returns
    -------
    DataFrame
        Columns of the ``control`` table, and ``source_holder`` as the file tells it
        first, for a holder is the same in every case and with spaces around.
        Rows in a row that tell one holder of a place are one spell: it begins
        (``start``) on the first day told with the holder, and ends on the first told
        with another.  The change may have come since the day after the last told
        before (``start_earliest``).  The last spell of a place has no end.  A place
        that is ``contested`` keeps the last holder as ``camp``.  A holder that nobody
        knows has neither camp nor status.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a column is absent, or a holder is said to mean what is no code.

    Examples
    --------
    >>> import tempfile
    >>> table = pd.DataFrame({
    ...     "town": "Halfaya", "day": ["2017-04-20", "2017-04-22", "2017-04-24"],
    ...     "who": ["rebels", "rebels", "Syrian army"],
    ... })
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "towns.csv")
    ...     table.to_csv(file, index=False)
    ...     spells = read_control(file, place="town", holder="who", date="day")
    >>> spells[["control_id", "camp"]].to_numpy().tolist()
    [['Halfaya-01', 'opposition'], ['Halfaya-02', 'government']]
    >>> spells[["last_told", "end"]].iloc[0].dt.day.tolist()
    [22, 24]
    """
    names = {"place": place, "holder": holder, "date": date}
    spells, account = reading(file, **names, holders=holders)
    tell(account, report=report)
    return spells


def reading(
    file: str | Path,
    *,
    place: str = "place_id",
    holder: str = "holder",
    date: str = "date",
    holders: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, Account]:
    """Return what `read_control` reads, and the account of the rows."""
    raw = _files.read(file, SOURCE, wants=(place, holder, date), rename={date: "date"})
    usual = {row["code"]: row["value"] for row in _tables.of("codes", SOURCE)}
    return _spells.from_panel(
        raw,
        place=_files.as_text(raw[place]),
        date=raw["date"],
        holder=holder,
        holders=usual | {k.casefold(): v for k, v in (holders or {}).items()},
    )
