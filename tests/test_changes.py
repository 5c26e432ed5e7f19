"""Differences between releases: each kind by hand, and that they lead over."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import syriaconflict as sc
from conftest import DOCUMENT_ID, installed_as
from syriaconflict import bumps, changes
from syriaconflict._cells import Cells
from syriaconflict.cli import main
from syriaconflict.release_notes import told
from syriaconflict.schema import TABLES
from syriaconflict.vocabulary import IDENTIFIED


def column(**parts) -> dict:
    """A declared column of text."""
    return {
        "type": "string", "unit": "", "description": "What it is.", "required": False,
        "references": "", "codes": None,
    } | parts  # fmt: skip


def table(key: list[str], *names: str, **columns) -> dict:
    """A declared table with columns of text, some declared otherwise."""
    declared = {name: column() for name in [*key, *names]} | columns
    return {"title": "One row each", "key": key, "geometry": "", "warnings": [],
            "columns": declared}  # fmt: skip


def release(declared: dict, **rows: list[dict]) -> Cells:
    """Contents of a release; cells that are not named are missing."""
    columns = {
        name: {c: [row.get(c) for row in rows.get(name, [])] for c in about["columns"]}
        for name, about in declared.items()
    }
    return Cells(declared, columns)


RIVERS = {
    "rivers": table(["river_id"], "name", "km"),
    "river_names": table(
        ["river_id", "name"], "language", river_id=column(references="rivers")
    ),
    "control": table(["control_id"], "place_id", place_id=column(references="rivers")),
    "withdrawn": table(["table_name", "id"], "replaced_by", "release", "reason"),
}
OLD = release(
    RIVERS,
    rivers=[{"river_id": "asi", "name": "Asi", "km": "571"}, {"river_id": "qoueiq"}],
    river_names=[{"river_id": "asi", "name": "Orontes"},
                 {"river_id": "qoueiq", "name": "Quweiq"}],
    control=[{"control_id": "asi-01", "place_id": "asi"}],
)  # fmt: skip


def differences(new: Cells, old: Cells = OLD) -> list[tuple]:
    """What the comparison finds, without the text of whole rows."""
    found = changes.compare(old, new)
    assert list(found.columns) == changes.COLUMNS
    whole = found["change"].str.startswith("row_")
    found.loc[whole & found["old"].str.startswith("{"), "old"] = "..."
    found.loc[whole & found["new"].str.startswith("{"), "new"] = "..."
    found = found.astype(object).where(found.notna(), None)
    return [tuple(row) for row in found.itertuples(index=False)]


def test_nothing_changed():
    assert differences(OLD) == []
    assert changes.needed(changes.compare(OLD, OLD)) == "none"


def test_rows_and_cells():
    new = release(
        RIVERS,
        rivers=[{"river_id": "asi", "name": "Asi"}, {"river_id": "sajur"}],
        river_names=[{"river_id": "asi", "name": "Nahr al-Asi"},
                     {"river_id": "sajur", "name": "Sajur"}],
        control=[{"control_id": "asi-02", "place_id": "asi"},
                 {"control_id": "sajur-01", "place_id": "sajur"}],
        withdrawn=[{"table_name": "rivers", "id": "qoueiq", "replaced_by": "sajur",
                    "release": "0.2.0", "reason": "told apart"}],
    )  # fmt: skip
    assert differences(new) == [
        ("rivers", "row_added", "sajur", None, None, "...", "minor", None),
        ("rivers", "row_withdrawn", "qoueiq", None, "...", "sajur", "minor",
         "told apart"),
        ("rivers", "cell_changed", "asi", "km", "571", None, "patch", None),
        ("river_names", "row_added", '["asi", "Nahr al-Asi"]', None, None, "...",
         "patch", None),  # its owner stays: the owner's value was corrected
        ("river_names", "row_added", '["sajur", "Sajur"]', None, None, "...", "minor",
         "with its river_id"),
        ("river_names", "row_removed", '["asi", "Orontes"]', None, "...", None, "patch",
         None),
        ("river_names", "row_removed", '["qoueiq", "Quweiq"]', None, "...", None,
         "patch", "with its river_id"),
        ("control", "row_added", "asi-02", None, None, "...", "patch", None),
        ("control", "row_added", "sajur-01", None, None, "...", "minor",
         "with its place_id"),
        ("control", "row_removed", "asi-01", None, "...", None, "patch", None),
        ("withdrawn", "row_added", '["rivers", "qoueiq"]', None, None, "...", "patch",
         None),
    ]  # fmt: skip


@pytest.mark.parametrize(("heir", "demands"), [(None, "major"), ("asi", "minor")])
def test_a_row_withdrawn_demands_more_if_nothing_stands_in_its_place(heir, demands):
    entry = {"table_name": "rivers", "id": "qoueiq", "replaced_by": heir,
             "release": "1.0.0", "reason": "dry"}  # fmt: skip
    new = release(RIVERS, rivers=[{"river_id": "asi", "name": "Asi", "km": "571"}],
                  withdrawn=[entry])  # fmt: skip
    found = changes.compare(OLD, new)
    assert changes.needed(found) == demands
    (row,) = found[found["change"] == "row_withdrawn"].to_dict("records")
    assert (row["demands"], row["note"]) == (demands, "dry")


def test_gone_without_an_entry_and_back_after_one():
    entry = {"table_name": "rivers", "id": "qoueiq", "replaced_by": "asi",
             "release": "0.2.0", "reason": "dry"}  # fmt: skip
    asi = {"river_id": "asi", "name": "Asi", "km": "571"}
    gone = release(RIVERS, rivers=[asi])
    assert ("rivers", "row_gone", "qoueiq", None, "...", None, "refused",
            "give it a row in withdrawn.csv (rivers, qoueiq, ...)") in differences(
        gone
    )  # fmt: skip
    taken_back = release(RIVERS, rivers=[asi], withdrawn=[entry])
    back = release(RIVERS, rivers=[asi, {"river_id": "qoueiq"}], withdrawn=[entry])
    assert differences(back, taken_back) == [
        ("rivers", "row_back", "qoueiq", None, None, None, "refused",
         "it was withdrawn; give the row a new identifier")
    ]  # fmt: skip
    unsaid = release(RIVERS, rivers=[asi, {"river_id": "qoueiq"}])
    assert {row[1] for row in differences(unsaid, taken_back)} == {
        "row_back", "row_gone",
    }  # fmt: skip
    # withdrawn, and still there
    assert ("rivers", "row_back") in {r[:2] for r in differences(back)}


ROADS = {"axes": table(["axis_id", "seq"], "place_id"),
         "withdrawn": RIVERS["withdrawn"]}  # fmt: skip
STOPS = [{"axis_id": "m5", "seq": "1"}, {"axis_id": "m5", "seq": "2"}]
BYWAY = {"axis_id": "byway", "seq": "1"}


@pytest.mark.parametrize("reason", [None, "nobody took it"])
def test_an_identifier_that_is_only_part_of_keys_is_not_lost_either(reason):
    entry = {"table_name": "axes", "id": "byway", "release": "1.0.0", "reason": reason}
    taken_back = [entry] if reason else []
    before = release(ROADS, axes=[*STOPS, BYWAY])
    after = release(ROADS, axes=STOPS[:1], withdrawn=taken_back)
    found = differences(after, before)[:3]
    lost = ("axes", "row_gone", "byway", None, "...", None, "refused",
            "give it a row in withdrawn.csv (axes, byway, ...)")  # fmt: skip
    if reason:
        lost = ("axes", "row_withdrawn", "byway", None, "...", None, "major", reason)
    assert found == [
        ("axes", "row_removed", '["byway", "1"]', None, "...", None, "patch",
         "with its axis_id"),
        ("axes", "row_removed", '["m5", "2"]', None, "...", None, "patch", None),
        lost,
    ]  # fmt: skip


def test_tables_with_identifiers_are_those_whose_key_is_one():
    one = {n for n, t in TABLES.items() if t.is_published and len(t.key) == 1}
    # spells are numbered anew at each build; an axis is several rows
    assert one ^ set(IDENTIFIED) == {"control", "axes"}


def declared_with(**parts) -> Cells:
    """The rivers with their km declared otherwise."""
    rivers = table(["river_id"], "name", km=column(**parts))
    return release(RIVERS | {"rivers": rivers})


EMPTY = declared_with()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"unit": "km"}, ("column_changed", None, "", "km", "major", "unit")),
        ({}, {"type": "double"},
         ("column_changed", None, "string", "double", "major", "type")),
        ({}, {"description": "More."},
         ("column_changed", None, "What it is.", "More.", "major", "description")),
        ({}, {"references": "rivers"},
         ("column_changed", None, "", "rivers", "major", "references")),
        ({}, {"required": True},
         ("column_changed", None, "false", "true", "patch", "required")),
        ({"required": True}, {},
         ("column_changed", None, "true", "false", "major", "required")),
        ({}, {"codes": {"long": "Over 100."}},
         ("code_added", "long", None, "Over 100.", "minor", None)),
        ({"codes": {"long": "Over 100."}}, {},
         ("code_removed", "long", "Over 100.", None, "major", None)),
        ({"codes": {"long": "Over 100."}}, {"codes": {"long": ["100", "999"]}},
         ("code_changed", "long", "Over 100.", '["100", "999"]', "major", None)),
    ],
)  # fmt: skip
def test_a_column_declared_otherwise(before, after, expected):
    change, key, old, new, demands, note = expected
    assert differences(declared_with(**after), declared_with(**before)) == [
        ("rivers", change, key, "km", old, new, demands, note)
    ]


@pytest.mark.parametrize(
    ("part", "value", "demands"),
    [("title", "Two rows each", "major"), ("geometry", "Point", "major"),
     ("warnings", ["Mind the gap."], "patch"), ("key", ["river_id", "name"], "major")],
)  # fmt: skip
def test_a_table_declared_otherwise(part, value, demands):
    rivers = RIVERS["rivers"] | {part: value}
    (found,) = differences(release(RIVERS | {"rivers": rivers}), EMPTY)
    assert found[:2] == ("rivers", "table_changed")
    assert found[-2:] == (demands, part)


def test_columns_and_tables_that_come_go_and_move():
    declared = {
        "rivers": table(["river_id"], "km", "name", "basin"),
        "lakes": table(["lake_id"]),
        "withdrawn": RIVERS["withdrawn"],
    }
    less = {n: RIVERS[n] for n in ("rivers", "river_names", "withdrawn")}
    assert differences(release(declared), release(less)) == [
        ("rivers", "table_changed", None, None, '["river_id", "name", "km"]',
         '["river_id", "km", "name"]', "minor", "order of columns"),
        ("rivers", "column_added", None, "basin", None, None, "minor", None),
        ("lakes", "table_added", None, None, None, None, "minor", None),
        ("river_names", "table_removed", None, None, None, None, "major", None),
    ]  # fmt: skip
    (gone,) = differences(
        release({"rivers": table(["river_id"], "name")}),
        release({"rivers": RIVERS["rivers"]}),
    )
    assert gone == ("rivers", "column_removed", None, "km", None, None, "major", None)


CELL = st.none() | st.sampled_from(["", "a", "é", "1", '"', "null", "[]"])
ROWS = st.dictionaries(
    st.tuples(st.sampled_from("pqrs"), st.none() | st.sampled_from(["", "x", '"y'])),
    st.fixed_dictionaries({"v": CELL, "w": CELL}),
)
LINKS = {
    "links": table(["a", "b"], "v", "w", a=column(references="owners")),
    "owners": table(["a"]),
}


@given(old=ROWS, new=ROWS)
@settings(max_examples=200, deadline=None)
def test_the_differences_lead_from_one_release_to_the_other(old, new):
    def contents(rows):
        listed = [{"a": a, "b": b} | cells for (a, b), cells in rows.items()]
        return release(LINKS, links=listed, owners=[{"a": a} for a in "pqrs"])

    found = changes.compare(contents(old), contents(new))
    made = {key: dict(cells) for key, cells in old.items()}
    for row in found.astype(object).where(found.notna(), None).to_dict("records"):
        key = tuple(json.loads(row["key"]))
        if row["change"] == "row_added":
            cells = json.loads(row["new"])
            made[key] = {"v": cells["v"], "w": cells["w"]}
        elif row["change"] == "row_removed":
            del made[key]
        else:
            assert row["change"] == "cell_changed"
            assert made[key][row["column"]] == row["old"]
            made[key][row["column"]] = row["new"]
    assert made == new


def test_between_sealed_releases(as_installed):
    first = sc.diff("0.1.0", "0.1.1")
    assert first.dtypes.eq("str").all()
    assert first[["table", "column", "old", "new"]].to_numpy().tolist() == [
        ["claims", "count_low", "3", "4"],
        ["claim_actors", "killed_low", "3", "4"],
        ["events", "count_low", "3", "4"],
        ["events", "killed_low", "3", "4"],
        ["events", "last_changed", "0.1.0", "0.1.1"],
        ["event_actors", "killed_low", "3", "4"],
    ]
    assert changes.needed(first) == "patch"
    second = sc.diff("0.1.1", "installed", "claims")
    assert second[["change", "key", "new", "note"]].to_numpy().tolist() == [
        ["row_withdrawn", f"{DOCUMENT_ID}-003", f"{DOCUMENT_ID}-001", "told once"]
    ]
    pd.testing.assert_frame_equal(
        sc.diff("0.1.0", "0.2.0", source=as_installed.root / "datasets" / "releases"),
        sc.diff("0.1.0", "0.2.0"),
    )
    back = sc.diff("0.2.0", "0.1.1")
    assert changes.needed(back) == "refused"  # a place gone, a claim back
    with pytest.raises(ValueError, match="table is 'claim', wanted one of: documents,"):
        sc.diff("0.1.0", "0.2.0", "claim")


@pytest.mark.usefixtures("as_installed")
def test_the_command(capsys, tmp_path):
    out = tmp_path / "all.csv"
    assert main(["diff", "0.1.0", "0.1.1", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert f"claims {DOCUMENT_ID}-002 count_low: cell changed: 3 -> 4 (patch)" in told
    assert "6 differences, which demand: patch" in told
    assert len(pd.read_csv(out)) == 6
    assert main(["diff", "0.1.0", "0.1.0"]) == 0
    assert capsys.readouterr().out == "0 differences, which demand: none\n"
    assert main(["diff", "0.1.0", "0.1.5"]) == 1
    assert "no sealed release is called '0.1.5'; nearest: 0.1.1" in (
        capsys.readouterr().err
    )


def test_a_long_list_is_cut_with_the_way_to_all_of_it(capsys, monkeypatch):
    frame = pd.DataFrame(
        [("claims", "cell_changed", f"a-{n:03}", "x", None, "1", "patch", None)
         for n in range(60)], columns=changes.COLUMNS,
    )  # fmt: skip
    monkeypatch.setattr(changes, "diff", lambda *_, **__: frame)
    assert main(["diff", "0.1.0", "0.2.0"]) == 0
    shown = capsys.readouterr().out
    assert "claims a-049 x: cell changed: nothing -> 1 (patch)\n... 10 more;" in shown


def test_a_code_is_told_with_its_meaning():
    row = dict(zip(changes.COLUMNS, ("claims", "code_changed", "hold", "event_type",
               "Holds.", "Keeps.", "major", None), strict=True))  # fmt: skip
    assert told(row) == (
        "claims hold event_type: code changed: Holds. -> Keeps. (major)"
    )


@pytest.mark.parametrize(
    "version", ["1.0", "01.0.0", "1.0.0rc1", "1.0.0.dev", " 1.0.0", "9999999.0.0", None]
)
def test_no_number_of_a_release(version):
    with pytest.raises(ValueError, match="is no number of a release, wanted such as"):
        bumps.parse(version)


def test_a_step_back_is_refused():
    with pytest.raises(ValueError, match=r"0\.1\.9 does not come after 0\.1\.10"):
        bumps.step("0.1.10", "0.1.9")
    assert bumps.step("0.2.0.dev0", "0.2.0") == "patch"


@pytest.mark.usefixtures("as_installed")
def test_a_development_version_says_so(capsys):
    from syriaconflict.release import state

    assert state() == "version 0.2.0, as sealed on 2026-12-03"
    assert main(["verify"]) == 0
    assert "version 0.2.0, as sealed on 2026-12-03: " in capsys.readouterr().out
    with installed_as("0.3.0.dev0"), pytest.MonkeyPatch.context() as patch:
        manifest = {"version": "0.3.0.dev0"}
        patch.setattr("syriaconflict.release.manifest", lambda: manifest)
        assert state() == "development version 0.3.0.dev0, not a sealed release"
