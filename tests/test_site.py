"""The pages of the site: each is reached, their code runs, their links are checked."""

import importlib
import importlib.util
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import syriaconflict as sc

DOCS = Path(__file__).parents[1] / "docs"
TREE = re.compile(r"```\{toctree\}\n(.*?)```", re.DOTALL)
# of these the notebooks read codes alone, which the codebook explains
CODES_ONLY = ("syriaconflict.vocabulary", "syriaconflict.flows")
TITLED = re.compile(r".*<(.*)>")


def modules_of_the_api():
    pages = "".join(path.read_text() for path in (DOCS / "api").glob("*.md"))
    return re.findall(r"automodule:: (syriaconflict\.[\w.]+)", pages)


def test_every_page_is_in_one_table_of_contents():
    reached = []
    for page in DOCS.rglob("*.md"):
        for block in TREE.findall(page.read_text(encoding="utf-8")):
            lines = [x.strip() for x in block.splitlines()]
            names = [TITLED.sub(r"\1", x) for x in lines if x and x[0] != ":"]
            reached += [
                (page.parent / f"{name}.md").resolve()
                for name in names
                if not name.startswith("notebooks/")
            ]
    pages = {path.resolve() for path in DOCS.rglob("*.md")} - {DOCS / "index.md"}
    assert len(reached) == len(set(reached))
    assert set(reached) == pages


def test_every_notebook_is_in_the_table_of_contents():
    page = (DOCS / "notebooks.md").read_text(encoding="utf-8")
    listed = re.findall(r"<notebooks/(.*)>", page)
    shipped = sorted(path.stem for path in (DOCS.parent / "notebooks").glob("*.ipynb"))
    assert listed == shipped


def test_formulas_name_functions_and_tests_that_are_there():
    page = (DOCS / "formulas.md").read_text(encoding="utf-8")
    functions = re.findall(r"\{py:func\}`([\w.]+)`", page)
    for module, _, name in (one.rpartition(".") for one in functions):
        assert hasattr(importlib.import_module(module), name), f"{module}.{name}"
    tests = re.findall(r"`(tests/\w+\.py)::(\w+)`", page)
    for path, name in tests:
        text = (DOCS.parent / path).read_text(encoding="utf-8")
        assert f"def {name}(" in text, f"{path} has no {name}"
    assert len(functions) > 30
    assert len(tests) > 50


def test_each_estimator_of_the_formulas_names_what_holds_it():
    page = (DOCS / "formulas.md").read_text(encoding="utf-8")
    for section in page.split("\n### ")[1:]:
        title = section.partition("\n")[0]
        assert "held by `tests/" in section.lower(), title
        assert "$" in section, title


def test_every_public_name_is_on_a_page_of_the_api():
    documented = modules_of_the_api()
    for name in sc.__all__:
        found = getattr(sc, name)
        module = getattr(found, "__module__", None) or found.__name__
        assert module in documented, f"{name} of {module} is on no page of docs/api"


def test_each_module_is_on_one_page_of_the_api():
    documented = modules_of_the_api()
    assert len(documented) == len(set(documented))
    for module in documented:
        assert importlib.util.find_spec(module), module


def test_each_module_of_the_api_shows_how_it_is_called():
    for module in modules_of_the_api():
        found = importlib.import_module(module)
        names = getattr(found, "__all__", vars(found))
        told = [getattr(found, name).__doc__ or "" for name in names]
        assert any(">>>" in one for one in told), f"{module} has no example"


def test_what_the_notebooks_import_is_on_a_page_of_the_api():
    documented = modules_of_the_api()
    for path in sorted((DOCS.parent / "notebooks").glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        for module in set(re.findall(r"from (syriaconflict\.\w+) import", text)):
            assert module in (*documented, *CODES_ONLY), f"{path.name}: {module}"


def test_the_code_of_the_first_page_runs():
    text = (DOCS / "start.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    names = {}
    exec(code, names)
    plt.close("all")
    assert len(names["held"]) > 0
    assert (names["weekly"]["n"] >= 0).all()


@pytest.fixture
def check_links():
    spec = importlib.util.spec_from_file_location("check", DOCS / "check_links.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_links_inside_the_site_are_followed_to_the_anchor(check_links, tmp_path):
    (tmp_path / "a.html").write_text(
        '<h1 id="top"></h1><a href="b.html#here">x</a><a href="#top">x</a>'
        '<a href="https://example.org/">x</a>'
    )
    (tmp_path / "b.html").write_text('<p id="here"></p><a href="a.html#gone">x</a>')
    wrong, count = check_links.broken(tmp_path)
    assert wrong == ["b.html: a.html#gone: no such anchor"]
    assert count == 3


def test_links_to_missing_files_are_found(check_links, tmp_path):
    (tmp_path / "a.html").write_text('<img src="c.png"><a href="d.html">x</a>')
    wrong, _ = check_links.broken(tmp_path)
    assert wrong == [
        "a.html: c.png: no such file",
        "a.html: d.html: no such file",
    ]
