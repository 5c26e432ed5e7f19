"""Sealed releases: where they are found, and that nothing else is taken for them."""

import hashlib
import io
import json
import shutil
import struct
import subprocess
import sys
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import syriaconflict as sc
from conftest import DOCUMENT_ID, installed_as
from syriaconflict import _download, _paths, archives, editions
from syriaconflict.bumps import parse
from syriaconflict.cli import main
from syriaconflict.manifests import ReleaseError, manifest_text, self_sha256
from syriaconflict.packing import pack

FILE = "syriaconflict-data-0.1.0.zip"


@pytest.fixture
def bare(as_installed, tmp_path, monkeypatch):
    """The package with its index, without archives; its cache; where they are."""
    root = tmp_path / "bare"
    (root / "datasets" / "releases").mkdir(parents=True)
    for place in ("datasets/tables", "catalog.yaml", "datasets/releases/index.json"):
        source, target = as_installed.root / place, root / place
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    monkeypatch.setattr(_paths, "root", lambda: root)
    monkeypatch.setenv("SYRIACONFLICT_CACHE", str(tmp_path / "cache"))
    return as_installed.root / "datasets" / "releases"


def low(**words) -> int:
    """The count that 0.1.1 corrects from 3 to 4."""
    claims = sc.load("claims", **words).set_index("claim_id")
    return claims.loc[f"{DOCUMENT_ID}-002", "count_low"]


@pytest.mark.usefixtures("as_installed")
def test_a_release_of_this_checkout_is_read_as_it_was():
    assert [low(version=v) for v in ("0.1.0", "0.1.1", "0.2.0")] == [3, 4, 4]
    assert len(sc.load("claims", version="0.1.1")) == 3
    events = sc.load("events", version="0.1.0")
    assert isinstance(events, geopandas.GeoDataFrame)
    assert events.crs.to_epsg() == 4326
    assert list(events.columns) == list(sc.load("events").columns)
    assert not isinstance(sc.load("claims", version="0.1.0"), geopandas.GeoDataFrame)
    pd.testing.assert_frame_equal(sc.load("claims", version="0.2.0"), sc.load("claims"))


@pytest.mark.usefixtures("as_installed")
def test_the_sealed_releases_are_listed():
    listed = sc.versions()
    assert listed.index.tolist() == ["0.1.0", "0.1.1", "0.2.0"]
    assert listed["date"].dt.day.tolist() == [1, 2, 3]
    assert listed["address"].isna().all()
    assert listed["is_here"].all()
    assert listed["bytes"].gt(0).all()
    assert listed["sha256"].str.len().eq(64).all()


def test_what_is_not_here_is_listed_so(bare, monkeypatch):
    assert sc.versions()["is_here"].tolist() == [False, False, True]  # the installed
    monkeypatch.setenv("SYRIACONFLICT_RELEASES", str(bare / FILE))
    assert sc.versions()["is_here"].tolist() == [True, False, True]


def test_an_archive_a_folder_and_an_unpacked_folder(bare, tmp_path, monkeypatch):
    assert low(version="0.1.0", source=bare / FILE) == 3
    assert low(version="0.1.0", source=str(bare)) == 3
    with zipfile.ZipFile(bare / FILE) as opened:
        opened.extractall(tmp_path / "unpacked")
    inside = tmp_path / "unpacked" / FILE.removesuffix(".zip")
    for place in (tmp_path / "unpacked", inside):
        assert low(version="0.1.0", source=place) == 3
        monkeypatch.setenv("SYRIACONFLICT_RELEASES", str(place))
        assert low(version="0.1.0") == 3
        monkeypatch.delenv("SYRIACONFLICT_RELEASES")
    renamed = tmp_path / "renamed.zip"
    shutil.copy(bare / FILE, renamed)
    assert low(version="0.1.0", source=renamed) == 3


def test_nowhere_says_where_it_was_looked_for(bare, tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"not on this machine.* no addr") as no:
        sc.load("claims", version="0.1.0")
    told = str(no.value)
    assert f"{_paths.releases()}: has no {FILE}" in told
    assert f"{tmp_path / 'cache'}: has no {FILE}" in told
    assert "give it as source=, or put its folder into SYRIACONFLICT_RELEASES" in told
    assert hashlib.sha256((bare / FILE).read_bytes()).hexdigest() in told
    with pytest.raises(FileNotFoundError, match=r"holds no release .*; wanted an"):
        sc.load("claims", version="0.1.0", source=tmp_path)
    monkeypatch.setenv("SYRIACONFLICT_RELEASES", str(tmp_path / "mine"))
    with pytest.raises(FileNotFoundError, match=f"mine: has no {FILE}"):
        sc.load("claims", version="0.1.0")


