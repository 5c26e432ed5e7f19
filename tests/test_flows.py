import matplotlib as mpl
import pandas as pd
import pytest

import syriaconflict as sc
from syriaconflict.derive import derived
from syriaconflict.flows import NO_FRONT, causal_links, flows, movements
from syriaconflict.load import published
from syriaconflict.plot_points import plot_front_flows

mpl.use("Agg")

TEXT = "2016-10-04-yalla-souriya-hama-aleppo-"
PLACES = pd.DataFrame(
    {
        "place_id": ["aleppo", "safira", "hama", "souran", "iraq"],
        "front_id": ["aleppo", "aleppo", "hama", "hama", None],
    }
)


def make(*rows):
    """Return events and claims (claim_id c0 of event e0 ...) from changes to a row."""
    plain = {
        "event_type": "redeployment",
        "modality": "realised",
        "grain": "discrete",
        "place_id": "hama",
        "initiator_camp": "government",
        "start": "2016-09-27",
        "end": "2016-10-04",
    }
    frame = pd.DataFrame([plain | row for row in rows], columns=list(plain))
    dates = {
        name: pd.to_datetime(frame[name]).astype("datetime64[ms]")
        for name in ("start", "end")
    }
    events = frame.assign(event_id=[f"e{n}" for n in range(len(rows))], **dates)
    claims = pd.DataFrame({"event_id": events["event_id"]}).assign(
        claim_id=[f"c{n}" for n in range(len(rows))]
    )
    return events, claims


def told(*rows):
    return pd.DataFrame(rows, columns=["claim_id", "place_id", "role"])


def ways(moves):
    return list(moves[["from_place_id", "to_place_id"]].itertuples(index=False))


# --- movements


def test_origin_and_destination_come_from_the_place_and_the_roles():
    events, claims = make({}, {"place_id": None}, {})
    roles = told(
        ("c0", "aleppo", "from"),
        ("c1", "aleppo", "from"),
        ("c0", "souran", "toward"),
        ("c2", "safira", "via"),
    )
    moves = movements(events, claims, roles)
    assert ways(moves) == [
        ("aleppo", "hama"),
        ("aleppo", "not stated"),
        ("not stated", "hama"),
    ]
    assert moves["claim_ids"].tolist() == ["c0", "c1", "c2"]
    assert moves["share"].tolist() == [1, 1, 1]
    assert moves["camp"].tolist() == ["government"] * 3


def test_several_ends_split_an_event_and_claims_of_one_event_are_joined():
    events, claims = make({})
    more = pd.DataFrame({"event_id": ["e0"], "claim_id": ["c9"]})
    roles = told(
        ("c0", "aleppo", "from"),
        ("c9", "safira", "from"),
        ("c9", "aleppo", "from"),  # told twice, one origin
        ("c9", "souran", "to"),
        ("c9", "hama", "to"),  # the event's own place again
    )
    moves = movements(events, pd.concat([more, claims]), roles)
    assert ways(moves) == [
        ("aleppo", "hama"),
        ("aleppo", "souran"),
        ("safira", "hama"),
        ("safira", "souran"),
    ]
    assert moves["share"].tolist() == [0.25] * 4
    assert set(moves["claim_ids"]) == {"c0 c9"}


def test_a_way_from_a_place_to_itself_stays_only_if_it_is_the_only_one():
    events, claims = make({"place_id": "hama"}, {"place_id": "hama"})
    roles = told(("c0", "hama", "from"), ("c0", "aleppo", "to"), ("c1", "hama", "from"))
    moves = movements(events, claims, roles)
    assert ways(moves) == [("hama", "aleppo"), ("hama", "hama")]
    assert moves["share"].tolist() == [1, 1]


def test_other_types_are_taken_only_when_asked_for():
    events, claims = make({"event_type": "breakout"}, {"event_type": "convoy"})
    assert movements(events, claims, told())["event_type"].tolist() == ["convoy"]
    asked = movements(events, claims, told(), types=["breakout", "convoy"])
    assert len(asked) == 2


def test_wrong_frames_are_refused():
    events, claims = make({})
    with pytest.raises(ValueError, match="types: 'redeploy' is not known; nearest: re"):
        movements(events, claims, told(), types="redeploy")
    with pytest.raises(ValueError, match="'e0' has no claim in claims"):
        movements(events, claims[:0], told())
    with pytest.raises(ValueError, match="'e0' stands in several rows"):
        movements(pd.concat([events, events]), claims, told())
    with pytest.raises(ValueError, match="claim_places lacks role"):
        movements(events, claims, told().drop(columns="role"))


# --- flows


