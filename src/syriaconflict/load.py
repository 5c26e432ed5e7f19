"""The installed tables as frames, and the intake catalog as a second door to them."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from syriaconflict import _paths
from syriaconflict.rules import Rule, check_rule
from syriaconflict.schema import TABLES

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from intake.readers.entry import Catalog

_GEOMETRY = {name for name, table in TABLES.items() if table.geometry}


def load(
    name: str, version: str | None = None, *, source: str | Path | None = None
) -> pd.DataFrame:
    """Return one of the dataset's tables.

    Parameters
    ----------
    name : str
        Name of the table, such as ``"claims"``; `tables` lists them.
    version : str, optional
        Sealed release to read the table of (`versions` lists them), with the columns
        that it had; by default what is installed.
    source : str or Path, optional
        Where that release is: an archive, a folder or an address.  By default it is
        looked for on this machine, then downloaded once, see `editions.edition`.

    Returns
    -------
    DataFrame or GeoDataFrame
        One row per key of the table, in order of the key, with a plain integer
        index; tables with geometry are GeoDataFrames in WGS 84.  Missing values are
        missing: never 0, ``""`` or a word.  Each call returns a new frame.

    Raises
    ------
    ValueError
        If there is no such table or release, or a file is not the one released.
    FileNotFoundError, ConnectionError
        If the tables are not there (a checkout that was never built), or the release
        could not be had: says where it was looked for and what to do by hand.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> publishers = sc.load("publishers").set_index("publisher_id")
    >>> publishers.loc["smm-syria", "perspective"]
    'government'
    """
    if version is not None or source is not None:
        from syriaconflict.archives import read_frame
        from syriaconflict.editions import edition

        return read_frame(edition(version or "installed", source), name)
    published = [table for table in TABLES if TABLES[table].is_published]
    if name not in published:
        near = difflib.get_close_matches(str(name), published, 1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        msg = f"no table is called {name!r}; {hint}there are: {', '.join(published)}"
        raise ValueError(msg)
    path = _paths.tables() / f"{name}.parquet"
    if not path.exists():
        msg = f"{path} is missing: run `syriaconflict build`, or install again"
        raise FileNotFoundError(msg)
    try:
        if name in _GEOMETRY:
            import geopandas

            return geopandas.read_parquet(path)
        return pd.read_parquet(path)
    except Exception as error:  # whatever a damaged file leads to
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> ValueError:
    msg = (
        f"{path} cannot be read ({type(error).__name__}: {error}), wanted a table as "
        "released: sc.verify() names the files that are damaged; install again, or in "
        "a checkout run `syriaconflict build`"
    )
    return ValueError(msg)


def tables() -> pd.DataFrame:
    """Return the dataset's tables: name, rows, columns and what a row is.

    Returns
    -------
    DataFrame
        Indexed by ``table``, with ``rows``, ``columns`` and ``title``.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.tables().loc["publishers", "title"]
    'One row per outlet'
    """
    folder = _paths.tables()
    rows = [
        (name, _row_count(folder / f"{name}.parquet"), len(table.columns), table.title)
        for name, table in TABLES.items()
        if table.is_published
    ]
    names = ["table", "rows", "columns", "title"]
    return pd.DataFrame(rows, columns=names).set_index("table")


def _row_count(path: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_metadata(path).num_rows
    except FileNotFoundError as error:
        msg = f"{path} is missing: run `syriaconflict build`, or install again"
        raise FileNotFoundError(msg) from error
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from error


def documents() -> pd.DataFrame:
    """Return the documents: one row per published text.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.documents()["document_id"].is_unique
    True
    """
    return load("documents")


def claims() -> pd.DataFrame:
    """Return the claims: one row per statement of a document about a happening.

    A claim is what a document says, not what happened.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.claims()["quote_tokens"].ge(4).all()
    np.True_
    """
    return load("claims")


def events(rule: Rule = "representative", *, only: bool = False) -> GeoDataFrame:
    """Return the events: one row per happening, its claims resolved by a rule.

    Parameters
    ----------
    rule : str or callable, default "representative"
        Name of a rule (`rules.RULES`): ``representative``, ``conservative``,
        ``informative``, ``government``, ``opposition``.  Or a function that takes the
        claims about one event and returns what it shall show, see `own_rule.shown_by`.
        Other rules than ``representative`` are worked out from the installed claims.
    only : bool, default False
        Under ``government`` and ``opposition``: that side's claims alone.  By default
        they fall back on the representative version of what the side does not tell.

    Returns
    -------
    GeoDataFrame
        Also planned, threatened, expected and denied events: mind ``modality``.  An
        event that a side denies and does not assert is not in the table of its rule.

    Raises
    ------
    ValueError
        If there is no such rule, ``only`` is asked of one that is no side's, or a
        function returns what cannot stand in an event.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.events().crs.to_epsg()
    4326
    >>> def latest(claims):
    ...     return claims.sort_values("published").iloc[-1]
    >>> len(sc.events(latest)) == len(sc.events())
    True
    """
    if rule == "representative" and not only:
        return load("events")
    return resolved(rule, only=only)["events"]


def resolved(
    rule: Rule = "representative", *, only: bool = False
) -> dict[str, pd.DataFrame]:
    """Return the published tables, with events and control as a rule shows them.

    Parameters
    ----------
    rule, only
        As for `events`.

    Returns
    -------
    dict of str to DataFrame
        Tables by name; ``events``, ``event_actors``, ``control`` and
        ``control_claims`` by the rule, the others as installed.

    Raises
    ------
    ValueError
        As `events`.

    Examples
    --------
    >>> tables = resolved("opposition")
    >>> tables["control"].columns.equals(load("control").columns)
    True
    """
    from geopandas import GeoDataFrame, GeoSeries

    from syriaconflict.derive import derived

    if not callable(rule):
        check_rule(rule)
    made = derived(published(), rule, only=only)
    shapes = GeoSeries.from_wkb(made["events"]["geometry"], crs="EPSG:4326")
    made["events"] = GeoDataFrame(made["events"], geometry=shapes)
    return made


def published() -> dict[str, pd.DataFrame]:
    """Return all installed tables by name.

    Examples
    --------
    >>> len(published()["claims"]) == len(load("claims"))
    True
    """
    return {name: load(name) for name, table in TABLES.items() if table.is_published}


def actors() -> pd.DataFrame:
    """Return the actors: one row per group, force, body, outlet or population.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> "hayat-tahrir-al-sham" in set(sc.actors()["actor_id"])
    True
    """
    return load("actors")


def places() -> GeoDataFrame:
    """Return the places, with coordinates, their source and their radius.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> sc.places().set_index("place_id").loc["halfaya", "front_id"]
    'northern-hama'
    """
    return load("places")


def control(rule: Rule = "representative", *, only: bool = False) -> pd.DataFrame:
    """Return the spells of control: who held a place from when to when.

    Parameters
    ----------
    rule, only
        As for `events`.

    Returns
    -------
    DataFrame
        Worked out from the events as the rule shows them.

    Raises
    ------
    ValueError
        As `events`.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> set(sc.control()["basis"]) <= {"stated", "implied"}
    True
    """
    if rule == "representative" and not only:
        return load("control")
    return resolved(rule, only=only)["control"]


def catalog() -> Catalog:
    """Open ``catalog.yaml`` with intake; each entry reads the frame `load` returns.

    Returns
    -------
    intake.readers.entry.Catalog
        ``list(catalog)`` gives the names, ``catalog["claims"].read()`` a frame.

    Raises
    ------
    ValueError
        If ``catalog.yaml`` is missing or not the one released, byte for byte: what a
        catalog says, intake does.
    FileNotFoundError
        If there are no tables (a checkout that was never built).

    Examples
    --------
    >>> import syriaconflict as sc
    >>> "claims" in list(sc.catalog())
    True
    """
    from syriaconflict.archives import checked
    from syriaconflict.editions import installed

    release = installed()
    wanted = release.manifest["catalog"]
    checked(release, wanted["file"], wanted)
    import intake

    return intake.open_catalog(str(_paths.root() / wanted["file"]))
