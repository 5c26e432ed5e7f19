"""Sealing: what it refuses, that it is repeatable, and that it is done or not done."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import DOCUMENT_ID, SHA, WHEN, Checkout, installed_as
from syriaconflict import _journal, _paths, sealing
from syriaconflict.bumps import parse
from syriaconflict.cli import main
from syriaconflict.editions import index

ROOT = Path(__file__).parents[1]
TOP = "syriaconflict-data-0.1.0/"


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file under a folder but the lock, which is empty."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def archive(checkout: Checkout, version: str) -> Path:
    name = f"syriaconflict-data-{version}.zip"
    return checkout.root / "datasets" / "releases" / name


def refused(checkout: Checkout, version: str, match: str, **words) -> None:
    """Hold that sealing is refused with a message, and changes nothing."""
    if words.pop("anew", True):
        with installed_as(version):
            checkout.number(version)
            checkout.build()
    before = snapshot(checkout.root)
    with pytest.raises(ValueError, match=match):
        checkout.seal(version, anew=False, **words)
    assert snapshot(checkout.root) == before


def test_sealed_elsewhere_the_bytes_are_the_same(
    three_releases, make_checkout, tmp_path
):
    other = make_checkout(tmp_path / "elsewhere")
    made = other.seal("0.1.0")
    content = archive(other, "0.1.0").read_bytes()
    assert content == archive(three_releases, "0.1.0").read_bytes()
    assert made.entry["sha256"] == hashlib.sha256(content).hexdigest()
    assert made.entry["bytes"] == len(content)
    assert made.is_new
    again = other.seal("0.1.0", anew=False)
    assert not again.is_new
    assert again.entry == made.entry
    assert archive(other, "0.1.0").read_bytes() == content


def test_an_archive_holds_tables_licence_citation_changelog_and_reliability(
    three_releases,
):
    with zipfile.ZipFile(archive(three_releases, "0.1.0")) as opened:
        infos = opened.infolist()
        read = {i.filename.removeprefix(TOP): opened.read(i) for i in infos}
    assert {i.compress_type for i in infos} == {zipfile.ZIP_STORED}
    assert {i.date_time for i in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {i.external_attr >> 16 for i in infos} == {0o100644}
    assert {i.create_system for i in infos} == {3}
    names = [i.filename for i in infos]
    assert names == sorted(names)
    assert all(name.startswith(TOP) for name in names)
    others = {n for n in read if not n.startswith("datasets/tables/")}
    assert others == {
        "README.md", "LICENSE-DATA", "CITATION.cff", "CHANGELOG.md", "catalog.yaml",
        "datasets/reliability/README.md", "datasets/reliability/1/agreement.csv",
    }  # fmt: skip
    tables = {n.removeprefix("datasets/tables/") for n in set(read) - others}
    now = {p.name for p in (three_releases.root / "datasets" / "tables").iterdir()}
    assert tables == now
    assert "| `datasets/tables/claims.parquet` | 3 |" in read["README.md"].decode()
    assert 'date-released: "2026-12-01"' in read["CITATION.cff"].decode()
    log = read["CHANGELOG.md"].decode()
    assert log.startswith("# Changelog\n\nRules.\n\n## 0.1.0 (2026-12-01)\n\n### Data")
    assert "- Of 0.1.0." in log
    manifest = json.loads(read["datasets/tables/manifest.json"])
    claims = manifest["tables"]["claims"]
    content = read["datasets/tables/claims.parquet"]
    assert claims["sha256"] == hashlib.sha256(content).hexdigest()
    assert (claims["bytes"], claims["rows"]) == (len(content), 3)
    assert len(claims["schema_sha256"]) == 64
    assert manifest["written_with"].keys() >= {"pandas", "pyarrow", "geopandas"}


def test_an_unpacked_archive_opens_with_intake_and_its_digests_hold(
    three_releases, tmp_path
):
    import intake
    import pandas as pd

    with zipfile.ZipFile(archive(three_releases, "0.1.1")) as opened:
        opened.extractall(tmp_path)
    (top,) = tmp_path.iterdir()
    claims = intake.open_catalog(str(top / "catalog.yaml"))["claims"].read()
    assert claims.set_index("claim_id").loc[f"{DOCUMENT_ID}-002", "count_low"] == 4
    manifest = json.loads((top / "datasets/tables/manifest.json").read_text())
    listed = {**manifest["tables"], **manifest["metadata"]}.values()
    for entry in listed:
        content = (top / "datasets" / "tables" / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    files = {p.name for p in (top / "datasets" / "tables").iterdir()}
    assert {entry["file"] for entry in listed} | {"manifest.json"} == files
    assert len(pd.read_parquet(top / "datasets/tables/claims.parquet")) == 3


def test_the_changelog_tells_by_kind(three_releases):
    log = (three_releases.root / "CHANGELOG.md").read_text()
    sections = log.split("\n## ")
    assert [s.split(" ")[0] for s in sections[1:]] == ["0.2.0", "0.1.1", "0.1.0"]
    # two low counts of the claim, and three cells of its event, one of them the release
    assert sections[2].startswith(
        "0.1.1 (2026-12-02)\n\n### Data, counted when sealed\n- Data corrected: claims "
        "1 cell, claim_actors 1 cell, events 3 cells, event_actors 1 cell.\n\n### F"
    )
    assert "- Data added: places 1 row.\n" in sections[1]
    assert (
        f"- Data withdrawn: claims `{DOCUMENT_ID}-003` (told once; {DOCUMENT_ID}-001 "
        "stands in its place)." in sections[1]
    )


def test_events_know_in_which_releases_they_first_stood_and_last_changed(
    three_releases,
):
    rows = (three_releases.sources.folder / "releases.csv").read_text().splitlines()
    assert rows == [
        "event_id,first_release,last_changed",
        f"{DOCUMENT_ID}-001,0.1.0,0.2.0",  # its denial was withdrawn
        f"{DOCUMENT_ID}-002,0.1.0,0.1.1",  # its count was corrected
    ]


def test_anchors_are_counted(next_checkout):
    texts = [next_checkout.sources.texts]
    with installed_as("0.2.0"):
        made = next_checkout.seal("0.2.0", anew=False, texts=texts, date="2026-12-03")
        assert made.anchors.loc["claims"].tolist() == [2, 0]
        assert made.anchors.loc["uncoded"].tolist() == [3, 0]
        made = next_checkout.seal("0.2.0", anew=False, date="2026-12-03")
        assert made.anchors.loc["claims"].tolist() == [0, 2]
        with pytest.raises(NotADirectoryError, match="wanted one that holds texts"):
            next_checkout.seal("0.2.0", anew=False, texts=[*texts, ROOT / "nowhere"])


def test_a_wrong_anchor_is_refused(next_checkout):
    next_checkout.sources.replace("start: 15, tokens: 12", "start: 14, tokens: 12")
    refused(next_checkout, "0.2.1", "no such passage at token 14",
            texts=[next_checkout.sources.texts])  # fmt: skip


def test_a_number_that_says_too_little_is_refused(next_checkout):
    rows = next_checkout.sources.read("places.csv")
    new = rows.splitlines()[-1].replace("river-bend", "lake-side")
    next_checkout.sources.write("places.csv", rows + new + "\n")
    refused(next_checkout, "0.2.1", r"is a patch step after 0.2.0, the data demand a "
            r"minor one: at least 0.3.0. Because of:\n  places lake-side: row added "
            r"\(minor\)$")  # fmt: skip
    made = next_checkout.seal("0.3.0", check=True)
    assert (made.before, made.demands) == ("0.2.0", "minor")


def test_a_row_gone_without_an_entry_is_refused_under_any_number(next_checkout):
    rows = next_checkout.sources.read("places.csv").splitlines()
    next_checkout.sources.write("places.csv", "\n".join(rows[:-1]) + "\n")
    refused(
        next_checkout,
        "1.0.0",
        r"cannot be sealed under any number. Because of:\n"
        r"  places river-bend: row gone \(refused, give it a row in withdrawn.csv",
    )
    taken_back = "places,river-bend,,1.0.0,nobody knows it\n"
    entries = next_checkout.sources.read("withdrawn.csv")
    next_checkout.sources.write("withdrawn.csv", entries + taken_back)
    refused(
        next_checkout,
        "0.3.0",
        "withdrawn.csv: places, river-bend: release is 1.0.0, wanted 0.3.0",
    )
    wrong = taken_back.replace("1.0.0", "0.3.0")
    next_checkout.sources.write("withdrawn.csv", entries + wrong)
    refused(
        next_checkout,
        "0.3.0",
        r"demand a major one: at least 1.0.0. Because of:"
        r"\n  places river-bend: row withdrawn \(major, nobody knows it\)",
    )
    next_checkout.sources.write("withdrawn.csv", entries + taken_back)
    assert next_checkout.seal("1.0.0").demands == "major"


def test_an_identifier_that_comes_back_is_refused(next_checkout):
    again = f"""  - n: 3
    event: {DOCUMENT_ID}-001
    claimant: {{kind: publisher}}
    event_type: capture
    when: {WHEN}
    place: tell-amber
    quote: {{start: 27, tokens: 13, sha256: {SHA[27]}}}
    summary: Somebody says it again.
