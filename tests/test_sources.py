"""Reading files into rows and typed frames, every cell with its line."""

import math

import pandas as pd
import pytest

from syriaconflict import schema
from syriaconflict.schema import COUNT, DATE, FLAG, REAL, TEXT, Column, Table
from syriaconflict.sources import Finding, Row, frame, parse, read_csv, read_yaml

STOPS = Table(
    "stops", "One row per stop", ("stop_id",),
    (
        Column("stop_id", TEXT, "Identifier.", required=True),
        Column("seq", COUNT, "Order."),
        Column("km", REAL, "Way."),
        Column("day", DATE, "Day."),
        Column("is_known", FLAG, "Known.", required=True),
    ),
    "stops.csv",
)  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        (None, COUNT, None),
        ("12", COUNT, 12),
        ("-3", COUNT, -3),
        ("12.0", COUNT, 12),
        (2147483647, COUNT, 2147483647),
        ("0.5", REAL, 0.5),
        (3, REAL, 3.0),
        ("2016-02-29", DATE, pd.Timestamp("2016-02-29")),
        ("true", FLAG, True),
        ("FALSE", FLAG, False),
        (True, FLAG, True),
        ("  two words ", TEXT, "two words"),
        ("", TEXT, None),
        (" ", TEXT, None),
    ],
)
def test_parse_reads(raw, kind, value):
    assert parse(raw, Column("x", kind, "X.")) == (value, "")


@pytest.mark.parametrize(
    ("raw", "kind", "problem"),
    [
        ("1.5", COUNT, "is '1.5', wanted a whole number"),
        (2147483648, COUNT, "is 2147483648, wanted a whole number below 2147483648"),
        (-2147483648, COUNT, "is -2147483648, wanted a whole number below 2147483648"),
        ("", COUNT, "is '', wanted a whole number below 2147483648"),
        (False, COUNT, "is False, wanted a whole number below 2147483648"),
        (True, REAL, "is True, wanted a number below 2147483648"),
        ("nan", REAL, "is 'nan', wanted a number below 2147483648"),
        (math.inf, REAL, "is inf, wanted a number below 2147483648"),
        ([1], REAL, "is [1], wanted a number below 2147483648"),
        ("1.000,5", REAL, "is '1.000,5', wanted a number below 2147483648"),
        ("2017-02-29", DATE, "is '2017-02-29', wanted a date YYYY-MM-DD"),
        ("2017-2-9", DATE, "is '2017-2-9', wanted a date YYYY-MM-DD"),
        ("2017-04", DATE, "is '2017-04', wanted a date YYYY-MM-DD"),
        ("2017-W01-1", DATE, "is '2017-W01-1', wanted a date YYYY-MM-DD"),
        ("23/04/2017", DATE, "is '23/04/2017', wanted a date YYYY-MM-DD"),
        (2017, DATE, "is 2017, wanted a date YYYY-MM-DD"),
        (["2017-04-23"], DATE, "is ['2017-04-23'], wanted a date YYYY-MM-DD"),
        ("yes", FLAG, "is 'yes', wanted true or false"),
        (1, FLAG, "is 1, wanted true or false"),
        (1, TEXT, "is 1, wanted text (quote it)"),
        (["a"], TEXT, "is ['a'], wanted text (quote it)"),
    ],
)
def test_parse_says_what_is_wrong(raw, kind, problem):
    assert parse(raw, Column("x", kind, "X.")) == (None, problem)


def test_a_frame_has_types_and_names_what_it_could_not_read():
    rows = [
        Row({"stop_id": "a", "seq": "1", "km": "0.5", "day": "2017-04-23",
             "is_known": "true"}, "stops.csv", 2),
        Row({"stop_id": "b", "seq": "x", "is_known": None}, "stops.csv", 3, {"seq": 4}),
    ]  # fmt: skip
    made, findings = frame(STOPS, rows)
    assert made.dtypes.astype(str).to_dict() == {
        "stop_id": "str", "seq": "Int32", "km": "float64", "day": "datetime64[ms]",
        "is_known": "boolean",
    }  # fmt: skip
    assert made["seq"].tolist() == [1, pd.NA]
    # missing is neither true nor false
    assert made["is_known"].tolist() == [True, pd.NA]
    assert [str(f) for f in findings] == [
        "stops.csv:4: seq: is 'x', wanted a whole number below 2147483648"
    ]


def test_a_frame_of_no_rows_has_its_columns_and_types():
    made, findings = frame(schema.CLAIMS, [])
    assert findings == []
    assert list(made.columns) == schema.CLAIMS.names
    assert [str(made[c.name].dtype) for c in schema.CLAIMS.columns] == [
        c.dtype for c in schema.CLAIMS.columns
    ]


def test_rows_of_a_register_know_their_lines(tmp_path):
    path = tmp_path / "stops.csv"
    path.write_text(
        "stop_id,seq,km,day,is_known\r\n"
        '"a\nb",1,,,true\r\n'
        " c ,2,,,\r\n"
        "d,2\r\n"
        "\r\n"
        "e,3,,,false\r\n",
        newline="",
    )
    rows, findings = read_csv(path, STOPS, "stops.csv")
    # the first row runs over lines 2 and 3
    assert [(row.line, row.cells["stop_id"]) for row in rows] == [
        (2, "a\nb"), (4, "c"), (7, "e")]  # fmt: skip
    assert rows[1].cells == {
        "stop_id": "c", "seq": "2", "km": None, "day": None, "is_known": None
    }  # fmt: skip
    assert [str(f) for f in findings] == [
        "stops.csv:5: row: has 2 cells, wanted 5",
        "stops.csv:6: row: has 0 cells, wanted 5",
    ]


def test_a_register_in_arabic_and_with_commas(tmp_path):
    path = tmp_path / "stops.csv"
    path.write_text('stop_id,seq,km,day,is_known\n"حماة, المدينة",1,,,true\n', "utf-8")
    rows, findings = read_csv(path, STOPS, "stops.csv")
    assert findings == []
    assert rows[0].cells["stop_id"] == "حماة, المدينة"


def test_a_yaml_mapping_knows_the_lines_of_its_keys(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("# one\nfirst: 1\n\nsecond:\n  - {third: 010}\n  - fourth: 1:30\n")
    content, findings = read_yaml(path, "a.yaml")
    assert findings == []
    assert content.lines == {"first": 2, "second": 4}
    inner, other = content["second"]
    assert (inner.line, inner.lines) == (5, {"third": 5})
    assert (other.line, other.lines) == (6, {"fourth": 6})
    # neither eight nor ninety
    assert (inner["third"], other["fourth"]) == ("010", "1:30")
    assert content["first"] == 1


def test_findings_sort_by_file_and_line_and_are_equal_by_what_they_say():
    second = Finding("b.csv", 2, "x", "y", row=1)
    findings = [Finding("b.csv", 10, "x", "y"), second, Finding("a.csv", 99, "x", "y")]
    assert [f.line for f in sorted(findings)] == [99, 2, 10]
    assert second == Finding("b.csv", 2, "x", "y", row=2)
    assert len({second, Finding("b.csv", 2, "x", "y", row=2)}) == 1
    assert str(second) == "b.csv:2: x: y"
