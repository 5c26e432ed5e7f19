"""What is probably a slip, and how it is confirmed; each slip made by hand."""

import pytest

from syriaconflict import schema
from syriaconflict.doubts import DOUBTS

GOV = {"actor_id": "army", "role": "initiator"}
OPP = {"actor_id": "brigade", "role": "initiator"}


@pytest.fixture
def raised(make_tables):
    """Subjects and messages of one doubt in tables around some claims."""

    def raised(code: str, *claims: dict, parts=None, **changed) -> dict[str, str]:
        tables = make_tables(*claims, parts=parts)
        for name, columns in changed.items():
            for column, values in columns.items():
                dtype = schema.TABLES[name].column(column).dtype
                key = tables[name].columns[0]
                cells = tables[name][key].map(values)
                tables[name][column] = cells.astype(dtype)
        found = DOUBTS[code](tables)
        return {doubt.subject_id: doubt.message for doubt in found}

    return raised


# 1 degree of latitude is 111 km: river lies 2.2 degrees, 245 km, south of the others
EAST = {"amber": 36.7, "qasr": 36.8, "sumaq": 36.75, "plain": 36.6, "river": 36.7}
NORTH = {"amber": 35.3, "qasr": 35.2, "sumaq": 35.25, "plain": 35.3, "river": 33.0}
LOCATED = {"places": {"longitude": EAST, "latitude": NORTH,
                      "radius_km": dict.fromkeys(EAST, 2.0)}}  # fmt: skip


def test_a_place_far_from_the_others_of_its_document(raised):
    near = [{"place_id": "amber"}, {"place_id": "qasr"}, {"place_id": "sumaq"}]
    assert raised("far_place", *near, **LOCATED) == {}
    found = raised("far_place", *near, {"place_id": "river"}, **LOCATED)
    assert list(found) == ["c4"]
    twice = raised("far_place", *near, *[{"place_id": "river"}] * 2, **LOCATED)
    assert list(twice) == ["c4"]  # asked once for all
    assert "river is 244 km from any other place here" in found["c4"]


def test_two_places_are_no_neighbourhood_and_areas_are_far_from_everything(raised):
    two = [{"place_id": "amber"}, {"place_id": "river"}]
    assert raised("far_place", *two, **LOCATED) == {}
    wide = {"places": LOCATED["places"] | {
        "radius_km": dict.fromkeys(EAST, 2.0) | {"river": 60.0}}}  # fmt: skip
    four = [{"place_id": place} for place in ("amber", "qasr", "sumaq", "river")]
    assert raised("far_place", *four, **wide) == {}
    other = [{"document_id": "d-wire"} | claim for claim in four[3:]]
    assert raised("far_place", *four[:3], *other, **LOCATED) == {}


def taken(*days: str, **cells) -> list[dict]:
    return [{"day": day, "event_id": f"c{n}"} | cells for n, day in enumerate(days, 1)]


def test_a_capture_by_whoever_held_the_place_already(raised):
    claims = taken("2017-04-01", "2017-04-20")
    parts = [{"claim_id": "c1"} | GOV, {"claim_id": "c2"} | GOV]
    found = raised("held_already", *claims, parts=parts)
    assert found == {"c2": "is a capture by the side that held the place by c1"}
    # lost in between, taken by the other, or long ago: no doubt
    parts[1] = {"claim_id": "c2"} | OPP
    assert raised("held_already", *claims, parts=parts) == {}
    between = [*taken("2017-04-01", "2017-04-10", "2017-04-20")]
    parts = [{"claim_id": "c1"} | GOV, {"claim_id": "c2"} | OPP,
             {"claim_id": "c3"} | GOV]  # fmt: skip
    assert raised("held_already", *between, parts=parts) == {}
    parts = [{"claim_id": "c1"} | GOV, {"claim_id": "c2"} | GOV]
    assert raised("held_already", *taken("2016-09-01", "2017-04-20"), parts=parts) == {}


@pytest.mark.parametrize(
    "cells",
    [{"modality": "planned"}, {"stance": "denies"}, {"extent": "part"},
     {"outcome": "failed"}, {"event_type": "hold"}, {"place_id": "qasr"},
     {"event_id": "c1"}],
)  # fmt: skip
def test_what_is_no_second_capture(raised, cells):
    first, second = taken("2017-04-01", "2017-04-20")
    parts = [{"claim_id": "c1"} | GOV, {"claim_id": "c2"} | GOV]
    assert raised("held_already", first, second | cells, parts=parts) == {}