"""
    next_checkout.sources.replace("uncoded:\n", f"{again}uncoded:\n")
    with pytest.raises(ValueError, match="-003 was withdrawn, wanted a new one"):
        next_checkout.build()
    rows = next_checkout.sources.read("withdrawn.csv").splitlines()
    next_checkout.sources.write("withdrawn.csv", "\n".join(rows[:-1]) + "\n")
    refused(next_checkout, "9.0.0", "an entry of withdrawn cannot be taken back")


def test_what_a_release_must_have(next_checkout):
    correct_again(next_checkout)
    root = next_checkout.root
    refused(next_checkout, "0.3.0.dev0", "stands between releases")
    refused(
        next_checkout,
        "0.1.2",
        "comes before 0.2.0, which is sealed; wanted a number from 0.2.1 on",
    )
    refused(next_checkout, "0.2.1", "date is '1.12.26', wanted a day", date="1.12.26")
    hold = {
        root / "pyproject.toml": (
            "0.2.1",
            "0.2.2",
            "toml: has version 0.2.2",
        ),
        root / "CITATION.cff": ("0.2.1", "0.3.0", "CITATION.cff: has version 0.3.0"),
        root / "CHANGELOG.md": ("0.2.1", "0.2.2", "no heading '## 0.2.1"),
        root / "LICENSE-DATA": ("Use it.\n", None, "LICENSE-DATA: is missing"),
        root / "constraints-build.txt": ("pandas==", "pandas==0", "pins 0"),
        root / "datasets/reliability/1/agreement.csv": (None, "", "no agreement.csv"),
        root / "datasets/tables/schema.json": (None, "{}", "schema.json: is not what"),
        root / "datasets/tables/more.txt": (None, "x", "more.txt: is not what the"),
        root / "catalog.yaml": (
            None,
            "x",
            "catalog.yaml: is not what the",
        ),
        root / "datasets/releases/index.json": (None, "[]", "no readable index"),
        archive(next_checkout, "0.2.0"): (None, "x", "has 1 bytes with the SHA-256"),
        next_checkout.sources.folder / "axes.csv": (None, "x", "columns are x, wanted"),
    }
    for path, (old, new, message) in hold.items():
        kept = path.read_bytes() if path.exists() else None
        if new is None:
            path.unlink()
        elif old is None:
            path.write_text(new)
        else:
            path.write_text(kept.decode().replace(old, new))
        refused(next_checkout, "0.2.1", message, anew=False)
        path.unlink(missing_ok=True)
        if kept is not None:
            path.write_bytes(kept)
    with installed_as("0.2.2"), pytest.raises(ValueError, match="what is installed: h"):
        sealing.seal(root, "0.2.1")
    assert next_checkout.seal("0.2.1", anew=False).demands == "patch"


def correct_again(checkout: Checkout) -> None:
    checkout.sources.replace("      low: 4", "      low: 5")


def test_a_sealed_release_never_changes(next_checkout):
    log = next_checkout.root / "CHANGELOG.md"
    log.write_text(log.read_text().replace("- Of 0.2.0.", "- Of 0.2.0, and more."))
    refused(next_checkout, "0.2.0", r"0.2.0 is sealed with the SHA-256 .* a sealed "
            "release never changes. Take the next number, at least 0.2.1",
            anew=False, date="2026-12-03")  # fmt: skip


def test_check_writes_nothing(next_checkout):
    correct_again(next_checkout)
    with installed_as("0.2.1"):
        next_checkout.number("0.2.1")
        next_checkout.build()
    before = snapshot(next_checkout.root)
    made = next_checkout.seal("0.2.1", anew=False, check=True)
    assert snapshot(next_checkout.root) == before
    assert next_checkout.seal("0.2.1", anew=False).entry == made.entry


class Killed(BaseException):
    """No handler of the code under test may catch it."""


def test_a_step_killed_anywhere_is_done_or_not_done(tmp_path, monkeypatch):
    files = {"a.txt": b"new", "deep/b.txt": b"whole", "index.json": b"last"}
    step, done = "releases/.sealing", []

    def deadly(function, when):
        def run(*words, **more):
            if words and words[0] == step:
                return function(*words, **more)
            for moment in ("before", "after"):
                done.append(moment)
                if len(done) == when:
                    raise Killed
                if moment == "before":
                    result = function(*words, **more)
            return result

        return run

    def attempt(root, when):
        done.clear()
        with monkeypatch.context() as patch:
            patch.setattr(_journal, "_write", deadly(_journal._write, when))
            patch.setattr(Path, "rename", deadly(Path.rename, when))
            patch.setattr(Path, "replace", deadly(Path.replace, when))
            patch.setattr(shutil, "rmtree", deadly(shutil.rmtree, when))
            _journal.prepare(root / step, files)
            _journal.carry_out(root / step, root)

    def fresh(name):
        root = tmp_path / name
        (root / "deep").mkdir(parents=True)
        (root / "a.txt").write_bytes(b"old")
        return root

    old = {"a.txt": b"old"}
    attempt(fresh("whole"), -1)
    assert snapshot(tmp_path / "whole") == files
    moments, outcomes = len(done), []
    assert moments > 20
    for when in range(1, moments + 1):
        root = fresh(f"killed-{when}")
        with pytest.raises(Killed):
            attempt(root, when)
        if not (root / step).exists() and "index.json" not in snapshot(root):
            seen = {n: c for n, c in snapshot(root).items() if ".part" not in n}
            assert seen == old, when  # nothing was touched
        _journal.carry_out(root / step, root)
        outcomes.append(snapshot(root) == files)
        assert snapshot(root) in (files, old), when
    assert outcomes == sorted(outcomes)  # not done before the step, done after it
    assert set(outcomes) == {False, True}


KILLER = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from conftest import Checkout, SourcesFolder
from syriaconflict import _journal
root, step = Path(sys.argv[1]), int(sys.argv[2])
write, seen = _journal._write, [0]

def deadly(path, content):
    seen[0] += 1
    if seen[0] == step:
        path.write_bytes(content[: len(content) // 2])
        os._exit(9)
    write(path, content)

_journal._write = deadly
data = root / "datasets"
Checkout(root, SourcesFolder(data / "sources", data / "texts")).seal(
    sys.argv[3], anew=False
)
print(seen[0])
"""


