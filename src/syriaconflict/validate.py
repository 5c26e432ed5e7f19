"""Checks of the sources: every fault at once, each with its file and line.

pandera checks the columns, from ``schema.py``; the checks between cells and between
tables are written here, one small generator each.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from syriaconflict import schema, vocabulary
from syriaconflict.claim_rules import CLAIM_RULES, event_class
from syriaconflict.coding import read_document
from syriaconflict.doubts import doubts
from syriaconflict.ledger import check_anchors, texts_at_hand
from syriaconflict.schema import TABLES, Table
from syriaconflict.sources import Finding, Row, frame, read_csv, read_fronts
from syriaconflict.tessellation import CITY_KM
from syriaconflict.vocabulary import TESSELLATED_KINDS as SPOTS

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHA256 = re.compile(r"[0-9a-f]{64}")
LOWEST = {
    "quote_start": 0,
    "quote_tokens": 1,
    "quote_matches": 1,
    "token_count": 1,
    "seq": 1,
    "first_start": 0,
} | {
    f"{kind}_{bound}": 0
    for kind in ("count", *vocabulary.HARMS)
    for bound in ("low", "high")
}
BOUNDS = {"longitude": (34.0, 43.0), "latitude": (31.0, 38.5)}  # Syria and its rim
NORTH_WEST = 0.2  # degrees; no place of Syria has a latitude so far above its longitude


@dataclass
class Sources:
    """The sources as read: rows with their lines, typed frames, and what is wrong.

    ``unchecked`` lists the documents whose text was not at hand.
    """

    rows: dict[str, list[Row]]
    frames: dict[str, pd.DataFrame]
    findings: list[Finding]
    unchecked: list[str] = field(default_factory=list)


def read_sources(folder: Path, texts: Path | Sequence[Path] | None = None) -> Sources:
    """Read and check all sources.

    Parameters
    ----------
    folder : Path
        ``datasets/sources``.
    texts : Path or sequence of Path, optional
        Folder or folders of the documents' texts; anchors and ledgers are checked
        against those that are there.

    Returns
    -------
    Sources
        With every finding, in order of file and line; empty findings mean that the
        tables can be built.
    """
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    findings: list[Finding] = []
    unchecked = []
    for table in TABLES.values():
        if table.source.endswith(".csv"):
            found, problems = read_csv(folder / table.source, table, table.source)
        elif table.source.endswith(".geojson"):
            found, problems = read_fronts(folder / table.source, table.source)
        else:
            continue
        rows[table.name] = found
        findings += problems
    folders = [texts] if isinstance(texts, Path) else texts or []
    at_hand = texts_at_hand(folders)
    for path in sorted((folder / "documents").glob("*.yaml")):
        reader = read_document(path, f"documents/{path.name}")
        findings += reader.findings
        for name, found in reader.rows.items():
            rows[name] += found
        if texts is not None and "documents" in reader.rows:
            sha256 = reader.rows["documents"][0].cells.get("text_sha256")
            text = at_hand.get(str(sha256))
            if text is None:
                unchecked.append(path.stem)
            else:
                findings += check_anchors(reader, text)
    frames = {}
    for table in TABLES.values():
        if table.source or table is schema.CONFIRMATIONS:
            frames[table.name], problems = frame(table, rows[table.name])
            findings += problems
    sources = Sources(rows, frames, [], unchecked)
    # what could not be read is missing from the frames, but not from the sources
    spoilt = {(f.row, f.field) for f in findings}
    more = [f for check in CHECKS for f in check(sources)]
    findings += [f for f in more if (f.row, f.field) not in spoilt]
    if not findings:  # what is unlikely can only be told of what is in order
        findings = doubts(frames, rows)
    sources.findings = sorted(set(findings))
    return sources


def _columns(sources: Sources) -> Iterator[Finding]:
    """Check what pandera can: required cells, codes, and keys."""
    for name, found in sources.frames.items():
        table, rows = TABLES[name], sources.rows[name]
        for column, index, check, value in _failures(table, found):
            row = rows[index]
            if column is None:
                key = "+".join(table.key)
                what = f"repeats {tuple(row.cells.get(k) for k in table.key)}"
                yield row.finding(key, f"{what}, wanted one row for each")
            elif check == "not_nullable":
                meaning = table.column(column).description
                yield row.finding(column, f"is empty, wanted: {meaning}")
            else:
                codes = table.column(column).codes
                yield row.finding(column, f"is {value!r}, {_near(value, codes)}")


def _failures(table: Table, found: pd.DataFrame) -> Iterator[tuple]:
    """Yield (column or None for the key, row, check, value) from pandera."""
    import pandera.pandas as pandera

    derived = schema.DERIVED.get(table.name, ())
    columns = {
        column.name: pandera.Column(
            checks=pandera.Check.isin(list(column.codes)) if column.codes else None,
            nullable=not column.required,
        )
        for column in table.columns
        if column.name not in derived
    }
    checked = pandera.DataFrameSchema(columns)
    try:
        checked.validate(found, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        for case in cases.itertuples():
            yield case.column, int(case.index), case.check, case.failure_case
    # a missing part of a key is a value here (a camp that holds from the beginning)
    for index in found.index[found.duplicated(list(table.key))]:
        yield None, index, "unique", None


def _near(value: object, known: object) -> str:
    """Say which known value is nearest, or which there are."""
    names = [str(name) for name in known]
    if not names:
        return "and there are none to refer to"
    near = difflib.get_close_matches(str(value), names, 3, 0.6)
    if near:
        return f"wanted a known one, nearest: {', '.join(near)}"
    listed = ", ".join(sorted(names)[:12]) + (" ..." if len(names) > 12 else "")
    return f"wanted one of: {listed}"


def _references(sources: Sources) -> Iterator[Finding]:
    """Check that every reference points to a row."""
    for name, found in sources.frames.items():
        for column in TABLES[name].columns:
            if not column.references or column.references == "events":
                continue
            target = TABLES[column.references]
            if not target.source or column.name in schema.DERIVED.get(name, ()):
                continue
            known = set(sources.frames[target.name][target.key[0]].dropna())
            cells = found[column.name]
            for index in found.index[cells.notna() & ~cells.isin(known)]:
                value = cells[index]
                what = f"{value!r} is not in {target.name}"
                hint = _nearest(value, target.name, sources, known)
                yield sources.rows[name][index].finding(column.name, f"{what}, {hint}")


def _nearest(value: str, table: str, sources: Sources, known: set[str]) -> str:
    """Return the nearest ids, by id or, for places and actors, by spelling."""
    names = {"places": "place_names", "actors": "actor_names"}.get(table)
    if names is None:
        return _near(value, known)
    from syriaconflict.names import fold

    frame = sources.frames[names].dropna(subset=["name"])
    spellings = {fold(name.replace("-", " ")): name for name in known}
    owner = TABLES[table].key[0]
    spellings |= {fold(n): i for n, i in zip(frame["name"], frame[owner], strict=True)}
    near = difflib.get_close_matches(fold(value.replace("-", " ")), list(spellings), 5)
    ids = list(dict.fromkeys(spellings[name] for name in near))[:3]
    return (
        f"wanted a known one, nearest: {', '.join(ids)}" if ids else _near(value, known)
    )


def _founders(sources: Sources) -> Iterator[Finding]:
    """Check that an event's id is a claim that founds its own event, of one class."""
    claims = sources.frames["claims"]
    founders = claims.loc[claims["event_id"] == claims["claim_id"]]
    types = founders.set_index("claim_id")["event_type"]
    types = types[~types.index.duplicated()]
    for row, event_id, kind in zip(
        sources.rows["claims"], claims["event_id"], claims["event_type"], strict=True
    ):
        if event_id not in types.index:
            hint = _near(event_id, types.index)
            yield row.finding("event_id", f"{event_id!r} founds no event, {hint}")
            continue
        classes = [event_class(kind), event_class(types[event_id])]
        if None not in classes and classes[0] != classes[1]:
            what = f"is {kind} ({classes[0]}), event {event_id} is {types[event_id]}"
            yield row.finding(
                "event_type", f"{what} ({classes[1]}): cannot be one event"
            )


