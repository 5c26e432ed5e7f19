"""How large the map's page is, how long it takes to make, to paint and to step.

Needs the extras ``map`` and ``browser``, Chromium and chromedriver.  The page is opened
from a file in headless Chromium; medians of `RUNS` openings, each of a new tab's page.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

import syriaconflict as sc

RUNS = 5
SIZES = (1500, None)  # events; None: all
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000",
         "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
TIMES = """
return [performance.getEntriesByName('first-contentful-paint')[0].startTime,
        performance.getEntriesByName('map-drawn')[0].startTime];
"""
STEPS = """
const done = arguments[0], begun = performance.now();
let left = 10;
const step = () => {
  if (!left--) { done((performance.now() - begun) / 10); return; }
  document.getElementById('after').click();
  requestAnimationFrame(() => setTimeout(step, 0));
};
step();
"""


def chromium(folder):
    """Return a headless Chromium with an empty profile."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in (*FLAGS, f"--user-data-dir={folder}/profile"):
        options.add_argument(flag)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


def opened(browser, address):
    """Return first contentful paint, map drawn and a step of one day [ms]."""
    browser.get("about:blank")
    browser.get(address)
    drawn = "return performance.getEntriesByName('map-drawn').length"
    WebDriverWait(browser, 30, 0.05).until(lambda one: one.execute_script(drawn))
    return [*browser.execute_script(TIMES), browser.execute_async_script(STEPS)]


def main():
    """Print a line for each number of events."""
    events = sc.events()
    with tempfile.TemporaryDirectory() as folder:
        browser = chromium(folder)
        try:
            for size in SIZES:
                rows = events if size is None else events.tail(size)
                begun = time.perf_counter()
                path = sc.plot.explore(rows).save(Path(folder) / f"{size}.html")
                took = time.perf_counter() - begun
                times = [opened(browser, path.as_uri()) for _ in range(RUNS)]
                paint, drawn, step = map(statistics.median, zip(*times, strict=True))
                megabytes = path.stat().st_size / 1e6
                print(
                    f"{len(rows):5} events: {megabytes:.2f} MB, made in "
                    f"{took:.1f} s; first paint {paint:.0f} ms, map drawn {drawn:.0f} "
                    f"ms, a step of one day {step:.0f} ms"
                )
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
