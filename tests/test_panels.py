"""Panels: the same numbers on every engine, worked out by hand.

pandas, polars, pyarrow and duckdb stand in every run; dask and Spark start a cluster
on this machine and run by `make test-engines`.
"""

import datetime as dt
import os
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import syriaconflict as sc
from syriaconflict import _pandas_counts, panels
from syriaconflict.panels import panel, set_aside
from syriaconflict.tempo import tempo

PLAIN = ("pandas", "polars", "polars_lazy", "pyarrow", "duckdb")


def cluster(name, *expected):
    """An engine that runs only when asked for, with what its packages warn of."""
    ignored = [pytest.mark.filterwarnings(f"ignore:{text}") for text in expected]
    return pytest.param(name, marks=[pytest.mark.engines, *ignored])


CLUSTERS = (
    cluster("dask", "Dask support is moving out of Narwhals:FutureWarning"),
    cluster(
        "spark",
        "PySpark does not yet fully support pandas:FutureWarning",
        "unclosed:ResourceWarning",
    ),
)


@pytest.fixture(scope="session")
def dask_client():
    """A dask cluster of two processes on this machine."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as workers,
        Client(workers) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def spark():
    """A Spark session of two threads, in a zone far from that of the machine."""
    from pyspark.sql import SparkSession

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "Pacific/Auckland",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    builder = SparkSession.builder.master("local[2]").appName("panels")
    session = builder.config(map=settings).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(params=[*PLAIN, *CLUSTERS])
def engine(request):
    """What turns a pandas frame into a frame of one engine."""
    name = request.param
    if name == "dask":
        request.getfixturevalue("dask_client")
    session = request.getfixturevalue("spark") if name == "spark" else None

    def convert(frame):
        if name == "pandas":
            return frame
        if name == "dask":
            from dask import dataframe

            return dataframe.from_pandas(frame, npartitions=3)
        table = pa.Table.from_pandas(frame, preserve_index=False)
        if name == "spark":
            return session.createDataFrame(table)
        if name == "polars":
            return pl.from_arrow(table)
        if name == "polars_lazy":
            return pl.from_arrow(table).lazy()
        return table if name == "pyarrow" else duckdb.from_arrow(table)

    return convert


def days(*words):
    """Timestamps of these days, some with a clock time."""
    return pd.to_datetime(list(words), format="ISO8601").astype("datetime64[ms]")


def happened(made):
    """The periods with an event and their numbers."""
    some = made["events"][made["events"] > 0]
    return {f"{period:%Y-%m-%d}": n for period, n in some.items()}


# Sunday, Monday, Thursday, Tuesday, Saturday, Sunday, late on Monday
DATES = days(
    "1899-12-31",
    "1969-12-29",
    "1970-01-01",
    "2000-02-29",
    "2016-12-31",
    "2017-01-01",
    "2017-01-02 23:59:59",
)
BINS = {
    "W": {
        "1899-12-25": 1,
        "1969-12-29": 2,
        "2000-02-28": 1,
        "2016-12-26": 2,
        "2017-01-02": 1,
    },
    "W-SUN": {
        "1899-12-31": 1,
        "1969-12-28": 2,
        "2000-02-27": 1,
        "2016-12-25": 1,
        "2017-01-01": 2,
    },
    "MS": {
        "1899-12-01": 1,
        "1969-12-01": 1,
        "1970-01-01": 1,
        "2000-02-01": 1,
        "2016-12-01": 1,
        "2017-01-01": 2,
    },
    "QS": {
        "1899-10-01": 1,
        "1969-10-01": 1,
        "1970-01-01": 1,
        "2000-01-01": 1,
        "2016-10-01": 1,
        "2017-01-01": 2,
    },
    "D": {
        "1899-12-31": 1,
        "1969-12-29": 1,
        "1970-01-01": 1,
        "2000-02-29": 1,
        "2016-12-31": 1,
        "2017-01-01": 1,
        "2017-01-02": 1,
    },
}


@pytest.mark.parametrize("freq", BINS)
def test_periods_begin_on_the_same_day_on_every_engine(engine, freq):
    made = panel(engine(pd.DataFrame({"start": DATES})), freq, None, "events")
    assert happened(made) == BINS[freq]
    assert made.index.is_monotonic_increasing
    assert made["events"].sum() == 7


def test_dates_do_as_well_as_timestamps(engine):
    frame = pd.DataFrame({"start": DATES})
    as_date = pd.ArrowDtype(pa.date32())
    made = panel(engine(frame.astype({"start": as_date})), "W", None, "events")
    assert happened(made) == BINS["W"]


def test_every_week_of_400_years_has_seven_days(engine):
    # a Monday; to 2036, for PySpark reads no summer time of later years into a session
    every = pd.date_range("1636-12-29", periods=20_871 * 7, unit="ms")
    made = panel(engine(pd.DataFrame({"start": every})), "W", None, "events")
    assert made["events"].eq(7).all()
    assert (made.index[0], len(made)) == (every[0], 20_871)


# weeks of 21 November (quiet for some), 28 November and 5 December 2016
EVENTS = pd.DataFrame(
    [
        ("2016-11-21", "aleppo", "ground", 11, "realised", "discrete", 2, 3),
        ("2016-11-27", "aleppo", "ground", 11, "realised", "discrete", 1, None),
        ("2016-11-28", None, "air", None, "ongoing", "discrete", None, None),
        ("2016-12-05", "aleppo", "ground", 11, "realised", "discrete", 4, 5),
        ("2016-12-06", "aleppo", "ground", 11, "planned", "discrete", 9, 9),
        ("2016-12-07", "aleppo", "air", 11, "realised", "aggregate", 9, 9),
        ("2016-12-08", "aleppo", "air", 11, None, "discrete", 9, 9),
        (None, "aleppo", "air", 11, "realised", "discrete", 9, 9),
        (None, "aleppo", "air", 11, "denied", "discrete", 9, 9),
    ],
    columns=[
        "start",
        "front_id",
        "event_class",
        "gid",
        "modality",
        "grain",
        "killed_low",
        "killed_high",
    ],
).assign(start=lambda frame: days(*frame["start"]))
EVENTS = EVENTS.astype(
    {"gid": "Int32", "killed_low": "Int32", "killed_high": "Int32"}
    | dict.fromkeys(["front_id", "event_class", "modality", "grain"], "str")
)
WEEKS = pd.to_datetime(["2016-11-21", "2016-11-28", "2016-12-05"]).as_unit("ms")


def test_groups_sums_and_what_is_missing(engine):
    measures = ["events", "killed_low", "killed_high"]
    made = panel(engine(EVENTS), "W", ["front_id", "event_class"], measures)
    groups = [("aleppo", "ground"), ("not stated", "air")]
    index = pd.MultiIndex.from_tuples(
        [(week, *group) for week in WEEKS for group in groups],
        names=["period", "front_id", "event_class"],
    )
    expected = pd.DataFrame(
        {
            "events": [2, 0, 0, 1, 1, 0],
            "killed_low": pd.array([3, 0, 0, None, 4, 0], "Int64"),
            "killed_high": pd.array([None, 0, 0, None, 5, 0], "Int64"),
        },
        index=index,
    )
    pd.testing.assert_frame_equal(made, expected)


def test_a_number_that_is_none_is_missing_as_an_empty_cell_is(engine):
    told = pa.array([1.0, float("nan"), 2.0, None, 3.0, 4.0])  # a NaN and a null
    frame = pd.DataFrame(
        {
            "start": days(*(f"2018-0{n}-0{day}" for n in "123" for day in "12")),
            "killed_low": pd.array(told, pd.ArrowDtype(pa.float64())),
            "killed_high": pd.array(told, pd.ArrowDtype(pa.float32())),
        }
    )
    assert pa.Table.from_pandas(frame)["killed_low"].null_count == 1
    made = panel(engine(frame), "MS", None, ["events", "killed_low", "killed_high"])
    sums = pd.array([None, None, 7], "Int64")
    expected = {"events": [2, 2, 2], "killed_low": sums, "killed_high": sums}
    months = pd.date_range("2018-01-01", periods=3, freq="MS", name="period", unit="ms")
    pd.testing.assert_frame_equal(
        made, pd.DataFrame(expected, index=months), check_freq=False
    )


def test_whole_numbers_are_groups_of_one_name(engine):
    made = panel(engine(EVENTS), "YS", "gid", "events")
    assert made["events"].droplevel("period").to_dict() == {"11": 3, "not stated": 1}


def test_whole_numbers_of_arrow_are_groups_too(engine):
    cells = pd.array([1.0, float("nan"), None, 1.0], pd.ArrowDtype(pa.float64()))
    made = panel(engine(EVENTS[:4].assign(kind=cells)), "YS", "kind", "events")
    assert made["events"].droplevel("period").to_dict() == {"1": 2, "not stated": 2}


def test_texts_are_not_added_up(engine):
    texts = EVENTS[:2].assign(killed_low=pd.array(["3", None], "str"))
    with pytest.raises(TypeError, match="killed_low holds String, wanted numbers"):
        panel(engine(texts), "W", None, "killed_low")


@pytest.mark.parametrize("engine", PLAIN, indirect=True)  # dask makes lists texts
def test_lists_are_no_groups(engine):
    lists = pd.DataFrame({"start": DATES[-2:], "camps": [["isis"], ["isis", "sdf"]]})
    with pytest.raises(ValueError, match=r"camps holds .*, wanted one category a row"):
        panel(engine(lists), "W", "camps", "events")


def test_a_column_without_a_number_is_missing_and_objects_are_looked_at():
    frame = EVENTS[:2].assign(killed_low=pd.Series([None, None], dtype=object))
    made = panel(frame, "MS", None, ["events", "killed_low"])
    assert made["killed_low"].isna().tolist() == [True]
    frame["killed_low"] = pd.Series([1, 2.0], dtype=object)
    assert panel(frame, "MS", None, "killed_low")["killed_low"].tolist() == [3]
    frame["killed_low"] = pd.Series([1, "two"], dtype=object)
    with pytest.raises(TypeError, match="killed_low holds Object, wanted numbers"):
        panel(frame, "MS", None, "killed_low")


# not Spark, which reads timestamps in the zone of its session, and casts
@pytest.mark.parametrize("engine", [*PLAIN, CLUSTERS[0]], indirect=True)
def test_the_advice_on_days_mends_them(engine):
    # half past eleven in the evening of UTC is the next day in Syria
    zoned = pd.to_datetime(["2018-01-31 23:30"]).tz_localize("UTC").as_unit("us")
    for start, month in ((zoned, 2), (["2018-01-31"], 1)):
        events = engine(pd.DataFrame({"start": start, "killed_low": [3]}))
        with pytest.raises(TypeError, match="wanted calendar days") as caught:
            panel(events, "MS", None, "events")
        call = str(caught.value).partition("such as ")[2]
        named = {"events": events, "pd": pd, "pl": pl, "pa": pa, "pc": pc}
        mended = eval(call, named | {"dask": sys.modules.get("dask")})
        made = panel(mended, "MS", None, ["events", "killed_low"])
        assert [found.month for found in made.index] == [month]
        assert made["killed_low"].tolist() == [3]


def test_set_aside_and_panel_are_all_rows(engine):
    frame = engine(EVENTS)
    left = set_aside(frame).set_index("reason")["rows"].to_dict()
    expected = {"planned": 1, "denied": 1, "aggregate": 1, "no modality": 1}
    assert left == expected | {"no start": 1}
    assert panel(frame, "D", None, "events")["events"].sum() + 5 == len(EVENTS)


def test_a_window_cuts_and_fills(engine):
    span = {"start": "2016-11-22", "end": "2016-12-18"}
    made = panel(engine(EVENTS), "W", None, "events", **span)
    assert made["events"].tolist() == [1, 1, 1, 0]
    left = set_aside(engine(EVENTS), **span).set_index("reason")["rows"]
    assert (left["outside the window"], left["no start"]) == (1, 1)
    assert left.sum() + 3 == len(EVENTS)


def test_an_empty_answer_is_refused_with_the_reasons(engine):
    with pytest.raises(ValueError, match="nothing to count in events: 1 planned"):
        panel(engine(EVENTS[4:5]), "W", "front_id", "events")


COUNTS = pd.DataFrame(
    {
        "start": days("2017-04-03", "2017-04-04", "2017-04-10"),
        "unit": ["strike", "strike", "person"],
        "count_low": pd.array([2, 3, 40], "Int32"),
        "count_per": "total",
    }
)


def test_counts_of_one_unit_add_up_and_of_two_do_not(engine):
    made = panel(engine(COUNTS[:2]), "W", None, ["count_low"])
    assert made.to_dict("list") == {"count_low": [5], "unit": ["strike"]}
    mixed = r"several units cannot be added: person \(1 events\), strike \(2 events\)"
    with pytest.raises(ValueError, match=mixed):
        panel(engine(COUNTS), "W", None, "count_low")
    apart = panel(engine(COUNTS), "W", "unit", "count_low")
    assert apart["count_low"].unstack("unit").to_dict("list") == {
        "person": [0, 40],
        "strike": [5, 0],
    }


def test_rates_are_not_added(engine):
    rates = COUNTS[:2].assign(count_per=["day", "total"])
    with pytest.raises(ValueError, match="1 events count a rate a day"):
        panel(engine(rates), "W", None, "count_low")


def test_input_unchanged_and_order_of_rows_without_meaning():
    before = EVENTS.copy()
    made = panel(EVENTS, "W", "front_id", ["events", "killed_low"])
    turned = panel(EVENTS[::-1], "W", "front_id", ["events", "killed_low"])
    pd.testing.assert_frame_equal(made, turned)
    pd.testing.assert_frame_equal(EVENTS, before)


def test_multiples_count_from_the_first_period():
    made = panel(pd.DataFrame({"start": DATES[-3:]}), "2W", None, "events")
    assert happened(made) == {"2016-12-26": 3}
    made = panel(pd.DataFrame({"start": DATES[-3:]}), "2D", None, "events")
    assert happened(made) == {"2016-12-31": 2, "2017-01-02": 1}


def test_a_group_may_be_a_category_or_a_truth():
    kinds = EVENTS[:4].assign(
        kind=pd.Categorical(["b", "b", "a", "a"], ["b", "a", "c"]),
        is_far=[True, False, True, True],
    )
    made = panel(kinds, "YS", ["kind", "is_far"], "events").droplevel("period")
    assert made["events"].to_dict() == {
        ("a", "True"): 2,
        ("b", "False"): 1,
        ("b", "True"): 1,
    }


def test_many_possible_groups_of_few_rows_are_numbered_anew(monkeypatch):
    # 3 days x 2 x 3 x 2 codes, each with one more for missing: 144 numbers for 4 rows
    monkeypatch.setattr(_pandas_counts, "_ROOM", 10)
    frame = pd.DataFrame(
        {
            "start": days("2017-01-02", "2017-01-04", "2017-01-02", "2017-01-02"),
            "front_id": ["b", None, "b", "a"],
            "gid": [-5, 7, -5, 7],
            "kind": pd.Categorical(["y", "x", "y", None], ["z", "y", "x"]),
            "killed_low": pd.array([1, 2, None, 4], "Int32"),
        }
    )
    made = panel(frame, "D", ["front_id", "gid", "kind"], ["events", "killed_low"])
    assert made["events"][made["events"] > 0].to_dict() == {
        (pd.Timestamp("2017-01-02"), "a", "7", "not stated"): 1,
        (pd.Timestamp("2017-01-02"), "b", "-5", "y"): 2,
        (pd.Timestamp("2017-01-04"), "not stated", "7", "x"): 1,
    }
    assert len(made) == 9  # three days of three groups
    sums = made["killed_low"].xs("2017-01-02").fillna(-1).tolist()
    assert sums == [4, -1, 0]  # an open count makes an open sum


@pytest.mark.parametrize(
    ("change", "words", "error"),
    [
        ({"freq": "fortnight"}, "freq is 'fortnight'", ValueError),
        ({"by": "fronts"}, "nearest: front_id", ValueError),
        ({"by": "start"}, "start holds Datetime", ValueError),
        ({"by": "killed_low"}, "killed_low holds Int32, wanted a column", ValueError),
        ({"by": "x"}, "x holds fractions such as 0.5", ValueError),
        ({"measures": "deaths"}, "measures: 'deaths' is not known", ValueError),
        ({"measures": "count_low"}, "'count_low' is not known", ValueError),
        ({"start": "2016-11-21"}, "wanted both or neither", ValueError),
        ({"events": [1]}, "events is a list", TypeError),
        (
            {"events": EVENTS.astype({"start": "str"})},
            "start holds type String",
            TypeError,
        ),
        (
            {"events": EVENTS.assign(start=EVENTS["start"].dt.tz_localize("UTC"))},
            "timestamps of the zone UTC",
            TypeError,
        ),
    ],
)
def test_errors_say_what_was_found(change, words, error):
    asked = {"events": EVENTS.assign(x=0.5), "freq": "W", "by": None}
    with pytest.raises(error, match=words):
        panel(**asked | {"measures": "events"} | change)


def test_a_panel_beyond_memory_is_refused(monkeypatch):
    monkeypatch.setattr(panels, "MOST_CELLS", 5)
    with pytest.raises(ValueError, match=r"6 cells \(3 periods, 2 groups\)"):
        panel(EVENTS, "W", "event_class", "events")


def test_the_shipped_events_as_tempo_counts_them():
    events = sc.select(sc.events(), classes="control", start="2016-08-01")
    sure = events[(events["start"] == events["end"])]
    span = {"start": "2016-08-01", "end": "2017-12-31"}
    made = sc.panel(sure, "W", None, "events", **span)
    counted = tempo(sure, "W", **span, classes="control")
    assert made["events"].tolist() == counted["n"].tolist()
    assert made["events"].sum() > 0


def test_a_relation_over_parquet_is_read_where_it_lies(tmp_path):
    for n, part in enumerate((EVENTS[:3], EVENTS[3:])):
        part.to_parquet(tmp_path / f"{n}.parquet")
    files = str(tmp_path / "*.parquet")
    by = ["front_id", "event_class"]
    expected = panel(EVENTS, "W", by, "events")
    for frame in (duckdb.read_parquet(files), pl.scan_parquet(files)):
        pd.testing.assert_frame_equal(panel(frame, "W", by, "events"), expected)


def test_a_hundred_thousand_events_take_no_time():
    days_ = pd.date_range("2016-01-01", periods=1000, unit="ms")
    many = pd.DataFrame({"start": days_.repeat(100), "front_id": ["a", "b"] * 50_000})
    began = time.process_time()
    made = panel(many, "W", "front_id", "events")
    assert time.process_time() - began < 2
    assert made["events"].sum() == 100_000
    assert dt.date(2015, 12, 28) == made.index[0][0].date()


def scaling(name):
    """The piece of code of docs/scaling.md that imports an engine."""
    page = Path(__file__).parents[1] / "docs" / "scaling.md"
    pieces = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert len(pieces) == 4
    return next(piece for piece in pieces if name in piece.split("\n")[0])


@pytest.fixture
def folder(tmp_path):
    """A folder with files of events, as the page has them."""
    (tmp_path / "events").mkdir()
    for n in range(3):
        part = EVENTS[n::3].rename(columns={"front_id": "place_id"})
        part.to_parquet(tmp_path / "events" / f"{n}.parquet", index=False)
    return tmp_path


def check_page(made):
    """The page's panel of these events: two groups in three weeks."""
    index = pd.MultiIndex.from_tuples(
        [
            (week, *group)
            for week in WEEKS
            for group in [("aleppo", "ground"), ("not stated", "air")]
        ],
        names=["period", "place_id", "event_class"],
    )
    expected = pd.DataFrame({"events": [2, 0, 0, 1, 1, 0]}, index=index)
    pd.testing.assert_frame_equal(made, expected)


@pytest.mark.parametrize("name", ["duckdb", "polars"])
def test_the_page_on_scaling_runs(name, folder, monkeypatch):
    monkeypatch.chdir(folder)
    told = {}
    exec(scaling(name), told)
    check_page(told["made"])


@pytest.mark.engines
@pytest.mark.parametrize("name", ["dask", "pyspark"])
def test_the_page_on_scaling_runs_on_clusters(name, folder):
    # a process of its own: one holds one Spark session, and Dask's workers import it
    code = scaling(name) + "\nmade.to_pickle('made.pickle')\n"
    script = folder / "script.py"
    script.write_text(
        "if __name__ == '__main__':\n" + textwrap.indent(code, "    "), "utf-8"
    )
    subprocess.run([sys.executable, str(script)], cwd=folder, check=True)
    check_page(pd.read_pickle(folder / "made.pickle"))
