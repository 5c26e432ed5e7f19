"""Matching: windows, weights, assignment, and simulated lists with known truth."""

from itertools import permutations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import syriaconflict as sc
from syriaconflict import _match_patterns, adapters, matching
from syriaconflict._match_assign import best_each, best_set, joined
from syriaconflict._match_model import _marginals, falling
from syriaconflict._match_near import Index, Spots, points
from syriaconflict._match_patterns import Comparison, patterns
from syriaconflict._match_rows import read
from syriaconflict.match_score import baseline, score
from syriaconflict.match_simulate import LEVELS, Errors, simulate

REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
KINDS = {"event_type": matching.event_types()}
KM_EAST = 1 / (111.195 * np.cos(np.radians(35)))  # degrees of longitude a km at 35 N


def rows(*made, prefix="e"):
    """Events from (day of May 2017, km east of a point, other columns)."""
    frame = pd.DataFrame(
        [
            {"event_id": f"{prefix}{number}", "start": f"2017-05-{day:02d}",
             "longitude": 36 + km * KM_EAST, "latitude": 35.0} | dict(*other)
            for number, (day, km, *other) in enumerate(made, 1)
        ]
    )  # fmt: skip
    for column in {"start", "end"} & {*frame}:
        frame[column] = pd.to_datetime(frame[column])
    return frame


def taken(pairs):
    pairs = pairs[pairs["is_match"]]
    return sorted(zip(pairs["event_id"], pairs["other_event_id"], strict=True))


def truth(a, b):
    both = a.merge(b, on="happening")
    return both[["event_id_x", "event_id_y"]].set_axis(
        ["event_id", "other_event_id"], axis=1
    )


def haversine(a, b):
    east, north, other_east, other_north = np.radians([*a, *b])
    half = (
        np.sin((other_north - north) / 2) ** 2
        + np.cos(north) * np.cos(other_north) * np.sin((other_east - east) / 2) ** 2
    )
    return 2 * 6371.0088 * np.arcsin(np.sqrt(half))


@pytest.mark.parametrize("places", [8, 0])  # looked up by place, and by cell of ground
def test_pairs_in_the_windows_are_those_that_a_double_loop_finds(places):
    rng = np.random.default_rng(5)
    lists = []
    for size in (60, 50):
        at = rng.uniform(0, 1, (places or size, 2)) + np.array([36, 35])
        at = at[rng.integers(0, places, size)] if places else at
        first = rng.integers(0, 30, size)
        lists.append((at, first, first + rng.integers(0, 9, size)))
    shift = rng.integers(-3, 4, 60)
    (at, first, last), (to, since, until) = lists
    wanted = [
        (i, j)
        for i, j in product(range(60), range(50))
        if haversine(at[i], to[j]) <= 30
        and since[j] - last[i] - shift[i] <= 2
        and first[i] + shift[i] - until[j] <= 2
    ]
    a, b = (Spots(points(*xy.T), start, end) for xy, start, end in lists)
    one, other = Index(a, b, 30.0).pairs(2, shift)
    assert len(wanted) > 100
    assert list(zip(one.tolist(), other.tolist(), strict=True)) == wanted


def test_windows_take_in_their_bounds_and_cross_the_date_line():
    a = rows((10, 0))
    b = rows((12, 0), (13, 0), (10, 4.99), (10, 5.01))
    found = matching.pairs(a, b, km=5, days=2)
    assert sorted(found["other_event_id"]) == ["e1", "e3"]
    assert found.set_index("other_event_id")["km"]["e3"] == pytest.approx(
        4.99, abs=0.01
    )
    east, west = (rows((10, 0)).assign(longitude=x) for x in (179.99, -179.99))
    assert len(matching.pairs(east, west, km=5, days=0)) == 1


def test_every_row_is_kept_in_order_with_its_columns_and_the_input_is_unchanged():
    a = rows((1, 0, {"note": "x"}), (9, 50, {"note": "y"}))
    b = rows((9, 50.5, {"deaths": 4}), (20, 0, {"deaths": 1}))
    before = a.copy(), b.copy()
    found = sc.match(a, b, 5, 2)
    assert found["table"].tolist() == ["a", "a", "b", "b"]
    assert found["event_id"].tolist() == ["e1", "e2", "e1", "e2"]
    assert found["note"].tolist()[:2] == ["x", "y"]
    assert found["deaths"].tolist()[2:] == [4, 1]
    assert found["happening_id"].tolist() == [0, 1, 1, 2]
    assert found["match_id"].tolist()[1:3] == ["e1", "e2"]
    assert found["match_status"].tolist() == ["single", "matched", "matched", "single"]
    assert set(matching.COLUMNS) <= set(found)
    for frame, was in zip((a, b), before, strict=True):
        pd.testing.assert_frame_equal(frame, was)


def test_rows_without_day_or_point_are_set_aside_with_the_reason():
    a = rows((1, 0), (1, 0), (1, 0), (1, 0), (1, 0, {"end": "2017-05-01"}))
    a.loc[0, ["start", "end"]] = pd.NaT
    a.loc[1, "longitude"] = np.nan
    a.loc[2, "end"] = pd.Timestamp("2017-04-01")
    a.loc[3, "latitude"] = 95.0
    found = sc.match(a, rows((1, 0)), 5, 2).head(5)
    assert found["match_reason"].tolist()[:4] == [
        "no day", "no point", "it ends before it starts",
        "its point is not on the globe",
    ]  # fmt: skip
    assert found["match_status"].tolist() == ["set_aside"] * 4 + ["matched"]
    assert found["happening_id"].tolist() == [0, 1, 2, 3, 4]


def test_levels_go_from_the_code_to_none():
    types = ["airstrike", "helicopter_strike", "shelling", "statement", None,
             "indeterminate"]  # fmt: skip
    b = rows(*((1, 0, {"event_type": name}) for name in types))
    a = rows((1, 0, {"event_type": "airstrike"}))
    found = matching.pairs(a, b, 5, 2, KINDS).sort_values("other_event_id")
    assert found["event_type_level"].tolist()[:4] == [0, 1, 2, 3]
    assert found["event_type_level"].isna().tolist() == [False] * 4 + [True] * 2
    assert found["score"].tolist()[:3] == [0, 0.5, 1]
    assert found["score"].isna().tolist() == [False] * 3 + [True] * 3
    assert found["probability"].idxmax() == found.index[0]


def test_tables_with_their_own_codes_meet_at_shared_levels():
    taxonomy = pd.DataFrame(
        {"table": ["ours", "ours", "theirs", "theirs"], "code": ["raid", "siege"] * 2,
         "fine": ["attack", "block", "block", "attack"], "coarse": ["fight"] * 4}
    )  # fmt: skip
    a = rows((1, 0, {"kind": "raid"}))
    b = rows((1, 0, {"kind": "raid"}), (1, 0, {"kind": "siege"}))
    found = matching.pairs(a, b, 5, 2, {"kind": taxonomy}, names=["ours", "theirs"])
    assert found.set_index("other_event_id")["kind_level"].to_dict() == {
        "e1": 1, "e2": 0,
    }  # fmt: skip


def test_best_match_and_runners_up_stand_in_order():
    b = rows((1, 3), (1, 0.1), (1, 2), (1, 4.5))
    found = sc.match(rows((1, 0)), b, 5, 2).iloc[0]
    assert found["match_id"] == "e2"
    assert found["runner_up_id"] == "e3"
    assert found["runner_up2_id"] == "e1"
    assert found["match_probability"] >= found["runner_up_probability"]
    assert found["match_km"] == pytest.approx(0.1, abs=1e-3)


