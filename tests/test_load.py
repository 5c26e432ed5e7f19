"""Loading: every table by both doors, and what a typo is told."""

import subprocess
import sys

import geopandas
import pandas as pd
import pytest

import syriaconflict as sc
from syriaconflict import _paths, schema

PUBLISHED = [name for name, table in schema.TABLES.items() if table.is_published]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_table_loads_with_the_columns_of_the_schema(name):
    frame = sc.load(name)
    assert list(frame.columns) == schema.TABLES[name].names
    assert isinstance(frame, geopandas.GeoDataFrame) is bool(
        schema.TABLES[name].geometry
    )
    assert len(frame) == sc.tables().loc[name, "rows"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_catalog_reads_the_frame_that_load_returns(name):
    catalog = sc.catalog()
    assert sorted(catalog) == sorted(PUBLISHED)
    entry = catalog[name]
    assert entry.metadata["description"] == schema.TABLES[name].title
    pd.testing.assert_frame_equal(entry.read(), sc.load(name))


def test_the_short_names_are_the_tables():
    for name in ("documents", "claims", "events", "actors", "places", "control"):
        pd.testing.assert_frame_equal(getattr(sc, name)(), sc.load(name))


@pytest.mark.parametrize(("words", "status"), [(["tables"], 0), (["no-such"], 2)])
def test_the_command_runs_as_a_module_too(words, status):
    run = [sys.executable, "-m", "syriaconflict", *words]
    told = subprocess.run(run, check=False, capture_output=True, text=True)
    assert told.returncode == status
    assert ("publishers" in told.stdout) is (status == 0)


def test_each_call_returns_a_frame_of_its_own():
    first = sc.documents()
    first["title"] = "changed"
    assert not (sc.documents()["title"] == "changed").any()


def test_a_typo_in_a_table_is_told_what_there_is():
    with pytest.raises(ValueError, match=r"'event'; did you mean 'events'\?.*places"):
        sc.load("event")


def test_another_version_is_refused_with_the_way_to_get_it():
    with pytest.raises(ValueError, match=r"release is called '9\.9\.9'.*pip install"):
        sc.load("events", version="9.9.9")
    assert len(sc.load("events", version=sc.__version__)) == len(sc.events())


def test_an_unknown_rule_lists_the_rules():
    with pytest.raises(ValueError, match="'average'; there are: representative"):
        sc.events(rule="average")


def test_missing_tables_say_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setattr(_paths, "root", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="syriaconflict build"):
        sc.claims()


def test_former_tables_are_read_where_they_are_if_they_cannot_be_moved(
    tmp_path, monkeypatch
):
    former = tmp_path / "datasets" / "tables.old"
    former.mkdir(parents=True)
    monkeypatch.setattr(_paths, "root", lambda: tmp_path)

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.rename", refuse)
    assert _paths.tables() == former


def test_sources_are_asked_for_where_there_are_none(tmp_path, monkeypatch):
    monkeypatch.setattr(_paths, "PACKAGE", tmp_path / "site-packages" / "syriaconflict")
    with pytest.raises(FileNotFoundError, match="need a checkout"):
        _paths.sources()


def test_every_public_name_is_there_and_documented():
    for name in sc.__all__:
        assert getattr(sc, name).__doc__, name
        assert name in dir(sc)
    with pytest.raises(AttributeError, match="no attribute 'evnts'"):
        sc.evnts  # noqa: B018


def test_importing_brings_in_nothing_heavy():
    code = (
        "import sys, syriaconflict;"
        "heavy = {'geopandas', 'matplotlib', 'shapely', 'scipy', 'intake', 'yaml'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_place_is_found_by_other_spellings_and_homonyms_are_all_shown():
    found = sc.find_place("Souran")
    both = found[found["rank"] == 1]
    assert set(both["place_id"]) == {"souran-al-bab", "souran-azaz", "souran-hama"}
    with pytest.raises(LookupError, match=r"souran-azaz.*souran-hama"):
        sc.place_id("Souran")
    assert sc.place_id("Muhrada") == "mhardeh"
    assert sc.place_id("حلفايا") == "halfaya"


def test_a_place_that_is_not_there_is_told_the_nearest():
    with pytest.raises(KeyError, match="the nearest"):
        sc.place_id("Reykjavik")


def test_an_actor_is_found_by_abbreviation_and_spelling():
    assert sc.find_actor("HTS")["actor_id"].iloc[0] == "hayat-tahrir-al-sham"
    assert sc.find_actor("Zenghi")["actor_id"].iloc[0] == "nour-al-din-al-zenki"