def test_told_as_happened_after_publication(raised):
    """The documents are of 24 April 2017; without a precision there is no slack."""
    found = raised("after_publication", {"day": "2017-04-25"}, {"day": "2017-04-24"})
    assert list(found) == ["c1"]
    assert "2017-04-25 lies after the document's publication" in found["c1"]
    assert (
        raised("after_publication", {"day": "2017-04-25", "modality": "planned"}) == {}
    )


def test_an_actor_before_it_began_and_after_it_ended(raised):
    """31 days of grace: the beginning of 1 April, the end of 1 June."""
    claims = [{"day": day} for day in ("2017-02-28", "2017-03-01", "2017-07-02",
                                       "2017-07-03")]  # fmt: skip
    parts = [{"claim_id": f"c{n}"} | OPP for n in (1, 2, 3, 4)]
    life = {"actors": {"active_from": {"brigade": "2017-04-01"},
                       "active_to": {"brigade": "2017-06-01"}}}  # fmt: skip
    found = raised("actor_lifetime", *claims, parts=parts, **life)
    assert sorted(found) == ["c1", "c4"]
    assert found["c1"].startswith("brigade began on 2017-04-01")
    assert found["c4"].startswith("brigade ended on 2017-06-01")


@pytest.mark.parametrize(
    ("counts", "doubted"),
    [((5, 30), ["c2"]), ((5, 25), []), ((1, 20), []), ((30, 5, 200), ["c1", "c3"]),
     ((100, 450), [])],
)  # fmt: skip
def test_a_count_of_harm_far_above_the_others(raised, counts, doubted):
    """More than 5 times the next lower, and 20 persons more."""
    claims = [{"event_id": "c1"} for _ in counts]
    parts = [
        {"claim_id": f"c{n}", "actor_id": "brigade", "role": "target",
         "killed_low": count, "killed_high": count}
        for n, count in enumerate(counts, 1)
    ]  # fmt: skip
    found = raised("casualty_jump", *claims, parts=parts)
    assert sorted(found) == doubted
    apart = [{"event_id": f"c{n}"} for n, _ in enumerate(counts, 1)]
    assert raised("casualty_jump", *apart, parts=parts) == {}


def test_a_publisher_whose_claims_are_all_of_one_type(raised):
    claims = [{"event_type": "airstrike"}] * 12
    found = raised("one_type", *claims)
    assert list(found) == ["d-press"]
    assert "all 12 claims of press are of the type airstrike" in found["d-press"]
    assert raised("one_type", *claims[1:]) == {}
    assert raised("one_type", *claims, {"event_type": "clash"}) == {}


# In the sources


def test_a_doubt_is_a_finding_until_it_is_confirmed(sources):
    line = sources.replace("start: 2017-04-23\n      end: 2017-04-23\n",
                           "start: 2017-04-26\n      end: 2017-04-26\n")  # fmt: skip
    (found,) = sources.findings()
    assert f":{line}: start: 2017-04-26 lies after" in found
    assert "confirmed: {after_publication: reason}" in found
    sources.replace(
        "    radius_km: 2\n",
        "    radius_km: 2\n    confirmed: {after_publication: printed}\n",
    )
    assert sources.findings() == []  # fmt: skip


def test_an_idle_or_unknown_confirmation_is_a_finding(sources):
    line = sources.replace(
        "    radius_km: 2\n", "    radius_km: 2\n    confirmed: {far_place: checked}\n"
    )
    (found,) = sources.findings()
    needle = "confirmed: far_place is in doubt nowhere in this document"
    assert f":{line + 1}: {needle}" in found
    sources.replace("far_place: checked", "faraway: checked")
    (found,) = sources.findings()
    assert "'faraway' is no doubt, wanted far_place, held_already" in found


def test_a_confirmation_needs_a_reason_and_the_form_of_a_mapping(sources):
    sources.replace(
        "    radius_km: 2\n", "    radius_km: 2\n    confirmed: far_place\n"
    )
    (found,) = sources.findings()
    assert "confirmed: is 'far_place', wanted a mapping of doubts to reasons" in found


def test_a_document_is_confirmed_in_its_metadata(sources):
    sources.replace(
        "  genre: news_report\n",
        "  genre: news_report\n  confirmed: {one_type: short}\n",
    )
    (found,) = sources.findings()  # fmt: skip
    assert "one_type is in doubt nowhere in this document" in found


def test_no_claims_raise_no_doubts(raised):
    for code in DOUBTS:
        assert raised(code) == {}


def test_claims_without_days_raise_no_doubts(raised):
    parts = [{"claim_id": "c1"} | GOV]
    claim = {"start": None, "end": None, "place_id": None}
    for code in DOUBTS:
        assert raised(code, claim, parts=parts) == {}