def _order(sources: Sources) -> Iterator[Finding]:
    """Check that no interval ends before it starts and no low exceeds its high."""
    for name, found in sources.frames.items():
        pairs = [("start", "end"), ("active_from", "active_to")]
        pairs += [(f"{k}_low", f"{k}_high") for k in ("count", *vocabulary.HARMS)]
        for first, last in pairs:
            if not {first, last} <= set(found.columns):
                continue
            for index in found.index[(found[last] < found[first]).fillna(False)]:
                low, high = found.loc[index, first], found.loc[index, last]
                if isinstance(low, pd.Timestamp):
                    low, high = low.date(), high.date()
                row = sources.rows[name][index]
                what = f"{high} is below {first} {low}, wanted {first} <= {last}"
                yield row.finding(last, what)


def _floors(sources: Sources) -> Iterator[Finding]:
    """Check that no number is below the lowest that it can be."""
    for name, found in sources.frames.items():
        for column in found.columns.intersection(list(LOWEST)):
            low = LOWEST[column]
            for index in found.index[(found[column] < low).fillna(False)]:
                what = f"is {found.loc[index, column]}, wanted {low} or more"
                yield sources.rows[name][index].finding(column, what)
        if "radius_km" in found.columns:
            for index in found.index[found["radius_km"] <= 0]:
                what = f"is {found.loc[index, 'radius_km']}, wanted more than 0 km"
                yield sources.rows[name][index].finding("radius_km", what)


def _shapes(sources: Sources) -> Iterator[Finding]:
    """Check the form of identifiers and digests."""
    for name, found in sources.frames.items():
        for column in TABLES[name].columns:
            is_id = column.name.endswith("_id") and column.name in TABLES[name].key
            pattern = (
                SHA256 if column.name.endswith("sha256") else ID if is_id else None
            )
            if pattern is None or column.type != schema.TEXT:
                continue
            for index, value in found[column.name].dropna().items():
                if not pattern.fullmatch(value):
                    form = (
                        "64 hexadecimal digits"
                        if pattern is SHA256
                        else "words-joined-so"
                    )
                    row = sources.rows[name][index]
                    yield row.finding(column.name, f"is {value!r}, wanted {form}")


