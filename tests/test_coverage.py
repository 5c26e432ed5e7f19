from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import syriaconflict as sc
from syriaconflict.coverage import breaks, coverage, set_aside, untested


@pytest.fixture
def tables():
    """Two publishers that told something and one that did not; weeks from Monday."""
    claims = pd.DataFrame(
        {
            "claim_id": ["p1-1", "p1-2", "p2-1", "p1-3", "q-1", "q-2"],
            "document_id": ["p1", "p1", "p2", "p1", "q", "q"],
            "event_id": ["x", "y", "x", "z", "x", "x"],
            # Monday 25 November; Sunday 1 December; Monday 9 December; undated
            "start": pd.to_datetime(
                [
                    "2024-11-25",
                    "2024-12-01",
                    "2024-12-01",
                    "2024-12-09",
                    "2024-12-02",
                    None,
                ]
            ).as_unit("ms"),
        }
    )
    documents = pd.DataFrame(
        {"document_id": ["p1", "p2", "q", "r"], "publisher_id": ["p", "p", "q", "r"]}
    )
    events = pd.DataFrame(
        {"event_id": ["x", "y", "z"], "front_id": ["hama", "hama", None]}
    )
    return claims, documents, events


def test_claims_and_documents_by_publisher_front_and_week(tables):
    table = coverage(*tables)
    assert table.index.names == ["publisher_id", "front_id", "period"]
    # 3 publishers x 2 fronts x 3 weeks
    assert len(table) == 18
    told = table[table["claims"] > 0]
    assert {
        (publisher, front, f"{week:%Y-%m-%d}"): tuple(row)
        for (publisher, front, week), row in zip(
            told.index, told.to_numpy(), strict=True
        )
    } == {
        # three claims of two documents, Sunday with the Monday before
        ("p", "hama", "2024-11-25"): (3, 2),
        ("p", "not stated", "2024-12-09"): (1, 1),
        ("q", "hama", "2024-12-02"): (1, 1),
    }
    assert (table.loc["r"] == 0).all(axis=None)
    assert table.dtypes.tolist() == ["int64", "int64"]


def test_claims_counted_and_set_aside_are_all_claims(tables):
    aside = set_aside(tables[0])
    assert aside.to_numpy().tolist() == [["q-2", "no start"]]
    assert coverage(*tables)["claims"].sum() + len(aside) == len(tables[0])


def test_another_period(tables):
    table = coverage(*tables, freq="MS")
    assert table.loc[("p", "hama")].to_numpy().tolist() == [[1, 1], [2, 2]]


def test_row_order_does_not_matter_and_input_is_left_alone(tables):
    before = [table.copy() for table in tables]
    table = coverage(*tables)
    backwards = coverage(*(frame[::-1] for frame in tables))
    pd.testing.assert_frame_equal(backwards, table)
    for frame, kept in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


def test_every_reference_must_be_there(tables):
    claims, documents, events = tables
    with pytest.raises(ValueError, match="document_id 'q', which is not in documents"):
        coverage(claims, documents.iloc[:2], events)
    with pytest.raises(ValueError, match="event_id 'z', which is not in events"):
        coverage(claims, documents, events.iloc[:2])


def test_no_dated_claim_is_refused(tables):
    claims, documents, events = tables
    with pytest.raises(ValueError, match="none of 1 claims has a start"):
        coverage(claims.iloc[5:], documents, events)


def test_repeated_ids_and_absent_columns_are_refused(tables):
    claims, documents, events = tables
    with pytest.raises(ValueError, match="claim_id 'p1-1' stands in several rows"):
        coverage(pd.concat([claims, claims]), documents, events)
    with pytest.raises(ValueError, match="document_id 'p1' stands in several rows"):
        coverage(claims, pd.concat([documents, documents]), events)
    with pytest.raises(ValueError, match="events lacks front_id"):
        coverage(claims, documents, events.drop(columns="front_id"))
    with pytest.raises(ValueError, match="claims lacks start"):
        set_aside(claims.drop(columns="start"))