def test_sealing_killed_in_the_middle_leaves_nothing_or_the_whole(next_checkout):
    correct_again(next_checkout)
    with installed_as("0.2.1"):
        next_checkout.number("0.2.1")
        next_checkout.build()
    root = next_checkout.root
    before = snapshot(root)

    def run(step):
        words = [str(root), str(step), "0.2.1", str(ROOT / "tests")]
        return subprocess.run([sys.executable, "-c", KILLER, *words],
                              capture_output=True, text=True, check=False)  # fmt: skip

    killed = run(5)  # among the files written aside
    assert killed.returncode == 9, killed.stderr
    left = {n: c for n, c in snapshot(root).items() if ".sealing.part" not in n}
    assert left == before
    tables = len(list((root / "datasets" / "tables").iterdir()))
    # catalog, changelog, citation, releases.csv, archive, index; and the plan
    written = tables + 6 + 1
    killed = run(written + tables)  # among the files put in place
    assert killed.returncode == 9, killed.stderr
    assert [e["version"] for e in index(root / "datasets" / "releases")][-1] == "0.2.0"
    refused(next_checkout, "0.2.1", "was cut off; `syriaconflict release` again",
            anew=False, check=True)  # fmt: skip
    assert sealing.finish(root)
    assert not sealing.finish(root)
    done = next_checkout.seal("0.2.1", anew=False)
    assert not done.is_new
    content = archive(next_checkout, "0.2.1").read_bytes()
    assert hashlib.sha256(content).hexdigest() == done.entry["sha256"]
    assert not [n for n in snapshot(root) if ".sealing" in n or n.endswith(".new")]


