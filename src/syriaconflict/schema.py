"""The one declaration of every table: columns, types, units, codes, keys, references.

The Arrow schema of the Parquet files, the checks of the build, the codebook and the
catalog are derived from the tables below; none of them is written a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from syriaconflict import vocabulary as v

Codes = Mapping[str, object]

TEXT = pa.string()
DATE = pa.timestamp("ms")
COUNT = pa.int32()
REAL = pa.float64()
FLAG = pa.bool_()
SHAPE = pa.binary()  # WKB; GeoParquet says the rest
_DTYPES = {TEXT: "str", DATE: "datetime64[ms]", COUNT: "Int32", REAL: "float64",
           SHAPE: "object"}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in which unit, and what it may refer to."""

    name: str
    type: pa.DataType
    description: str
    unit: str = ""
    required: bool = False
    codes: Codes | None = None
    references: str = ""

    @property
    def dtype(self) -> str:
        """The pandas dtype in which the column is held and read back."""
        if self.type == FLAG:
            return "bool" if self.required else "boolean"
        return _DTYPES[self.type]

    def to_arrow(self) -> pa.Field:
        """Return the column as an Arrow field that carries its description."""
        metadata = {"description": self.description, "unit": self.unit}
        return pa.field(self.name, self.type, not self.required, metadata)


@dataclass(frozen=True)
class Table:
    """One table: its columns, the key of its rows, and what to beware of.

    ``source`` is the file under ``datasets/sources`` that holds its rows, empty for a
    table that the build works out.
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    source: str = ""
    geometry: str = ""  # Point, Polygon or MultiPolygon
    is_published: bool = True  # whether the build writes it
    warnings: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Return the column called ``name``."""
        return next(column for column in self.columns if column.name == name)

    def to_arrow(self) -> pa.Schema:
        """Return the table as an Arrow schema with field and table metadata."""
        metadata = {"title": self.title, "warnings": "\n".join(self.warnings)}
        return pa.schema([column.to_arrow() for column in self.columns], metadata)


def _dates(what: str, *, required: bool = False) -> tuple[Column, ...]:
    return (
        Column(
            "start",
            DATE,
            f"First possible day of {what}, Syrian calendar date.",
            "day",
            required,
        ),
        Column(
            "end", DATE, f"Last possible day of {what}, inclusive; empty: open.", "day"
        ),
        Column(
            "start_precision",
            TEXT,
            "How well the first day is known.",
            codes=v.PRECISIONS,
        ),
        Column(
            "end_precision", TEXT, "How well the last day is known.", codes=v.PRECISIONS
        ),
    )


def _day() -> tuple[Column, ...]:
    return (
        Column("day_part", TEXT, "Part of the day.", codes=v.DAY_PARTS),
        Column("day_order", COUNT, "Order among happenings at one place on one day."),
    )


def _what(modalities: Codes) -> tuple[Column, ...]:
    return (
        Column(
            "event_type", TEXT, "What happened.", required=True, codes=v.EVENT_TYPES
        ),
        Column(
            "modality",
            TEXT,
            "Whether it happened, or is intended or foreseen.",
            required=True,
            codes=modalities,
        ),
        Column(
            "grain",
            TEXT,
            "One happening, several told as one, or a state.",
            required=True,
            codes=v.GRAINS,
        ),
        Column(
            "outcome", TEXT, "Whether the initiator reached its aim.", codes=v.OUTCOMES
        ),
        Column("target_kind", TEXT, "Kind of thing hit.", codes=v.TARGET_KINDS),
        Column("munition", TEXT, "Munition used.", codes=v.MUNITIONS),
        Column("extent", TEXT, "How much of the place.", codes=v.EXTENTS),
    )


def _count() -> tuple[Column, ...]:
    return (
        Column(
            "unit",
            TEXT,
            "What is counted; units are never added together.",
            codes=v.UNITS,
        ),
        Column("count_low", COUNT, "Lowest count; empty: no lower bound told."),
        Column("count_high", COUNT, "Highest count; empty: no upper bound told."),
        Column(
            "count_per",
            TEXT,
            "Whether the count is a total or a rate.",
            codes=v.COUNT_PERS,
        ),
        Column(
            "count_word",
            TEXT,
            "Word that stands for the number in the text.",
            codes=v.COUNT_WORDS,
        ),
    )


