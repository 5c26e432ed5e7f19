"""One run: every target its share of the inputs, findings kept, resumable."""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

from fuzz import exporting, files, installed, releases, sources, watch, words
from fuzz.judging import fault, place
from fuzz.target import Target

MODULES = (sources, files, releases, installed, words, exporting)
_STUCK = 120  # seconds after which a hang that no signal ends stops the process
SHRINKING = 300  # tries

Told = dict[str, dict]  # target -> inputs done, seconds, findings


def all_targets(stage: Path) -> list[Target]:
    """Return the targets, their seeds made in a folder."""
    return [target for module in MODULES for target in module.targets(stage)]


def shares(targets: Iterable[Target], inputs: int) -> dict[str, int]:
    """Return how many inputs each target gets: at least one, all of them together."""
    listed = list(targets)
    whole = sum(target.share for target in listed)
    made = {t.name: max(1, int(inputs * t.share / whole)) for t in listed}
    largest = max(made, key=made.get)
    made[largest] += inputs - sum(made.values())
    return made


def outcome(target: Target, content: bytes, folder: Path, seconds: float) -> str:
    """Hand an input over; return what is wrong, empty if all is as documented."""
    watching = watch.Watch(folder.parent, folder, target.may_write)
    target.put(content, folder)
    wrong = ""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", ResourceWarning)  # told when it is collected
        try:
            with watch.watched(watching, seconds):
                target.run(folder)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            told = fault(error)
            if told and not watching.done:
                wrong = f"{told}, at {place(error)}"
    return watching.done[0] if watching.done else wrong


def kind_of(wrong: str) -> str:
    """Return a finding without what differs from one input to the next."""
    words = wrong.split()
    return " ".join(words if " at " in wrong else words[:1])


def shrunk(target: Target, content: bytes, folder: Path, wrong: str) -> bytes:
    """Return a shorter input that leads to the same, as far as a few tries find it."""
    size, tries = max(1, len(content) // 2), 0
    while size and tries < SHRINKING:
        at = 0
        while at < len(content) and tries < SHRINKING:
            shorter = content[:at] + content[at + size :]
            tries += 1
            with contextlib.suppress(Exception):  # one that cannot be put in place
                found = outcome(target, shorter, folder, watch.CPU_SECONDS)
                if kind_of(found) == kind_of(wrong):
                    content = shorter
                    continue
            at += size
        size //= 2
    return content


def fuzz(
    target: Target,
    inputs: int,
    seed: int,
    folder: Path,
    *,
    seconds: float = watch.CPU_SECONDS,
    begin: int = 0,
    step: Callable[[int], None] = lambda _: None,
    note: Callable[[int, bytes], None] = lambda _nth, _content: None,
) -> Iterator[tuple[str, bytes]]:
    """Hand inputs to a target; yield each new finding with a short input for it."""
    seen = set()
    folder.mkdir(parents=True, exist_ok=True)
    for nth in range(begin, inputs):
        step(nth)
        content = target.make(Random(f"{seed} {target.name} {nth}"))
        note(nth, content)
        faulthandler.dump_traceback_later(_STUCK, exit=True, file=sys.__stderr__)
        wrong = outcome(target, content, folder, seconds)
        if wrong and kind_of(wrong) not in seen:
            seen.add(kind_of(wrong))
            faulthandler.cancel_dump_traceback_later()
            is_slow = wrong.startswith(("hangs", "swells"))
            short = content if is_slow else shrunk(target, content, folder, wrong)
            yield wrong, short
    faulthandler.cancel_dump_traceback_later()
    step(inputs)


class Record:
    """What a run has done so far, in a file beside its findings."""

    def __init__(self, folder: Path, *, seed: int, inputs: int, resume: bool) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "run.json"
        self.last = folder / "last-input"  # gone when a target is through
        self.head = {"seed": seed, "inputs": inputs}
        self.told: Told = {}
        if resume and self.path.exists():
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            if kept["head"] != self.head:
                msg = f"{self.path} is of {kept['head']}, wanted {self.head}; run "
                raise ValueError(msg + "without --resume, or with its seed and inputs")
            self.told = kept["told"]
            self._keep_last()
        self.last.unlink(missing_ok=True)

    def _keep_last(self) -> None:
        """Keep the input at which the process ended, if one did, and go on after it."""
        if not self.last.exists():
            return
        name, _, rest = self.last.read_bytes().partition(b"\n")
        nth, _, content = rest.partition(b"\n")
        self.of(name.decode())["done"] = int(nth) + 1
        self.keep(name.decode(), "ends the process, or was stopped there", content)

    def note(self, name: str, nth: int, content: bytes) -> None:
        """Note which input is handed over next, should the process end at it."""
        self.last.write_bytes(b"%s\n%d\n%s" % (name.encode(), nth, content))

    def of(self, name: str) -> dict:
        """Return what is recorded of a target."""
        return self.told.setdefault(name, {"done": 0, "seconds": 0.0, "findings": {}})

    def keep(self, name: str, wrong: str, content: bytes) -> None:
        """Keep a finding and its input."""
        file = f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
        (self.folder / file).write_bytes(content)
        self.of(name)["findings"][wrong] = file
        self.save()

    def save(self) -> None:
        """Write the record."""
        text = json.dumps({"head": self.head, "told": self.told}, indent=1)
        self.path.write_text(text, encoding="utf-8")


def run(
    inputs: int, seed: int, out: Path, *, only: list[str], resume: bool, progress: bool
) -> Record:
    """Run all targets, or some; return the record."""
    sys.dont_write_bytecode = True
    watch.install()
    record = Record(out, seed=seed, inputs=inputs, resume=resume)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as made:
        stage = Path(made).resolve()
        targets = all_targets(stage / "stage")
        wanted = shares(targets, inputs)
        unknown = set(only) - set(wanted)
        if unknown:
            msg = f"no target is called {sorted(unknown)}; there are: "
            raise ValueError(msg + ", ".join(wanted))
        for target in targets:
            if only and target.name not in only:
                continue
            _one(target, wanted[target.name], seed, stage, record, progress=progress)
    return record


def _one(
    target: Target,
    inputs: int,
    seed: int,
    stage: Path,
    record: Record,
    *,
    progress: bool,
) -> None:
    told = record.of(target.name)
    before, begun, shown = told["seconds"], time.monotonic(), 0.0

    def step(nth: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown < 1 and nth < inputs:
            return
        shown = now
        told.update(done=nth, seconds=round(before + now - begun, 1))
        record.save()
        if progress:
            bar = "#" * (30 * nth // inputs)
            line = f"\r{target.name:14} [{bar:30}] {nth:7,}/{inputs:,}"
            sys.stderr.write(line + ("\n" if nth == inputs else ""))

    parent = stage / "parent" / target.name
    parent.mkdir(parents=True, exist_ok=True)
    (parent / "bystander.txt").write_text("not to be touched")
    found = fuzz(
        target, inputs, seed, parent / "folder", begin=told["done"], step=step,
        note=lambda nth, content: record.note(target.name, nth, content),
    )  # fmt: skip
    for wrong, content in found:
        record.keep(target.name, wrong, content)
    record.last.unlink(missing_ok=True)