def _claim_cells(sources: Sources) -> Iterator[Finding]:
    """Check what one claim's cells say of each other."""
    for row, claim in zip(
        sources.rows["claims"],
        sources.frames["claims"].to_dict("records"),
        strict=True,
    ):
        for field_name, problem in CLAIM_RULES.items():
            message = problem({k: None if pd.isna(v) else v for k, v in claim.items()})
            if message:
                yield row.finding(field_name, message)


def _sets(sources: Sources) -> Iterator[Finding]:
    """Check that `one_of` marks at least two actors of a claim and role."""
    parts = sources.frames["claim_actors"]
    marked = parts[parts["certainty"] == "one_of"]
    size = marked.groupby(["claim_id", "role"])["actor_id"].transform("size")
    for index in marked.index[size < 2]:
        row = sources.rows["claim_actors"][index]
        yield row.finding("certainty", "one_of marks one actor, wanted two or more")


def _coordinates(sources: Sources) -> Iterator[Finding]:
    """Check that a located place says from where, how surely, and lies in range."""
    places = sources.frames["places"]
    for row, place in zip(
        sources.rows["places"], places.to_dict("records"), strict=True
    ):
        missing = [name for name in BOUNDS if pd.isna(place[name])]
        if len(missing) == 1:
            what = "is empty, wanted both coordinates or neither"
            yield row.finding(missing[0], what)
        if missing:
            continue
        for name in ("coordinate_source", "radius_km"):
            if pd.isna(place[name]):
                yield row.finding(name, "is empty beside coordinates, wanted a value")
        outside = [
            k for k, (low, high) in BOUNDS.items() if not low <= place[k] <= high
        ]
        for name in outside:
            low, high = BOUNDS[name]
            yield row.finding(name, f"is {place[name]}, wanted {low} to {high}")
        east, north = place["longitude"], place["latitude"]
        if not outside and north > east + NORTH_WEST:
            what = f"is {east} beside latitude {north}"
            yield row.finding(
                "longitude", f"{what}, wanted the larger one here: swapped?"
            )


def _shared_points(sources: Sources) -> Iterator[Finding]:
    """Check that a place with a borrowed point does not stand for ground of its own."""
    places = sources.frames["places"]
    point = ["longitude", "latitude"]
    narrow = places[(places["radius_km"] <= CITY_KM) & places["kind"].isin(SPOTS)]
    narrow = narrow.dropna(subset=point)
    for index in narrow.index[narrow.duplicated(point)]:
        same = (narrow[point] == narrow.loc[index, point]).all(axis=1)
        first = narrow.loc[same, "place_id"].iloc[0]
        what = f"is {narrow.at[index, 'radius_km']:g} at the point of {first}"
        what += f", wanted more than {CITY_KM:g}: a borrowed point is only near"
        yield sources.rows["places"][index].finding("radius_km", what)


def _campaign_fronts(sources: Sources) -> Iterator[Finding]:
    """Check that a campaign's fronts are fronts."""
    known = set(sources.frames["fronts"]["front_id"].dropna())
    for row, ids in zip(
        sources.rows["campaigns"], sources.frames["campaigns"]["front_ids"], strict=True
    ):
        for front_id in ids.split() if isinstance(ids, str) else []:
            if front_id not in known:
                what = f"{front_id!r} is not in fronts, {_near(front_id, known)}"
                yield row.finding("front_ids", what)


def _reused(sources: Sources) -> Iterator[Finding]:
    """Check that no identifier taken back stands again, and that its heir is there."""
    withdrawn = sources.frames["withdrawn"]
    for name in vocabulary.IDENTIFIED:
        taken_back = withdrawn["table_name"] == name
        gone = set(withdrawn.loc[taken_back, "id"].dropna())
        table = "claims" if name == "events" else name  # whose rows name the events
        key = TABLES[name].key[0]
        ids = sources.frames[table][key]
        for index in ids.index[ids.isin(gone)]:
            what = f"{ids[index]} was withdrawn, wanted a new one"
            yield sources.rows[table][index].finding(key, what)
        heirs = withdrawn.loc[taken_back, "replaced_by"].dropna()
        for index in heirs.index[~heirs.isin(gone | set(ids))]:
            what = f"{heirs[index]!r} is not in {name}, {_near(heirs[index], ids)}"
            yield sources.rows["withdrawn"][index].finding("replaced_by", what)


CHECKS: tuple[Callable[[Sources], Iterator[Finding]], ...] = (
    _columns,
    _references,
    _founders,
    _order,
    _floors,
    _shapes,
    _claim_cells,
    _sets,
    _coordinates,
    _shared_points,
    _campaign_fronts,
    _reused,
)