# breaks ---------------------------------------------------------------------------

FIRST = pd.Timestamp("2016-01-04")
FOUNDING = [
    "2016-10-04-yalla-souriya-hama-aleppo",
    "2017-04-24-syria-direct-halfaya",
    "2017-10-smm-syria-isis-hama",
    "2024-12-02-syria-revisited-idlib-aleppo",
    "2024-12-05-zerohedge-hama",
]


def weekly(**rows):
    """A table of counts by publisher and week; a number stands for all weeks."""
    length = max(np.size(row) for row in rows.values())
    cells = [np.broadcast_to(row, length) for row in rows.values()]
    columns = pd.date_range(FIRST, periods=length, freq="7D", name="period")
    index = pd.Index(list(rows), name="publisher_id", dtype="str")
    return pd.DataFrame(cells, index, columns)


def then(*parts):
    """Counts from (count, weeks) one after another."""
    return np.concatenate([np.full(weeks, count) for count, weeks in parts])


def week(nth):
    return FIRST + pd.Timedelta(weeks=nth)


def listed(table):
    """The table as `coverage` gives it."""
    return table.stack().rename("claims").to_frame()  # noqa: PD013


def kinds(found):
    """Publisher, kind and number of the week of each break."""
    nth = (found["period"] - FIRST).dt.days // 7
    return list(zip(found["publisher_id"], found["kind"], nth, strict=True))


def test_a_loss_is_found_in_its_week_with_means_share_and_p_value():
    found = breaks(weekly(a=2, b=2, c=then((2, 24), (0, 16))))
    assert found.columns.tolist() == [
        *("period", "last", "publisher_id", "kind", "before", "after", "share"),
        *("silence", "p_value"),
    ]
    row = found.iloc[0]
    assert len(found) == 1
    assert (row["period"], row["last"]) == (week(24), week(25) - pd.Timedelta(days=1))
    assert (row["publisher_id"], row["kind"], row["silence"]) == (
        "c",
        "fell silent",
        16,
    )
    assert (row["before"], row["after"], row["share"]) == (2, 0, 1)
    # own record: one of C(40, 24) orders of 24 weeks in 40; others: (2/3)^64 for 64
    # claims is less; 3 x 40 silences might begin
    assert row["p_value"] == pytest.approx(120 / comb(40, 24))
    assert row["p_value"] > 120 * (2 / 3) ** 64


def test_what_the_others_told_meanwhile_decides():
    # 24 weeks of 4 claims each, so even shares; then 8 weeks of b alone, each of whose
    # claims was as likely to be a's: 2^-16 for 2 claims a week, times 2 x 32 silences,
    # which is above the own record of 64 / C(32, 8) = 6e-6
    found = breaks(weekly(a=then((4, 24), (0, 8)), b=then((4, 24), (2, 8))))
    assert kinds(found) == [("a", "fell silent", 24)]
    # the spread of the share is not quite 0
    assert found["p_value"].item() == pytest.approx(64 / 2**16, rel=1e-3)
    # one claim a week: 64 / 2^8 = 0.25
    thin = weekly(a=then((4, 24), (0, 8)), b=then((4, 24), (1, 8)))
    assert breaks(thin).empty
    assert breaks(thin, alpha=0.26)["p_value"].item() == pytest.approx(0.25, rel=1e-3)
    # nobody wrote: a quiet war, whatever the length
    quiet = then((4, 24), (0, 80))
    assert breaks(weekly(a=quiet, b=quiet)).empty


def test_a_share_that_varies_by_itself_asks_for_more():
    even = then((8, 24), (0, 8)), then((8, 24), (2, 8))
    assert len(breaks(weekly(a=even[0], b=even[1]))) == 1  # 64 / 2^16
    # the same sums, but by turns 1 and 15 of each 16 claims are a's: squares of 7^2, of
    # which 16 / 4 by chance, so the correlation of two claims of a week is
    # (49 x 24/23 - 4) / (15 x 4) = 0.785, and two of a week are both b's with chance
    # 1/2 x (1/2 + 1/2 x 0.785) = 0.446; 64 x 0.446^8 = 0.10
    swing = np.tile([1, 15], 12)
    told = weekly(a=np.r_[swing, even[0][24:]], b=np.r_[16 - swing, even[1][24:]])
    assert breaks(told).empty
    assert breaks(told, alpha=0.2)["p_value"].item() == pytest.approx(0.101, rel=0.01)