def test_flows_keep_modality_and_grain_apart_and_lose_nothing():
    events, claims = make(
        {},
        {"start": "2016-09-20", "end": "2016-09-21", "event_type": "convoy"},
        {"modality": "planned", "end": None},
        {"grain": "state", "start": None},
        {"place_id": "iraq"},
        {"place_id": None, "modality": None},
    )
    roles = told(*[(f"c{nth}", "aleppo", "from") for nth in range(4)])
    moves = movements(events, claims, roles)
    table = flows(moves)
    first = table.iloc[1]  # after modality planned
    assert first[["from_place_id", "to_place_id", "n"]].tolist() == [
        "aleppo",
        "hama",
        2,
    ]
    assert first["start"] == pd.Timestamp("2016-09-20")
    assert first["end"] == pd.Timestamp("2016-10-04")
    assert first["claim_ids"] == "c0 c1"
    assert first["event_types"] == "convoy redeployment"
    assert table["undated"].tolist() == [1, 0, 1, 0, 0]
    assert table["n"].tolist() == [1, 2, 1, 1, 1]
    fronts = flows(moves, PLACES, by="front")
    assert set(fronts["to_front_id"]) == {"hama", NO_FRONT, "not stated"}
    for one in (table, fronts):
        assert one["n_shared"].sum() == pytest.approx(len(events))


def test_a_split_event_counts_once_in_a_front():
    events, claims = make({})
    roles = told(("c0", "aleppo", "from"), ("c0", "safira", "from"))
    moves = movements(events, claims, roles)
    assert flows(moves)["n"].tolist() == [1, 1]
    assert flows(moves)["n_shared"].tolist() == [0.5, 0.5]
    table = flows(moves, PLACES, by="front")
    assert table[["from_front_id", "to_front_id"]].to_numpy().tolist() == [
        ["aleppo", "hama"]
    ]
    assert table[["n", "n_shared"]].to_numpy().tolist() == [[1, 1]]


def test_flows_refuse_what_they_cannot_place():
    events, claims = make({})
    moves = movements(events, claims, told())
    with pytest.raises(ValueError, match="by: 'camp' is not known"):
        flows(moves, by="camp")
    with pytest.raises(ValueError, match="places is not given"):
        flows(moves, by="front")
    with pytest.raises(ValueError, match="to_place_id 'hama' is not in places"):
        flows(moves, PLACES[:1], by="front")
    with pytest.raises(ValueError, match="moves lacks share"):
        flows(moves.drop(columns="share"))


def test_order_does_not_matter_and_empty_gives_empty():
    events, claims = make({}, {"place_id": "aleppo"})
    roles = told(("c0", "aleppo", "from"), ("c1", "hama", "from"))
    before = [frame.copy() for frame in (events, claims, roles)]
    moves = movements(events, claims, roles)
    turned = movements(events[::-1], claims[::-1], roles[::-1])
    pd.testing.assert_frame_equal(moves, turned)
    pd.testing.assert_frame_equal(
        flows(moves[::-1], PLACES, by="front"), flows(moves, PLACES, by="front")
    )
    for frame, old in zip((events, claims, roles), before, strict=True):
        pd.testing.assert_frame_equal(frame, old)
    none = movements(events[:0], claims, roles)
    assert none.empty
    assert list(none.columns) == list(moves.columns)
    assert list(flows(none).columns) == list(flows(moves).columns)
    assert flows(none, PLACES, by="front").empty


# --- causal links


def some_claims():
    names = ["document_id", "claimant_kind", "claimant_id", "claimant_note", "stance"]
    plain = dict.fromkeys([*names, "modality", "place_id", "event_id"], "x")
    return pd.DataFrame(
        [plain | {"claim_id": one, "summary": one.upper()} for one in "abc"]
    )


def links(*rows):
    return pd.DataFrame(rows, columns=["claim_id", "other_claim_id", "relation"])


def test_links_name_cause_and_effect_and_answers_turn_round():
    given = links(("b", "a", "causes"), ("a", "c", "responds_to"), ("a", "b", "says"))
    table = causal_links(some_claims(), given)
    assert table[["cause_summary", "effect_summary"]].to_numpy().tolist() == [
        ["B", "A"]
    ]
    both = causal_links(some_claims(), given, relations=["causes", "responds_to"])
    assert both[
        ["cause_claim_id", "effect_claim_id", "relation"]
    ].to_numpy().tolist() == [
        ["b", "a", "causes"],
        ["c", "a", "responds_to"],
    ]
    assert causal_links(some_claims(), links()).empty
    assert list(causal_links(some_claims(), links()).columns) == list(table.columns)