def _harm(whom: str) -> tuple[Column, ...]:
    return tuple(
        Column(f"{kind}_{bound}", COUNT, f"{word} number of {whom} {kind}.", "persons")
        for kind in v.HARMS
        for bound, word in (("low", "Lowest"), ("high", "Highest"))
    )


def _point(what: str) -> tuple[Column, ...]:
    return (
        Column("longitude", REAL, f"Longitude of {what}, WGS 84.", "degree"),
        Column("latitude", REAL, f"Latitude of {what}, WGS 84.", "degree"),
    )


def _id(
    name: str, description: str, table: str = "", *, required: bool = False
) -> Column:
    return Column(name, TEXT, description, required=required, references=table)


_GEOMETRY = Column("geometry", SHAPE, "Geometry, WGS 84, longitude before latitude.")
_SHARED = (
    "Camp of the {}; of several camps of one side the one that most independent "
    "sources tell, of as many the one that leads the side. Missing where they are of "
    "two sides. All of them: event_actors."
)
_PLACE = _id("place_id", "Where it happened; of a movement, where it went.", "places")
_RADIUS = Column(
    "radius_km", REAL, "It happened within this distance of the point.", "km"
)

DOCUMENTS = Table(
    "documents",
    "One row per published text",
    ("document_id",),
    (
        _id("document_id", "Identifier: date, publisher, a word.", required=True),
        _id("publisher_id", "Who published it.", "publishers", required=True),
        Column("title", TEXT, "Title as published."),
        Column("author", TEXT, "Author, an organisation; empty for private persons."),
        Column(
            "published",
            DATE,
            "Day of publication, or first day it may be.",
            "day",
            required=True,
        ),
        Column(
            "published_precision",
            TEXT,
            "How well that day is known.",
            required=True,
            codes=v.PRECISIONS,
        ),
        Column("published_basis", TEXT, "How that day is known.", required=True),
        Column("url", TEXT, "Address; empty if unknown."),
        Column("archive_url", TEXT, "Address of an archived copy."),
        Column("language", TEXT, "ISO 639-1 code.", required=True),
        Column("genre", TEXT, "Kind of text.", required=True, codes=v.GENRES),
        Column(
            "coverage",
            TEXT,
            "How much of it was read.",
            required=True,
            codes=v.COVERAGES,
        ),
        Column(
            "token_count",
            COUNT,
            "Length of the normalised text as coded.",
            "tokens",
            required=True,
        ),
        Column(
            "text_sha256",
            TEXT,
            "SHA-256 of the normalised text as coded.",
            required=True,
        ),
        _id("derived_from", "Document that it reprints or relays.", "documents"),
        Column("found_by", TEXT, "How it was found."),
        Column("accessed", DATE, "Day on which it was read.", "day"),
        Column(
            "guide_version", TEXT, "Version of the coding guide used.", required=True
        ),
    ),
    "documents/*.yaml",
    warnings=("Five documents stand for no population of reports.",),
)

PUBLISHERS = Table(
    "publishers",
    "One row per outlet",
    ("publisher_id",),
    (
        _id("publisher_id", "Identifier.", required=True),
        Column("name", TEXT, "Name.", required=True),
        Column(
            "perspective",
            TEXT,
            "Where it speaks from.",
            required=True,
            codes=v.PERSPECTIVES,
        ),
        Column("language", TEXT, "Main language, ISO 639-1."),
        Column("country", TEXT, "Seat, ISO 3166-1; empty if unknown."),
        Column("url", TEXT, "Address."),
        Column("note", TEXT, "Remarks."),
    ),
    "publishers.csv",
)