@pytest.mark.usefixtures("as_installed")
def test_unknown_releases_and_tables():
    with pytest.raises(ValueError, match=r"called '0\.1\.2'; nearest: 0\.1\.1; sealed"):
        sc.load("claims", version="0.1.2")
    with pytest.raises(ValueError, match=r"0\.1\.1, 0\.2\.0; installed is 0\.2"):
        sc.load("claims", version="v9")
    with pytest.raises(ValueError, match="has no table 'claim'; did you mean 'claims"):
        sc.load("claim", version="0.1.0")
    with pytest.raises(ValueError, match="no release is named to read from it: give"):
        sc.load("claims", source="somewhere")


def test_another_file_is_not_taken_for_the_release(bare, tmp_path):
    for name, change in {
        "longer": lambda c: c + b"x",
        "shorter": lambda c: c[:-1],
        "flipped": lambda c: c[:5000] + bytes([c[5000] ^ 1]) + c[5001:],
        "other": lambda _: (bare / "syriaconflict-data-0.1.1.zip").read_bytes(),
        "empty": lambda _: b"",
    }.items():
        wrong = tmp_path / f"{name}.zip"
        wrong.write_bytes(change((bare / FILE).read_bytes()))
        with pytest.raises(ReleaseError, match=f"{name}.zip: has .*, wanted"):
            sc.load("claims", version="0.1.0", source=wrong)
    put = _paths.releases() / FILE
    shutil.copy(wrong, put)
    with pytest.raises(FileNotFoundError, match=f"{FILE}: has 0 bytes with"):
        sc.load("claims", version="0.1.0")


def test_a_file_of_an_unpacked_release_that_changed_is_named(bare, tmp_path):
    with zipfile.ZipFile(bare / FILE) as opened:
        opened.extractall(tmp_path)
    tables = tmp_path / FILE.removesuffix(".zip") / "datasets" / "tables"
    claims = tables / "claims.parquet"
    whole = claims.read_bytes()
    claims.write_bytes(whole + b"x")
    with pytest.raises(ReleaseError, match=r"claims.parquet: has more than \d+ bytes"):
        sc.load("claims", version="0.1.0", source=tmp_path)
    assert len(sc.load("places", version="0.1.0", source=tmp_path)) == 3
    claims.unlink()
    claims.symlink_to("/dev/zero")
    with pytest.raises(ReleaseError, match=r"claims\.parquet: is missing, or no"):
        sc.load("claims", version="0.1.0", source=tmp_path)
    manifest = tables / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"rows": 3', b'"rows": 4'))
    with pytest.raises(FileNotFoundError, match=r"holds no release 0\.1\.0"):
        sc.load("places", version="0.1.0", source=tmp_path)
    with pytest.raises(ReleaseError, match=r"manifest\.json: has .* bytes with"):
        sc.load("places", version="0.1.0", source=tables.parents[1])


# an address


@pytest.fixture
def server(bare):
    """A web server with the archives; what it was asked for."""
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            super().do_GET()

        def log_message(self, *_):
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(bare)))
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    made.asked, made.address = asked, f"http://127.0.0.1:{made.server_port}"
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.mark.parametrize("form", ["source", "variable", "index"])
def test_from_an_address_once_then_offline(server, form, tmp_path, monkeypatch):
    words = {"version": "0.1.0"}
    if form == "source":
        words["source"] = server.address
    elif form == "variable":
        monkeypatch.setenv("SYRIACONFLICT_RELEASES", f"{server.address}/")
    else:
        path = _paths.releases() / "index.json"
        listed = json.loads(path.read_text())
        listed["releases"][0]["address"] = f"{server.address}/{FILE}"
        path.write_text(json.dumps(listed))
    assert low(**words) == 3
    assert server.asked == [f"/{FILE}"]
    assert (tmp_path / "cache" / FILE).exists()
    monkeypatch.setattr(_download, "download", None)  # offline
    assert low(**words) == 3
    assert low(version="0.1.0") == 3  # and without being told where
    assert server.asked == [f"/{FILE}"]
    assert sc.versions()["is_here"].tolist() == [True, False, True]


