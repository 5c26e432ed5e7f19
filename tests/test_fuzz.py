"""The fuzzer: all targets run, and a bug planted in any of them is found."""

import importlib
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from random import Random
from unittest import mock

import pyarrow as pa
import pytest
from fuzz import judging, mutations, running, watch
from fuzz.__main__ import main
from fuzz.target import Target, into

from syriaconflict import anchors

NAMES = [
    "document-yaml", "register-csv", "fronts-geojson", "sources", "ucdp_ged", "acled",
    "airwars", "viina", "viina_control", "control", "gdelt", "acled-json",
    "ucdp-ged-back", "archive", "manifest", "parquet", "index", "catalog", "tables",
    "remote", "page-data", "page", "anchor", "locate", "fold", "find", "command-line",
    "export", "export-read", "export-geopackage", "export-ged", "export-acled",
    "export-timemap",
]  # fmt: skip
SLOW = ("export", "sources", "page", "find", "command-line", "tables", "catalog",
        "export-geopackage")  # fmt: skip


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    watch.install()
    made = running.all_targets(tmp_path_factory.mktemp("stage").resolve())
    return {target.name: target for target in made}


@pytest.fixture
def folder(tmp_path):
    parent = tmp_path.resolve() / "parent"
    parent.mkdir()
    (parent / "bystander.txt").write_text("not to be touched")
    return parent / "folder"


def test_every_target_gets_a_share(targets):
    assert list(targets) == NAMES
    shares = running.shares(targets.values(), 200_000)
    assert sum(shares.values()) == 200_000
    assert min(shares.values()) >= 50


@pytest.mark.parametrize("name", NAMES)
def test_smoke(targets, folder, name):
    inputs = 3 if name in SLOW else 15
    found = running.fuzz(targets[name], inputs, 2, folder)
    assert [wrong for wrong, _ in found] == []


def test_inputs_are_the_same_for_the_same_seed(targets):
    for target in targets.values():
        first, again, other = (target.make(Random(s)) for s in ("a", "a", "b"))
        assert first == again
        more = [target.make(Random(f"{n}")) for n in range(5)]
        assert len({first, other, *more}) > 1


