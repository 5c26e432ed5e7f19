"""Metadata: what the three files say, on hand-made tables and on those in place."""

import hashlib
import json
import tomllib
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
import yaml

from syriaconflict import _paths, schema
from syriaconflict.build import to_arrow
from syriaconflict.metadata import codes_of, meaning, metadata_files, span, zenodo
from syriaconflict.references import release_item
from syriaconflict.release import manifest

ROOT = Path(__file__).parents[1]
FILES = ("datapackage.json", "croissant.json", "dataset.jsonld")
PUBLISHED = [name for name, table in schema.TABLES.items() if table.is_published]
ENTRIES = {
    "documents": {"file": "documents.parquet", "bytes": 20, "sha256": "aa"},
    "places": {"file": "places.parquet", "bytes": 30, "sha256": "bb"},
    "fronts": {"file": "fronts.parquet", "bytes": 40, "sha256": "cc"},
    "campaigns": {"file": "campaigns.parquet", "bytes": 50, "sha256": "dd"},
}


def two_campaigns() -> dict[str, pd.DataFrame]:
    """Two campaigns, the later one first, and two fronts, one as WKB."""
    starts, ends = ["2024-11-27", "2016-08-01"], ["2024-12-08", "2016-11-30"]
    boxes = [shapely.box(36, 35, 36.5, 35.5).wkb, shapely.box(36.25, 35.25, 37, 36)]
    return {
        "campaigns": pd.DataFrame(
            {"start": pd.to_datetime(starts), "end": pd.to_datetime(ends)}
        ),
        "fronts": pd.DataFrame({"geometry": boxes}),
    }


@pytest.fixture(scope="module")
def made():
    """The three files of the hand-made tables."""
    texts = metadata_files(two_campaigns(), ENTRIES)
    assert tuple(texts) == FILES
    return {name: json.loads(text) for name, text in texts.items()}


def named(things: list[dict], name: str) -> dict:
    """Return the one of some things that has a name."""
    (found,) = [thing for thing in things if thing["name"] == name]
    return found


def test_the_span_is_each_campaigns_days_and_the_box_around_the_fronts():
    spanned = span(two_campaigns())
    assert spanned["temporalCoverage"] == [
        "2016-08-01/2016-11-30",
        "2024-11-27/2024-12-08",
    ]
    # south west north east, as schema.org wants a box
    assert spanned["spatialCoverage"]["geo"]["box"] == "35.0 36.0 36.0 37.0"


def test_a_data_package_says_types_units_constraints_and_keys(made):
    package = made["datapackage.json"]
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    names = [resource["name"] for resource in package["resources"]]
    assert names == ["documents", "places", "fronts", "campaigns"]
    documents = named(package["resources"], "documents")
    assert documents["path"] == "documents.parquet"
    assert documents["hash"] == "sha256:aa"
    assert documents["schema"]["primaryKey"] == ["document_id"]
    fields = documents["schema"]["fields"]
    assert named(fields, "document_id")["constraints"] == {
        "required": True,
        "unique": True,
    }
    published = named(fields, "published")
    assert (published["type"], published["unit"]) == ("date", "day")
    assert "constraints" not in named(fields, "title")
    coverage = named(fields, "coverage")
    assert coverage["constraints"] == {"required": True, "enum": ["full", "excerpt"]}
    assert [c["value"] for c in coverage["categories"]] == ["full", "excerpt"]
    types = {f["name"]: f["type"] for f in fields}
    assert (types["title"], types["token_count"]) == ("string", "integer")


def test_a_data_package_refers_only_to_tables_that_are_there(made):
    resources = made["datapackage.json"]["resources"]
    # publishers are not among the hand-made tables; a document refers to a document
    assert named(resources, "documents")["schema"]["foreignKeys"] == [
        {
            "fields": ["derived_from"],
            "reference": {"resource": "", "fields": ["document_id"]},
        }
    ]
    assert named(resources, "places")["schema"]["foreignKeys"] == [
        {
            "fields": ["front_id"],
            "reference": {"resource": "fronts", "fields": ["front_id"]},
        }
    ]


def test_a_table_with_geometry_has_its_boxes_and_the_sources_of_its_points(made):
    resources = made["datapackage.json"]["resources"]
    places, fronts = named(resources, "places"), named(resources, "fronts")
    assert [f["name"] for f in places["schema"]["fields"]][-2:] == ["geometry", "bbox"]
    assert named(places["schema"]["fields"], "geometry")["type"] == "any"
    assert places["sources"][0]["title"] == "GeoNames"
    assert "sources" not in fronts
    assert "An area's point is its middle: mind radius_km." in places["description"]


