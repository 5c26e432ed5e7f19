"""The map's page: what its columns hold, and what it may and may not contain."""

import base64
import hashlib
import html
import json
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest

import syriaconflict as sc
from syriaconflict import _explore_rows as rows
from syriaconflict import explore as module
from syriaconflict._explore_control import control_of, lines_of
from syriaconflict._explore_ground import ground_of
from syriaconflict._explore_page import page
from syriaconflict._explore_words import CAMP_LETTERS, CLASS_MARKS, words_of
from syriaconflict.cli import main
from syriaconflict.explore import Page, explore
from syriaconflict.mesh import mesh_of
from syriaconflict.vocabulary import CAMPS, EVENT_CLASSES

AUGUST = 17014  # 2016-08-01 in days since 1970-01-01: 46 years, 12 leap days, 212 days
HALFAYA = "2017-04-24-syria-direct-halfaya-004"


@pytest.fixture
def places(make_frame):
    """Souran and Morek, some 11 km apart, and an area without a cell."""
    return make_frame(
        "places",
        {"place_id": "souran", "name": "Souran", "kind": "settlement",
         "longitude": 36.748, "latitude": 35.292, "radius_km": 1.0},
        {"place_id": "morek", "name": "Morek", "name_ar": "مورك", "kind": "settlement",
         "longitude": 36.690, "latitude": 35.376, "radius_km": 1.0},
        {"place_id": "plain", "name": "Plain", "kind": "area"},
    )  # fmt: skip


@pytest.fixture
def control(make_frame):
    """Souran held by the government, told once; Morek lost on 11 August."""
    return make_frame(
        "control",
        {"control_id": "morek-01", "place_id": "morek", "camp": "opposition",
         "status": "held", "basis": "stated", "start": "2016-08-01",
         "end": "2016-08-11", "last_told": "2016-08-10"},
        {"control_id": "morek-02", "place_id": "morek", "camp": "opposition",
         "other_camp": "government", "status": "contested", "basis": "stated",
         "start": "2016-08-11", "last_told": "2016-08-11"},
        {"control_id": "souran-01", "place_id": "souran", "camp": "russia",
         "status": "held", "basis": "stated", "start": "2016-08-01",
         "last_told": "2016-08-01"},
    )  # fmt: skip


def windows(start, end):
    return pd.DataFrame(
        {"campaign_id": ["c"], "name": ["C"], "note": [None],
         "start": pd.to_datetime([start]), "end": pd.to_datetime([end])}
    )  # fmt: skip


def test_a_run_ends_where_the_spell_or_its_age_or_its_confidence_changes(
    control, places
):
    found = control_of(
        control, places, mesh_of(places), windows("2016-08-01", "2016-09-02")
    )
    runs = pd.DataFrame(found["runs"])
    assert found["spells"]["start"] == [AUGUST, AUGUST + 10, AUGUST]
    assert found["spells"]["end"] == [AUGUST + 10, None, None]
    morek = runs[runs["place"] == 1]
    # held to 10 August, contested from the 11th on; nobody's alone: no confidence
    held = morek[morek["spell"] == 0]
    assert (held["first"].min(), held["last"].max()) == (AUGUST, AUGUST + 9)
    contested = morek[morek["spell"] == 1]
    assert contested[["first", "last", "old"]].to_numpy().tolist() == [
        [AUGUST + 10, AUGUST + 32, 0]
    ]
    assert contested["sure"].isna().all()
    souran = runs[runs["place"] == 0]
    # told on 1 August: 30 days old on the 31st, 31 on 1 September, day 31 from day 0
    assert souran[souran["old"] == 1]["first"].min() == AUGUST + 31
    assert souran["last"].max() == AUGUST + 32
    # confidence (1 + 2 ** (-days / 97.4)) / 2: 1 at first; 0.9 after 31.4 days
    assert souran["sure"].iloc[0] == 100
    assert souran["sure"].iloc[-1] == 90
    # the runs of a place follow each other without gap or overlap
    for _, one in runs.groupby("place"):
        assert (one["first"].iloc[1:].array == one["last"].iloc[:-1].array + 1).all()


