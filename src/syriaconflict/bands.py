"""How far a measure depends on who is believed: rules, and publishers left out.

A band is the envelope of the versions of a measure, from the lowest to the highest.  It
is not a confidence interval: it says nothing of what no source tells, and has no
probability.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from syriaconflict._progress import steps
from syriaconflict.filters import Names, codes
from syriaconflict.load import published
from syriaconflict.rules import RULES
from syriaconflict.schema import TABLES

OVER = ("rules", "publishers")
REPRESENTATIVE = "representative"
NOT_AN_INTERVAL = "an envelope, not a confidence interval"
_KEPT = ("documents", "claims", "claim_actors", "claim_places", "claim_links")

Tables = Mapping[str, pd.DataFrame]
Measure = Callable[..., object]


def band(
    measure: Measure,
    *,
    over: Names = OVER,
    fill: float | None = None,
    publishers: Names | None = None,
    tables: Tables | None = None,
    made: Mapping[str, Tables] | None = None,
    progress: bool = False,
    **kwargs: object,
) -> pd.DataFrame:
    """Recompute a measure under every rule and without each publisher.

    Parameters
    ----------
    measure : callable
        Any function of the tables that returns a number, a Series or a DataFrame of
        numbers, such as ``sc.tempo.tempo``.  Each of its parameters that has the name
        of a table (``events``, ``control``, ``places``, ...) is given this table.
    over : "rules", "publishers" or both, default both
        What is varied: the rules of `rules.RULES`; the documents, leaving out those of
        one publisher at a time under the rule ``representative``.
    publishers : str or list of str, optional
        The publishers to leave out in turn; by default all that have claims.  Each
        takes as long as resolving all claims anew: with a hundred, name the largest,
        and say so.
    fill : float, optional
        What a version counts for that has no such row: 0 for counts by group, where a
        group that is not there has none.  By default it is not in the envelope.
    tables : mapping of str to DataFrame, optional
        All published tables; by default the installed ones.
    made : mapping of str to tables, optional
        Versions from `worked_out`, so that several measures share them; then ``over``,
        ``publishers`` and ``tables`` are not read.
    progress : bool, default False
        Whether to show a progress bar, if tqdm is installed.
    **kwargs
        Further arguments of the measure.

    Returns
    -------
    DataFrame
        On the index of the measure (of a DataFrame its numeric columns are the last
        level, ``column``; of a number the one row is named after the function):
        ``low``, ``representative``, ``high`` in the unit of the measure, ``low_from``
        and ``high_from`` (the first version that gives the bound, such as
        ``rule conservative`` or ``without sana``), ``versions``, how many gave a
        number, and ``without_number``, the names of the others.

    Warns
    -----
    UserWarning
        If a version gives no result (without a publisher there may be no evidence
        left); the message names it.  Such versions are not in the envelope.

    Raises
    ------
    ValueError
        If ``over`` is unknown, ``made`` lacks the rule ``representative``, or the
        measure gives no numbers.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> found = band(sc.tempo.tempo, over="rules", freq="MS", start="2024-11-01",
    ...              end="2024-12-31", classes=sc.tempo.OPERATIONS)
    >>> found.loc[(pd.Timestamp("2024-12-01"), "n")].index.tolist()[:3]
    ['low', 'representative', 'high']
    """
    told = versions(measure, over=over, publishers=publishers, tables=tables,
                    made=made, progress=progress, **kwargs)  # fmt: skip
    numbers = told if fill is None else told.fillna(fill)
    cells = numbers.to_numpy(float)
    known = ~np.isnan(cells)
    if not known.any():
        msg = (
            "the measure gives no number under any rule; "
            "choose a window or place that something is told of"
        )
        raise ValueError(msg)
    some = known.any(axis=1)
    lowest = np.where(known, cells, np.inf).argmin(axis=1)
    highest = np.where(known, cells, -np.inf).argmax(axis=1)
    rows = np.arange(len(cells))
    names = numbers.columns.to_numpy()
    return pd.DataFrame(
        {
            "low": cells[rows, lowest],
            "representative": numbers[f"rule {REPRESENTATIVE}"].to_numpy(float),
            "high": cells[rows, highest],
            "low_from": pd.Series(names[lowest], numbers.index).where(some),
            "high_from": pd.Series(names[highest], numbers.index).where(some),
            "versions": known.sum(axis=1),
            "without_number": [", ".join(names[~row]) for row in known],
        },
        index=numbers.index,
    )


def versions(
    measure: Measure,
    *,
    over: Names = OVER,
    publishers: Names | None = None,
    tables: Tables | None = None,
    made: Mapping[str, Tables] | None = None,
    progress: bool = False,
    **kwargs: object,
) -> pd.DataFrame:
    """Return what a measure gives under every rule and without each publisher.

    Parameters
    ----------
    measure, over, publishers, tables, made, progress, **kwargs
        As for `band`.

    Returns
    -------
    DataFrame
        Indexed like the result of `band`; a column of floats for each version, the
        first that of the rule ``representative``; missing where a version has no such
        row.

    Warns
    -----
    UserWarning
        As `band`.

    Raises
    ------
    ValueError
        As `band`.

    Examples
    --------
    >>> def captures(events):
    ...     return (events["event_type"] == "capture").sum()
    >>> versions(captures, over="rules").columns.tolist()[:2]
    ['rule representative', 'rule conservative']
    """
    found, silent = {}, []
    if made is None:
        every = _made(over, publishers, tables)
    else:
        first = f"rule {REPRESENTATIVE}"
        if first not in made:
            msg = (
                f"made holds {', '.join(map(repr, made)) or 'nothing'}, wanted the "
                f"versions of worked_out(), {first!r} among them"
            )
            raise ValueError(msg)
        names = [first, *(name for name in made if name != first)]
        every = [(name, lambda name=name: made[name]) for name in names]
    for name, make in steps(every, "versions", progress=progress):
        try:
            found[name] = _numbers(measure, make(), kwargs)
        except ValueError as error:
            if not found:
                raise
            silent.append(f"{name} ({error})")
    if silent:
        msg = f"no result, so not in the band: {'; '.join(silent)}"
        warnings.warn(msg, stacklevel=2)
    return pd.concat(found, axis=1, sort=False).sort_index()


def worked_out(
    *,
    over: Names = OVER,
    publishers: Names | None = None,
    tables: Tables | None = None,
    progress: bool = False,
) -> dict[str, Tables]:
    """Work out the tables of every version once, for several measures.

    Resolving all claims anew is what takes long; `band` does it for each measure.

    Parameters
    ----------
    over, publishers, tables, progress
        As for `band`.

    Returns
    -------
    dict of str to tables
        All tables of each version, first ``rule representative``; to be handed to
        `band` as ``made``, whole or in part.

    Raises
    ------
    ValueError
        If ``over`` or a publisher is unknown.

    Examples
    --------
    >>> made = worked_out(over="publishers", publishers="sana")
    >>> list(made)
    ['rule representative', 'without sana']
    """
    every = _made(over, publishers, tables)
    return {name: make() for name, make in steps(every, "versions", progress=progress)}


def _made(
    over: Names, publishers: Names | None, given: Tables | None
) -> list[tuple[str, Callable[[], Tables]]]:
    """Return the name of each version and how its tables are made."""
    from syriaconflict.derive import derived

    wanted = codes(over, OVER, "over")
    tables = published() if given is None else given
    every = [(f"rule {REPRESENTATIVE}", lambda: derived(tables))]
    if "rules" in wanted:
        every += [
            (f"rule {rule}", lambda rule=rule: derived(tables, rule))
            for rule in RULES
            if rule != REPRESENTATIVE
        ]
    if "publishers" in wanted:
        told = tables["documents"].loc[
            tables["documents"]["document_id"].isin(tables["claims"]["document_id"])
        ]
        known = sorted(set(told["publisher_id"]))
        left_out = codes(known if publishers is None else publishers, known,
                         "publishers")  # fmt: skip
        every += [
            (f"without {one}", lambda one=one: derived(without(tables, one)))
            for one in left_out
        ]
    return every


def without(tables: Tables, publisher_id: str) -> dict[str, pd.DataFrame]:
    """Return the tables without the documents of a publisher and their claims.

    What others reprinted or relayed of it stays: they still tell it.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All published tables.
    publisher_id : str
        A publisher.

    Returns
    -------
    dict of str to DataFrame
        New tables; ``events`` and ``control`` are those given, not worked out anew.

    Raises
    ------
    ValueError
        If there is no such publisher.

    Examples
    --------
    >>> tables = {
    ...     "publishers": pd.DataFrame({"publisher_id": ["sana", "sohr"]}),
    ...     "documents": pd.DataFrame(
    ...         {"document_id": ["d1", "d2"], "publisher_id": ["sana", "sohr"]}),
    ...     "claims": pd.DataFrame(
    ...         {"claim_id": ["c1", "c2"], "document_id": ["d1", "d2"]})}
    >>> without(tables, "sana")["claims"]["claim_id"].tolist()
    ['c2']
    """
    codes(publisher_id, set(tables["publishers"]["publisher_id"]), "publisher_id")
    documents = tables["documents"]
    gone = documents.loc[documents["publisher_id"] == publisher_id, "document_id"]
    claims = tables["claims"]
    lost = claims.loc[claims["document_id"].isin(gone), "claim_id"]
    left = dict(tables)
    for name in _KEPT:
        key, ids = ("document_id", gone) if name == "documents" else ("claim_id", lost)
        if name in left:
            left[name] = left[name][~left[name][key].isin(ids)].reset_index(drop=True)
    return left


def _numbers(measure: Measure, tables: Tables, kwargs: Mapping) -> pd.Series:
    """Return the result of a measure as numbers in one column."""
    asked = inspect.signature(measure).parameters
    given = {name: tables[name] for name in asked if name in TABLES and name in tables}
    found = measure(**(given | kwargs))
    if isinstance(found, pd.DataFrame):
        numeric = found.select_dtypes(["number", "bool"]).astype(float)
        if numeric.columns.empty and not found.empty:
            msg = (
                f"{_called(measure)} gives no column of numbers: {list(found.columns)}"
            )
            raise ValueError(msg)
        long = numeric.melt(ignore_index=False, var_name="column")
        return long.set_index("column", append=True)["value"]
    if isinstance(found, pd.Series):
        return found.astype("Float64").astype(float)  # pd.NA among objects too
    try:
        number = np.nan if found is pd.NA else float(found)
        return pd.Series([number], index=[_called(measure)])
    except TypeError as error:
        msg = (
            f"{_called(measure)} returns {type(found).__name__}, wanted a number, a "
            "Series or a DataFrame"
        )
        raise ValueError(msg) from error


def _called(measure: Measure) -> str:
    return getattr(measure, "__name__", type(measure).__name__)