def test_croissant_names_each_file_and_each_column(made):
    croissant = made["croissant.json"]
    assert croissant["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert croissant["license"] == "https://creativecommons.org/licenses/by/4.0/"
    file = named(croissant["distribution"], "places.parquet")
    assert (file["sha256"], file["contentSize"]) == ("bb", "30 B")
    places = named(croissant["recordSet"], "places")
    assert places["key"] == [{"@id": "places/place_id"}]
    assert [f["name"] for f in places["field"]] == schema.PLACES.names
    front = named(places["field"], "front_id")
    assert front["description"] == (
        "Front in which the point lies. Refers to fronts/front_id."
    )
    assert front["source"] == {
        "fileObject": {"@id": "places.parquet"},
        "extract": {"column": "front_id"},
    }
    radius = named(places["field"], "radius_km")
    assert radius["dataType"] == "sc:Float"
    assert radius["description"].endswith(" Unit: km.")
    documents = named(croissant["recordSet"], "documents")
    coverage = named(documents["field"], "coverage")
    assert coverage["description"] == "How much of it was read. One of: full, excerpt."


def test_json_ld_is_a_dataset_with_files_and_without_addresses_of_its_own(made):
    page = made["dataset.jsonld"]
    assert (page["@context"], page["@type"]) == ("https://schema.org/", "Dataset")
    assert page["temporalCoverage"][0] == "2016-08-01/2016-11-30"
    assert [f["contentSize"] for f in page["distribution"]] == [
        "20 B",
        "30 B",
        "40 B",
        "50 B",
    ]
    assert page["variableMeasured"] == []  # neither events nor control among them
    for name in ("url", "identifier", "datePublished"):
        assert name not in page


def test_the_variables_are_what_events_and_control_tell():
    entry = {"file": "events.parquet", "bytes": 1, "sha256": "ee"}
    text = metadata_files(two_campaigns(), {"events": entry})["dataset.jsonld"]
    measured = json.loads(text)["variableMeasured"]
    names = [variable["name"] for variable in measured]
    assert "events.killed_low" in names
    assert not {"events.event_id", "events.geometry"} & set(names)
    killed = named(measured, "events.killed_low")
    assert killed["unitText"] == "persons"
    assert "unitText" not in named(measured, "events.grade")


def test_only_a_table_that_is_worked_out_may_be_undecided():
    claimed, resolved = schema.CLAIMS, schema.EVENTS
    assert "indeterminate" not in codes_of(claimed, claimed.column("grain"))
    assert list(codes_of(resolved, resolved.column("grain")))[-1] == "indeterminate"
    assert codes_of(resolved, resolved.column("summary")) == {}


def test_a_meaning_is_in_words_whatever_holds_it():
    assert meaning("Plain.") == "Plain."
    assert meaning((24, 99)) == "24 to 99."
    airstrike = codes_of(schema.CLAIMS, schema.CLAIMS.column("event_type"))["airstrike"]
    assert airstrike.endswith(".")
    assert "EventType" not in airstrike


def test_the_manifest_has_the_digest_of_each_metadata_file():
    described = manifest()["metadata"]
    assert set(FILES) <= set(described)
    for name, entry in described.items():
        content = (_paths.tables() / name).read_bytes()
        assert entry["file"] == name
        assert entry["bytes"] == len(content)
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_files_in_place_describe_the_tables_in_place():
    folder = _paths.tables()
    package, croissant, page = (
        json.loads((folder / name).read_text(encoding="utf-8")) for name in FILES
    )
    version = manifest()["version"]
    assert {package["version"], croissant["version"], page["version"]} == {version}
    assert [r["name"] for r in package["resources"]] == PUBLISHED
    for resource in package["resources"]:
        name, path = resource["name"], folder / resource["path"]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert resource["hash"] == f"sha256:{digest}"
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert fields == pq.read_schema(path).names
        assert named(croissant["distribution"], path.name)["sha256"] == digest
        assert named(page["distribution"], path.name)["sha256"] == digest
        assert named(croissant["recordSet"], name)


def test_where_there_is_no_geometry_there_is_no_box():
    shapes = [shapely.box(36, 35, 37, 36).wkb, None]
    columns = {"front_id": ["a", "b"], "name": ["A", "B"], "description": ["", ""]}
    table = to_arrow(pd.DataFrame(columns | {"geometry": shapes}), schema.FRONTS)
    box = {"xmin": 36.0, "ymin": 35.0, "xmax": 37.0, "ymax": 36.0}
    assert table["bbox"].to_pylist() == [box, None]


def test_citation_deposit_and_package_say_the_same():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    deposit = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = project["project"]
    assert cited["version"] == deposit["version"] == project["version"]
    assert cited["title"] == deposit["title"] == release_item()["title"]
    names = [person["name"] for person in cited["authors"]]
    assert names == [person["name"] for person in deposit["creators"]]
    assert names == [person["name"] for person in project["authors"]]
    assert cited["license"] == project["license"].split(" AND ")
    assert deposit["license"].upper() in cited["license"]
    assert cited["keywords"] == deposit["keywords"]
    assert cited["type"] == deposit["upload_type"]


def test_the_deposit_in_place_is_the_one_that_the_build_writes():
    assert (ROOT / ".zenodo.json").read_text(encoding="utf-8") == zenodo()