def test_share_is_the_part_of_the_change_of_all():
    lost = then((2, 24), (0, 16))

    def share(*levels):
        others = dict(zip("ab", (then((2, 24), (n, 16)) for n in levels), strict=True))
        (row,) = breaks(weekly(**others, c=lost)).to_dict("records")
        return row["share"]

    assert share(2, 3) == 2  # -2 of 6 -> 5
    assert share(1, 1) == 0.5  # -2 of 6 -> 2
    assert share(5, 2) == -2  # -2 of 6 -> 7
    assert np.isnan(share(4, 2))  # 6 -> 6


def test_appearance_and_loss_of_one_source_and_the_span_of_their_means():
    c = then((0, 15), (1, 5), (3, 12), (0, 20))
    found = breaks(weekly(a=2, b=2, c=c))
    assert kinds(found) == [("c", "appeared", 15), ("c", "fell silent", 32)]
    assert found["silence"].tolist() == [15, 20]
    # 13 weeks on: 5 of 1 and 8 of 3; 13 back: one of 1 and 12 of 3
    assert found["after"].tolist() == pytest.approx([29 / 13, 0])
    assert found["before"].tolist() == pytest.approx([0, 37 / 13])
    # no further than the other break: 5 of 1 and 12 of 3
    longer = breaks(weekly(a=2, b=2, c=c), span=30)
    assert longer["after"].tolist() == pytest.approx([41 / 17, 0])
    assert longer["before"].tolist() == pytest.approx([0, 41 / 17])


def test_a_pause_has_two_ends_and_must_last():
    found = breaks(weekly(a=2, b=2, c=then((3, 25), (0, 8), (3, 27))))
    assert kinds(found) == [("c", "fell silent", 25), ("c", "appeared", 33)]
    assert found["p_value"].nunique() == 1
    assert breaks(weekly(a=2, b=2, c=then((3, 25), (0, 8), (3, 27))), silent=9).empty
    # 3 weeks: below the least length, although 1 of C(60, 3) = 34220 is significant
    short = weekly(a=9, b=9, c=then((9, 25), (0, 3), (9, 32)))
    assert breaks(short).empty
    assert len(breaks(short, silent=3)) == 2


def test_a_loud_source_that_stops_does_not_hide_a_soft_one():
    # b makes 20 claims in the last 10 weeks, and none is c's, whose share is 1 in 2
    # once a is known to be gone; beside a it would be 1 in 27
    loud = weekly(a=then((50, 30), (0, 30)), b=2, c=then((2, 50), (0, 10)))
    assert kinds(breaks(loud)) == [("a", "fell silent", 30), ("c", "fell silent", 50)]