CLAIMS = Table(
    "claims",
    "One row per statement of a document about a happening",
    ("claim_id",),
    (
        _id("claim_id", "<document_id>-<nnn>; never reused.", required=True),
        _id("document_id", "Document that tells it.", "documents", required=True),
        _id("event_id", "Happening that it is about.", "events", required=True),
        _id(
            "claimant_id",
            "Actor who says so; empty: the document itself or unnamed.",
            "actors",
        ),
        Column(
            "claimant_kind",
            TEXT,
            "What the claimant is.",
            required=True,
            codes=v.CLAIMANT_KINDS,
        ),
        Column("claimant_note", TEXT, "What the text says of the claimant."),
        Column(
            "stance",
            TEXT,
            "Whether the claimant asserts or denies it.",
            required=True,
            codes=v.STANCES,
        ),
        Column(
            "certainty",
            TEXT,
            "Whether it is said with reserve.",
            required=True,
            codes=v.CERTAINTIES,
        ),
        *_what(v.CLAIM_MODALITIES),
        *_dates("the happening"),
        *_day(),
        Column("date_note", TEXT, "How the dates follow from the text, or why none."),
        _PLACE,
        _RADIUS,
        Column("place_note", TEXT, "What is vague about the place, or why none."),
        *_count(),
        Column("count_note", TEXT, "What is counted, or why the count is unsure."),
        Column(
            "quote_start",
            COUNT,
            "First token of the passage, from 0.",
            "tokens",
            required=True,
        ),
        Column(
            "quote_tokens", COUNT, "Length of the passage.", "tokens", required=True
        ),
        Column("quote_sha256", TEXT, "SHA-256 of the passage's tokens.", required=True),
        Column(
            "quote_matches",
            COUNT,
            "Places of the text that hold the passage.",
            required=True,
        ),
        Column("summary", TEXT, "The claim in one sentence of our own.", required=True),
    ),
    "documents/*.yaml",
    warnings=(
        "A claim is what a document says, not what happened.",
        "Several claims may be about one event; count events, not claims.",
    ),
)

CLAIM_ACTORS = Table(
    "claim_actors",
    "An actor's part in a claim, and the harm it suffered",
    ("claim_id", "actor_id", "role"),
    (
        _id("claim_id", "Claim.", "claims", required=True),
        _id("actor_id", "Actor.", "actors", required=True),
        Column("role", TEXT, "Its part.", required=True, codes=v.ACTOR_ROLES),
        Column(
            "certainty",
            TEXT,
            "Whether its part is told with reserve.",
            required=True,
            codes=v.ACTOR_CERTAINTIES,
        ),
        *_harm("its members"),
    ),
    "documents/*.yaml",
)

CLAIM_PLACES = Table(
    "claim_places",
    "Further places of a claim",
    ("claim_id", "place_id", "role"),
    (
        _id("claim_id", "Claim.", "claims", required=True),
        _id("place_id", "Place.", "places", required=True),
        Column(
            "role",
            TEXT,
            "What the place is to the claim.",
            required=True,
            codes=v.PLACE_ROLES,
        ),
    ),
    "documents/*.yaml",
)

CLAIM_LINKS = Table(
    "claim_links",
    "How a claim bears on another",
    ("claim_id", "other_claim_id", "relation"),
    (
        _id("claim_id", "Claim.", "claims", required=True),
        _id("other_claim_id", "The other claim.", "claims", required=True),
        Column(
            "relation",
            TEXT,
            "What the text says the first is to the second.",
            required=True,
            codes=v.LINK_RELATIONS,
        ),
    ),
    "documents/*.yaml",
    warnings=("A causes link is the claimant's view, not a finding of ours.",),
)

UNCODED = Table(
    "uncoded",
    "Passages that hold no claim, and why",
    ("document_id", "quote_start"),
    (
        _id("document_id", "Document.", "documents", required=True),
        Column(
            "quote_start", COUNT, "First token of the passage.", "tokens", required=True
        ),
        Column(
            "quote_tokens", COUNT, "Length of the passage.", "tokens", required=True
        ),
        Column("quote_sha256", TEXT, "SHA-256 of the passage's tokens.", required=True),
        Column(
            "reason",
            TEXT,
            "Why nothing was coded.",
            required=True,
            codes=v.UNCODED_REASONS,
        ),
    ),
    "documents/*.yaml",
)