def test_links_refuse_what_is_not_there():
    with pytest.raises(ValueError, match="claim_links: 'z' is not in claims"):
        causal_links(some_claims(), links(("a", "z", "causes")))
    with pytest.raises(ValueError, match="relations: 'says' is not known"):
        causal_links(some_claims(), links(), relations="says")
    with pytest.raises(ValueError, match="claims lacks summary"):
        causal_links(some_claims().drop(columns="summary"), links())


# --- the founding text of 2016, read by hand


def told_by_founding_texts():
    tables = published()
    texts = tables["documents"].query("found_by == 'founding text'")["document_id"]
    claims = tables["claims"]
    tables["claims"] = claims[claims["document_id"].isin(texts)]
    for name in ("claim_actors", "claim_places"):
        mine = tables[name]["claim_id"].isin(tables["claims"]["claim_id"])
        tables[name] = tables[name][mine]
    events = derived(tables)["events"]
    return movements(events, tables["claims"], tables["claim_places"])


def founding():
    moves = told_by_founding_texts()
    return moves[moves["event_id"].str.startswith(TEXT)].assign(
        claim=lambda frame: frame["event_id"].str[-3:]
    )


def test_movements_of_the_founding_text_are_those_read_by_hand():
    # claims 4, 12, 19, 20, 35 station a force; 15 and 17 enter the battle, from where
    # is not told; 29 and 34 leave Aleppo for Hama; of convoy 37 only the origin is told
    table = founding().set_index("claim")
    assert sorted(table.index) == [
        *("004", "012", "015", "017", "019", "020", "029", "034", "035", "037")
    ]
    ends = table[["from_place_id", "to_place_id", "modality"]].T.to_dict("list")
    assert ends["029"] == ["aleppo", "hama-countryside", "ongoing"]
    assert ends["034"] == ["southern-aleppo", "hama-countryside", "realised"]
    assert ends["037"] == ["aleppo", "not stated", "realised"]
    assert ends["015"] == ["not stated", "hama-countryside", "realised"]
    assert ends["035"] == ["not stated", "southern-aleppo", "realised"]
    assert set(table["grain"][table["event_type"] == "deployment"]) == {"state"}


def test_flows_between_the_fronts_of_the_founding_text():
    table = flows(founding(), sc.places(), by="front")
    moving = table[table["grain"] == "discrete"]
    found = moving.set_index(["from_front_id", "to_front_id", "modality"])["n"]
    assert found.to_dict() == {
        ("aleppo", "northern-hama", "ongoing"): 1,
        ("aleppo", "not stated", "realised"): 1,
        ("not stated", "northern-hama", "realised"): 2,
        ("southern-aleppo", "northern-hama", "realised"): 1,
    }


def test_causes_of_the_founding_text():
    table = causal_links(sc.claims(), sc.load("claim_links"))
    own = table[table["cause_document_id"] == TEXT[:-1]]
    pairs = own[["cause_claim_id", "effect_claim_id"]].map(lambda text: int(text[-3:]))
    assert pairs.to_numpy().tolist() == [
        [15, 18],
        [17, 18],
        [28, 29],
        [30, 32],
        [30, 33],
    ]
    assert set(own["cause_claimant_kind"]) == {"publisher"}


# --- the map


def test_the_map_draws_flows_between_fronts_and_counts_the_others():
    moves = told_by_founding_texts()
    table = flows(moves, sc.places(), by="front")
    chosen = table[(table["modality"] == "realised") & (table["grain"] == "discrete")]
    ax = plot_front_flows(chosen, sc.load("fronts"), linewidth=5)
    # southern-aleppo to northern-hama; two within northern-hama; unknown ends: 1 from
    # aleppo, 2 from northern-hama, 2 to eastern-hama, 6 to northern-hama
    assert len(ax.patches) == 1
    assert ax.patches[0].get_linewidth() == 5
    written = [text.get_text() for text in ax.texts]
    assert "within one front, not drawn: 2" in written
    assert "origin or destination not stated or in no front, not drawn: 12" in written
    again = plot_front_flows(chosen, sc.load("fronts"), ax)
    assert again is ax
    mpl.pyplot.close("all")


def test_the_map_refuses_to_be_empty():
    columns = ["from_front_id", "to_front_id", "n"]
    inside = pd.DataFrame([["aleppo", "aleppo", 1]], columns=columns)
    with pytest.raises(ValueError, match="none goes from one front to another"):
        plot_front_flows(inside, sc.load("fronts"))
    with pytest.raises(ValueError, match="flows lacks n"):
        plot_front_flows(inside.drop(columns="n"), sc.load("fronts"))