def test_breaks_read_the_coverage_of_all_fronts_or_of_one():
    table = weekly(a=4, b=4, c=then((4, 24), (0, 16)))
    half = dict.fromkeys(("aleppo", "hama"), table // 2)
    long = listed(pd.concat(half, names=["front_id"]))
    long = long.reorder_levels(["publisher_id", "front_id", "period"])
    pd.testing.assert_frame_equal(breaks(long), breaks(table))
    one = long[long.index.get_level_values("front_id") == "hama"]
    pd.testing.assert_frame_equal(breaks(one), breaks(table // 2))


def test_breaks_of_months_name_the_last_day():
    table = weekly(a=2, b=2, c=then((2, 24), (0, 16)))
    table.columns = pd.date_range("2015-01-01", periods=40, freq="MS")
    (row,) = breaks(table).to_dict("records")
    assert row["period"] == pd.Timestamp("2017-01-01")
    assert row["last"] == pd.Timestamp("2017-01-31")


def test_breaks_ignore_row_order_and_leave_their_input_alone():
    table = weekly(a=2, b=then((0, 12), (2, 28)), c=then((2, 24), (0, 16)), d=1)
    before = table.copy()
    pd.testing.assert_frame_equal(breaks(table.iloc[::-1, ::-1]), breaks(table))
    pd.testing.assert_frame_equal(table, before)
    assert kinds(breaks(table)) == [("b", "appeared", 12), ("c", "fell silent", 24)]


def test_no_break_is_an_empty_frame_of_the_same_types():
    found = breaks(weekly(a=2, b=2, c=then((2, 24), (0, 16))))
    none = breaks(weekly(a=2, b=2, c=np.full(40, 2)))
    assert none.empty
    pd.testing.assert_series_equal(none.dtypes, found.dtypes)


@given(seed=st.integers(0, 10_000), alpha=st.sampled_from([0.01, 0.05, 0.5]))
@settings(max_examples=40, deadline=None)
def test_every_break_is_the_end_of_a_silence(seed, alpha):
    rng = np.random.default_rng(seed)
    numbers = rng.poisson(rng.gamma(0.5, 4, (4, 1)) * rng.gamma(0.5, 2, (4, 40)))
    numbers[0, int(rng.integers(40)) :] = 0
    table = weekly(**dict(zip("abcd", numbers, strict=True)))
    aside = untested(table, alpha=alpha)
    assert aside["publisher_id"].isin(table.index).all()
    if len(aside) == len(table):
        with pytest.raises(ValueError, match="too few to tell a break from chance"):
            breaks(table, alpha=alpha)
        return
    found = breaks(table, alpha=alpha)
    assert found["p_value"].between(0, alpha).all()
    assert not found["publisher_id"].isin(aside["publisher_id"]).any()
    for (name, kind, nth), silence in zip(kinds(found), found["silence"], strict=True):
        told = table.loc[name].to_numpy()
        first = nth if kind == "fell silent" else nth - silence
        assert silence >= 4
        assert (told[first : first + silence] == 0).all()
        assert (told[nth - 1] > 0) == (kind == "fell silent")
        assert (told[nth] > 0) == (kind == "appeared")


def drawn(level, rng, shape=None):
    """Poisson counts, with gamma noise of mean 1 on each if a shape is given."""
    noise = rng.gamma(shape, 1 / shape, level.shape) if shape else 1
    return weekly(**dict(zip("abcde", rng.poisson(level * noise), strict=True)))


@pytest.mark.parametrize("shape", [None, 2], ids=["variance 3", "variance 7.5"])
def test_known_answer_a_lost_source_is_found_within_a_week(shape):
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        lost, who = int(rng.integers(15, 46)), int(rng.integers(5))
        level = np.full((5, 60), 3.0)
        level[who, lost:] = 0
        found = kinds(breaks(drawn(level, rng, shape)))
        wanted = {("abcde"[who], "fell silent", lost + off) for off in (-1, 0, 1)}
        hits += bool(wanted & set(found))
    assert hits >= 180


# share of 1000 tables in which the docstring says that a break was found
@pytest.mark.parametrize(
    ("kind", "stated"), [("constant", 0.001), ("trend", 0.003), ("spread", 0.010)]
)
def test_known_answer_an_unbroken_series_has_no_break(kind, stated):
    level = np.full((5, 60), 3.0)
    if kind == "trend":
        level *= np.exp(1.5 * np.sin(np.arange(60) / 8))
    shape = 1 if kind == "spread" else None
    alarms = sum(
        not breaks(drawn(level, np.random.default_rng(seed), shape)).empty
        for seed in range(200)
    )
    assert alarms / 200 < 0.05
    # 3 standard errors of 200 tables about the rate stated
    assert abs(alarms / 200 - stated) <= 3 * (stated * (1 - stated) / 200) ** 0.5


def test_the_founding_texts_are_too_few_for_breaks_and_it_is_said():
    documents = sc.documents()
    documents = documents[documents["document_id"].isin(FOUNDING)]
    claims = sc.claims()
    claims = claims[claims["document_id"].isin(FOUNDING)]
    table = coverage(claims, documents, sc.events())
    with pytest.raises(
        ValueError, match=r"5 publishers in .* too few .*syria-direct spoke beside"
    ):
        breaks(table)
    assert len(untested(table)) == 5


def test_publishers_that_cannot_be_tested_are_listed_with_the_reason():
    rows = weekly(
        a=2,
        b=then((2, 24), (0, 16)),
        few=then((0, 30), (1, 1), (0, 5), (1, 2), (0, 2)),
        once=then((5, 4), (0, 36)),
        none=0,
    )
    assert untested(rows).to_numpy().tolist() == [
        ["few", "spoke beside another publisher in 3 periods, not 4"],
        ["none", "made no claim"],
    ]
    # C(40, 4) = 91390, and 4 x 40 / 91390 = 0.0018
    assert untested(rows, alpha=0.001).to_numpy().tolist()[-1] == [
        "once",
        "spoke in 4 of 40 periods, any silence could be chance",
    ]
    assert kinds(breaks(rows)) == [
        ("once", "fell silent", 4),
        ("b", "fell silent", 24),
    ]
    assert untested(weekly(a=2, b=np.full(40, 2))).empty


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            weekly(a=np.full(60, 2)),
            "1 publishers in 60 .*a spoke beside another.* in 0",
        ),
        (weekly(a=2, b=np.full(3, 2)), "in 3 periods are too few"),
        (weekly(a=2, b=np.full(6, 2)), "spoke in 6 of 6 periods, any silence"),
        (weekly(a=np.zeros(60), b=0), "a made no claim; b made no claim"),
        (weekly(a=np.full(60, 2))[:0], "there are none"),
    ],
)
def test_a_table_too_small_for_breaks_is_refused(table, words):
    with pytest.raises(ValueError, match=words):
        breaks(table)


