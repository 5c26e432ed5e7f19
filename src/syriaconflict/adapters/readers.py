"""The account of a file that any of the readers reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from syriaconflict.adapters import acled, airwars, control, gdelt, ucdp_ged, viina
from syriaconflict.adapters._accounts import Account
from syriaconflict.filters import codes

READERS: dict[str, Callable[..., tuple[pd.DataFrame, Account]]] = {
    "acled": acled.reading,
    "airwars": airwars.reading,
    "control": control.reading,
    "gdelt": gdelt.reading,
    "ucdp_ged": ucdp_ged.reading,
    "viina": viina.reading,
    "viina_control": viina.reading_control,
}


def account(source: str, file: str | Path, **options: object) -> Account:
    """Return what becomes of the rows of a file when it is read.

    Parameters
    ----------
    source : str
        Whose file it is: a key of `READERS`.
    file : str or Path
        The file.
    **options
        As for the reader.

    Returns
    -------
    Account
        ``rows_in`` = ``rows_out`` + rows of ``set_aside``; ``str()`` of it is what
        ``report=True`` prints.

    Raises
    ------
    ValueError
        If the source is unknown, or the file is none of it.

    Examples
    --------
    >>> account("ucdp", "GEDEvent_v25_1.csv")
    Traceback (most recent call last):
    ...
    ValueError: source: 'ucdp' is not known; nearest: ucdp_ged; known: ...
    """
    (name,) = codes([source], READERS, "source")
    return READERS[name](file, **options)[1]
