"""The declaration of the tables agrees with itself and with the design."""

import itertools
import re

import pyarrow as pa
import pytest

from syriaconflict import schema
from syriaconflict import vocabulary as v
from syriaconflict.sources import source_columns

COLUMNS = [
    pytest.param(table, column, id=f"{table.name}.{column.name}")
    for table in schema.TABLES.values()
    for column in table.columns
]
# What the design lists, copied by hand: tables, and the columns that each must have.
DESIGNED = {
    "documents": "publisher_id title author published published_precision "
    "published_basis url archive_url language genre coverage token_count text_sha256 "
    "derived_from found_by accessed guide_version",
    "publishers": "perspective",
    "claims": "claimant_id claimant_kind stance certainty event_id event_type modality "
    "grain outcome target_kind munition extent summary start end start_precision "
    "end_precision day_part day_order place_id radius_km unit count_low count_high "
    "count_per count_word quote_start quote_tokens quote_sha256 quote_matches "
    "place_note date_note claimant_note count_note",
    "claim_actors": "role certainty killed_low killed_high injured_low injured_high "
    "captured_low captured_high displaced_low displaced_high",
    "claim_places": "claim_id place_id role",
    "claim_links": "claim_id other_claim_id relation",
    "events": "event_class event_type modality grain outcome place_id longitude "
    "latitude radius_km front_id campaign_id initiator_id target_id initiator_camp "
    "target_camp "
    "killed_low killed_high civilians_killed_low civilians_killed_high grade "
    "is_contested claim_count document_count source_count first_release last_changed "
    "summary geometry priogrid_gid start end unit count_low count_high",
    "event_actors": "role certainty claim_count killed_low killed_high",
    "actors": "name name_ar kind parent_id predecessor_id active_from active_to",
    "actor_names": "actor_id name",
    "actor_camps": "actor_id camp start end",
    "actor_relations": "actor_id other_actor_id relation start end claim_id",
    "places": "name name_ar kind longitude latitude radius_km front_id governorate "
    "district subdistrict geonames_id coordinate_source geometry",
    "place_names": "place_id name",
    "axes": "axis_id seq place_id km",
    "fronts": "front_id geometry",
    "campaigns": "campaign_id start end geometry",
    "control": "control_id place_id actor_id camp other_camp status extent start end "
    "start_precision end_precision end_reason",
    "control_claims": "control_id claim_id",
    "withdrawn": "table_name id replaced_by release reason",
    "selection": "is_taken reason",
}
EVENT_TYPES = {
    "ground": "offensive assault advance clash raid ambush counter_attack mop_up "
    "road_cut road_reopened",
    "control": "capture withdrawal surrender handover hold contested no_mans_land "
    "status_unknown",
    "air": "airstrike helicopter_strike strike_unspecified shootdown",
    "drone": "drone_strike",
    "fires": "shelling rocket_fire missile_strike",
    "explosive": "vehicle_bomb ied",
    "movement": "deployment redeployment retreat reinforcement convoy breakout "
    "border_crossing evacuation",
    "siege": "encirclement siege relief",
    "mobilisation": "recruitment call_to_arms",
    "political": "statement ultimatum prisoner_exchange agreement ceasefire alignment "
    "defection visit administration",
    "harm": "killing persons_captured displacement shortage destruction "
    "casualty_report",
}
CODES = {
    "STANCES": "asserts denies disputes retracts",
    "CERTAINTIES": "flat hedged",
    "CLAIM_MODALITIES": "realised ongoing planned threatened expected demanded",
    "GRAINS": "discrete aggregate state",
    "OUTCOMES": "succeeded failed partial unknown",
    "EXTENTS": "whole part unknown",
    "CLAIMANT_KINDS": "official spokesperson commander fighter resident media monitor "
    "publisher unnamed",
    "PRECISIONS": "day few_days week month season year relative",
    "COUNT_PERS": "total day",
    "UNITS": "sortie strike munition location incident casualty_event person vehicle "
    "aircraft settlement offensive",
    "MUNITIONS": "unspecified bomb barrel_bomb parachute_bomb cluster incendiary "
    "bunker_buster chemical guided_missile rocket heavy_rocket shell fpv_drone "
    "dropped_grenade",
    "TARGET_KINDS": "position vehicle convoy aircraft command settlement hospital "
    "school market utility bridge camp",
    "ACTOR_ROLES": "initiator target affected supporter party",
    "ACTOR_CERTAINTIES": "stated hedged one_of",
    "PLACE_ROLES": "from to via toward near supports",
    "LINK_RELATIONS": "says causes responds_to conditional_on part_of",
    "CAMPS": "government opposition isis sdf russia us_coalition turkey iran_aligned "
    "israel civilian other",
    "PERSPECTIVES": "government opposition kurdish monitor wire press analyst ngo_un "
    "wiki",
    "COVERAGES": "full excerpt",
    "UNCODED_REASONS": "rhetoric analysis repeat boilerplate comparison",
    "GRADES": "discounted contested confirmed corroborated single_source",
    "ACTOR_RELATIONS": "part_of allied_with fights merged_into split_from left renamed",
    "CONTROL_STATUSES": "held contested besieged none unknown",
}