@pytest.mark.usefixtures("as_installed")
def test_the_commands(next_checkout, capsys):
    root = str(next_checkout.root)
    words = ["release", "0.2.0", "--root", root, "--date", "2026-12-03"]
    assert main([*words, "--texts", str(next_checkout.sources.texts)]) == 0
    told = capsys.readouterr().out
    assert "anchors of claims: 2 checked, 0 could not be" in told
    assert "since 0.1.1: 7 differences, which demand minor" in told
    assert "0.2.0 is sealed already, with these bytes: syriaconflict-data-0" in told
    with installed_as("0.2.1"):
        correct_again(next_checkout)
        next_checkout.number("0.2.1")
        next_checkout.build()
        words = ["release", "0.2.1", "--root", root]
        assert main([*words, "--check"]) == 0
        assert "0.2.1 would be sealed: syriacon" in capsys.readouterr().out
        assert main(words) == 0
        told = capsys.readouterr().out
    assert "anchors of claims: 0 checked, 2 could not be" in told
    assert f"claims {DOCUMENT_ID}-002 count_low: cell changed: 4 -> 5 (patch)" in told
    assert "0.2.1 sealed: syriaconflict-data-0.2.1.zip" in told
    assert main(["release", "0.2.2", "--root", root]) == 1
    assert "has version 0.2.1, wanted 0.2.2" in capsys.readouterr().err