def test_an_address_with_another_file(server, bare, tmp_path, monkeypatch):
    monkeypatch.setattr(_download, "pause", lambda _: None)
    folder = tmp_path / "wrong"
    folder.mkdir()
    content = (bare / FILE).read_bytes()
    for wrong, message in (
        (content[:-1] + b"x", "gave a file with the SHA-256 .* is thrown away"),
        (content + b"x" * 100_000, f"gives more than {len(content):,} bytes: down"),
    ):
        (bare / "wrong.zip").write_bytes(wrong)
        try:
            with pytest.raises(ValueError, match=message):
                low(version="0.1.0", source=f"{server.address}/wrong.zip")
        finally:
            (bare / "wrong.zip").unlink()
        assert not (tmp_path / "cache" / FILE).exists()
        assert not list((tmp_path / "cache").glob("*.part"))
    with pytest.raises(ConnectionError, match=f"under the name {FILE}, into"):
        low(version="0.1.0", source=f"{server.address}/nowhere.zip")


def test_a_damaged_cache_is_mended_from_the_address(server, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / FILE).write_bytes(b"spoilt")
    assert low(version="0.1.0", source=server.address) == 3
    assert server.asked == [f"/{FILE}"]


def test_any_address_that_fsspec_reads(bare, tmp_path):
    import fsspec

    with fsspec.open(f"memory://mirror/{FILE}", "wb") as opened:
        opened.write((bare / FILE).read_bytes())
    assert low(version="0.1.0", source="memory://mirror") == 3
    (tmp_path / "cache" / FILE).unlink()
    with fsspec.open(f"memory://mirror/{FILE}", "wb") as opened:
        opened.write(b"something else")
    with pytest.raises(ValueError, match=r"memory://mirror/.* is thrown away;"):
        low(version="0.1.0", source="memory://mirror")
    with pytest.raises(ConnectionError, match=r"could not be read .* in a browser"):
        low(version="0.1.0", source="nonsense://mirror")


def test_an_address_without_the_extra(bare, monkeypatch):
    monkeypatch.delenv("SYRIACONFLICT_CACHE")
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install 'syriaconflict\[remote\]'"):
        low(version="0.1.0", source="https://example.org/releases")
    assert low(version="0.1.0", source=bare) == 3  # this needs no extra


def test_two_processes_at_once_download_once(server):
    code = (
        "import sys; from pathlib import Path; from syriaconflict import _paths;"
        "_paths.root = lambda: Path(sys.argv[1]); import syriaconflict as sc;"
        "print(len(sc.load('claims', version='0.1.0', source=sys.argv[2])))"
    )
    words = [sys.executable, "-c", code, str(_paths.root()), server.address]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)]  # fmt: skip
    done = [process.communicate(timeout=120) for process in both]
    assert [out for out, _ in done] == [b"3\n", b"3\n"], done
    assert server.asked == [f"/{FILE}"]


# archives that are not as they should be, though the index had them so


def entry_of(content: bytes, manifest: bytes) -> dict:
    return {"version": "0.1.0", "file": FILE, "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "manifest_sha256": hashlib.sha256(manifest).hexdigest()}  # fmt: skip


def made_manifest(**parts) -> dict:
    parquet = parquet_bytes()
    listed = {"file": "claims.parquet", "bytes": len(parquet), "rows": 2,
              "sha256": hashlib.sha256(parquet).hexdigest()}  # fmt: skip
    catalog = {"file": "catalog.yaml", "bytes": 0, "sha256": "0" * 64}
    manifest = {"version": "0.1.0", "tables": {"claims": listed}, "metadata": {},
                "catalog": catalog} | parts  # fmt: skip
    return manifest | {"self_sha256": self_sha256(manifest)}


def parquet_bytes() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"claim_id": ["a", "b"]}), out)
    return out.getvalue()


def read_claims(tmp_path, manifest: dict | bytes, files: dict, alter=None):
    """Read the claims of an archive that the index vouches for."""
    if isinstance(manifest, dict):
        manifest = manifest_text(manifest).encode()
    content = pack("0.1.0", {archives.MANIFEST: manifest} | files)
    content = alter(content) if alter else content
    path = tmp_path / FILE
    path.write_bytes(content)
    release = archives.open_archive(path, entry_of(content, manifest))
    return archives.read_arrow(release, "claims")


CLAIMS = "datasets/tables/claims.parquet"


def test_a_plain_archive_is_read(tmp_path):
    files = {CLAIMS: parquet_bytes(), "../evil.txt": b"x", "/abs.txt": b"y"}
    assert read_claims(tmp_path, made_manifest(), files).num_rows == 2
    assert [p.name for p in tmp_path.iterdir()] == [FILE]  # nothing was extracted


