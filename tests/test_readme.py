"""What the README and the other pages say of the data is what the data hold."""

import re
import runpy
from pathlib import Path

import pandas as pd

import syriaconflict as sc
from syriaconflict.ledger import GUIDE_VERSION

ROOT = Path(__file__).parents[1]


def counts() -> str:
    """Return the README's table of counts, from the installed tables."""
    claims, events = sc.claims(), sc.events()
    documents = sc.documents().set_index("document_id")
    publishers = sc.load("publishers").set_index("publisher_id")
    actors, places = sc.load("claim_actors"), sc.load("claim_places")
    lines = [
        "| document | publisher, perspective | claims | events | places | actors |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for document_id, own in claims.groupby("document_id"):
        publisher = publishers.loc[documents.loc[document_id, "publisher_id"]]
        named = set(own["place_id"].dropna())
        named |= set(places.loc[places["claim_id"].isin(own["claim_id"]), "place_id"])
        taking_part = set(own["claimant_id"].dropna())
        part = actors["claim_id"].isin(own["claim_id"])
        taking_part |= set(actors.loc[part, "actor_id"])
        who = f"{publisher['name']}, {publisher['perspective']}"
        numbers = (len(own), own["event_id"].nunique(), len(named), len(taking_part))
        cells = " | ".join(str(number) for number in numbers)
        lines.append(f"| `{document_id}` | {who} | {cells} |")
    whole = (len(claims), len(events), len(sc.places()), len(sc.actors()))
    cells = " | ".join(f"**{number}**" for number in whole)
    lines.append(f"| in all (places and actors: in the registers) | | {cells} |")
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
    assert f"## {sc.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
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
