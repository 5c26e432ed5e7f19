"""What the README and the other pages say of the data is what the data hold."""

import re
import runpy
from pathlib import Path

import pandas as pd

import syriaconflict as sc
from syriaconflict.ledger import GUIDE_VERSION
from syriaconflict.load import published
from syriaconflict.reliability import document_strata

ROOT = Path(__file__).parents[1]


GROUPS = {"government": "government", "opposition": "opposition", "monitor": "monitor",
          "wire": "wire, press", "press": "wire, press"}  # fmt: skip


def counts() -> str:
    """Return the README's table of counts, from the installed tables."""
    tables = published()
    strata = document_strata(tables).set_index("document_id")
    group = strata["perspective"].map(GROUPS).fillna("other")
    claims, events = tables["claims"], tables["events"]
    shown = ["government", "opposition", "monitor", "wire, press", "other"]
    kinds = " | ".join(shown)
    lines = [
        f"| campaign | documents | {kinds} | publishers | claims | events |",
        "|---|" + "--:|" * 9,
    ]
    outlets = tables["documents"].set_index("document_id")["publisher_id"]
    where = strata["campaign"].fillna("none")
    for campaign, mine in [*where.groupby(where), ("in all", where)]:
        told = claims[claims["document_id"].isin(mine.index)]
        numbers = [
            len(mine),
            *(int((group[mine.index] == name).sum()) for name in shown),
            outlets[mine.index].nunique(),
            len(told),
            told["event_id"].nunique(),
        ]
        cells = " | ".join(str(number) for number in numbers)
        lines.append(f"| {campaign} | {cells} |")
    several = (events["document_count"] > 1).sum()
    apart = (events["source_count"] > 1).sum()
    lines.append(
        f"\n{len(tables['places'])} places, {len(tables['actors'])} actors; {several} "
        f"of {len(events)} events rest on two documents or more, {apart} on two "
        "independent sources (reprints and relays count as one)."
    )
    return "\n".join(lines)


def test_the_readme_gives_the_counts_of_the_tables():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(
        r"<!-- counts:begin -->\n(.*)\n<!-- counts:end -->", readme, re.DOTALL
    )
    assert shown is not None
    assert shown[1] == counts()


def test_pages_link_only_to_files_that_are_there():
    checked = 0
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
            checked += 1
    assert checked > 8


def test_the_version_is_one_number():
    cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.+)$", cff, re.MULTILINE)[1] == sc.__version__
    number = sc.__version__.split(".dev")[0]
    assert f"## {number} (" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    catalog = (ROOT / "catalog.yaml").read_text(encoding="utf-8")
    assert f"data_version: {sc.__version__}" in catalog


def test_the_guide_has_the_version_that_new_files_name():
    guide = (ROOT / "docs" / "coding_guide.md").read_text(encoding="utf-8")
    assert guide.startswith(f"# Coding guide (version {GUIDE_VERSION})\n")
    told = re.findall(r"^- \*\*(.+?)\*\* ", guide.split("## Versions")[1], re.MULTILINE)
    assert told[-1] == GUIDE_VERSION
    assert set(sc.documents()["guide_version"]) <= set(told)


def test_the_readme_gives_the_spellings_found_that_the_benchmark_counts():
    path = ROOT / "benchmarks" / "spellings.py"
    benchmark = runpy.run_path(str(path))
    variants = pd.read_csv(benchmark["VARIANTS"], keep_default_na=False)
    tables = ROOT / "datasets" / "tables"
    names = {kind: benchmark["read_names"](tables, kind) for kind in ("place", "actor")}
    found = benchmark["summary"](benchmark["measure"](variants, names)).loc["all"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    words = r"of (\d+) spellings .*? for (\d+) and .*? for (\d+) "
    told = re.search(words, readme, re.DOTALL)
    wanted = (found["spellings"], found["top1"], found["top3"])
    assert tuple(int(number) for number in told.groups()) == wanted


def test_the_page_on_reliability_gives_the_agreement_of_every_round():
    made = runpy.run_path(str(ROOT / "docs" / "reliability.py"))
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert made["filled"](page) == page
    row = pd.read_csv(ROOT / "datasets" / "reliability" / "1" / "agreement.csv")
    row = row.set_index(["variable", "measure"]).loc[("event_type", "alpha, nominal")]
    assert f"| event_type | alpha, nominal | {row['n']:.0f} | " in page
    assert f"{row['estimate']:.2f} ({row['low']:.2f} to " in page
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for variable in ("event_type", "place_id", "start"):
        rounds = [
            pd.read_csv(ROOT / "datasets" / "reliability" / name / "agreement.csv")
            .set_index(["variable", "measure"])
            .at[(variable, "alpha, nominal"), "estimate"]
            for name in ("1", "2", "3")
        ]
        first, second, third = (f"{one:.2f}" for one in rounds)
        assert f"{first}, {second} and {third} for the" in readme