# what holds of this checkout


def test_this_checkout_is_a_sealed_release_or_comes_after_all_of_them():
    import syriaconflict as sc

    entries = {entry["version"]: entry for entry in index()}
    installed = sc.__version__
    if installed in entries:
        manifest = (_paths.tables() / "manifest.json").read_bytes()
        found = hashlib.sha256(manifest).hexdigest()
        assert found == entries[installed]["manifest_sha256"], (
            f"the tables are not those of {installed}, which is sealed: give "
            "pyproject.toml the next number with .dev0"
        )
        sc.verify()
    else:
        assert all(parse(installed) > parse(sealed) for sealed in entries)


def identifiers_used_again(archives: list[Path]) -> list[str]:
    """Identifiers that stand in a release after one in which they no longer stood."""
    import io

    import pandas as pd

    from syriaconflict.vocabulary import IDENTIFIED

    keys = {name: f"{name.rstrip('s')}_id" for name in IDENTIFIED}
    keys |= {"axes": "axis_id", "selection": "candidate_id"}
    seen, gone, again = {}, {}, []
    for path in archives:
        with zipfile.ZipFile(path) as opened:
            top = path.name.removesuffix(".zip")
            for name, key in keys.items():
                content = opened.read(f"{top}/datasets/tables/{name}.parquet")
                ids = set(pd.read_parquet(io.BytesIO(content), columns=[key])[key])
                again += sorted(ids & gone.get(name, set()))
                gone[name] = gone.get(name, set()) | (seen.get(name, set()) - ids)
                seen[name] = seen.get(name, set()) | ids
    return again


def test_no_identifier_of_a_sealed_release_is_used_again():
    folder = _paths.releases()
    assert identifiers_used_again([folder / e["file"] for e in index()]) == []


def test_an_identifier_used_again_would_be_found(three_releases):
    first, second, third = (
        archive(three_releases, v) for v in ("0.1.0", "0.1.1", "0.2.0")
    )
    assert identifiers_used_again([first, second, third]) == []
    back = identifiers_used_again([second, third, first])
    assert back == [f"{DOCUMENT_ID}-003"]


def test_the_archives_of_this_checkout_are_those_of_the_index():
    for entry in index():
        content = (_paths.releases() / entry["file"]).read_bytes()
        assert len(content) == entry["bytes"]
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