def test_lines_run_from_the_first_to_the_last_day_on_which_both_cells_were_so(
    control, places
):
    found = lines_of(control, mesh_of(places), windows("2016-08-05", "2016-08-20"))
    lines = pd.DataFrame({k: v for k, v in found.items() if k != "borders"})
    camps = list(CAMPS)
    government, opposition = camps.index("government"), camps.index("opposition")
    assert len(found["borders"]) == 1
    firm = lines[lines["other"].notna()]
    assert firm[["border", "first", "last", "side", "other"]].to_numpy().tolist() == [
        [0, AUGUST + 4, AUGUST + 9, government, opposition]
    ]
    edge = lines[lines["other"].isna()]
    assert edge[["border", "first", "last", "side"]].to_numpy().tolist() == [
        [0, AUGUST + 10, AUGUST + 19, government]
    ]
    # two circles of 15 km whose middles lie 10.7 km apart: a chord of 28.0 km
    assert lines["km"].round(1).tolist() == [28.0, 28.0]


def test_no_line_is_an_empty_list(control, places):
    alone = control[control["place_id"] == "souran"]
    found = lines_of(alone, mesh_of(places), windows("2016-08-05", "2016-08-06"))
    assert found == {"borders": [], "border": [], "first": [], "last": [], "side": [],
                     "other": [], "km": []}  # fmt: skip


def test_the_columns_of_events_keep_what_is_missing_missing(make_events, places):
    events = make_events(
        {"event_class": "control", "day": "2016-08-02", "place_id": "morek",
         "longitude": 36.690, "latitude": 35.376, "radius_km": 1.0,
         "initiator_camp": "opposition", "source_count": 2, "summary": "One."},
        {"event_class": "harm", "start": "2016-08-02", "place_id": None,
         "modality": "denied"},
    )  # fmt: skip
    found = rows.events_of(events, places)
    assert found["start"] == [AUGUST + 1, AUGUST + 1]
    assert found["end"] == [AUGUST + 1, None]
    assert found["place"] == [1, None]
    assert found["camp"] == [list(CAMPS).index("opposition"), None]
    assert found["class"] == [
        list(EVENT_CLASSES).index("control"), list(EVENT_CLASSES).index("harm")
    ]  # fmt: skip
    assert found["x"][1] is None
    # 36.690 E lies 2.31 degrees west of the zone's middle meridian, 500 km
    assert 288 < found["x"][0] < 291
    assert 3916 < found["y"][0] < 3919
    assert found["summary"] == ["One.", None]
    assert found["sources"] == [2, None]


def test_a_place_has_its_arabic_name_and_all_its_spellings(make_frame, places):
    names = make_frame(
        "place_names",
        {"place_id": "souran", "name": "Suran", "language": "en", "kind": "name"},
        {"place_id": "souran", "name": "صوران", "language": "ar", "kind": "name"},
    )
    found = rows.places_of(places, names, mesh_of(places).cells.index)
    assert found["arabic"] == ["صوران", "مورك", None]
    assert set(found["also"][0]) >= {"Suran", "صوران"}
    assert found["x"][2] is None
    assert found["cell"][2] is None
    assert sorted(found["cell"][:2]) == [0, 1]


def test_periods_have_the_days_of_a_campaign_and_all_days_of_a_report(make_events):
    events = make_events(
        {"start": "2016-08-01", "end": "2016-08-03"},
        {"day": "2015-01-01"},
        {"start": "2014-01-01", "end": "2014-01-16"},  # 15 days apart: too wide
        {"start": "2014-01-01"},
    )
    found = rows.periods_of(windows("2016-08-02", "2016-08-04"), events)
    assert [(one["id"], one["days"], one["events"]) for one in found] == [
        ("c", [AUGUST + 1, AUGUST + 2, AUGUST + 3], 2),
        ("all", [16436, AUGUST, AUGUST + 2], 4),  # 16436: 45 years, 11 leap days
    ]


def test_a_period_without_an_event_is_left_out(make_events):
    events = make_events({"day": "2015-01-01"})
    found = rows.periods_of(windows("2016-08-02", "2016-08-04"), events)
    assert [one["id"] for one in found] == ["all"]


