"""What an input may not do: hang, swell, write elsewhere, or reach a network."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CPU_SECONDS = 5.0
GROWTH = 1 << 30  # [bytes]
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATHS = {  # audit events -> which of their arguments are paths that they change
    "os.mkdir": (0,), "os.rename": (0, 1), "os.remove": (0,), "os.rmdir": (0,),
    "os.link": (1,), "os.symlink": (1,), "os.truncate": (0,), "os.chmod": (0,),
    "os.chown": (0,), "os.utime": (0,), "shutil.rmtree": (0,), "shutil.move": (0, 1),
}  # fmt: skip
# and which is the open folder that such a path may start from, -1 for none
_FOLDERS = {"os.mkdir": 2, "os.remove": 1, "os.rmdir": 1, "shutil.rmtree": 1}
_NEVER = (
    "socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec",
    "os.posix_spawn", "os.fork",
)  # fmt: skip


class Hang(BaseException):
    """An input took longer than it may; not an Exception: nothing may swallow it."""


class Forbidden(BaseException):
    """An input did what it may not do."""


@dataclass
class Watch:
    """What is watched now: the folder that may be written to, and what was done."""

    parent: Path
    folder: Path
    may_write: bool = False
    done: list[str] = field(default_factory=list)

    def forbid(self, what: str) -> None:
        """Note a deed and stop it."""
        self.done.append(what)
        raise Forbidden(what)

    def check(self, path: object) -> None:
        """Forbid a path to be changed that is not in the folder."""
        if isinstance(path, int) or path is None:
            return
        told = os.fsdecode(path)
        if told == os.devnull:
            return
        real = os.path.realpath(told)
        inside = real == str(self.folder) or real.startswith(f"{self.folder}{os.sep}")
        if not (inside and self.may_write):
            self.forbid(f"writes {told}")


_now: list[Watch] = []


def _audit(event: str, arguments: tuple) -> None:
    if not _now:
        return
    if event == "open":
        path, mode, flags = arguments
        writes = set(mode or "") & set("wax+") or (flags or 0) & _WRITING
        if writes:
            _now[-1].check(path)
    elif event in _PATHS:
        opened = (*arguments, None)[_FOLDERS.get(event, -1)]
        home = f"/proc/self/fd/{opened}" if opened not in (None, -1) else ""
        for nth in _PATHS[event]:
            path = arguments[nth]
            _now[-1].check(Path(home, os.fsdecode(path)) if home else path)
    elif event in _NEVER:
        _now[-1].forbid(f"{event} {arguments!r:.200}")


def install() -> None:
    """Add the audit hook, once a process: it cannot be taken away again."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_audit)


_installed: list[bool] = []


@contextmanager
def watched(watch: Watch, seconds: float = CPU_SECONDS) -> Iterator[None]:
    """Watch what is done inside; raise `Hang` or `Forbidden` when it is too much."""

    def stop(*_: object) -> None:
        watch.done.append(f"hangs: more than {seconds:g} s")
        raise Hang(watch.done[-1])

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stood = _listing(watch)
    signal.signal(signal.SIGPROF, stop)
    _now.append(watch)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        _now.pop()
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if (after - before) * 1024 > GROWTH:
            watch.done.append(f"swells by {(after - before) >> 10} MB")
        changed = _listing(watch) ^ stood
        if changed:
            watch.done.append(f"changes {sorted(changed)[0][0]}")


def _listing(watch: Watch) -> set[tuple]:
    """Return what stands around the folder, and in it if nothing may be written."""
    skip = str(watch.folder) if watch.may_write else ""
    found, folders = set(), [str(watch.parent)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.path == skip:
                    continue
                told = entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                    found.add((entry.path,))
                else:
                    found.add((entry.path, told.st_size, told.st_mtime_ns))
    return found
