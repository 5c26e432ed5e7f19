"""A lock that one process at a time holds, and that ends with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock file; wait for it if another process has it.

    The system lets go of the lock when the process ends, however it ends: a file that
    is left over locks nobody out.

    Parameters
    ----------
    file : Path
        The lock file, which stays behind, empty.
    """
    with file.open("a") as opened:
        try:
            import fcntl
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(opened.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield
