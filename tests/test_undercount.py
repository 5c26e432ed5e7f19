"""Chapman and log-linear totals, held against published worked examples.

The figures were read in the validation tests of two R packages, which quote the works:
FSA (tests of mrClosed: Krebs 1989 box 2.1; Ricker 1975; Pine et al. 2013 box 11.2;
Seber 2002 tables 3.7 and 3.8) and Rcapture (inst/tests/testPapersResults.R: Rivest 2011
on data of Darroch et al. 1993 and of Bruno et al. 1994; Cormack, Chang and Smith 2000).
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from syriaconflict import air
from syriaconflict.undercount import _profile

DARROCH = (72, 155, 7, 71, 13, 53, 43)
BRUNO = (58, 157, 18, 104, 46, 650, 12, 709, 14, 20, 7, 74, 8, 182, 10)
CORMACK = (72, 5, 29, 54, 24, 3, 14)


def two(first, second, both):
    rows = [(True, True)] * both + [(True, False)] * (first - both)
    rows += [(False, True)] * (second - both)
    return pd.DataFrame(rows, columns=["a", "b"])


def lists(counts):
    """Rows from counts of 11..1, 11..0, ..., 0..01, the order Rcapture uses."""
    number = len(counts).bit_length()
    kinds = [kind for kind in product([True, False], repeat=number) if any(kind)]
    rows = [kind for kind, n in zip(kinds, counts, strict=True) for _ in range(n)]
    return pd.DataFrame(rows, columns=list("abcd")[:number])


# --- two lists


@pytest.mark.parametrize(
    ("first", "second", "both", "total", "se"),
    [
        (948, 421, 167, 2383, None),  # Krebs 1989
        (109, 177, 57, 337, None),  # Ricker 1975
        (421, 332, 88, 1578, None),  # Pine et al. 2013
        (500, 149, 7, 9393, 3022),  # Seber 2002
        (1000, 243, 21, 11101, 2184),  # Seber 2002
    ],
)
def test_chapman_gives_the_totals_of_the_textbooks(first, second, both, total, se):
    made = air.undercount(two(first, second, both)).iloc[0]
    assert round(made["total"]) == total
    if se is not None:
        assert round(made["se"]) == se
    assert made["method"] == "chapman"
    assert made["observed"] == first + second - both
    assert made["missed"] == pytest.approx(made["total"] - made["observed"])
    assert made["total_low"] < made["total"] < made["total_high"]


def test_the_ends_are_the_totals_at_which_the_overlap_becomes_too_extreme():
    made = air.undercount(two(109, 177, 57)).iloc[0]

    def mid_p(total):
        chance = stats.hypergeom(total, 109, 177)
        return chance.cdf(56) + chance.pmf(57) / 2

    low, high = int(made["total_low"]), int(made["total_high"])
    assert mid_p(low - 1) < 0.05 <= mid_p(low)
    assert mid_p(high) <= 0.95 < mid_p(high + 1)
    wider = air.undercount(two(109, 177, 57), level=0.99).iloc[0]
    assert wider["total_low"] < low < high < wider["total_high"]
    assert wider["level"] == 0.99


def test_lists_that_agree_in_everything_miss_little():
    made = air.undercount(two(30, 30, 30)).iloc[0]
    assert (made["total"], made["se"], made["total_low"]) == (30, 0, 30)
    # one missed thing of 31: an overlap of 30 has the chance 1 / 31, so mid-p 0.98
    assert made["total_high"] == 30


def test_what_is_held_of_two_lists_is_how_the_estimate_reads():
    rows = two(50, 40, 20)
    readings = {
        word: air.undercount(rows, dependence=word)["reading"].item()
        for word in ("unknown", "positive", "independent", "negative")
    }
    assert readings["positive"].startswith("a lower bound: ")
    assert readings["unknown"].startswith("a lower bound if the lists are positively")
    assert readings["independent"].startswith("an estimate")
    assert readings["negative"].startswith("an upper bound")
    assert air.undercount(rows)["reading"].item() == readings["unknown"]


def test_positively_dependent_lists_give_a_lower_bound():
    # half of 4,000 things are easy (0.8 on each list), half are hard (0.1)
    rng = np.random.default_rng(2)
    chance = np.repeat([0.8, 0.1], 2000)[:, None]
    rows = pd.DataFrame(rng.random((4000, 3)) < chance, columns=["a", "b", "c"])
    rows = rows[rows.any(axis=1)]
    pair = rows[["a", "b"]]
    made = air.undercount(pair[pair.any(axis=1)], dependence="positive").iloc[0]
    assert made["total_high"] < 4000
    # a third list shows it
    seen = air.pair_dependence(rows)
    assert set(seen["dependence"]) == {"positive"}


def test_nine_of_ten_intervals_hold_the_total_of_independent_lists():
    rng = np.random.default_rng(4)
    held = []
    for _ in range(300):
        rows = pd.DataFrame(rng.random((200, 2)) < (0.4, 0.3), columns=["a", "b"])
        made = air.undercount(rows[rows.any(axis=1)]).iloc[0]
        held.append(made["total_low"] <= 200 <= made["total_high"])
    # 90 % wanted; 0.017 is one standard error of 300 draws
    assert 0.85 <= np.mean(held) <= 0.95


@given(st.integers(7, 60), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_neither_the_order_of_lists_nor_of_rows_matters(both, first, second):
    rows = two(both + first, both + second, both)
    before = rows.copy()
    made = air.undercount(rows).iloc[0]
    pd.testing.assert_frame_equal(rows, before)
    turned = air.undercount(rows[::-1][["b", "a"]]).iloc[0]
    numbers = ["total", "se", "total_low", "total_high", "observed", "overlap"]
    assert made[numbers].tolist() == turned[numbers].tolist()
    assert made["observed"] <= made["total_low"] <= made["total_high"]
    assert made["total_low"] <= made["total"] + 1


# --- more lists


def test_log_linear_models_give_the_published_totals_of_three_lists():
    made = air.undercount(lists(DARROCH))
    saturated = made.loc["a + b + c + a:b + a:c + b:c"]
    assert (round(saturated["total"]), round(saturated["se"])) == (1240, 451)
    assert saturated["df"] == 0
    less = made.loc["a + b + c + a:b + b:c"]
    assert (round(less["total"]), round(less["se"])) == (850, 186)
    assert (round(less["deviance"], 1), less["df"]) == (3.8, 1)
    assert len(made) == 8


def test_log_linear_models_give_the_published_totals_of_four_lists():
    made = air.undercount(lists(BRUNO))
    bruno = made.loc["a + b + c + d + a:b + a:c + b:c + b:d + c:d"]
    assert (round(bruno["total"]), round(bruno["se"])) == (2771, 145)
    assert (round(bruno["deviance"], 2), bruno["df"]) == (7.62, 5)
    rivest = made.loc["a + b + c + d + a:c + b:d + c:d"]
    assert (round(rivest["total"]), round(rivest["se"])) == (2472, 53)
    assert (round(rivest["deviance"], 2), rivest["df"]) == (21.97, 7)
    assert len(made) == 64
    assert made.index[0] == "a + b + c + d + a:c + b:d + c:d"


def test_profile_intervals_are_those_published():
    made = air.undercount(lists(CORMACK), level=0.95)
    one = made.loc["a + b + c + b:c"]
    assert (round(one["deviance"], 1), one["df"]) == (1.2, 2)
    assert round(one["total_low"]) == 210
    other = made.loc["a + b + c + a:c + b:c"]
    assert (round(other["total"]), round(other["total_low"])) == (233, 204)
    # Rcapture's own note: the upper ends come close to the paper's, 237 and 313
    assert one["total_high"] == pytest.approx(237, rel=0.01)
    assert other["total_high"] == pytest.approx(313, rel=0.01)


def test_the_model_is_chosen_by_bic_and_the_others_stay_in_view():
    made = air.undercount(lists(DARROCH))
    assert made["bic"].is_monotonic_increasing
    assert made["chosen"].tolist() == [True] + [False] * 7
    assert made["weight"].sum() == pytest.approx(1)
    gap = made["bic"] - made["bic"].iloc[0]
    # exp(-gap / 2), normalised
    shares = np.exp(-gap / 2) / np.exp(-gap / 2).sum()
    assert made["weight"].tolist() == pytest.approx(shares.tolist())
    # deviance + parameters * log(observed) orders the models alike
    size = 7 - made["df"]
    rank = made["deviance"] + size * np.log(made["observed"])
    assert (rank - rank.iloc[0]).tolist() == pytest.approx(gap.tolist())
    near = made[gap <= 10]
    assert near["total_low"].notna().all()
    assert made[gap > 10]["total_low"].isna().all()
    assert made["models_low"].unique().tolist() == [near["total"].min()]
    assert made["models_high"].unique().tolist() == [near["total"].max()]


def test_a_dependence_between_two_of_three_lists_is_found_and_allowed_for():
    rng = np.random.default_rng(8)
    first, third = rng.random((2, 3000)) < [[0.4], [0.3]]
    second = np.where(first, rng.random(3000) < 0.7, rng.random(3000) < 0.2)
    rows = pd.DataFrame({"a": first, "b": second, "c": third})
    rows = rows[rows.any(axis=1)]
    made = air.undercount(rows).iloc[0]
    assert made.name == "a + b + c + a:b"
    assert made["total_low"] <= 3000 <= made["total_high"]
    independent = air.undercount(rows).loc["a + b + c"]
    assert independent["total"] < made["total_low"]
    seen = air.pair_dependence(rows)
    assert seen["dependence"]["a", "b"] == "positive"
    # (0.7 / 0.3) / (0.2 / 0.8) = 9.33, and no dependence of c on either
    ratios = seen["odds_ratio"]
    assert ratios["a", "b"] == pytest.approx(9.33, rel=0.3)
    assert ratios[[("a", "c"), ("b", "c")]].between(0.7, 1.4).all()


def test_nine_of_ten_profile_intervals_hold_the_total():
    # of the one model of independent lists: all eight models take eight times as long
    rng = np.random.default_rng(9)
    inside = np.array([[code >> lane & 1 for lane in range(3)] for code in range(8)])
    design = np.column_stack([np.ones(8), inside])
    held = []
    for nth in range(60):
        rows = rng.random((400, 3)) < (0.4, 0.3, 0.3)
        counts = np.bincount(rows @ [1, 2, 4], minlength=8).astype(float)
        low, high = _profile(design, np.append(0.0, counts[1:]), 0.9)
        held.append(low <= 400 <= high)
        if nth == 0:  # as undercount() gives it
            lists = pd.DataFrame(rows[rows.any(axis=1)], columns=[*"abc"])
            row = air.undercount(lists).loc["a + b + c"]
            assert row[["total_low", "total_high"]].tolist() == pytest.approx(
                [low, high], rel=1e-4
            )
    # 90 % wanted; 0.039 is one standard error of 60 draws
    assert np.mean(held) >= 0.8


def test_lists_with_nothing_in_common_get_no_dependence_and_it_is_said():
    # 111, 110, 101, 100, 011, 010, 001
    made = air.undercount(lists((0, 20, 15, 30, 0, 25, 40)))
    assert not made.index.str.contains("b:c").any()
    assert made["note"].unique().tolist() == [
        "no thing in common, so no dependence fitted: b:c"
    ]
    assert len(made) <= 4


def test_lists_that_never_meet_fit_no_model_and_it_shows():
    # a and b are one list, and c meets neither: independence alone can be fitted
    rows = pd.DataFrame([[1, 1, 0]] * 9 + [[0, 0, 1]] * 9, columns=[*"abc"], dtype=bool)
    made = air.undercount(rows)
    assert made.index.tolist() == ["a + b + c"]
    assert made["note"].item().endswith("a:c, b:c")
    # deviance on 7 cells less 4 parameters
    assert made["df"].item() == 3
    wanted = stats.chi2.sf(made["deviance"].item(), 3)
    assert made["fit_p"].item() == pytest.approx(wanted)
    assert wanted < 1e-8


def test_lists_with_next_to_no_overlap_have_no_finite_total():
    # about 100,000 things a list and 7 in common: 10^10 / 7 each two, which is more
    # than 10,000 times what is seen
    kinds = np.repeat(
        [[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], [7] + [100_000] * 3, 0
    )
    rows = pd.DataFrame(kinds.astype(bool), columns=[*"abc"])
    with pytest.raises(ValueError, match="no log-linear model has a finite total"):
        air.undercount(rows)


def test_pair_dependence_counts_among_the_things_of_the_other_lists():
    # in c: 30 in both, 4 in a alone, 6 in b alone, 10 in neither; outside c: ignored
    rows = [[1, 1, 1]] * 30 + [[1, 0, 1]] * 4 + [[0, 1, 1]] * 6 + [[0, 0, 1]] * 10
    rows += [[1, 0, 0]] * 500
    made = air.pair_dependence(pd.DataFrame(rows, columns=[*"abc"], dtype=bool))
    row = made.loc[("a", "b")]
    cells = ["both", "first_only", "second_only", "neither"]
    assert row[cells].tolist() == [30, 4, 6, 10]
    # (30.5 * 10.5) / (4.5 * 6.5); log se = sqrt(1/30.5 + 1/4.5 + 1/6.5 + 1/10.5)
    assert row["odds_ratio"] == pytest.approx(10.949, abs=0.001)
    ends = 10.9487 * np.exp([-1.64485 * 0.70964, 1.64485 * 0.70964])
    assert row[["odds_ratio_p05", "odds_ratio_p95"]].tolist() == pytest.approx(
        ends.tolist(), rel=1e-3
    )
    assert row["dependence"] == "positive"


# --- refusals

GOOD = two(20, 20, 10)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (two(20, 20, 6), "has 6 things on two lists or more, wanted at least 7"),
        (GOOD[["a"]], "has 1 columns, wanted 2 to 5 lists"),
        (
            pd.DataFrame(True, index=range(9), columns=[*"abcdef"]),
            "has 6 columns, wanted 2 to 5 lists",
        ),
        (pd.concat([GOOD, GOOD]), "has an identifier in several rows"),
        (GOOD.set_axis(["a", "a"], axis=1), "names a column twice"),
        (GOOD.assign(c=False), "has a list that holds nothing"),
        (
            pd.concat([GOOD, pd.DataFrame({"a": [False], "b": False}, index=[99])]),
            "has 1 rows that stand on no list",
        ),
        (GOOD.iloc[:0], "has a list that holds nothing"),
    ],
)
def test_lists_that_say_too_little_or_are_no_lists_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        air.undercount(rows)
    with pytest.raises(ValueError, match=message):
        air.pair_dependence(rows)


def test_seven_things_in_both_lists_are_enough():
    assert air.undercount(two(20, 20, 7))["overlap"].item() == 7


def test_arguments_must_be_known():
    with pytest.raises(TypeError, match=r"lists: \{'b': 'int64'\} are not bool"):
        air.undercount(GOOD.astype({"b": "int64"}))
    with pytest.raises(TypeError, match="'boolean'"):
        air.undercount(GOOD.astype("boolean"))
    with pytest.raises(ValueError, match="dependence: 'some' is not known"):
        air.undercount(GOOD, dependence="some")
    for level in (0, 1, 90, True):
        with pytest.raises(ValueError, match=r"level is .*, wanted a share"):
            air.undercount(GOOD, level=level)
    with pytest.raises(ValueError, match="two columns, wanted a third list"):
        air.pair_dependence(GOOD)