def test_one_to_many_gives_a_row_several_partners_and_one_to_one_one():
    a = rows(*((day, 100 * day) for day in range(1, 29)))
    b = rows(*((day, 100 * day + km) for day in range(1, 29) for km in (0.1, 0.2)),
             prefix="f")  # fmt: skip
    many = sc.match(a, b, 5, 2, assign="one_to_many")
    assert many["happening_id"].value_counts().tolist() == [3] * 28
    assert many["happening_id"][28:].tolist() == np.repeat(range(28), 2).tolist()
    one = sc.match(a, b, 5, 2)
    assert sorted(one["happening_id"].value_counts()) == [1] * 28 + [2] * 28


def test_episodes_match_by_both_ends_and_events_inside_are_flagged():
    a = rows((1, 0, {"end": "2017-05-20"}), (10, 0, {"end": "2017-05-10"}),
             prefix="a")  # fmt: skip
    b = rows((2, 0, {"end": "2017-05-19"}), (10, 300, {"end": "2017-05-30"}),
             prefix="b")  # fmt: skip
    found = sc.match(a, b, 5, 2)
    assert found["is_episode"].tolist() == [True, False, True, True]
    assert found["match_id"].tolist()[0] == "b1"
    assert found["match_status"].tolist()[1] == "single"
    assert found["episode_table"].tolist()[1] == "b"
    assert found["episode_id"].tolist()[1] == "b1"
    assert found["episode_id"].isna().tolist() == [True, False, True, True]
    shorter = b.assign(end=pd.to_datetime(["2017-05-16", "2017-05-30"]))
    assert not sc.match(a, shorter, 5, 2)["match_status"].eq("matched").any()


def test_a_missing_radius_is_as_vague_as_one_beyond_the_window():
    near = [(day, 0.3) for day in range(1, 29)]
    a = rows(*((day, 0) for day in range(1, 29))).assign(radius_km=1.0)

    def told(b):
        found = matching.pairs(a, b, 5, 0)
        return found.sort_values("event_id")["probability"].to_numpy()

    exact = rows(*near)
    beyond, missing = (exact.assign(radius_km=radius) for radius in (6.0, np.nan))
    assert told(missing).tolist() == told(beyond).tolist()
    assert told(exact).tolist() == told(exact.assign(radius_km=5.0)).tolist()
    assert (told(missing) < told(exact)).all()  # that they are near tells nothing
    some = exact.assign(radius_km=[5.0, 5.1, np.nan, 0.1] * 7)
    made = read({"b": some}, 5, 0, {})[0].moments
    assert made.is_vague.tolist() == [False, True, True, False] * 7
    assert not read({"b": exact}, 5, 0, {})[0].moments.is_vague.any()


def test_a_discrete_happening_with_several_possible_days_is_no_episode():
    a = rows((1, 0, {"end": "2017-05-20", "grain": "discrete"}))
    found = sc.match(a, rows((10, 0)), 5, 2)
    assert found["is_episode"].tolist() == [False, False]
    assert found["match_status"].tolist() == ["matched", "matched"]
    assert found["match_days"].tolist() == [0, 0]


def test_three_tables_give_the_same_happenings_in_whatever_order():
    lists = simulate(300, LEVELS["low"], lists=3, side_km=60, seed=2)
    named = dict(zip("xyz", lists, strict=True))
    seen = set()
    for order in permutations("xyz"):
        a, b, c = (named[name] for name in order)
        found = sc.match(a, b, 5, 2, KINDS, more=[c], names=order)
        groups = found.groupby("happening_id")
        assert not found.duplicated(["happening_id", "table"]).any()
        seen.add(
            frozenset(
                frozenset(zip(group["table"], group["event_id"], strict=True))
                for _, group in groups
            )
        )
    assert len(seen) == 1
    assert (groups["happening"].nunique() == 1).mean() > 0.97
    assert (groups.size() == 3).any()


def test_order_of_rows_does_not_matter():
    a, b = simulate(400, LEVELS["middle"], side_km=60, seed=3)
    found = taken(matching.pairs(a, b, 5, 2, KINDS))
    assert found == taken(matching.pairs(a[::-1], b[::-1], 5, 2, KINDS))


