"""The build: what it derives, that it is repeatable, and that nothing is lost."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import pytest

from syriaconflict import _paths, build, derive, schema
from syriaconflict.codebook import codebook

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "datasets" / "sources"
PUBLISHED = [name for name, table in schema.TABLES.items() if table.is_published]


def pinned() -> dict[str, str]:
    """Return the versions that the committed tables were written with."""
    return json.loads((_paths.tables() / "manifest.json").read_text())["written_with"]


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """A build of the committed sources in a folder of its own."""
    root = tmp_path_factory.mktemp("rebuilt")
    build.build(root, SOURCES)
    return root


def test_rebuilding_gives_the_committed_tables(rebuilt):
    same_tools = all(version(name) == v for name, v in pinned().items())
    for name in PUBLISHED:
        ours = rebuilt / "datasets" / "tables" / f"{name}.parquet"
        theirs = _paths.tables() / ours.name
        if same_tools:
            assert ours.read_bytes() == theirs.read_bytes(), name
        else:
            pd.testing.assert_frame_equal(
                pd.read_parquet(ours), pd.read_parquet(theirs)
            )
    if same_tools:
        new = rebuilt / "datasets" / "tables" / "manifest.json"
        assert new.read_text() == (_paths.tables() / "manifest.json").read_text()
    assert (rebuilt / "catalog.yaml").read_text() == (ROOT / "catalog.yaml").read_text()


def test_the_codebook_is_the_one_the_schema_gives():
    page = ROOT / "docs" / "codebook.md"
    assert page.read_text(encoding="utf-8") == codebook()
    for name in PUBLISHED:
        for column in schema.TABLES[name].columns:
            assert f"| `{column.name}` |" in codebook()


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_file_holds_what_the_schema_declares(rebuilt, name):
    path = rebuilt / "datasets" / "tables" / f"{name}.parquet"
    table, written = schema.TABLES[name], pq.read_schema(path)
    assert [n for n in written.names if n != "bbox"] == table.names
    for column in table.columns:
        field = written.field(column.name)
        assert field.type == column.type
        assert field.nullable is not column.required
        assert field.metadata[b"description"].decode() == column.description
    groups = pq.ParquetFile(path).metadata
    if groups.num_rows:
        assert groups.row_group(0).column(0).compression == "ZSTD"
    key = pd.read_parquet(path)[list(table.key)]
    assert not key.duplicated().any()
    pd.testing.assert_frame_equal(key, key.sort_values(list(table.key)))


@pytest.mark.parametrize("name", [n for n in PUBLISHED if schema.TABLES[n].geometry])
def test_geometry_is_geoparquet_1_1_with_bounding_boxes(rebuilt, name):
    path = rebuilt / "datasets" / "tables" / f"{name}.parquet"
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    frame = geopandas.read_parquet(path)
    assert frame.crs.to_epsg() == 4326
    assert "bbox" not in frame.columns


def test_every_reference_in_the_tables_points_to_a_row(rebuilt):
    folder = rebuilt / "datasets" / "tables"
    frames = {n: pd.read_parquet(folder / f"{n}.parquet") for n in PUBLISHED}
    checked = 0
    for name in PUBLISHED:
        for column in schema.TABLES[name].columns:
            if column.references:
                target = schema.TABLES[column.references]
                known = frames[target.name][target.key[0]]
                cells = frames[name][column.name].dropna()
                assert cells.isin(known).all(), f"{name}.{column.name}"
                checked += 1
            if column.codes is not None:
                cells = frames[name][column.name].dropna()
                codes = {*column.codes, "indeterminate"}
                assert cells.isin(codes).all(), f"{name}.{column.name}"
    assert checked > 20


def test_the_result_does_not_depend_on_the_surroundings(rebuilt, tmp_path):
    surroundings = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "4711",
        "PYTHONUTF8": "0",
    }
    code = (
        "import os, sys; from pathlib import Path; os.umask(0o077);"
        "from syriaconflict.build import build; build(Path(sys.argv[1]), "
        "Path(sys.argv[2]))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(SOURCES)],
        env=os.environ | surroundings,
        check=True,
    )
    for path in sorted((rebuilt / "datasets" / "tables").iterdir()):
        other = tmp_path / "datasets" / "tables" / path.name
        assert other.read_bytes() == path.read_bytes(), path.name


def test_findings_leave_the_tables_untouched(tmp_path, capsys):
    from syriaconflict.cli import main

    root = tmp_path
    sources = root / "datasets" / "sources"
    copy_tree(SOURCES, sources)
    assert main(["build", "--sources", str(sources)]) == 0
    before = snapshot(root / "datasets" / "tables")
    text = (sources / "axes.csv").read_text().splitlines()
    text[1] = text[1].rsplit(",", 1)[0] + ",khan-nowhere"
    (sources / "axes.csv").write_text("\n".join(text) + "\n")
    capsys.readouterr()
    assert main(["build", "--sources", str(sources)]) == 1
    assert "axes.csv:2: place_id: 'khan-nowhere' is not in places" in (
        capsys.readouterr().out
    )
    assert snapshot(root / "datasets" / "tables") == before


KILLER = """
import os, pathlib, shutil, sys
from pathlib import Path
root, sources, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
seen = 0