def compressed(content: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    return out.getvalue()


def twice(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as opened, pytest.warns(UserWarning, match="Dupl"):
        opened.writestr(opened.infolist()[0].filename, b"other")
    return out.getvalue()


def broken_crc(content: bytes) -> bytes:
    at = content.index(b"PAR1")
    return content[:at] + b"RAP1" + content[at + 4 :]


def claims_of(**parts) -> dict:
    tables = made_manifest()["tables"]
    return made_manifest(tables={"claims": tables["claims"] | parts})


def nested() -> bytes:
    return b"[" * 100_000


WRONG = {
    "no zip": (made_manifest(), lambda _: b"PK nothing", "is no readable zip archive"),
    "cut off": (made_manifest(), lambda c: c[:-40], "is no readable zip archive"),
    "compressed": (made_manifest(), compressed, "is compressed or encrypted, wanted"),
    "two of a name": (made_manifest(), twice, "holds two files of one name"),
    "bytes of a member": (made_manifest(), broken_crc, "claims.parquet cannot be read"),
    "no manifest": (None, None, "holds no datasets/tables/manifest.json"),
    "manifest no json": (b"{", None, "is no manifest that can be read"),
    "manifest nested": (nested(), None, "is no manifest that can be read"),
    "manifest digits": (b'{"version": ' + b"1" * 5000 + b"}", None, "no manifest that"),
    "manifest a list": (b"[]\n", None, "is no manifest that can be read"),
    "manifest not utf-8": (b'{"version": "\xff"}', None, "is no manifest that can"),
    "manifest respaced": (json.dumps(made_manifest()).encode(), None, "is not as it"),
    "other version": (made_manifest(version="0.1.1"), None, "is of 0.1.1, wanted 0"),
    "no version": (made_manifest(version=None), None, "None is no number of a"),
    "no tables": (made_manifest(tables=None), None, "tables is None, wanted a"),
    "size negative": (claims_of(bytes=-1), None, "wanted file, bytes and sha256"),
    "size huge": (claims_of(bytes=10**30), None, "wanted file, bytes and sha256"),
    "size true": (claims_of(bytes=True), None, "wanted file, bytes and sha256"),
    "file elsewhere": (claims_of(file="../../x"), None, "wanted file, bytes"),
    "no digest": (claims_of(sha256="x"), None, "wanted file, bytes and sha256"),
    "other digest": (claims_of(sha256="0" * 64), None, "parquet: has .* bytes"),
    "smaller size": (claims_of(bytes=5), None, "claims.parquet: has more than 5 bytes"),
    "other file": (claims_of(file="places.parquet"), None, "holds no datasets/ta"),
    "other rows": (claims_of(rows=9), None, "has 2 rows, the manifest says 9"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_an_archive_that_is_not_as_it_should_be(case, tmp_path):
    manifest, alter, message = WRONG[case]
    files = {CLAIMS: parquet_bytes()}
    if manifest is None:
        content = pack("0.1.0", files)
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(ReleaseError, match=message):
            archives.open_archive(tmp_path / FILE, entry_of(content, b""))
        return
    with pytest.raises(ReleaseError, match=message):
        read_claims(tmp_path, manifest, files, alter)
    assert [p.name for p in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("content", [b"", b"PAR1", parquet_bytes()[:-20], b"PAR1" * 99])
def test_a_table_that_is_no_parquet(content, tmp_path):
    digest = hashlib.sha256(content).hexdigest()
    manifest = claims_of(bytes=len(content), sha256=digest)
    with pytest.raises(ReleaseError, match="is no readable Parquet file"):
        read_claims(tmp_path, manifest, {CLAIMS: content})


def test_geometry_that_is_none(tmp_path):
    arrow = pa.table({"claim_id": ["a", "b"]}).replace_schema_metadata({"geo": "{}"})
    out = io.BytesIO()
    pq.write_table(arrow, out)
    content = out.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    manifest = claims_of(bytes=len(content), sha256=digest)
    plain = manifest_text(manifest).encode()
    packed = pack("0.1.0", {archives.MANIFEST: plain, CLAIMS: content})
    (tmp_path / FILE).write_bytes(packed)
    release = archives.open_archive(tmp_path / FILE, entry_of(packed, plain))
    with pytest.raises(ReleaseError, match="its geometry cannot be read"):
        archives.read_frame(release, "claims")


def test_a_bomb_is_not_unpacked(tmp_path):
    """A member that says it is 4 GB is read as far as the manifest says."""

    def swollen(content: bytes) -> bytes:
        at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"PK\x05\x06"))
        # the sizes stand 20 and 24 bytes into a header of the central directory
        huge = struct.pack("<II", 0xFFFFFFF0, 0xFFFFFFF0)
        return content[: at + 20] + huge + content[at + 28 :]

    with pytest.raises(ReleaseError):
        read_claims(tmp_path, made_manifest(), {CLAIMS: parquet_bytes()}, swollen)


ENTRY = {"version": "0.1.0", "date": "2026-12-01", "file": FILE, "bytes": 1,
         "sha256": "0" * 64, "manifest_sha256": "1" * 64,
         "address": None}  # fmt: skip
SPOILT = {"version": "0.1", "date": "soon", "file": "../x", "bytes": -1, "sha256": "x",
          "manifest_sha256": None, "address": 3}  # fmt: skip


def index_of(**cells) -> str:
    return json.dumps({"releases": [ENTRY | cells]})


def test_an_index_is_read(tmp_path):
    (tmp_path / "index.json").write_text(index_of())
    assert editions.index(tmp_path) == [ENTRY]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"releases": [{}]}', '{"releases": 3}', "[" * 99_999,
     *(index_of(**{name: wrong}) for name, wrong in SPOILT.items())],
)  # fmt: skip
def test_an_index_that_is_none(text, tmp_path):
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(ReleaseError, match="is no readable index of releases"):
        editions.index(tmp_path)
    with pytest.raises(ReleaseError, match="git checkout -- datasets/releases/index"):
        editions.index(tmp_path / "nowhere")