@pytest.mark.parametrize("level", [*LEVELS])
def test_simulated_pairs_are_found_better_than_by_plain_rules(level):
    a, b = simulate(4000, LEVELS[level], side_km=63, seed=4)
    true = truth(a, b)
    found = matching.pairs(a, b, 5, 2, KINDS)
    ours = score(found[found["is_match"]], true)
    for rule in ("nearest_in_window", "finest_type"):
        plain = score(baseline(a, b, 5, 2, rule, taxonomies=KINDS), true)
        assert ours["low"]["precision"] > plain["value"]["precision"]
        assert ours["value"]["f1"] > plain["value"]["f1"]
    found = found.merge(true.assign(is_true=True), how="left")
    found["is_true"] = found["is_true"].eq(True)
    bins = found.groupby(pd.cut(found["probability"], [0.05, 0.35, 0.65, 0.95, 1]),
                         observed=True)  # fmt: skip
    apart = bins["probability"].mean() - bins["is_true"].mean()
    assert (apart.abs() < 0.05 + 2.5 * np.sqrt(0.25 / bins.size())).all()


def test_both_plain_search_and_finest_type_are_beaten_on_precision_and_recall():
    """The density of `benchmarks/matching.py`, a tenth of the rows."""
    types = ("airstrike", "shelling", "clash", "capture")
    a, b = simulate(2000, Errors(0.55, 0, 0.1), side_km=50, seed=1, types=types)
    true, found = truth(a, b), matching.pairs(a, b, 5, 2, KINDS)
    ours = score(found[found["is_match"]], true)["value"]
    for rule in ("nearest_in_window", "finest_type"):
        plain = score(baseline(a, b, 5, 2, rule, taxonomies=KINDS), true)["value"]
        assert (ours > plain).all()


def test_lists_of_different_happenings_are_told_apart_from_lists_of_the_same():
    a = simulate(4000, LEVELS["low"], seed=1)[0]
    b = simulate(4000, LEVELS["low"], seed=2)[1]
    with pytest.warns(UserWarning, match="agree no better than rows of different"):
        found = matching.pairs(a, b, 5, 2, KINDS)
    assert len(found) > 200
    assert not found["is_match"].any()


def test_a_bound_trades_recall_for_precision():
    a, b = simulate(2000, LEVELS["high"], side_km=45, seed=6)
    true = truth(a, b)
    loose, strict = (
        score(found[found["is_match"]], true)["value"]
        for found in (matching.pairs(a, b, 5, 2, least=x) for x in (0.2, 0.8))
    )
    assert strict["precision"] > loose["precision"]
    assert strict["recall"] < loose["recall"]


def test_review_holds_the_pairs_between_the_bounds():
    a, b = simulate(1000, LEVELS["middle"], side_km=30, seed=6)
    found = matching.pairs(a, b, 5, 2, KINDS, review=(0.2, 0.7))
    assert 0 < found["needs_review"].sum() < len(found)
    assert (found["needs_review"] == found["probability"].between(0.2, 0.7)).all()
    kept = sc.match(a, b, 5, 2, KINDS, review=(0.2, 0.7))
    mine = set(found.loc[found["needs_review"], "event_id"])
    is_a = kept["table"] == "a"
    assert set(kept.loc[is_a & kept["needs_review"], "event_id"]) == mine


def test_marginals_are_those_of_all_matchings():
    one, other = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])  # a tree
    odds = np.array([2.0, 3.0, 0.5, 4.0])
    weights, holding = [], []
    for chosen in product([False, True], repeat=4):
        at = np.flatnonzero(chosen)
        if len(set(one[at])) == len(at) == len(set(other[at])):
            weights.append(np.prod(odds[at]))
            holding.append(chosen)
    exact = np.average(holding, axis=0, weights=weights)
    p = _marginals(odds, (one, other), (3, 2), np.ones((2, 4)), 50)
    np.testing.assert_allclose(p, exact, atol=1e-6)