def test_only_addresses_of_the_web_become_links(make_frame, monkeypatch):
    cited = "head\nline 0\nline 1\nline 2\nline 3"
    monkeypatch.setattr(rows, "cite", lambda _: cited)
    urls = ["https://a.example/x", "HTTP://a.example", "javascript:alert(1)", None]
    documents = make_frame(
        "documents",
        *({"document_id": f"d{n}", "publisher_id": "p", "title": "T", "url": url,
           "derived_from": "d0" if n == 3 else None,
           "published": "2017-04-24"} for n, url in enumerate(urls)),
    )  # fmt: skip
    publishers = make_frame(
        "publishers", {"publisher_id": "p", "name": "P", "perspective": "ngo_un"}
    )
    found = rows.documents_of(documents, publishers)
    assert found["url"] == ["https://a.example/x", "HTTP://a.example", None, None]
    assert found["citation"] == ["line 0", "line 1", "line 2", "line 3"]
    assert found["original"] == [None, None, None, 0]
    assert found["date"] == ["2017-04-24"] * 4


def test_every_class_has_a_mark_of_its_own_and_every_camp_letters():
    assert list(CLASS_MARKS) == list(EVENT_CLASSES)
    assert len(set(CLASS_MARKS.values())) == len(EVENT_CLASSES)
    assert list(CAMP_LETTERS) == list(CAMPS)
    assert len(set(CAMP_LETTERS.values())) == len(CAMPS)


def test_letters_are_read_on_the_colour_of_their_camp():
    looks = dict(zip(CAMPS, words_of()["looks"], strict=True))
    assert looks["isis"]["ink"] == "#FFFFFF"  # on black
    assert looks["sdf"]["ink"] == "#222222"  # on yellow


def test_the_ground_has_a_cell_for_each_place_and_a_line_for_each_road(places):
    import geopandas as gpd
    from shapely import Point, box

    stops = [Point(36.748, 35.292), Point(36.690, 35.376)]
    axes = gpd.GeoDataFrame(
        {"axis_id": "a", "axis_name": "A", "seq": [2, 1]}, geometry=stops[::-1],
        crs="EPSG:4326",
    )  # fmt: skip
    fronts = gpd.GeoDataFrame(
        {"name": ["F"]}, geometry=[box(36, 35, 37, 36)], crs="EPSG:4326"
    )
    found = ground_of(mesh_of(places), axes, fronts)
    assert len(found["cells"]) == 2
    (road,) = found["roads"]
    assert road["name"] == "A"
    assert road["xy"][1][0] < road["xy"][1][1]  # by seq: from south to north
    assert len(found["fronts"][0]["xy"][0]) == 5
    assert {"36°E", "35.5°N"} <= {one["name"] for one in found["grid"]}


class Elements(HTMLParser):
    """Collects scripts, their texts, and what a page would load."""

    def __init__(self, text):
        super().__init__()
        self.scripts, self.loaded, self.policy, self.within = [], [], "", None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "script":
            self.within = attrs.get("type", "run")
            self.scripts.append([self.within, ""])
        if attrs.get("http-equiv") == "Content-Security-Policy":
            self.policy = attrs["content"]
        self.loaded += [
            attrs[key] for key in ("src", "srcset", "data", "action") if key in attrs
        ]
        if tag == "link":
            self.loaded.append(attrs.get("href"))

    def handle_endtag(self, tag):
        if tag == "script":
            self.within = None

    def handle_data(self, data):
        if self.within is not None:
            self.scripts[-1][1] += data


HOSTILE = "</script><script>alert(1)</script><!-- {{bokeh}} & \u2028"


def test_a_hostile_title_stays_data_and_only_the_page_s_scripts_may_run():
    found = Elements(page({"title": HOSTILE}))
    assert [kind for kind, _ in found.scripts] == ["application/json"] * 2 + ["run"] * 2
    assert json.loads(found.scripts[0][1]) == {"title": HOSTILE}
    digests = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for kind, text in found.scripts
        if kind == "run"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in found.policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [f"'sha256-{one}'" for one in digests]
    assert "connect-src" not in rules  # nothing but 'none'
    assert found.loaded == ["data:,"]


def test_what_json_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        page({"x": float("nan")})


