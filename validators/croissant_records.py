"""Does mlcroissant take ``croissant.json`` and read every row by it; half a minute."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from pathlib import Path

import mlcroissant
import pyarrow.parquet as pq
from _copies import TABLES, asked, broken, finish


def faults(folder: Path, names: set[str] | None = None) -> list[str]:
    """Return what mlcroissant refuses, and record sets that are not their tables."""
    path = folder / "croissant.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    lines = []
    for file in content["distribution"]:
        digest = hashlib.sha256((folder / file["contentUrl"]).read_bytes()).hexdigest()
        if digest != file["sha256"]:
            lines.append(f"{file['name']}: is not the file described")
    try:
        dataset = mlcroissant.Dataset(str(path))
    except mlcroissant.ValidationError as error:
        return [*lines, str(error)]
    for records in content["recordSet"]:
        name = records["name"]
        if names is None or name in names:
            try:
                lines += compare(dataset, name, folder)
            except mlcroissant.GenerationError as error:
                lines.append(f"{name}: {error.__cause__ or error}")
    return lines


def compare(dataset: mlcroissant.Dataset, name: str, folder: Path) -> list[str]:
    """Return how records differ from their table, by number and first column."""
    table = pq.read_table(folder / f"{name}.parquet")
    read = list(dataset.records(name))
    if len(read) != table.num_rows:
        return [f"{name}: {len(read)} records, wanted {table.num_rows}"]
    first = table.column_names[0]
    cells = [record[f"{name}/{first}"] for record in read]
    wanted = [cell.encode("utf-8") for cell in table[first].to_pylist()]
    return [] if cells == wanted else [f"{name}: {first} is not read as it stands"]


def change(folder: Path, old: str, new: str) -> None:
    """Change a word of the description, once."""
    path = folder / "croissant.json"
    text = path.read_text(encoding="utf-8")
    if old not in text:
        sys.exit(f"{old!r} is not in croissant.json: break it otherwise")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def flip(folder: Path) -> None:
    """Flip a bit in the middle of a table."""
    path = folder / "fronts.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


BREAKS = {
    "a column that is not there": lambda f: change(
        f, '"column": "description"', '"column": "descriptions"'
    ),
    "a file that is not described": lambda f: change(
        f, '"@id": "fronts.parquet"', '"@id": "front.parquet"'
    ),
    "a field without a type": lambda f: change(f, '"dataType": "sc:Text"', '"x": ""'),
    "no data set": lambda f: change(f, '"@type": "sc:Dataset"', '"@type": "sc:Book"'),
    "a bit flipped": flip,
}

if __name__ == "__main__":
    logging.disable(logging.WARNING)  # that a release not yet sealed has no date
    asked("mlcroissant", sys.argv[1])
    accepted = [n for n, copy in broken(BREAKS) if not faults(copy, {"fronts"})]
    finish("mlcroissant", faults(TABLES), accepted)