DOCUMENT_REPEATS = Table(
    "document_repeats",
    "Parts that a text prints twice",
    ("document_id", "start"),
    (
        _id("document_id", "Document.", "documents", required=True),
        Column("start", COUNT, "First token of the copy.", "tokens", required=True),
        Column(
            "end", COUNT, "Token after the last of the copy.", "tokens", required=True
        ),
        Column(
            "first_start",
            COUNT,
            "Where the same tokens stood first.",
            "tokens",
            required=True,
        ),
    ),
    "documents/*.yaml",
)

EVENTS = Table(
    "events",
    "One row per happening, its claims resolved by a named rule",
    ("event_id",),
    (
        _id("event_id", "claim_id of the founding claim; never reused.", required=True),
        Column(
            "event_class",
            TEXT,
            "Class of the type.",
            required=True,
            codes=v.EVENT_CLASSES,
        ),
        *_what(v.MODALITIES),
        *_dates("the happening"),
        *_day(),
        _PLACE,
        *_point("the place"),
        _RADIUS,
        _id("front_id", "Front in which the point lies.", "fronts"),
        _id("campaign_id", "Campaign by date and front.", "campaigns"),
        _id("initiator_id", "The initiator, where the set has one member.", "actors"),
        _id("target_id", "The target, where the set has one member.", "actors"),
        Column(
            "initiator_camp",
            TEXT,
            _SHARED.format("initiators"),
            codes=v.CAMPS,
        ),
        Column(
            "target_camp",
            TEXT,
            _SHARED.format("targets"),
            codes=v.CAMPS,
        ),
        *_count(),
        Column("killed_low", COUNT, "Lowest number killed, all actors.", "persons"),
        Column("killed_high", COUNT, "Highest number killed, all actors.", "persons"),
        Column("civilians_killed_low", COUNT, "Of these civilians, lowest.", "persons"),
        Column(
            "civilians_killed_high", COUNT, "Of these civilians, highest.", "persons"
        ),
        Column(
            "grade",
            TEXT,
            "How well the claims support it.",
            required=True,
            codes=v.GRADES,
        ),
        Column(
            "is_contested",
            FLAG,
            "Whether any claim denies or disputes it.",
            required=True,
        ),
        Column("claim_count", COUNT, "Claims about it.", "claims", required=True),
        Column(
            "document_count",
            COUNT,
            "Documents that tell it.",
            "documents",
            required=True,
        ),
        Column(
            "source_count",
            COUNT,
            "Independent sources that assert it.",
            "sources",
            required=True,
        ),
        Column(
            "first_release", TEXT, "Release in which it first stood.", required=True
        ),
        Column(
            "last_changed", TEXT, "Release in which it last changed.", required=True
        ),
        Column("summary", TEXT, "The founding claim's summary.", required=True),
        Column("priogrid_gid", COUNT, "Cell of PRIO-GRID (0.5 degrees)."),
        Column("ucdp_date_prec", COUNT, "Nearest UCDP GED date precision, 1 to 5."),
        Column("ucdp_where_prec", COUNT, "Nearest UCDP GED place precision, 1 to 7."),
        _GEOMETRY,
    ),
    geometry="Point",
    warnings=(
        "Only realised and ongoing events count as happenings.",
        "A code on which the rule could not decide is `indeterminate`.",
        "What was reported, not all that happened; coverage differs by front and day.",
    ),
)

EVENT_ACTORS = Table(
    "event_actors",
    "Who took part in an event, as a set",
    ("event_id", "actor_id", "role"),
    (
        _id("event_id", "Event.", "events", required=True),
        _id("actor_id", "Actor.", "actors", required=True),
        Column("role", TEXT, "Its part.", required=True, codes=v.ACTOR_ROLES),
        Column(
            "certainty",
            TEXT,
            "The least reserved of its claims.",
            required=True,
            codes=v.ACTOR_CERTAINTIES,
        ),
        Column(
            "claim_count",
            COUNT,
            "Claims that give it this part.",
            "claims",
            required=True,
        ),
        *_harm("its members"),
    ),
)