def test_counts_must_be_whole_and_complete():
    table = weekly(a=2.0, b=np.full(40, 2.0))
    for wrong in (-1, 0.5, np.nan, np.inf):
        spoilt = table.copy()
        spoilt.iloc[1, 2] = wrong
        with pytest.raises(ValueError, match=f"b in 2016-01-18 are {wrong}"):
            breaks(spoilt)
    with pytest.raises(ValueError, match="no period between 2016-01-25 and 2016-02-08"):
        breaks(table.drop(columns=week(4)))
    with pytest.raises(ValueError, match="publisher a stands twice"):
        breaks(table.rename(index={"b": "a"}))
    with pytest.raises(ValueError, match="period 2016-01-04 00:00:00 stands twice"):
        breaks(table.rename(columns={week(1): FIRST}))
    with pytest.raises(ValueError, match="wanted the result of coverage"):
        breaks(table.rename(columns=str))


def test_coverage_handed_to_breaks_must_be_complete():
    long = listed(weekly(a=2, b=np.full(40, 2)))
    with pytest.raises(ValueError, match="b in 2016-10-03 are nan"):
        breaks(long[:-1])
    with pytest.raises(ValueError, match=r"\('a', Timestamp.* stands twice"):
        breaks(pd.concat([long, long[:1]]))
    with pytest.raises(ValueError, match="counts lacks claims"):
        breaks(long.rename(columns={"claims": "n"}))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"silent": 0}, "silent is 0, wanted a number of periods"),
        ({"silent": 2.5}, "silent is 2.5"),
        ({"silent": True}, "silent is True"),
        ({"span": 0}, "span is 0"),
        ({"alpha": 0}, "alpha is 0, wanted a probability"),
        ({"alpha": 1}, "alpha is 1"),
        ({"alpha": "5 %"}, "alpha is '5 %'"),
    ],
)
def test_settings_of_breaks_out_of_range(setting, words):
    table = weekly(a=2, b=np.full(40, 2))
    with pytest.raises(ValueError, match=words):
        breaks(table, **setting)
    if "span" not in setting:
        with pytest.raises(ValueError, match=words):
            untested(table, **setting)