def test_two_rows_that_claim_one_partner_share_its_probability():
    odds = np.array([1e6, 1e6])
    p = _marginals(odds, (np.array([0, 1]), np.array([0, 0])), (2, 1),
                   np.ones((2, 2)), 50)  # fmt: skip
    np.testing.assert_allclose(p, 0.5, atol=1e-5)


def test_falling_pools_neighbours_that_rise():
    assert falling(np.array([3.0, 1, 2]), np.ones(3)).tolist() == [3, 1.5, 1.5]
    made = falling(np.array([1.0, 4, 0]), np.array([3.0, 1, 1]))
    assert made.tolist() == [1.75, 1.75, 0]  # (3 x 1 + 4) / 4


def test_the_set_taken_has_the_greatest_sum():
    rng = np.random.default_rng(1)
    for _ in range(40):
        grid = np.array([*product(range(4), range(3))])
        grid = grid[rng.random(12) < 0.6]
        gain = rng.normal(0.3, 1, len(grid))
        best = 0.0
        for chosen in product([False, True], repeat=len(grid)):
            at = grid[list(chosen)]
            if all(len(set(column)) == len(at) for column in at.T):
                best = max(best, gain[list(chosen)].sum())
        got = best_set(*grid.T, gain, (4, 3))
        assert gain[got].sum() == pytest.approx(best)
        assert (gain[got] > 0).all()
        assert all(len(set(column)) == got.sum() for column in grid[got].T)


def test_of_equals_the_nearer_is_taken():
    got = best_each(np.array([0, 0, 1]), np.array([0.5, 0.5, -0.1]),
                    np.array([2.0, 1.0, 0.0]))  # fmt: skip
    assert got.tolist() == [False, True, False]


def test_rows_of_one_table_are_never_joined_through_a_third():
    table = np.array([0, 0, 1, 2])
    one, other = np.array([0, 2, 1]), np.array([2, 3, 3])  # 0-2, 2-3, then 1-3
    happening, held = joined(one, other, table, 4)
    assert happening.tolist() == [0, 1, 0, 0]
    assert held.tolist() == [True, True, False]


def test_scores_are_wilsons_and_f1_is_carried_over():
    ids = range(20)
    found = pd.DataFrame({"event_id": ids[:10], "other_event_id": ids[:10]})
    true = pd.DataFrame({"event_id": ids[2:20], "other_event_id": ids[2:20]})
    made = score(found, true, level=0.95)
    assert made["of"].tolist() == [10, 18, 20]
    assert made["value"].tolist() == pytest.approx([0.8, 8 / 18, 2 * 0.4 / 1.4])
    # Wilson's interval of 8 in 10 at 95 % is 0.490 to 0.943
    assert made.loc["precision", ["low", "high"]].tolist() == pytest.approx(
        [0.490, 0.943], abs=5e-4
    )
    assert made["value"].between(made["low"], made["high"]).all()
    none = score(found.head(0), true)
    assert np.isnan(none.loc["precision", "value"])


def test_plain_rules_by_hand():
    a = rows((1, 0, {"event_type": "clash"}), (5, 0, {"event_type": "clash"}))
    b = rows((1, 0, {"event_type": "airstrike"}), (2, 1, {"event_type": "clash"}),
             (5, 0, {"event_type": "statement"}))  # fmt: skip
    made = {
        rule: sorted(
            map(tuple, baseline(a, b, 5, 2, rule, taxonomies=KINDS).to_numpy())
        )
        for rule in ("same_day_same_place", "nearest_in_window", "finest_type")
    }
    assert made == {
        "same_day_same_place": [("e1", "e1"), ("e2", "e3")],
        "nearest_in_window": [("e1", "e1"), ("e2", "e3")],
        "finest_type": [("e1", "e2")],
    }


