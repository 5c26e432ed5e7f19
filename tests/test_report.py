"""The notebooks run, are fresh, and make one report that needs no network."""

import csv
import json
import re

import nbformat
import pandas as pd
import pytest
from PIL import Image

from syriaconflict import report
from syriaconflict.cli import main

NAMES = [
    "00_first_look",
    "01_tempo",
    "02_front_shifts",
    "03_air_campaign",
    "04_contradictions",
    "05_with_other_data",
]


def test_the_notebooks_are_these():
    assert [path.stem for path in report.notebooks()] == NAMES


@pytest.mark.parametrize("path", report.notebooks(), ids=lambda path: path.stem)
def test_a_notebook_is_committed_executed_on_the_tables_in_place(path):
    notebook = nbformat.read(path, as_version=4)
    noted = notebook.metadata["syriaconflict"]["manifest_sha256"]
    assert noted == report.manifest_sha256(), "stale: run `make notebooks`"
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(cells) >= 5
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert any("image/png" in o.get("data", {}) for o in outputs)
    assert not [o for o in outputs if o.get("name") == "stderr"]
    assert not [o for o in outputs if o.output_type == "error"]


def told_in(notebook) -> str:
    """What a notebook prints and shows as text."""
    outputs = [o for c in notebook.cells for o in c.get("outputs", [])]
    texts = [o.get("text", "") for o in outputs]
    for kind in ("text/markdown", "text/html"):
        texts += [o.get("data", {}).get(kind, "") for o in outputs]
    return "\n".join("".join(text) for text in texts)


def test_other_data_is_committed_on_simulated_rows_and_says_so():
    (path,) = (p for p in report.notebooks() if p.stem == "05_with_other_data")
    told = told_in(nbformat.read(path, as_version=4))
    assert "No file was given. All rows" in told
    assert "UCDP GED (simulated)" in told
    assert "Airwars (simulated)" in told


def test_other_data_runs_on_a_file_of_the_users(tmp_path, monkeypatch):
    # invented rows: two in Halfaya, one in the far south, one a year later
    row = {
        "id": 1, "type_of_violence": 1, "event_clarity": 1, "date_prec": 1,
        "date_start": "2016-09-01", "date_end": "2016-09-01", "where_prec": 1,
        "latitude": 35.26, "longitude": 36.61, "priogrid_gid": 180434, "low": 1,
        "best": 1, "high": 1, "side_a_new_id": 118, "side_b_new_id": 4456,
        "deaths_civilians": 0, "deaths_unknown": 1,
        "relid": "x", "code_status": "Clear", "where_description": "",
    }  # fmt: skip
    others = [
        {"id": 2, "date_start": "2016-10-04", "date_end": "2016-10-04"},
        {"id": 3, "latitude": 32.62},
        {"id": 4, "date_start": "2017-09-01", "date_end": "2017-09-01"},
    ]
    file = tmp_path / "ged231_mine.csv"
    pd.DataFrame([row, *(row | other for other in others)]).to_csv(file, index=False)
    monkeypatch.setenv("SYRIACONFLICT_UCDP_GED", str(file))
    monkeypatch.delenv("SYRIACONFLICT_AIRWARS", raising=False)
    (path,) = (p for p in report.notebooks() if p.stem == "05_with_other_data")
    told = told_in(report.execute(path))
    assert "ged231_mine.csv" in told
    assert "UCDP GED: 2 rows compared" in told
    assert "no total can be told" in told  # fewer than 7 can be in both
    assert "(simulated)" not in told
    assert "No file was given" not in told
    assert "Airwars:" not in told


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The report, made by the command that users run."""
    out = tmp_path_factory.mktemp("report")
    assert main(["report", "--out", str(out), "--quiet"]) == 0
    return out


def test_the_report_holds_every_figure_and_asks_nothing_of_a_network(written):
    page = (written / "report.html").read_text(encoding="utf-8")
    figures = sorted((written / "figures").glob("*.png"))
    images = re.findall(r"<img\b[^>]*>", page)
    assert len(images) == len(figures)
    assert all('src="data:image/png;base64,' in i and "alt=" in i for i in images)
    loading = r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"([^\"]*)"
    loaded = re.findall(loading, page)
    assert [a for a in loaded if not a.startswith("data:")] == []
    assert "@import" not in page
    assert not re.search(r"import\s[^;]*https?://", page)


def test_each_figure_is_there_as_png_and_svg(written):
    figures = sorted((written / "figures").glob("*.png"))
    assert {path.name[:2] for path in figures} == {name[:2] for name in NAMES}
    for path in figures:
        with Image.open(path) as image:
            assert min(image.size) > 150
        assert "<svg" in path.with_suffix(".svg").read_text(encoding="utf-8")


def test_tables_are_there_as_csv(written):
    shown = sorted((written / "tables").glob("*.csv"))
    assert {path.name[:2] for path in shown} == {name[:2] for name in NAMES}
    for path in [*shown, *(written / "data").glob("*.csv")]:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert len({len(row) for row in rows}) == 1, path.name
    with (written / "data" / "claims.csv").open(encoding="utf-8") as file:
        assert sum(1 for _ in csv.DictReader(file)) > 250


def test_a_later_report_replaces_its_own_files_and_no_others(tmp_path, monkeypatch):
    source = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    path = tmp_path / "00_small.ipynb"
    nbformat.write(source, path)
    monkeypatch.setattr(report, "notebooks", lambda: [path])
    out = tmp_path / "project"
    mine = [out / part / "mine.csv" for part in ("figures", "tables", "data")]
    former = [out / "figures" / "00_small-07.png", out / "tables" / "00_small-03.csv"]
    for file in [*mine, *former]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("before")
    report.write_report(out, progress=False)
    assert [file.read_text() for file in mine] == ["before"] * 3
    assert not [file for file in former if file.exists()]
    assert (out / "report.html").exists()


def test_notebooks_are_copied_out_and_nothing_is_overwritten(tmp_path, capsys):
    folder = tmp_path / "mine"
    assert main(["notebooks", str(folder)]) == 0
    assert [path.stem for path in sorted(folder.iterdir())] == NAMES
    (folder / "01_tempo.ipynb").write_text("my changes")
    assert main(["notebooks", str(folder)]) == 1
    assert "already there" in capsys.readouterr().err
    assert (folder / "01_tempo.ipynb").read_text() == "my changes"


def test_a_failing_cell_is_an_error_with_its_place(tmp_path):
    from nbclient.exceptions import CellExecutionError

    cell = nbformat.v4.new_code_cell("assert 1 == 2, 'sums differ'")
    path = tmp_path / "broken.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    with pytest.raises(CellExecutionError, match="sums differ"):
        report.execute(path)


def test_missing_notebooks_say_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(report._paths, "root", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="install again"):
        report.notebooks()


def test_notebooks_hold_no_magics_and_no_addresses_to_fetch():
    for path in report.notebooks():
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                code = "".join(cell["source"])
                assert not re.search(r"^\s*[%!]", code, re.M), path.name
                assert "http" not in code, path.name
