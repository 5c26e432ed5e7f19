"""Targets: archives, folders, manifests, tables and the index of sealed releases."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from fuzz import seeds
from fuzz.judging import Broken
from fuzz.mutations import ODD, damaged, odd_tree, odd_value
from fuzz.target import Target, into

VERSION = "0.1.0"
_TABLES = ("publishers", "places", "claims", "events", "fronts", "withdrawn")
_NAMES = ("../up.txt", "/up.txt", "a/../../up.txt", "..\\up.txt", "C:\\up.txt", "",
          "a\x00b", "x" * 300, "تل", "con", ".")  # fmt: skip


def targets(stage: Path) -> Iterator[Target]:
    """Yield the targets of the releases."""
    from syriaconflict import archives, editions
    from syriaconflict.manifests import manifest_text, read_manifest, self_sha256
    from syriaconflict.packing import pack

    checkout = seeds.make_checkout(stage / "checkout")
    home = checkout.root / "datasets" / "releases"
    index = json.loads((home / "index.json").read_text())
    (entry,) = index["releases"]
    sealed = (home / entry["file"]).read_bytes()
    with zipfile.ZipFile(io.BytesIO(sealed)) as opened:
        root = f"{archives.stem(VERSION)}/"
        files = {n.removeprefix(root): opened.read(n) for n in opened.namelist()}
    manifest = json.loads(files[archives.MANIFEST])
    kept = [archives.MANIFEST, "catalog.yaml"]
    kept += [f"{archives.TABLES}/{name}.parquet" for name in _TABLES[:2]]
    small = {name: files[name] for name in kept}

    def make_archive(rng: Random) -> bytes:
        made = (
            pack(VERSION, small) if rng.random() < 0.4 else _archive(rng, root, small)
        )
        if rng.random() < 0.6:  # the directory at the end is what says how large
            at = max(0, len(made) - 900)
            made = made[:at] + damaged(rng, made[at:])
        return made if rng.random() < 0.7 else damaged(rng, made)

    def run_archive(folder: Path) -> None:
        path = folder / entry["file"]
        content = path.read_bytes()
        told = entry | {  # an index that vouches for whatever came
            "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
        }  # fmt: skip
        release = archives.open_archive(path, told)
        for name in _TABLES[:2]:
            archives.read_arrow(release, name)

    def make_manifest(rng: Random) -> bytes:
        odd = odd_tree(rng, manifest)
        if not isinstance(odd, dict) or rng.random() < 0.2:
            return damaged(rng, files[archives.MANIFEST])
        if rng.random() < 0.3:
            nth = rng.choice(_TABLES[:2])
            key = rng.choice(("file", "rows", "bytes", "sha256"))
            odd.setdefault("tables", {})
            if isinstance(odd["tables"], dict) and isinstance(
                odd["tables"].get(nth), dict
            ):
                odd["tables"][nth][key] = rng.choice((*_NAMES, *ODD, odd_value(rng)))
        odd["self_sha256"] = self_sha256(odd)
        return manifest_text(odd).encode()

    def put_folder(content: bytes, folder: Path) -> None:
        for name in kept:
            path = folder / "release" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or name == archives.MANIFEST:
                path.write_bytes(files[name])
        (folder / "release" / archives.MANIFEST).write_bytes(content)

    def run_manifest(folder: Path) -> None:
        path = folder / "release" / archives.MANIFEST
        read_manifest("manifest.json", path.read_bytes())
        release = archives.open_folder(folder / "release", None)
        for name in _TABLES[:2]:
            frame = archives.read_arrow(release, name)
            if frame.num_rows != release.manifest["tables"][name]["rows"]:
                msg = "more rows than the manifest says"
                raise Broken(msg)

    def make_parquet(rng: Random) -> bytes:
        name = rng.choice(_TABLES)
        content = files[f"{archives.TABLES}/{name}.parquet"]
        if rng.random() < 0.3:
            content = _other_geo(rng, content)
        made = content if rng.random() < 0.1 else damaged(rng, content)
        return name.encode() + b"\n" + made

    def put_parquet(content: bytes, folder: Path) -> None:
        name, _, inside = content.partition(b"\n")
        table = name.decode("utf-8", "replace")
        odd = json.loads(json.dumps(manifest))
        if table not in odd["tables"]:
            return
        told = {"bytes": len(inside), "sha256": hashlib.sha256(inside).hexdigest()}
        odd["tables"][table] |= told  # a manifest that vouches for it
        odd["self_sha256"] = self_sha256(odd)
        shutil.rmtree(folder / "release", ignore_errors=True)
        place = folder / "release" / archives.TABLES
        place.mkdir(parents=True)
        (place / odd["tables"][table]["file"]).write_bytes(inside)
        (place / "manifest.json").write_text(manifest_text(odd))
        (folder / "name").write_text(table)

    def run_parquet(folder: Path) -> None:
        release = archives.open_folder(folder / "release", None)
        archives.read_frame(release, (folder / "name").read_text())

    def make_index(rng: Random) -> bytes:
        content = json.dumps(odd_tree(rng, index)).encode(errors="replace")
        return content if rng.random() < 0.7 else damaged(rng, content)

    def run_index(folder: Path) -> None:
        for told in editions.index(folder):
            editions.candidates(told)
            archives.open_archive(home / entry["file"], told)

    yield Target("archive", 110, make_archive, into(entry["file"]), run_archive)
    yield Target("manifest", 40, make_manifest, put_folder, run_manifest)
    yield Target("parquet", 12, make_parquet, put_parquet, run_parquet)
    yield Target("index", 150, make_index, into("index.json"), run_index)


def _archive(rng: Random, root: str, files: dict[str, bytes]) -> bytes:
    """Return an archive as no honest sealer writes it."""
    buffer = io.BytesIO()
    kind = rng.randrange(7)
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(root + name), content)
        hostile = zipfile.ZipInfo(rng.choice((root, "")) + rng.choice(_NAMES))
        if kind == 0:
            hostile.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(hostile, b"../../../etc/passwd")
        elif kind == 1:
            hostile.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(hostile, b"\0" * rng.choice((10, 10**6)))
        elif kind == 2:
            again = zipfile.ZipInfo(root + rng.choice(sorted(files)))
            archive.NameToInfo.pop(again.filename)  # or zipfile would warn
            archive.writestr(again, b"other")
        elif kind == 3:
            hostile.flag_bits |= 1
            archive.writestr(hostile, b"x" * 20)
        else:
            archive.writestr(hostile, b"x")
    made = buffer.getvalue()
    if kind == 4:  # sizes that the directory claims
        at = made.rfind(b"PK\x01\x02", 0, made.rfind(b"PK\x01\x02"))
        size = struct.pack("<I", rng.choice((0, 1, 2**31, 2**32 - 1)))
        made = made[: at + 20] + size * 2 + made[at + 28 :]
    return made


def _other_geo(rng: Random, content: bytes) -> bytes:
    """Return a table again with other metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(content))
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {
        "encoding": "WKB", "geometry_types": [], "crs": None}}}  # fmt: skip
    odd = json.dumps(odd_tree(rng, geo)).encode(errors="replace")
    key = rng.choice((b"geo", b"geo", b"pandas"))
    told = (table.schema.metadata or {}) | {key: odd}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(told), sink)
    return sink.getvalue().to_pybytes()