def test_the_index_is_in_order_of_the_numbers(as_installed):
    path = as_installed.root / "datasets" / "releases" / "index.json"
    entries = json.loads(path.read_text())["releases"]
    assert [e["version"] for e in editions.index(path.parent)] == sorted(
        (e["version"] for e in entries), key=parse
    )


# verify


def flip(path: Path, where: int) -> None:
    content = bytearray(path.read_bytes())
    content[where] ^= 1
    path.write_bytes(content)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    "name", ["claims.parquet", "events.parquet", "schema.json", "datapackage.json",
             "manifest.json", "catalog.yaml"],
)  # fmt: skip
def test_one_changed_byte_names_the_file_and_what_to_do(name):
    assert len(sc.verify()) == len(sc.tables())
    path = _paths.root() / ("" if name == "catalog.yaml" else "datasets/tables") / name
    whole = path.read_bytes()
    places = {0, 3, len(whole) // 3, len(whole) // 2, len(whole) - 5, len(whole) - 1}

    def told() -> str:
        with pytest.raises(ReleaseError) as caught:
            sc.verify()
        return str(caught.value)

    for where in sorted(places):
        flip(path, where)
        message = told()
        assert f"{name}: " in message, where
        assert "pip install --force-reinstall syriaconflict" in message
        path.write_bytes(whole)
    path.write_bytes(whole[:-1])
    assert f"{name}: " in told()
    path.write_bytes(whole + b" ")
    assert f"{name}: " in told()
    path.write_bytes(b"")
    assert f"{name}: " in told()
    path.unlink()
    missing = f"{name}: is missing"
    if name == "manifest.json":  # without it nothing is known
        missing = "holds no tables: run `syriaconflict build`, or install again"
    with pytest.raises((ReleaseError, FileNotFoundError), match=missing):
        sc.verify()


@pytest.mark.usefixtures("bare")
def test_every_wrong_file_is_named():
    tables = _paths.root() / "datasets" / "tables"
    flip(tables / "claims.parquet", 100)
    (tables / "axes.parquet").unlink()
    with pytest.raises(ReleaseError) as caught:
        sc.verify()
    lines = str(caught.value).splitlines()
    assert [("claims" in line, "axes" in line) for line in lines] == [
        (False, True), (True, False), (False, False),
    ]  # fmt: skip


def test_a_sealed_release_is_verified(bare, capsys):
    assert main(["verify", "--version", "0.1.0", "--source", str(bare)]) == 0
    assert "version 0.1.0: " in capsys.readouterr().out
    assert len(sc.verify("0.1.1", source=bare)) == len(sc.verify())
    assert main(["verify", "--version", "0.1.0"]) == 1
    assert "not on this machine" in capsys.readouterr().err


def test_tables_that_were_changed_are_not_taken_for_the_sealed_ones(bare):
    """The number alone does not make them the release: its digest does."""
    manifest = _paths.root() / archives.MANIFEST
    text = json.loads(manifest.read_text())
    text["written_with"]["pandas"] = "0"
    text["self_sha256"] = self_sha256(text)
    manifest.write_text(manifest_text(text))
    with installed_as("0.2.0"):
        with pytest.raises(FileNotFoundError, match=r"0\.2\.0 is not on this"):
            sc.load("claims", version="0.2.0")
        assert len(sc.load("claims", version="0.2.0", source=bare)) == 2
