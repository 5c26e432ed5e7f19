from itertools import combinations

import pandas as pd
import pytest

from syriaconflict import air
from syriaconflict.strike_units import alike, grounds
from syriaconflict.vocabulary import UNITS


def counts(unit, low=2, high=3):
    return pd.DataFrame(
        {
            "unit": [unit],
            "low": pd.array([low], "Int64"),
            "high": pd.array([high], "Int64"),
        }
    )


def test_the_six_units_of_air_strikes_are_among_the_units_of_the_dataset():
    assert len(air.UNITS) == 6
    assert set(air.UNITS) <= set(UNITS)


@pytest.mark.parametrize("pair", list(combinations(air.UNITS, 2)))
def test_each_two_units_say_what_would_have_to_be_justified(pair):
    clause = grounds(pair)
    assert clause == grounds(pair[::-1])
    assert ";" not in clause
    assert "both are of strikes" not in clause
    mixed = pd.concat([counts(pair[0]), counts(pair[1])])
    with pytest.raises(ValueError, match=r"x: unit .* cannot be added") as error:
        alike(mixed, "x", columns=["unit"])
    assert clause in str(error.value)


def test_no_two_pairs_share_their_grounds():
    clauses = [grounds(pair) for pair in combinations(air.UNITS, 2)]
    assert len(set(clauses)) == 15


def test_three_units_need_three_grounds_and_others_a_general_one():
    assert grounds(["strike", "sortie", "munition"]).count(";") == 2
    assert "from the air" in grounds(["strike", "person"])


def test_a_missing_unit_is_a_unit_of_its_own():
    with pytest.raises(ValueError, match="unit not stated and strike cannot be drawn"):
        alike(
            pd.DataFrame({"unit": ["strike", None]}),
            "x",
            columns=["unit"],
            verb="drawn",
        )
    nothing = pd.DataFrame({"unit": []}, dtype="str")
    assert alike(nothing, "x", columns=["unit"]) == {"unit": None}


def test_a_conversion_multiplies_both_bounds_and_keeps_its_grounds():
    rows = pd.concat([counts("sortie"), counts("sortie", 5, None)], ignore_index=True)
    before = rows.copy()
    made = air.convert(
        rows, "strike", each={"low": 1, "high": 2.5}, because="pilots' logs"
    )
    # 2 to 3 sorties are 2 * 1 to 3 * 2.5 strikes; an open bound stays open
    assert made["low"].tolist() == [2, 5]
    assert made["high"].tolist() == [7.5, pd.NA]
    assert made["unit"].tolist() == ["strike"] * 2
    assert made["conversion"].iloc[0] == "sortie -> strike, 1 to 2.5: pilots' logs"
    pd.testing.assert_frame_equal(rows, before)


@pytest.mark.parametrize(
    ("rows", "unit", "each", "because", "message"),
    [
        (counts("sortie"), "sorties", (1, 2), "x", "unit: 'sorties' is not known"),
        (counts("sortie"), "sortie", (1, 2), "x", "there is nothing to convert"),
        (counts("sortie"), "strike", (2, 1), "x", "how many strikes one sortie stands"),
        (counts("sortie"), "strike", (0, 1), "x", "above 0"),
        (counts("sortie"), "strike", (1, 2), " ", "because is empty.*one sortie deliv"),
        (
            pd.concat([counts("sortie"), counts("munition")]),
            "strike",
            (1, 2),
            "x",
            "munition and sortie cannot be converted together",
        ),
        (counts("sortie").drop(columns="low"), "strike", (1, 2), "x", "lacks low"),
    ],
)
def test_a_conversion_without_grounds_is_refused(rows, unit, each, because, message):
    each = dict(zip(("low", "high"), each, strict=True))
    with pytest.raises(ValueError, match=message):
        air.convert(rows, unit, each=each, because=because)


def test_a_conversion_needs_both_numbers():
    with pytest.raises(ValueError, match=r"each is \{'low': 1\}"):
        air.convert(counts("sortie"), "strike", each={"low": 1}, because="x")