def test_a_page_shows_itself_in_a_frame_that_may_only_run_scripts(tmp_path):
    made = Page('<p title="a">b</p>')
    shown = made._repr_html_()
    assert f'srcdoc="{html.escape(made.html)}"' in shown
    assert "allow-same-origin" not in shown
    assert repr(made) == "<map, 0.0 MB: .save('map.html')>"
    path = made.save(tmp_path / "map.html")
    assert path.read_text(encoding="utf-8") == made.html


@pytest.fixture(scope="module")
def april():
    """The page of two days of April 2017, and its data."""
    made = explore(start="2017-04-23", end="2017-04-24")
    return made, json.loads(Elements(made.html).scripts[0][1])


def test_claims_sources_and_citation_of_an_event_are_on_the_page(april):
    made, data = april
    assert len(made.html.encode()) < 5_000_000
    event = data["events"]["id"].index(HALFAYA)
    claims = data["claims"]
    mine = [n for n, one in enumerate(claims["event"]) if one == event]
    told = sc.evidence(HALFAYA)
    assert [claims["id"][n] for n in mine] == told["claim_id"].tolist()
    assert [claims["summary"][n] for n in mine] == told["summary"].tolist()
    documents = data["documents"]
    used = {claims["document"][n] for n in mine}
    while more := {documents["original"][n] for n in used} - used - {None}:
        used |= more
    used = sorted(used, key=documents["id"].__getitem__)
    lines = [data["release"]["citation"], *(documents["citation"][n] for n in used)]
    events = sc.events()
    assert "\n".join(lines) == sc.cite(events[events["event_id"] == HALFAYA])


def test_a_chosen_period_is_the_only_one_and_holds_what_may_lie_in_it(april):
    _, data = april
    (period,) = data["periods"]
    assert (period["id"], len(period["days"])) == ("chosen", 2)
    low, high = period["days"]
    bounds = zip(data["events"]["start"], data["events"]["end"], strict=True)
    assert all(
        (start is None or start <= high) and (end is None or end >= low)
        for start, end in bounds
    )


def test_events_of_the_caller_are_shown_and_left_as_they_were():
    events = sc.events()
    mine = events[events["event_id"] == HALFAYA]
    before = mine.copy()
    made = sc.plot.explore(mine, campaign="hama-2017")
    pd.testing.assert_frame_equal(pd.DataFrame(mine), pd.DataFrame(before))
    data = json.loads(Elements(made.html).scripts[0][1])
    assert data["events"]["id"] == [HALFAYA]
    assert data["periods"][0]["id"] == "hama-2017"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"campaign": "hama"}, "no campaign is called 'hama'; there are: .*hama-2017"),
        ({"start": "2017-04-01"}, "start is '2017-04-01' and end is None; give both"),
        ({"start": "1950-01-01", "end": "1950-01-02",
          "events": sc.events().dropna(subset="start")}, "no row is left to draw"),
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_made_says_why(words, message):
    with pytest.raises(ValueError, match=message):
        explore(**words)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="events lacks grade"):
        explore(sc.events().drop(columns="grade"))


def test_without_bokeh_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "bokeh", None)
    with pytest.raises(ModuleNotFoundError, match=r"syriaconflict\[map\]"):
        explore()


def test_the_command_writes_the_file(tmp_path, capsys, monkeypatch):
    asked = {}

    def made(**words):
        asked.update(words)
        return Page("<!doctype html>")

    monkeypatch.setattr(module, "explore", made)
    path = tmp_path / "x.html"
    words = ["--campaign", "hama-2017", "--rule", "government", "--out", str(path)]
    assert main(["map", *words]) == 0
    assert path.read_text() == "<!doctype html>"
    assert f"{path}: 0.0 MB; open it in a browser" in capsys.readouterr().out
    assert asked == {"campaign": "hama-2017", "rule": "government", "start": None,
                     "end": None}  # fmt: skip


def test_the_command_says_which_campaigns_there_are(tmp_path, capsys):
    assert main(["map", "--campaign", "hama", "--out", str(tmp_path / "x")]) == 1
    assert "no campaign is called 'hama'" in capsys.readouterr().err
