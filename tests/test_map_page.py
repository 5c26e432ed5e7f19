"""The map in headless Chromium; run by `make test-browser`."""

import json
import re
import shutil

import pytest

import syriaconflict as sc
from syriaconflict._explore_page import page as page_of
from syriaconflict.explore import explore

pytestmark = pytest.mark.browser

PROGRAMS = ("chromium", "chromedriver")
MEGABYTE = 1_000_000
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--window-size=1400,1000",
)  # fmt: skip
HALFAYA = "2017-04-24-syria-direct-halfaya-004"
DAY = "#period=hama-2017&day=2017-04-23"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Chromium, with the log of its console and of its network."""
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="selenium is absent: the extra browser brings it"
    )
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} on the path")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    logs = {"browser": "ALL", "performance": "ALL"}
    options.set_capability("goog:loggingPrefs", logs)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_script_timeout(20)
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The page of all events, as a file."""
    return explore().save(tmp_path_factory.mktemp("page") / "map.html").as_uri()


@pytest.fixture
def opened(browser, address):
    """Open the page at a day and wait until its map is drawn."""

    def open_at(where=DAY, width=1400):
        browser.get("about:blank")
        size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        for log in ("browser", "performance"):
            browser.get_log(log)
        browser.get(address + where)
        drawn = "return performance.getEntriesByName('map-drawn').length"
        wait(browser, lambda page: page.execute_script(drawn))
        return browser

    yield open_at
    wrong = [one for one in browser.get_log("browser") if one["level"] != "INFO"]
    assert wrong == []
    messages = [json.loads(one["message"]) for one in browser.get_log("performance")]
    asked = [
        one["message"]["params"]["request"]["url"]
        for one in messages
        if one["message"]["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def wait(page, condition):
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(page, 20, 0.05).until(condition)


def text(page, name):
    return page.find_element("id", name).get_property("textContent")


def keys(page, *pressed):
    from selenium.webdriver import ActionChains

    ActionChains(page).send_keys(*pressed).perform()


def focused(page):
    return page.switch_to.active_element


def shown(page):
    """How many events the page says that it shows, and how many rows it lists."""
    rows = len(page.find_elements("css selector", "#rows tr[data-event]"))
    return int(text(page, "count").split()[0]), rows


def hidden(page):
    """How many events the page says that it hides, by reason."""
    words = text(page, "count")
    reasons = ("spread over", "of another kind", "by class or camp")
    found = {reason: re.search(rf"(\d+) {reason}", words) for reason in reasons}
    return {reason: int(one[1]) if one else 0 for reason, one in found.items()}


def click_at(page, kind, row):
    """Click where a source of the figure has a row."""
    from selenium.webdriver import ActionChains

    # kept apart from the page's script: positions from the figure's own ranges
    x, y = page.execute_script(
        """const plot = Bokeh.documents[0].get_model_by_name('map');
        const data = plot.renderers.find((one) => one.name === arguments[0]).data_source
          .data, box = document.getElementById('figure').getBoundingClientRect();
        const { x_range: X, y_range: Y } = plot, i = arguments[1];
        return [box.left + (data.x[i] - X.start) / (X.end - X.start) * box.width,
          box.top + (Y.end - data.y[i]) / (Y.end - Y.start) * box.height];""",
        kind, row,
    )  # fmt: skip
    actions = ActionChains(page)
    actions.w3c_actions.pointer_action.move_to_location(int(x), int(y))
    actions.w3c_actions.pointer_action.click()
    actions.perform()


def test_it_is_small_and_says_what_it_shows(opened, address):
    from pathlib import Path
    from urllib.request import url2pathname

    size = Path(url2pathname(address.removeprefix("file://"))).stat().st_size
    assert size < 5 * MEGABYTE
    page = opened()
    count, rows = shown(page)
    assert count == rows > 0
    assert text(page, "date") == "23 April 2017"
    assert sc.__version__ in text(page, "release")
    assert f"In this file: {len(sc.events())} events" in text(page, "count")


def test_the_slider_the_buttons_and_the_arrow_keys_change_the_day(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened()
    page.find_element("id", "after").click()
    assert text(page, "date") == "24 April 2017"
    keys(page, Keys.ARROW_LEFT)  # the button has the focus: not the slider's own key
    assert text(page, "date") == "23 April 2017"
    page.find_element("id", "day").send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert text(page, "date") == "21 April 2017"
    assert text(page, "list-title").startswith("Events of 21 April 2017")
    page.find_element("id", "day").send_keys(Keys.END)
    assert text(page, "date") == "30 April 2017"
    assert not page.find_element("id", "after").is_enabled()


def test_playing_goes_on_by_itself_and_stops(opened):
    page = opened()
    page.find_element("id", "play").click()
    assert page.find_element("id", "play").get_attribute("aria-pressed") == "true"
    wait(page, lambda one: text(one, "date") == "24 April 2017")
    page.find_element("id", "play").click()
    assert page.find_element("id", "play").get_attribute("aria-pressed") == "false"


def test_another_campaign_begins_on_its_first_day(opened):
    from selenium.webdriver.support.ui import Select

    page = opened()
    Select(page.find_element("id", "period")).select_by_value("aleppo-hama-2024")
    assert text(page, "date") == "27 November 2024"
    assert shown(page)[0] > 0


def test_a_click_on_a_mark_opens_it_and_escape_gives_the_focus_back(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened()
    assert not page.find_element("id", "panel").is_displayed()
    click_at(page, "marks", 0)
    assert page.find_element("id", "panel").is_displayed()
    assert focused(page).get_attribute("id") == "panel-title"
    keys(page, Keys.ESCAPE)
    assert not page.find_element("id", "panel").is_displayed()
    assert focused(page).get_attribute("id") == "frame"


def test_a_click_on_a_place_says_who_held_it(opened):
    page = opened(DAY)
    search(page, "Qomhana")
    assert "Control on 2017-04-23" in text(page, "panel-body")
    title = text(page, "panel-title")
    page.find_element("id", "close").click()
    middle = page.find_element("id", "figure")
    middle.click()  # the search put the place in the middle of the map
    assert text(page, "panel-title") == title == "Qomhana"


def search(page, words):
    from selenium.webdriver.common.keys import Keys

    box = page.find_element("id", "find")
    box.clear()
    box.send_keys(words, Keys.ARROW_DOWN, Keys.ENTER)


@pytest.mark.parametrize("words", ["حلفايا", "Halfayah", "halfaia", "HALFAYA"])
def test_a_place_is_found_by_arabic_and_english_spellings(opened, words):
    page = opened()
    search(page, words)
    assert text(page, "panel-title") == "Halfaya"
    arabic = page.find_element("css selector", "#panel [lang=ar]")
    assert arabic.get_attribute("dir") == "rtl"


def test_an_unknown_place_is_said_to_be_unknown(opened):
    page = opened()
    page.find_element("id", "find").send_keys("qqqq")
    assert "No place with such a name" in text(page, "found")


def test_the_panel_has_claims_sources_and_the_citation_of_the_row(opened):
    page = opened()
    told = sc.evidence(HALFAYA)
    events = sc.events()
    row = events[events["event_id"] == HALFAYA]
    number = page.execute_script(
        "return JSON.parse(document.getElementById('data').textContent)"
        f".events.id.indexOf('{HALFAYA}')"
    )
    page.find_element("css selector", f"tr[data-event='{number}'] button").click()
    panel = text(page, "panel-body")
    assert HALFAYA in panel
    for claim in told.to_dict("records"):
        assert claim["summary"] in panel
        assert claim["publisher"] in panel
        assert f"{claim['stance']} it, {claim['certainty']}" in panel
    area = page.find_element("css selector", "#panel textarea")
    assert area.get_property("value") == sc.cite(row)
    links = page.find_elements("css selector", "#panel a")
    assert {one.get_attribute("href") for one in links} >= set(told["url"].dropna())
    assert {one.get_attribute("rel") for one in links} == {"noopener noreferrer"}


def test_everything_is_reached_by_the_keyboard_in_a_sensible_order(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened()
    order = []
    for _ in range(14):
        keys(page, Keys.TAB)
        one = focused(page)
        outline = "return getComputedStyle(arguments[0]).outlineStyle"
        assert page.execute_script(outline, one) == "solid"  # the focus is seen
        order.append(one.get_attribute("id") or one.tag_name)
    assert order[:9] == [
        "a", "period", "before", "play", "after", "day", "find", "summary", "frame"
    ]  # fmt: skip
    assert order[9:12] == ["nearer", "farther", "whole"]
    keys(page, Keys.ENTER)  # by now on the first event of the list
    assert page.find_element("id", "panel").is_displayed()
    keys(page, Keys.ESCAPE)
    assert focused(page).tag_name == "button"


def test_marks_are_walked_and_opened_by_keys_on_the_map(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened()
    page.execute_script("document.getElementById('frame').focus()")
    keys(page, "n")
    assert text(page, "at").startswith("Mark 1 of ")
    keys(page, "n", "p", "p")
    last = text(page, "at")
    number, total = (
        int(word.strip(".")) for word in (last.split()[1], last.split()[3])
    )
    assert number == total
    keys(page, Keys.ENTER)
    assert page.find_element("id", "panel").is_displayed()


def test_the_map_moves_and_zooms_by_keys(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened()
    spans = """const { x_range: x, y_range: y } =
        Bokeh.documents[0].get_model_by_name('map');
        return [x.start, x.end, y.start, y.end];"""
    west, east, south, north = page.execute_script(spans)
    page.execute_script("document.getElementById('frame').focus()")
    keys(page, "+")
    nearer = page.execute_script(spans)
    assert nearer[1] - nearer[0] == pytest.approx((east - west) / 1.5)
    keys(page, "0", Keys.ARROW_UP)
    moved = page.execute_script(spans)
    assert moved[2] > south
    assert moved[3] - moved[2] == pytest.approx(north - south)
    assert text(page, "date") == "23 April 2017"  # the keys were the map's


def test_what_is_hidden_is_counted_and_switches_show_it(opened):
    page = opened()
    before, rows = shown(page)
    assert before == rows
    said = hidden(page)
    page.find_element("css selector", "#filters summary").click()
    page.find_element("id", "wide").click()
    after, rows = shown(page)
    assert after == rows > before
    # what was wide is shown now, or hidden for the next reason
    now = hidden(page)
    assert now["spread over"] == 0 < said["spread over"]
    others = now["of another kind"] - said["of another kind"]
    assert after - before + others == said["spread over"]
    for box in page.find_elements("css selector", "#camps input"):
        box.click()
    assert shown(page) == (0, 0)
    assert "No event that passes the filters" in text(page, "rows")


def test_planned_and_denied_events_are_off_until_they_are_asked_for(opened):
    page = opened()
    page.find_element("css selector", "#filters summary").click()
    boxes = page.find_elements("css selector", "#modalities label")
    on = {
        one.text for one in boxes if one.find_element("tag name", "input").is_selected()
    }
    assert on == {"Realised", "Ongoing"}
    assert {"Planned", "Threatened", "Denied"} <= {one.text for one in boxes}


def test_on_a_narrow_screen_nothing_is_wider_than_the_screen(opened):
    page = opened(width=360)
    wide = page.execute_script("return document.documentElement.scrollWidth")
    assert wide <= 360
    click_at(page, "marks", 0)
    assert page.find_element("id", "panel").is_displayed()
    assert page.execute_script("return document.documentElement.scrollWidth") <= 360


def test_it_is_painted_in_two_seconds(opened):
    page = opened("")
    (first,) = page.execute_script(
        "return performance.getEntriesByName('first-contentful-paint')"
        ".map((one) => one.startTime)"
    )
    assert first < 2000


HOSTILE = "<b id='got-in'>x</b><img src=x onerror=alert(1)>"


@pytest.fixture
def spoilt(tmp_path):
    """A page whose first event and its source say things that are HTML and code."""
    made = explore(start="2017-04-23", end="2017-04-24").html
    data = json.loads(made.partition('id="data">')[2].partition("</script>")[0])
    events, claims, documents = data["events"], data["claims"], data["documents"]
    events["summary"] = [HOSTILE] * len(events["summary"])
    claims["summary"] = [HOSTILE] * len(claims["summary"])
    documents["title"] = [HOSTILE] * len(documents["title"])
    documents["publisher"] = [HOSTILE] * len(documents["publisher"])
    documents["url"] = ["javascript:document.title='got in'"] * len(documents["url"])
    data["places"]["name"] = [HOSTILE] * len(data["places"]["name"])
    path = tmp_path / "spoilt.html"
    path.write_text(page_of(data), encoding="utf-8")
    return path.as_uri()


def test_text_from_the_data_stays_text_and_no_script_becomes_a_link(browser, spoilt):
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get("about:blank")
    browser.get(spoilt)
    drawn = "return performance.getEntriesByName('map-drawn').length"
    wait(browser, lambda page: page.execute_script(drawn))
    browser.find_element("css selector", "#rows button").click()
    assert text(browser, "panel-title") == HOSTILE
    assert text(browser, "panel-body").count(HOSTILE) >= 3
    assert browser.find_elements("css selector", "#got-in, #panel a, #rows img") == []
    browser.find_element("id", "find").send_keys("x")
    assert browser.find_elements("css selector", "#got-in") == []


def test_in_a_notebook_it_works_inside_its_frame(browser, tmp_path):
    path = tmp_path / "notebook.html"
    frame = explore(start="2017-04-23", end="2017-04-24")._repr_html_()
    path.write_text(f"<!doctype html><meta charset='utf-8'>{frame}", encoding="utf-8")
    browser.get(path.as_uri())
    browser.switch_to.frame(0)
    drawn = "return performance.getEntriesByName('map-drawn').length"
    wait(browser, lambda page: page.execute_script(drawn))
    assert text(browser, "date") == "23 April 2017"
    browser.find_element("id", "after").click()
    assert text(browser, "date") == "24 April 2017"
    browser.find_element("css selector", "#rows button").click()
    assert "syriaconflict" in browser.find_element(
        "css selector", "#panel textarea"
    ).get_property("value")
    browser.switch_to.default_content()
    assert [one for one in browser.get_log("browser") if one["level"] != "INFO"] == []
