"""GeoPackage: the layers and, as attribute tables, all that has no geometry."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pyarrow as pa

from syriaconflict.exports import description
from syriaconflict.exports.cells import refuse_nul
from syriaconflict.exports.geometries import CRS, layers
from syriaconflict.exports.rows import Export
from syriaconflict.schema import DATE, Table

_ABOUT = ("columns", "codes", "about")
# what pyogrio takes for an archive, an address or the end of a path
_NO_PATH = re.compile(r"[\x00-\x1f!;]|^//|^/vsi")


def write(made: Export, path: Path) -> dict[str, int]:
    """Write the layers first, then the attribute tables, to a new file.

    A layer whose every geometry is missing, and tables without one, are attribute
    tables.  ``columns`` says what each column means and its unit, ``about`` how to
    cite it.
    """
    odd = _NO_PATH.search(str(path))
    if odd:
        msg = f"{str(made.path)!r} holds {odd[0]!r}, and no GeoPackage can be written "
        raise ValueError(msg + "there; give another name, or another folder")
    found, tables = layers(made), made.tables
    for name, frame in made.frames.items():
        refuse_nul(frame, name, "where text ends in a GeoPackage; export csv or sqlite")
    for name, frame in found.items():
        shape = tables[name].geometry or "Point"
        _layer(path, name, _typed(frame, tables[name]), tables[name].title, shape)
    for name, frame in made.frames.items():
        if name not in found:
            _layer(path, name, _typed(frame, tables[name]), tables[name].title)
    facts = pd.DataFrame(description.facts(made).items(), columns=["fact", "value"])
    words = (description.columns(made), description.codes(made), facts)
    for name, frame in zip(_ABOUT, words, strict=True):
        _layer(path, name, frame, f"{name.capitalize()} of the dataset")
    return {name: len(frame) for name, frame in made.frames.items()}


def _typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a frame whose days have no clock."""
    days = [column.name for column in table.columns if column.type == DATE]
    made = {
        name: pd.Series(
            pd.arrays.ArrowExtensionArray(
                pa.array(frame[name], from_pandas=True).cast(pa.date32())
            ),
            index=frame.index,
        )
        for name in days
    }
    return frame.assign(**made)


def _layer(
    path: Path, name: str, frame: pd.DataFrame, title: str, shape: str | None = None
) -> None:
    import pyogrio

    pyogrio.write_dataframe(
        frame,
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        use_arrow=True,
        geometry_type=shape,
        layer_options={"IDENTIFIER": name, "DESCRIPTION": title},
        **({"crs": CRS} if shape and getattr(frame, "crs", None) is None else {}),
    )