@pytest.mark.parametrize("name", DESIGNED)
def test_a_table_has_the_columns_of_the_design(name):
    assert set(DESIGNED[name].split()) <= set(schema.TABLES[name].names)


@pytest.mark.parametrize("name", CODES)
def test_a_vocabulary_has_the_codes_of_the_design(name):
    assert list(getattr(v, name)) == CODES[name].split()


def test_event_types_and_classes_are_those_of_the_design():
    found = {name: [] for name in v.EVENT_CLASSES}
    for name, kind in v.EVENT_TYPES.items():
        found[kind.event_class].append(name)
    assert found == {name: types.split() for name, types in EVENT_TYPES.items()}


def test_sides_join_allies_and_leave_the_rest_out():
    assert v.SIDES == {
        "government": "government", "russia": "government",
        "iran_aligned": "government", "opposition": "opposition",
        "turkey": "opposition", "isis": "isis", "sdf": "sdf", "us_coalition": "sdf",
    }  # fmt: skip


def test_count_words_stand_for_the_numbers_of_the_design():
    assert v.COUNT_WORDS == {
        "couple": (2, 2), "few": (3, 9), "several": (3, 9), "dozens": (24, 99),
        "scores": (40, 199), "hundreds": (200, 999), "thousands": (2000, 9999),
    }  # fmt: skip


def test_effects_on_control_are_those_of_the_design():
    holders = {name: kind.holder for name, kind in v.EVENT_TYPES.items() if kind.holder}
    assert holders == {
        "capture": "initiator", "hold": "initiator", "withdrawal": "nobody",
        "surrender": "target", "handover": "target", "contested": "last",
        "no_mans_land": "nobody", "status_unknown": "unknown",
        "encirclement": "besieged", "siege": "besieged",
    }  # fmt: skip


def test_only_happenings_count_and_computed_modalities_cannot_be_coded():
    assert v.COUNTED_MODALITIES == ("realised", "ongoing")
    assert {"denied", "indeterminate"} == set(v.MODALITIES) - set(v.CLAIM_MODALITIES)
    assert schema.CLAIMS.column("modality").codes == v.CLAIM_MODALITIES
    assert "denied" in schema.EVENTS.column("modality").codes


def test_tables_are_listed_under_their_names():
    assert all(name == table.name for name, table in schema.TABLES.items())
    declared = {t.name for t in vars(schema).values() if isinstance(t, schema.Table)}
    assert declared == set(schema.TABLES)