# What is planted, and where: the target's own inputs have to reach it
PLANTS = {
    "document-yaml": ("coding._read_count_word", KeyError("word")),
    "register-csv": ("sources.source_columns", AssertionError()),
    "fronts-geojson": ("sources.Row", RecursionError("deep")),
    "sources": ("validate.frame", MemoryError()),
    "archive": ("archives._members", zipfile.BadZipFile("is no zip file at all")),
    "manifest": ("archives._with_manifest", TypeError("no digest")),
    "parquet": ("archives.read_arrow", pa.ArrowInvalid("this is no Parquet file")),
    "index": ("editions.is_file_entry", AttributeError("fullmatch")),
    "catalog": ("archives.checked", TypeError("no entry")),
    "tables": ("_paths.tables", SystemError("null")),
    "remote": ("remote.codes", AssertionError()),
    "page-data": ("_explore_page._as_json", OverflowError("deep")),
    "page": ("_explore_page._policy", OverflowError("deep")),
    "anchor": ("anchors.positions", IndexError("list index out of range")),
    "locate": ("anchors.digest", ValueError("bad")),
    "export": ("exports.csv_files.neutral", TypeError("no text")),
    "export-read": ("exports.csv_files.typed", KeyError("name")),
    "export-geopackage": ("exports.geopackage._typed", TypeError("no table")),
    "export-ged": ("exports.ged.violence", KeyError("initiator_camp")),
    "export-acled": ("exports.acled.types", AttributeError("str")),
    "export-timemap": ("exports.timemap.site_items", OverflowError("far")),
    "ucdp-ged-back": ("adapters.to_ucdp_ged", KeyError("latitude")),
    "fold": ("names.fold", SystemError("null")),
    "find": ("names.fold", UnicodeDecodeError("utf-8", b"x", 0, 1, "invalid byte")),
    "command-line": ("cli._parser", KeyError("run")),
} | {
    name: ("adapters._files._lenient", pa.ArrowInvalid("there is no such column"))
    for name in ("ucdp_ged", "acled", "airwars", "viina", "viina_control", "control",
                 "gdelt", "acled-json")
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_bug_is_found_in_every_target(targets, folder, name, monkeypatch):
    monkeypatch.setattr(running, "SHRINKING", 0)
    where, error = PLANTS[name]
    with mock.patch(f"syriaconflict.{where}", side_effect=error):
        wrong, content = next(running.fuzz(targets[name], 60, 3, folder))
    assert type(error).__name__ in wrong
    assert content


LOSSES = {  # what loses the first row, and where
    "export-geopackage": ("exports.geopackage._typed", lambda made: made.iloc[1:]),
    "export-timemap": ("exports.timemap.event_items", lambda made: made[1:]),
    "export-ged": ("exports.ged.shaped", lambda made: made.iloc[1:]),
    "export-acled": ("exports.acled.shaped", lambda made: made.iloc[1:]),
    "ucdp-ged-back": ("adapters.to_ucdp_ged", lambda made: made.iloc[1:]),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_row_lost_in_silence_is_found(targets, folder, name, monkeypatch):
    monkeypatch.setattr(running, "SHRINKING", 0)
    where, lose = LOSSES[name]
    module, function = f"syriaconflict.{where}".rsplit(".", 1)
    real = getattr(importlib.import_module(module), function)
    with mock.patch(f"{module}.{function}", lambda *words: lose(real(*words))):
        wrong, _ = next(running.fuzz(targets[name], 60, 3, folder))
    assert wrong.startswith("fuzz.judging.Broken")


def test_a_file_left_beside_an_export_is_found(targets, folder, monkeypatch):
    monkeypatch.setattr(running, "SHRINKING", 0)

    def leave(_: Path, path: Path) -> None:
        path.with_name("left").write_text("x")

    with mock.patch("syriaconflict.exports.put_in_place", side_effect=leave):
        wrong, _ = next(running.fuzz(targets["export-ged"], 60, 3, folder))
    assert wrong.startswith("fuzz.judging.Broken")


@pytest.mark.parametrize("name", ["fold", "gdelt", "index", "catalog", "command-line"])
def test_a_planted_write_elsewhere_is_found(targets, folder, name, monkeypatch):
    """Also where the package would swallow the error that stops it."""
    monkeypatch.setattr(running, "SHRINKING", 0)
    where, _ = PLANTS[name]

    def write(*_: object, **__: object) -> None:
        try:
            (folder.parent / "planted.txt").write_text("out")
        except BaseException as error:
            msg = "a message that says where, what and how"
            raise ValueError(msg) from error

    with mock.patch(f"syriaconflict.{where}", side_effect=write):
        wrong, _ = next(running.fuzz(targets[name], 60, 3, folder))
    assert wrong == f"writes {folder.parent / 'planted.txt'}"
    assert not (folder.parent / "planted.txt").exists()


def connect() -> None:
    with socket.socket() as opened:
        opened.connect(("127.0.0.1", 9))


DEEDS = {
    "open": lambda there: there.write_text("x"),
    "os.open": lambda there: os.open(there, os.O_CREAT | os.O_WRONLY),
    "mkdir": lambda there: there.mkdir(),
    "rename": lambda there: (there.parent / "bystander.txt").rename(there),
    "unlink": lambda there: (there.parent / "bystander.txt").unlink(),
    "symlink": lambda there: there.symlink_to("bystander.txt"),
    "climb": lambda there: (there.parent / "folder" / ".." / "up").write_text("x"),
    "connect": lambda _: connect(),
    "program": lambda _: subprocess.run(["true"], check=True),
    "system": lambda _: os.system("true"),
}


@pytest.mark.parametrize("may_write", [False, True])
@pytest.mark.parametrize("deed", DEEDS)
def test_deeds_are_stopped(folder, deed, may_write):
    watch.install()
    wrong = outcome(folder, lambda _: DEEDS[deed](folder.parent / "new"), may_write)
    assert wrong.startswith(("writes", "socket.connect", "subprocess", "os.system"))
    assert sorted(p.name for p in folder.parent.iterdir()) == [
        "bystander.txt",
        "folder",
    ]


def test_a_write_that_no_hook_sees_is_seen(folder):
    def write(_: Path) -> None:
        pa.OSFile(str(folder.parent / "new"), "wb").close()

    assert outcome(folder, write) == f"changes {folder.parent / 'new'}"


def test_only_a_target_that_may_write_writes_into_its_folder(folder):
    def write(inside: Path) -> None:
        (inside / "out").write_text("x")

    assert outcome(folder, write, may_write=True) == ""
    assert outcome(folder, write) == f"writes {folder / 'out'}"


def test_a_hang_is_stopped(folder):
    def hang(_: Path) -> None:
        while True:
            try:
                sum(range(1000))
            except Exception:  # a hang is no Exception: this does not swallow it
                continue

    begun = time.process_time()
    assert outcome(folder, hang, seconds=0.2) == "hangs: more than 0.2 s"
    assert time.process_time() - begun < 2


def test_growth_is_found(folder, monkeypatch):
    monkeypatch.setattr(watch, "GROWTH", 50_000_000)

    def swell(_: Path) -> None:
        # more than this process ever had before: the largest it has been counts
        pages = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
        now = Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]
        bytearray(b"x" * ((int(pages) - int(now)) * 1024 + 100_000_000))

    assert outcome(folder, swell).startswith("swells by")


def outcome(folder, run, may_write=False, seconds=watch.CPU_SECONDS) -> str:
    folder.mkdir(exist_ok=True)
    target = Target("t", 1, lambda _: b"x", into("in"), run, may_write)
    return running.outcome(target, b"x", folder, seconds)


def raised(folder, error: BaseException) -> str:
    def run(_: Path) -> None:
        raise error

    return outcome(folder, run)


@pytest.mark.parametrize("error", [
    AssertionError("this one is never documented"), KeyError("key"),
    RecursionError("maximum recursion depth exceeded"), MemoryError(),
    AttributeError("'NoneType' object has no attribute"), TypeError("no subscript"),
    UnicodeDecodeError("utf-8", b"x", 0, 1, "invalid start byte"),
    json.JSONDecodeError("Expecting value", "x", 0), pa.ArrowInvalid("Invalid UTF8"),
    ValueError("raised by what is not the package, however long"), SystemExit(0),
    RuntimeWarning("invalid value encountered in cast"),
], ids=lambda error: type(error).__name__)  # fmt: skip
def test_what_is_not_documented_is_a_finding(folder, error):
    assert type(error).__name__ in raised(folder, error)


def test_an_error_of_the_package_is_none(folder):
    def run(_: Path) -> None:
        anchors.anchor("one two three four", "five")

    assert outcome(folder, run) == ""


def test_a_message_too_short_is_a_finding(folder):
    def run(_: Path) -> None:
        anchors.anchor("one two three four", "five")

    with mock.patch.object(judging, "SHORTEST", 1000):
        assert "ValueError says only" in outcome(folder, run)


def test_a_missing_file_named_by_the_system_is_none(folder):
    assert outcome(folder, lambda inside: (inside / "no").read_bytes()) == ""


def test_a_finding_is_shrunk_and_counted_once(folder):
    def run(inside: Path) -> None:
        if b"!" in (inside / "in").read_bytes():
            raise AssertionError

    def make(rng: Random) -> bytes:
        return bytes(rng.choices(b"abc!", k=50))

    target = Target("t", 1, make, into("in"), run)
    found = list(running.fuzz(target, 20, 1, folder))
    assert [content for _, content in found] == [b"!"]


def run_few(out: Path, **words) -> running.Record:
    given = {"only": ["fold", "locate"], "resume": False, "progress": False} | words
    return running.run(400, 1, out, **given)


@pytest.fixture
def few(monkeypatch, targets):
    made = [targets["fold"], targets["locate"]]
    monkeypatch.setattr(running, "all_targets", lambda _: made)


@pytest.mark.usefixtures("few")
def test_a_run_goes_on_where_it_stopped(tmp_path, monkeypatch):
    out = tmp_path / "out"
    begun = []
    real = running.fuzz

    def spy(target, inputs, seed, folder, **words):
        begun.append((target.name, words["begin"], inputs))
        return real(target, inputs, seed, folder, **words)

    monkeypatch.setattr(running, "fuzz", spy)
    whole = run_few(out)
    inputs = {name: told["done"] for name, told in whole.told.items()}
    assert sum(inputs.values()) == 400
    kept = json.loads((out / "run.json").read_text())
    kept["told"]["fold"]["done"] = 7
    (out / "run.json").write_text(json.dumps(kept))
    begun.clear()
    again = run_few(out, resume=True)
    assert begun == [("fold", 7, inputs["fold"]),
                     ("locate", inputs["locate"], inputs["locate"])]  # fmt: skip
    assert {name: told["done"] for name, told in again.told.items()} == inputs


ABORTS = """
import os, pathlib, sys
from fuzz import running
from fuzz.target import Target, into
def run(folder):
    if (folder / "in").read_bytes() == b"3":
        os.abort()
made = Target("t", 1, lambda rng: b"%d" % rng.randrange(5), into("in"), run)
running.all_targets = lambda _: [made]
record = running.run(40, 1, pathlib.Path(sys.argv[1]), only=[], resume=True,
                     progress=False)
"""


def test_an_input_that_ends_the_process_is_a_finding(tmp_path):
    root = Path(running.__file__).parents[1]
    env = os.environ | {"PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
    words = [sys.executable, "-c", ABORTS, str(tmp_path)]
    ended = subprocess.run(words, env=env, check=False, capture_output=True)
    assert ended.returncode < 0
    name, nth, content = (tmp_path / "last-input").read_bytes().split(b"\n")
    assert (name, content) == (b"t", b"3")
    told = running.Record(tmp_path, seed=1, inputs=40, resume=True).told["t"]
    assert told["done"] == int(nth) + 1
    ((wrong, file),) = told["findings"].items()
    assert wrong == "ends the process, or was stopped there"
    assert (tmp_path / file).read_bytes() == b"3"
    assert not (tmp_path / "last-input").exists()


@pytest.mark.usefixtures("few")
def test_another_run_is_not_gone_on_with(tmp_path):
    run_few(tmp_path)
    with pytest.raises(ValueError, match="run without --resume, or with its seed"):
        running.run(500, 1, tmp_path, only=[], resume=True, progress=False)


@pytest.mark.usefixtures("few")
def test_an_unknown_target_is_told_which_there_are(tmp_path):
    with pytest.raises(ValueError, match=r"called \['nothing'\]; there are: fold, loc"):
        run_few(tmp_path, only=["nothing"])


@pytest.mark.usefixtures("few")
def test_the_command_tells_inputs_and_findings(tmp_path, capsys):
    argv = ["--inputs", "200", "--out", str(tmp_path), "--quiet"]
    assert main(argv) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "200 inputs" in said.out
    assert "0 findings" in said.out
    with mock.patch("syriaconflict.names.fold", side_effect=SystemError("null")):
        assert main(argv) == 1
    said = capsys.readouterr().out
    assert "SystemError" in said
    assert len(list(tmp_path.glob("fold-*"))) == 1


@pytest.mark.usefixtures("few")
def test_the_bar_is_drawn_unless_told_not_to(tmp_path, capsys):
    run_few(tmp_path, progress=True)
    assert "[##############################]" in capsys.readouterr().err


def test_damage_is_of_every_kind():
    """Bytes that are cut, longer, of another coding, and nested deep all come up."""
    made = [mutations.damaged(Random(n), b"abc: [1, 2]\n" * 9) for n in range(300)]
    assert min(map(len, made)) < 20
    assert max(map(len, made)) > 3000
    assert any(content.startswith(b"\xff\xfe") for content in made)
    assert any(b"[" * 3000 in content for content in made)