ACTORS = Table(
    "actors",
    "One row per actor",
    ("actor_id",),
    (
        _id("actor_id", "Identifier.", required=True),
        Column("name", TEXT, "Name.", required=True),
        Column("name_ar", TEXT, "Arabic name, where a reference gives it."),
        Column("kind", TEXT, "Kind of actor.", required=True, codes=v.ACTOR_KINDS),
        _id("parent_id", "Actor it belongs to.", "actors"),
        _id("predecessor_id", "Actor it continues.", "actors"),
        Column("active_from", DATE, "First day under this name.", "day"),
        Column("active_to", DATE, "Last day under this name.", "day"),
        _id("publisher_id", "Outlet, for media that are publishers too.", "publishers"),
        Column("ucdp_id", COUNT, "Actor id in UCDP GED."),
        Column("acled_name", TEXT, "Actor name in ACLED."),
        Column("source", TEXT, "Where the facts come from."),
        Column("note", TEXT, "Remarks."),
    ),
    "actors.csv",
)

ACTOR_NAMES = Table(
    "actor_names",
    "Spellings of actors' names",
    ("actor_id", "name"),
    (
        _id("actor_id", "Actor.", "actors", required=True),
        Column("name", TEXT, "Spelling.", required=True),
        Column("language", TEXT, "ISO 639-1 code.", required=True),
        Column("kind", TEXT, "Kind of name.", required=True, codes=v.NAME_KINDS),
        Column("source", TEXT, "Where it stands.", required=True),
    ),
    "actor_names.csv",
    warnings=("Labels are what others call an actor; they are not our words.",),
)

ACTOR_CAMPS = Table(
    "actor_camps",
    "Camp of an actor, from when to when",
    ("actor_id", "camp", "start"),
    (
        _id("actor_id", "Actor.", "actors", required=True),
        Column("camp", TEXT, "Camp.", required=True, codes=v.CAMPS),
        Column("start", DATE, "First day; empty: from the beginning.", "day"),
        Column("end", DATE, "Last day; empty: open.", "day"),
        Column("source", TEXT, "Where it stands.", required=True),
    ),
    "actor_camps.csv",
)

ACTOR_RELATIONS = Table(
    "actor_relations",
    "Ties between actors, dated",
    ("actor_id", "other_actor_id", "relation", "start"),
    (
        _id("actor_id", "Actor.", "actors", required=True),
        _id("other_actor_id", "The other actor.", "actors", required=True),
        Column(
            "relation",
            TEXT,
            "What the first is to the second.",
            required=True,
            codes=v.ACTOR_RELATIONS,
        ),
        *_dates("the tie"),
        _id("claim_id", "Claim that tells it.", "claims"),
        Column("source", TEXT, "Where it stands.", required=True),
    ),
    "actor_relations.csv",
)

PLACES = Table(
    "places",
    "One row per place",
    ("place_id",),
    (
        _id("place_id", "Identifier.", required=True),
        Column("name", TEXT, "Common English name.", required=True),
        Column("name_ar", TEXT, "Arabic name, where a reference gives it."),
        Column("kind", TEXT, "Kind of place.", required=True, codes=v.PLACE_KINDS),
        *_point("the place, or of its middle"),
        Column(
            "radius_km", REAL, "Half the extent, and how unsure the point is.", "km"
        ),
        _id("front_id", "Front in which the point lies.", "fronts"),
        Column("governorate", TEXT, "Governorate."),
        Column("governorate_pcode", TEXT, "P-code of the governorate."),
        Column("district", TEXT, "District."),
        Column("district_pcode", TEXT, "P-code of the district."),
        Column("subdistrict", TEXT, "Subdistrict."),
        Column("subdistrict_pcode", TEXT, "P-code of the subdistrict."),
        Column("geonames_id", COUNT, "GeoNames id."),
        Column("coordinate_source", TEXT, "Where the coordinates come from."),
        Column("note", TEXT, "Remarks."),
        _GEOMETRY,
    ),
    "places.csv",
    geometry="Point",
    warnings=("An area's point is its middle: mind radius_km.",),
)