def test_simulated_lists_hold_their_share_and_their_errors():
    a, b = simulate(20_000, Errors(1.0, 0.2, 0.3), seen=0.4, seed=8)
    assert len(a) == pytest.approx(8000, abs=250)  # binomial, 3.6 standard deviations
    both = a.merge(b, on="happening")
    assert len(both) == pytest.approx(3200, abs=190)
    off = (both["latitude_x"] - both["latitude_y"]) * 111.195
    assert off.std() == pytest.approx(np.sqrt(2), rel=0.05)
    same_day = (both["start_x"] == both["start_y"]).mean()
    # both right, or both wrong by the same: 2 x (1/4 + 1/16 + ...) / 4 = 1/6
    assert same_day == pytest.approx(0.8**2 + 0.2**2 / 6, abs=0.03)


def test_tables_that_are_empty_or_far_apart_have_no_pairs():
    found = sc.match(rows((1, 0)), rows((1, 0)).head(0), 5, 2)
    assert found["match_status"].tolist() == ["single"]
    assert matching.pairs(rows((1, 0)), rows((1, 90)), 5, 2).empty


ONE = rows((1, 0, {"event_type": "clash"}))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"km": -1}, ValueError, "km is -1, wanted a distance of 0 or more"),
        ({"days": 1.5}, ValueError, "days is 1.5, wanted a whole number"),
        ({"least": 1}, ValueError, "least is 1, wanted a probability"),
        ({"km": "5"}, TypeError, "km is '5', wanted a number of kilometres"),
        ({"km": float("nan")}, ValueError, "km is nan, wanted a distance"),
        ({"days": float("nan")}, ValueError, "days is nan, wanted a whole number"),
        ({"days": float("inf")}, ValueError, "days is inf, wanted a whole number"),
        (
            {"days": pd.Timedelta(days=2)},
            TypeError,
            r"days is Timedelta\(.*, wanted a whole number of days, such as 2",
        ),
        ({"least": "0.4"}, TypeError, "least is '0.4', wanted a probability"),
        ({"review": 0.5}, ValueError, "review is 0.5, wanted two probabilities"),
        ({"review": ("a", "b")}, ValueError, "wanted two probabilities"),
        (
            {"taxonomies": ["event_type"]},
            TypeError,
            "taxonomies is a list, wanted a dict: a column -> its taxonomy",
        ),
        ({"taxonomies": KINDS["event_type"]}, TypeError, "taxonomies is a DataFrame"),
        (
            {"taxonomies": {"event_type": {"clash": "ground"}}},
            TypeError,
            "taxonomy of 'event_type' is a dict, wanted a DataFrame with 'code'",
        ),
        ({"more": ONE}, TypeError, r"more is of type DataFrame, wanted .* more=\[c\]"),
        ({"more": {"c": ONE}}, TypeError, "more is of type dict, wanted a list"),
        ({"more": 1}, TypeError, "more is of type int, wanted a list"),
        ({"a": [1]}, TypeError, "table 'a' is a list, wanted a DataFrame of pandas"),
        (
            {"b": ONE.assign(longitude="east")},
            TypeError,
            r"b:longitude is of type .* \(.*'east'.*\), wanted degrees as numbers",
        ),
        ({"a": ONE.assign(radius_km="wide")}, TypeError, "a:radius_km .* kilometres"),
        (
            {"b": pd.concat([ONE, ONE]).assign(event_id=[None, "e1"])},
            ValueError,
            "table 'b': event_id is missing in 1 of 2 rows",
        ),
        (
            {"a": pd.concat([ONE, ONE]).assign(event_id=None)},
            ValueError,
            "table 'a': event_id is missing in 2 of 2 rows",
        ),
        ({"review": (0.9, 0.1)}, ValueError, "wanted two probabilities, the lower"),
        ({"assign": "one_to_on"}, ValueError, "nearest: one_to_one"),
        ({"names": ["x", "x"]}, ValueError, "wanted 2 names, each another"),
        ({"b": ONE.drop(columns="start")}, ValueError, "table 'b' lacks start"),
        ({"b": pd.concat([ONE, ONE])}, ValueError, "event_id 'e1' stands in several"),
        ({"b": ONE.assign(start="2017-05-01")}, TypeError, "b:start is of type"),
        ({"a": ONE.assign(match_id=1)}, ValueError, "columns match_id, which the resu"),
        ({"a": ONE.assign(event_type="x")}, ValueError, "'x' in 'event_type' not in"),
        (
            {"taxonomies": {"event_type": pd.DataFrame({"code": ["clash", "clash"]})}},
            ValueError,
            "has the code 'clash' twice",
        ),
        (
            {
                "taxonomies": {
                    "event_type": pd.DataFrame({"table": ["a"], "code": ["clash"]})
                }
            },
            ValueError,
            "no level that they share",
        ),
    ],
)
def test_what_cannot_be_matched_is_refused_with_the_remedy(change, error, message):
    asked = {"a": ONE, "b": ONE, "km": 5, "days": 2, "taxonomies": KINDS} | change
    with pytest.raises(error, match=message):
        sc.match(**asked)


