"""From sources to tables: check, derive, write, and swap the new tables in.

The result depends on the sources and the versions of the writing libraries alone: rows
are sorted by key, and no time, place or path is written.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from syriaconflict.codebook import codebook
from syriaconflict.declaration import declaration_text, schema_sha256
from syriaconflict.derive import build_tables
from syriaconflict.manifests import manifest_text, self_sha256
from syriaconflict.metadata import metadata_files, zenodo
from syriaconflict.schema import TABLES, Table

TOOLS = ("geopandas", "numpy", "pandas", "pyarrow", "pyproj", "pyyaml", "shapely")


class SourcesError(ValueError):
    """The sources have findings; ``findings`` lists them all."""

    def __init__(self, findings: list) -> None:
        self.findings = findings
        lines = "\n".join(str(finding) for finding in findings)
        super().__init__(f"{len(findings)} findings in the sources:\n{lines}")


def build(root: Path, sources: Path, texts: Path | None = None) -> dict[str, int]:
    """Build all tables from the sources and put them in place of the old ones.

    Parameters
    ----------
    root : Path
        Folder that holds ``catalog.yaml`` and ``datasets/tables``.
    sources : Path
        Folder of the sources.
    texts : Path, optional
        Folder of the documents' texts, to check the anchors before building.

    Returns
    -------
    dict of str to int
        Rows by table.

    Raises
    ------
    SourcesError
        If the sources have findings; the tables in place are then left untouched.
    """
    from syriaconflict.validate import read_sources

    read = read_sources(sources, texts)
    if read.findings:
        raise SourcesError(read.findings)
    tables = build_tables(read.frames)
    folder = root / "datasets" / "tables"
    restore(folder)
    new = folder.with_name("tables.new")
    shutil.rmtree(new, ignore_errors=True)
    write_tables(tables, new)
    catalog = root / "catalog.yaml"
    fresh = catalog.with_name("catalog.yaml.new")
    fresh.write_text(catalog_text(), encoding="utf-8", newline="\n")
    swap(new, folder, fresh, catalog)
    page = root / "docs" / "codebook.md"
    if page.parent.is_dir():
        page.write_text(codebook(), encoding="utf-8", newline="\n")
    if (root / "CITATION.cff").is_file():
        deposit = root / ".zenodo.json"
        deposit.write_text(zenodo(), encoding="utf-8", newline="\n")
    return {name: len(frame) for name, frame in tables.items()}


def restore(folder: Path) -> None:
    """Put former tables back that a build, cut off, had moved aside."""
    former = folder.with_name("tables.old")
    if former.exists() and not folder.exists():
        former.rename(folder)


def swap(new: Path, folder: Path, fresh: Path, catalog: Path) -> None:
    """Put the new tables and catalog in place; cut off anywhere, nothing is lost."""
    former = folder.with_name("tables.old")
    shutil.rmtree(former, ignore_errors=True)
    if folder.exists():
        folder.rename(former)
    new.rename(folder)
    fresh.replace(catalog)
    shutil.rmtree(former, ignore_errors=True)


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Write tables as Parquet, with metadata and a manifest, into a new folder."""
    folder.mkdir(parents=True)
    entries = {}
    for name, frame in tables.items():
        path = folder / f"{name}.parquet"
        pq.write_table(to_arrow(frame, TABLES[name]), path, compression="zstd")
        about = {"rows": len(frame), "schema_sha256": schema_sha256(TABLES[name])}
        entries[name] = about | listed(path.name, path.read_bytes())
    described = {}
    texts = metadata_files(tables, entries) | {"schema.json": declaration_text()}
    for name, text in texts.items():
        content = text.encode("utf-8")
        (folder / name).write_bytes(content)
        described[name] = listed(name, content)
    manifest = {
        "name": "syriaconflict",
        "version": version("syriaconflict"),
        "written_with": {name: version(name) for name in TOOLS},
        "catalog": listed("catalog.yaml", catalog_text().encode("utf-8")),
        "tables": entries,
        "metadata": described,
    }
    manifest["self_sha256"] = self_sha256(manifest)
    path = folder / "manifest.json"
    path.write_text(manifest_text(manifest), encoding="utf-8", newline="\n")


def listed(file: str, content: bytes) -> dict[str, str | int]:
    """Return what the manifest says of a file."""
    sha256 = hashlib.sha256(content).hexdigest()
    return {"file": file, "bytes": len(content), "sha256": sha256}


def to_arrow(frame: pd.DataFrame, table: Table) -> pa.Table:
    """Return a frame as an Arrow table that carries the schema's descriptions.

    A table with geometry is GeoParquet 1.1 once written: geopandas gives the geometry
    column, its bounding boxes and the ``geo`` metadata.
    """
    wanted = table.to_arrow()
    if not table.geometry:
        arrow = pa.Table.from_pandas(frame, schema=wanted, preserve_index=False)
    else:
        import geopandas

        shapes = geopandas.GeoSeries.from_wkb(frame["geometry"], crs="EPSG:4326")
        buffer = io.BytesIO()
        geopandas.GeoDataFrame(frame.assign(geometry=shapes)).to_parquet(
            buffer, schema_version="1.1.0", write_covering_bbox=True, index=False
        )
        buffer.seek(0)
        arrow = pq.read_table(buffer)
        fields = [*wanted, arrow.schema.field("bbox")]
        arrow = _boxed(arrow.cast(pa.schema(fields, arrow.schema.metadata)))
    return arrow.replace_schema_metadata(
        {**(arrow.schema.metadata or {}), **wanted.metadata}
    )


def _boxed(arrow: pa.Table) -> pa.Table:
    """Return the table without a box where there is no geometry, as GeoParquet asks."""
    boxes = arrow["bbox"].combine_chunks()
    none = arrow["geometry"].combine_chunks().is_null()
    field = arrow.schema.field("bbox")
    boxes = pa.StructArray.from_arrays(
        boxes.flatten(), fields=list(field.type), mask=none
    )
    return arrow.set_column(arrow.schema.get_field_index("bbox"), field, boxes)


def catalog_text() -> str:
    """Return the intake catalog (version 2) of all published tables."""
    import yaml

    data, entries = {}, {}
    for name, table in TABLES.items():
        if not table.is_published:
            continue
        reader = "GeoPandasTabular" if table.geometry else "PandasParquet"
        container = "geopandas:GeoDataFrame" if table.geometry else "pandas:DataFrame"
        data[f"{name}_file"] = {
            "datatype": "intake.readers.datatypes:Parquet",
            "kwargs": {"url": f"{{CATALOG_DIR}}/datasets/tables/{name}.parquet"},
            "metadata": {},
            "user_parameters": {},
        }
        entries[name] = {
            "reader": f"intake.readers.readers:{reader}",
            "kwargs": {"args": [f"{{data({name}_file)}}"]},
            "output_instance": container,
            "metadata": {"description": table.title, "warnings": list(table.warnings)},
            "user_parameters": {},
        }
    catalog = {
        "version": 2,
        "metadata": {
            "title": "syriaconflict",
            "data_version": version("syriaconflict"),
            "license": "CC-BY-4.0",
        },
        "aliases": {name: name for name in entries},
        "user_parameters": {},
        "data": data,
        "entries": entries,
    }
    return yaml.safe_dump(catalog, sort_keys=False, allow_unicode=True, width=88)