PLACE_NAMES = Table(
    "place_names",
    "Spellings of places' names",
    ("place_id", "name"),
    (
        _id("place_id", "Place.", "places", required=True),
        Column("name", TEXT, "Spelling.", required=True),
        Column("language", TEXT, "ISO 639-1 code.", required=True),
        Column("kind", TEXT, "Kind of name.", required=True, codes=v.NAME_KINDS),
        Column("source", TEXT, "Where it stands.", required=True),
    ),
    "place_names.csv",
)

AXES = Table(
    "axes",
    "Stops along a road or line of advance, in order",
    ("axis_id", "seq"),
    (
        _id("axis_id", "Axis.", required=True),
        Column("axis_name", TEXT, "Name of the axis.", required=True),
        Column("seq", COUNT, "Order along the axis, from 1.", required=True),
        _id("place_id", "Stop.", "places", required=True),
        Column(
            "km",
            REAL,
            "Distance from the first stop along the straight lines "
            "between stops; the road is longer.",
            "km",
            required=True,
        ),
        _GEOMETRY,
    ),
    "axes.csv",
    geometry="Point",
)

FRONTS = Table(
    "fronts",
    "Outlines of the fronts",
    ("front_id",),
    (
        _id("front_id", "Identifier.", required=True),
        Column("name", TEXT, "Name.", required=True),
        Column("description", TEXT, "What it takes in.", required=True),
        _GEOMETRY,
    ),
    "fronts.geojson",
    geometry="Polygon",
    warnings=("Drawn by us for grouping; no administrative or military boundary.",),
)

CAMPAIGNS = Table(
    "campaigns",
    "The campaigns covered",
    ("campaign_id",),
    (
        _id("campaign_id", "Identifier.", required=True),
        Column("name", TEXT, "Name.", required=True),
        Column("start", DATE, "First day covered.", "day", required=True),
        Column("end", DATE, "Last day covered.", "day", required=True),
        Column("front_ids", TEXT, "Its fronts, separated by spaces.", required=True),
        Column("note", TEXT, "Remarks."),
        _GEOMETRY,
    ),
    "campaigns.csv",
    geometry="MultiPolygon",
)

CONTROL = Table(
    "control",
    "Who held a place from when to when",
    ("control_id",),
    (
        _id("control_id", "<place_id>-<nn>, in order of time.", required=True),
        _id("place_id", "Place.", "places", required=True),
        _id("actor_id", "Holder, where one actor is named.", "actors"),
        Column(
            "camp", TEXT, "Camp of the holder (contested: of the last).", codes=v.CAMPS
        ),
        Column(
            "other_camp", TEXT, "Camp of the challenger or besieger.", codes=v.CAMPS
        ),
        Column(
            "status",
            TEXT,
            "Whether and how it is held.",
            required=True,
            codes=v.CONTROL_STATUSES,
        ),
        Column("extent", TEXT, "How much of the place.", codes=v.EXTENTS),
        Column("start", DATE, "First day of the spell; empty: not told.", "day"),
        Column(
            "start_earliest",
            DATE,
            "First day on which it may have begun: it had by `start`; empty: not told.",
            "day",
        ),
        Column("end", DATE, "Day on which it had ended; empty: open.", "day"),
        Column(
            "start_precision",
            TEXT,
            "How well the first day is known.",
            codes=v.PRECISIONS,
        ),
        Column("end_precision", TEXT, "How well the end is known.", codes=v.PRECISIONS),
        Column("last_told", DATE, "Last day for which a claim tells the spell.", "day"),
        Column(
            "basis",
            TEXT,
            "Whether the spell is told or follows from its loss.",
            required=True,
            codes=v.CONTROL_BASES,
        ),
        Column(
            "end_reason", TEXT, "Type of the event that ended it.", codes=v.EVENT_TYPES
        ),
    ),
    warnings=(
        "A spell with no end is the last that was told, not a state of today.",
        "A spell with no start was only told by its end.",
        "Before an implied spell the holder changed on an unknown day from its "
        "`start_earliest` to its `start`.",
    ),
)

