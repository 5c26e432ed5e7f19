"""The dataset in the files of other tools: one module a format, one function for all.

`export` writes a format to one file or folder; `read_csv` and `read_excel` read back
what it wrote, in the types of the schema.  What a format cannot hold is set aside with
a reason, in the `Export` that comes back, and never left out in silence.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from syriaconflict.exports.csv_files import read_csv
from syriaconflict.exports.excel import read_excel
from syriaconflict.exports.rows import Export, chosen
from syriaconflict.exports.staging import check_target, put_in_place, staging
from syriaconflict.filters import codes
from syriaconflict.rules import Rule

__all__ = ["FORMATS", "Export", "export", "read_csv", "read_excel"]

# format -> the module that writes it, what the target's name ends in (none: a folder)
FORMATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sqlite": ("sqlite", (".db", ".sqlite", ".sqlite3")),
    "geopackage": ("geopackage", (".gpkg",)),
    "geojson": ("geojson", ()),
    "csv": ("csv_files", ()),
    "excel": ("excel", (".xlsx",)),
    "ged": ("ged", (".csv",)),
    "acled": ("acled", (".csv",)),
    "timemap": ("timemap", ()),
}


def export(
    format: str,
    target: str | Path,
    *,
    tables: list[str] | None = None,
    version: str | None = None,
    rule: Rule = "representative",
    overwrite: bool = False,
) -> Export:
    """Write the dataset, or some of its tables, in a format of other tools.

    Parameters
    ----------
    format : str
        A key of `FORMATS`.
    target : str or Path
        File, or for ``geojson``, ``csv`` and ``timemap`` folder, to write.  It is
        written beside and put in place whole; nothing outside it is touched.
    tables : list of str, optional
        Tables to write, by default all that the format has room for; not for ``ged``,
        ``acled`` and ``timemap``, which are made of several.
    version : str, optional
        Sealed release to take them from, by default what is installed.
    rule : str or callable, default "representative"
        How claims resolve, as for `load.events`.
    overwrite : bool, default False
        Whether a target that is there may be replaced: a file, or a folder that
        holds nothing but an earlier export.

    Returns
    -------
    Export
        ``path``, ``rows`` written by table or file, and ``set_aside``: which rows are
        not in it, and why.

    Raises
    ------
    ValueError
        If there is no such format, table, release or rule, or the format cannot hold
        a cell, or be written under that name: says which.
    FileExistsError
        If the target is there and must not be replaced.
    FileNotFoundError
        If the target's folder is not there.
    ModuleNotFoundError
        If the format needs an extra that is not installed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = export("csv", Path(folder, "out"), tables=["axes", "places"])
    ...     back = read_csv(made.path)
    >>> back["axes"].columns.equals(made.frames["axes"].columns)
    True
    """
    (name,) = codes([format], FORMATS, "format")
    module, endings = FORMATS[name]
    path = check_target(Path(target), endings, overwrite=overwrite)
    writer = importlib.import_module(f"syriaconflict.exports.{module}")
    wanted = getattr(writer, "TABLES_WANTED", None)
    if tables and wanted and "claims" in wanted:
        msg = f"tables is {tables}, but {name} is made of events and what belongs to "
        msg += "them: leave it out"
        raise ValueError(msg)
    made = chosen(tables or wanted, version, rule)
    made = made.to(path, name)
    with staging(path) as new:
        rows = writer.write(made, new)
        put_in_place(new, path)
    return made.written(rows)