def test_scoring_refuses_what_it_cannot_score():
    pair = pd.DataFrame({"event_id": [1], "other_event_id": [1]})
    with pytest.raises(ValueError, match="found holds a pair twice"):
        score(pd.concat([pair, pair]), pair)
    with pytest.raises(ValueError, match="level is 2, wanted a share"):
        score(pair, pair, level=2)
    with pytest.raises(ValueError, match="rule is 'x', wanted one of"):
        baseline(ONE, ONE, 5, 2, "x")


def test_what_adapters_read_goes_in_and_every_row_comes_out():
    files = [REFERENCE / name for name in
             ("airwars_sample_2016.csv", "ucdp_ged191_syria_2016.csv.gz")]  # fmt: skip
    if not all(file.exists() for file in files):
        pytest.skip("no samples of Airwars and UCDP beside the checkout")
    airwars = adapters.read_airwars(files[0])
    ged = adapters.read_ucdp_ged(files[1])
    found = sc.match(airwars, ged, 5, 2, KINDS, names=["airwars", "ged"])
    assert found["event_id"].tolist() == [*airwars["event_id"], *ged["event_id"]]
    taken = found[found["match_status"] == "matched"]
    assert taken["table"].value_counts()["airwars"] > 50
    assert (taken["match_km"] <= 5).all()
    assert (taken["match_days"] <= 2).all()
    # chance would put a fifth of the pairs on one day
    assert (taken["match_days"] == 0).mean() > 0.5


@pytest.mark.parametrize("most", [2**40, 2])
def test_pairs_that_show_the_same_are_one_pattern(monkeypatch, most):
    monkeypatch.setattr(_match_patterns, "_MOST", most)  # 2: numbers drawn together
    near = Comparison("km", np.array([0, 1, 0, -1, 0]), np.array([[0.2, 0.8]]), None, 2)
    kinds = np.array([[0.5, 0.5], [0.25, 0.75]])
    alike = Comparison(
        "kind", np.array([1, 1, 1, 0, 0]), kinds, np.array([0, 0, 0, 1, 0]), 2
    )
    made = patterns([near, alike], 5)
    assert made.number.tolist() == [0, 1, 0, 2, 3]
    assert made.count.tolist() == [2, 1, 1, 1]
    near, alike = made.comparisons
    assert near.level.tolist() == [0, 1, -1, 0]
    assert near.counts(made.count).tolist() == [3, 1]  # one pair tells nothing
    assert alike.counts(made.count).tolist() == [2, 3]
    # four pairs of the first kind, one of the second: (4 x 0.5 + 0.25) / 5
    assert alike.mean_u(made.count) == pytest.approx([0.45, 0.55])
    assert near.mean_u(made.count).tolist() == [0.2, 0.8]