def deadly(function):
    def run(*args, **kwargs):
        global seen
        for moment in ("before", "after"):
            if moment == "after":
                result = function(*args, **kwargs)
            seen += 1
            if seen == step:
                os._exit(9)
        return result
    return run

from syriaconflict import build
pathlib.Path.rename = deadly(pathlib.Path.rename)
pathlib.Path.replace = deadly(pathlib.Path.replace)
pathlib.Path.mkdir = deadly(pathlib.Path.mkdir)
shutil.rmtree = deadly(shutil.rmtree)
build.pq.write_table = deadly(build.pq.write_table)
build.build(root, sources)
print(seen)
"""


def test_a_build_killed_at_any_step_loses_nothing(sources, tmp_path):
    """Kill a second build before and after each step that touches the disk."""
    built = tmp_path / "built"
    build.build(built, sources.folder)
    whole = snapshot(built / "datasets" / "tables")

    def run(root, step):
        words = [
            sys.executable,
            "-c",
            KILLER,
            str(root),
            str(sources.folder),
            str(step),
        ]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    first = tmp_path / "first"
    copy_tree(built, first)
    steps = int(run(first, -1).stdout)
    writes = 2 * len(PUBLISHED)
    assert steps > writes + 8
    # of the many alike writes of tables one is tried, of the swap every step
    tried = [3, writes // 2, *range(steps - 10, steps + 1)]
    for step in tried:
        root = tmp_path / f"killed-{step}"
        copy_tree(built, root)
        assert run(root, step).returncode == 9, step
        build.restore(root / "datasets" / "tables")
        assert snapshot(root / "datasets" / "tables") == whole, step
    # and a later build clears what the last one left half done
    build.build(root, sources.folder)
    assert snapshot(root / "datasets" / "tables") == whole
    assert {path.name for path in (root / "datasets").iterdir()} == {"tables"}


def test_loading_restores_tables_that_a_build_moved_aside(rebuilt, tmp_path):
    root = tmp_path / "cut-off"
    copy_tree(rebuilt, root)
    tables = root / "datasets" / "tables"
    tables.rename(tables.with_name("tables.old"))
    code = (
        "import sys; from pathlib import Path; from syriaconflict import _paths;"
        "_paths.root = lambda: Path(sys.argv[1]);"
        "import syriaconflict as sc; print(len(sc.documents()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == len(list((SOURCES / "documents").glob("*.yaml")))
    assert tables.exists()


def test_priogrid_agrees_with_ucdp_at_hama():
    # UCDP GED 19.1 gives cell 180434 for its events in Hama city (35.13 N, 36.75 E):
    # row floor((35.13 + 90) * 2) = 250, column floor((36.75 + 180) * 2) = 433,
    # 250 * 720 + 433 + 1 = 180434
    cells = derive.priogrid(pd.Series([36.75, None]), pd.Series([35.13, None]))
    assert cells[0] == 180434
    assert pd.isna(cells[1])


def copy_tree(source, target):
    import shutil

    shutil.copytree(source, target)


def snapshot(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
