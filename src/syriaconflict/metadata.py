"""What machines read about the dataset, written beside the tables by the build.

``datapackage.json`` (Frictionless), ``croissant.json`` (MLCommons Croissant) and
``dataset.jsonld`` (schema.org) follow from ``schema.py``, the digests of the files and
what the tables span. No address is given that is not known to exist: where a release
is published, its archive adds one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import metadata as package
from importlib.metadata import version

import pandas as pd

from syriaconflict.citation import AUTHORS, TITLE, cite
from syriaconflict.own_rule import INDETERMINATE
from syriaconflict.schema import TABLES, Column, Table
from syriaconflict.vocabulary import EventType

Entry = Mapping[str, object]  # of one file: file, rows, bytes, sha256
NAME = "syriaconflict"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MEDIA_TYPE = "application/vnd.apache.parquet"
KEYWORDS = ("conflict", "Syria", "event data", "front lines", "air campaign")
REFERENCES = {  # where facts of some columns come from; `*_source` says which, by row
    "GeoNames": "https://www.geonames.org/",
    "UCDP Georeferenced Event Dataset": "https://ucdp.uu.se/",
    "Airwars": "https://airwars.org/",
    "Wikipedia": "https://en.wikipedia.org/",
}
POINTS = ("places", "events", "axes")  # tables whose points come from the references


def metadata_files(
    tables: Mapping[str, pd.DataFrame], entries: Mapping[str, Entry]
) -> dict[str, str]:
    """Return the metadata files of a build, by name.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The published tables; what the dataset spans follows from ``campaigns`` and
        ``fronts``.
    entries : mapping of str to mapping
        ``file``, ``bytes`` and ``sha256`` of each table, as the manifest has them.

    Returns
    -------
    dict of str to str
        Texts of ``datapackage.json``, ``croissant.json`` and ``dataset.jsonld``.
    """
    from syriaconflict.croissant import croissant
    from syriaconflict.datapackage import datapackage

    made = {
        "datapackage.json": datapackage(entries),
        "croissant.json": croissant(entries, span(tables)),
        "dataset.jsonld": jsonld(entries, span(tables)),
    }
    return {
        name: json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        for name, content in made.items()
    }


def described(entries: Mapping[str, Entry]) -> Iterator[tuple[Table, Entry]]:
    """Yield each table that has a file, with its entry, in the schema's order."""
    for name, table in TABLES.items():
        if name in entries:
            yield table, entries[name]


def codes_of(table: Table, column: Column) -> dict[str, str]:
    """Return the codes that a column may hold, with their meanings.

    A table that the build works out may say that a rule could not decide.
    """
    if column.codes is None:
        return {}
    codes = {code: meaning(entry) for code, entry in column.codes.items()}
    if not table.source:
        codes.setdefault(INDETERMINATE, "The rule cannot decide.")
    return codes


def meaning(entry: object) -> str:
    """Return what a code means: words, an event type's meaning, or a count's range.

    Examples
    --------
    >>> meaning((3, 9))
    '3 to 9.'
    """
    if isinstance(entry, EventType):
        return entry.meaning
    if isinstance(entry, tuple):
        low, high = entry
        return f"{low} to {high}."
    return str(entry)


def warnings_of(table: Table) -> str:
    """Return a table's title and warnings as one text."""
    return " ".join([f"{table.title}.", *table.warnings])


def span(tables: Mapping[str, pd.DataFrame]) -> dict[str, object]:
    """Return what the dataset spans, in words of schema.org.

    Time is the interval of each campaign; space is the box around all fronts.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        At least ``campaigns`` (``start``, ``end``) and ``fronts`` (``geometry``, as
        geometries or WKB).

    Examples
    --------
    >>> import pandas as pd
    >>> import shapely
    >>> days = pd.to_datetime(["2016-08-01", "2016-11-30"])
    >>> campaigns = pd.DataFrame({"start": days[:1], "end": days[1:]})
    >>> fronts = pd.DataFrame({"geometry": [shapely.box(36, 35, 37, 36).wkb]})
    >>> known = span({"campaigns": campaigns, "fronts": fronts})
    >>> known["temporalCoverage"], known["spatialCoverage"]["geo"]["box"]
    (['2016-08-01/2016-11-30'], '35.0 36.0 36.0 37.0')
    """
    import shapely

    campaigns = tables["campaigns"].sort_values(["start", "end"])
    spans = [
        f"{start:%Y-%m-%d}/{end:%Y-%m-%d}"
        for start, end in zip(campaigns["start"], campaigns["end"], strict=True)
    ]
    shapes = [
        shapely.from_wkb(shape) if isinstance(shape, bytes) else shape
        for shape in tables["fronts"]["geometry"]
    ]
    west, south, east, north = (float(x) for x in shapely.total_bounds(shapes))
    return {
        "temporalCoverage": spans,
        "spatialCoverage": {
            "@type": "Place",
            "name": "Hama - Aleppo - Idlib fronts, Syria",
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        },
    }


def jsonld(
    entries: Mapping[str, Entry], spanned: Mapping[str, object]
) -> dict[str, object]:
    """Return the dataset in words of schema.org, for search engines and web pages."""
    files = [
        {
            "@type": "DataDownload",
            "name": entry["file"],
            "description": warnings_of(table),
            "encodingFormat": MEDIA_TYPE,
            "contentSize": f"{entry['bytes']} B",
            "sha256": entry["sha256"],
        }
        for table, entry in described(entries)
    ]
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": TITLE,
        "alternateName": NAME,
        "description": package(NAME)["Summary"],
        "version": version(NAME),
        "license": LICENCE,
        "creator": {"@type": "Organization", "name": AUTHORS},
        "keywords": list(KEYWORDS),
        "isAccessibleForFree": True,
        "inLanguage": "en",
        **spanned,
        "isBasedOn": list(REFERENCES.values()),
        "variableMeasured": list(_variables(entries)),
        "distribution": files,
        "citation": cite(),
    }


def zenodo() -> str:
    """Return ``.zenodo.json``, by which Zenodo describes a release of the repository.

    Examples
    --------
    >>> json.loads(zenodo())["license"]
    'cc-by-4.0'
    """
    content = {
        "title": TITLE,
        "upload_type": "dataset",
        "description": package(NAME)["Summary"],
        "version": version(NAME),
        "creators": [{"name": AUTHORS}],
        "license": "cc-by-4.0",
        "access_right": "open",
        "language": "eng",
        "keywords": list(KEYWORDS),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _variables(entries: Mapping[str, Entry]) -> Iterator[dict[str, str]]:
    """Yield what events and control tell, without identifiers and geometry."""
    for table, _ in described(entries):
        if table.name not in ("events", "control"):
            continue
        for column in table.columns:
            if column.name.endswith("_id") or column.name == "geometry":
                continue
            measured = {
                "@type": "PropertyValue",
                "name": f"{table.name}.{column.name}",
                "description": column.description,
            }
            yield measured | ({"unitText": column.unit} if column.unit else {})