@pytest.mark.parametrize("table", schema.TABLES.values(), ids=lambda t: t.name)
def test_a_table_is_consistent(table):
    assert len(set(table.names)) == len(table.names)
    assert table.key
    assert set(table.key) <= set(table.names)
    assert re.fullmatch(r"[A-Z].*[^.]", table.title)
    assert not table.geometry or table.names[-1] == "geometry"
    assert ("geometry" in table.names) == bool(table.geometry)
    assert re.fullmatch(r"|\w+\.(csv|geojson)|documents/\*\.yaml", table.source)
    assert all(warning.endswith(".") for warning in table.warnings)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_is_consistent(table, column):
    assert column.description.endswith(".")
    if column.name in table.key and column.name != "start":
        assert column.required  # a spell may hold from the beginning
    if column.references:
        target = schema.TABLES[column.references]
        assert len(target.key) == 1
        assert column.type == target.column(target.key[0]).type
    if column.codes is not None:
        assert column.type == schema.TEXT
        assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in column.codes)
        assert all(column.codes.values())
    if column.name.endswith("_km") or column.name == "km":
        assert (column.type, column.unit) == (schema.REAL, "km")
    if column.name.startswith(("is_", "has_")):
        assert column.type == schema.FLAG
    if column.type == schema.FLAG:
        assert column.name.startswith(("is_", "has_"))
    if column.type == schema.DATE:
        assert column.unit == "day"
    for bound, other in (("_low", "_high"), ("_high", "_low")):
        if column.name.endswith(bound):
            twin = table.column(column.name.removesuffix(bound) + other)
            assert (twin.type, twin.unit) == (column.type, column.unit)
    assert not pa.types.is_list(column.type)


def test_a_reference_by_name_is_declared():
    """A column called after another table's key refers to that table."""
    tables = [t for t in schema.TABLES.values() if t.is_published]
    keys = {t.key[0]: t.name for t in tables if len(t.key) == 1}
    own = {"id"}
    for table, column in (param.values for param in COLUMNS):
        if column.name in keys and column.name not in own | set(table.key[:1]):
            assert column.references == keys[column.name], (table.name, column.name)


def test_one_name_means_one_type_everywhere():
    """But for the start and end of a passage, which are tokens."""
    columns = [
        (column.name, column.type)
        for name, table in schema.TABLES.items()
        for column in table.columns
        if name != "document_repeats"
    ]
    for name, group in itertools.groupby(sorted(columns, key=str), lambda c: c[0]):
        assert len({kind for _, kind in group}) == 1, name


def test_derived_columns_exist_and_are_not_asked_of_the_coder():
    for name, columns in schema.DERIVED.items():
        table = schema.TABLES[name]
        assert set(columns) <= set(table.names)
        assert not set(columns) & set(source_columns(table))
        assert len(source_columns(table)) == len(table.names) - len(columns)


def test_arrow_carries_meaning_unit_and_what_is_required():
    table = schema.Table(
        "stops", "One row per stop", ("stop_id",),
        (
            schema.Column("stop_id", schema.TEXT, "Identifier.", required=True),
            schema.Column("km", schema.REAL, "Way to it.", "km"),
            schema.Column("day", schema.DATE, "Day of it.", "day"),
        ),
        warnings=("Not a road.", "Nor a path."),
    )  # fmt: skip
    arrow = table.to_arrow()
    assert arrow.names == ["stop_id", "km", "day"]
    assert arrow.types == [pa.string(), pa.float64(), pa.timestamp("ms")]
    assert [field.nullable for field in arrow] == [False, True, True]
    assert arrow.field("km").metadata == {b"description": b"Way to it.", b"unit": b"km"}
    assert arrow.metadata == {
        b"title": b"One row per stop", b"warnings": b"Not a road.\nNor a path.",
    }  # fmt: skip


def test_every_table_becomes_an_arrow_schema():
    for table in schema.TABLES.values():
        assert table.to_arrow().names == table.names


def test_column_finds_by_name():
    assert schema.PLACES.column("radius_km").unit == "km"