CONTROL_CLAIMS = Table(
    "control_claims",
    "Claims that a spell of control rests on",
    ("control_id", "claim_id"),
    (
        _id("control_id", "Spell.", "control", required=True),
        _id("claim_id", "Claim.", "claims", required=True),
    ),
)

RELEASES = Table(
    "releases",
    "Releases in which an event first stood and last changed",
    ("event_id",),
    (
        _id("event_id", "Event.", required=True),
        Column("first_release", TEXT, "First release.", required=True),
        Column("last_changed", TEXT, "Last release that changed it.", required=True),
    ),
    "releases.csv",
    is_published=False,
)

WITHDRAWN = Table(
    "withdrawn",
    "Identifiers taken back",
    ("table_name", "id"),
    (
        Column(
            "table_name",
            TEXT,
            "Table whose identifier it was.",
            required=True,
            codes=v.IDENTIFIED,
        ),
        _id("id", "The identifier taken back.", required=True),
        Column("replaced_by", TEXT, "The identifier that stands in its place."),
        Column("release", TEXT, "Release that took it back.", required=True),
        Column("reason", TEXT, "Why.", required=True),
    ),
    "withdrawn.csv",
)

SELECTION = Table(
    "selection",
    "Every candidate document, taken or not",
    ("candidate_id",),
    (
        _id("candidate_id", "Identifier; the document_id if taken.", required=True),
        Column("is_taken", FLAG, "Whether it was taken.", required=True),
        Column("reason", TEXT, "Why, or why not.", required=True),
        _id("publisher_id", "Publisher, if not taken.", "publishers"),
        Column("published", DATE, "Day of publication, if not taken.", "day"),
        Column("title", TEXT, "Title, if not taken."),
        Column("url", TEXT, "Address, if not taken."),
    ),
    "selection.csv",
)

CONFIRMATIONS = Table(
    "confirmations",
    "Doubts about a claim or document that were looked at and found right",
    ("subject_id", "doubt"),
    (
        _id("subject_id", "Claim or document.", required=True),
        Column("doubt", TEXT, "Code of the doubt, see `doubts`.", required=True),
        Column("reason", TEXT, "Why it is right after all.", required=True),
    ),
    is_published=False,
)

DISTINCT = Table(
    "distinct",
    "Pairs of events that look like one happening and were found to be two",
    ("event_id", "other_event_id"),
    (
        _id("event_id", "Event.", "events", required=True),
        _id("other_event_id", "The other event.", "events", required=True),
        Column("reason", TEXT, "Why they are two.", required=True),
    ),
    "distinct.csv",
    is_published=False,
)

TABLES = {
    table.name: table
    for table in (
        DOCUMENTS,
        PUBLISHERS,
        CLAIMS,
        CLAIM_ACTORS,
        CLAIM_PLACES,
        CLAIM_LINKS,
        UNCODED,
        DOCUMENT_REPEATS,
        EVENTS,
        EVENT_ACTORS,
        ACTORS,
        ACTOR_NAMES,
        ACTOR_CAMPS,
        ACTOR_RELATIONS,
        PLACES,
        PLACE_NAMES,
        AXES,
        FRONTS,
        CAMPAIGNS,
        CONTROL,
        CONTROL_CLAIMS,
        RELEASES,
        WITHDRAWN,
        SELECTION,
        CONFIRMATIONS,
        DISTINCT,
    )
}
DERIVED = {  # columns that the build works out, absent from the sources
    "places": ("front_id", "geometry"),
    "axes": ("km", "geometry"),
    "campaigns": ("geometry",),
}
