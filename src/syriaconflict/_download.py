"""One download: resumed where it broke off, tried again, checked, put in place."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from requests import Response

_BLOCK = 1 << 16
_TIMEOUT = (10, 60)  # to connect, between two blocks [s]
_PASSING = {408, 425, 429, 500, 502, 503, 504}  # answers that may change by themselves
_LONGEST_WAIT = 60.0  # [s]


@dataclass(frozen=True)
class Download:
    """What to download: where from, where to, and what it must come to."""

    url: str
    target: Path
    sha256: str | None
    by_hand: str
    progress: bool = False
    retries: int = 3
    most: int | None = None  # what is longer is not the file [bytes]

    @property
    def part(self) -> Path:
        """The file that holds what has come so far."""
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def mark(self) -> Path:
        """The file that holds which version on the server the part is of."""
        return self.target.with_name(f"{self.target.name}.part.etag")


class _Passing(Exception):
    """A failure that may pass; ``wait`` [s] is what the server asks for, or 0."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


def download(order: Download) -> bool:
    """Carry out a download; return whether it is known to be whole.

    It is not where the server told no length, marked no end, and nobody has told a
    hash: a file cut off looks the same then.

    Raises
    ------
    ValueError
        If what came has another hash than is known.
    ConnectionError
        If it could not be had.
    OSError
        If the disk is full.
    """
    import pooch

    for attempt in range(order.retries + 1):
        try:
            is_whole = _receive(order)
            break
        except _Passing as failure:
            if attempt == order.retries:
                msg = (
                    f"{order.url} could not be fetched in {attempt + 1} tries (last: "
                    f"{failure}). What came is kept: call again to go on, or "
                    f"{order.by_hand}"
                )
                raise ConnectionError(msg) from failure
            pause(min(max(failure.wait, 2.0**attempt), _LONGEST_WAIT))
    if order.sha256 is not None:
        found = pooch.file_hash(str(order.part), alg="sha256")
        if found != order.sha256:
            _forget(order)
            msg = (
                f"{order.url} gave a file with the SHA-256 {found}, wanted "
                f"{order.sha256}: it was changed or damaged on the way, and is "
                f"thrown away; {order.by_hand}"
            )
            raise ValueError(msg)
    order.part.replace(order.target)
    order.mark.unlink(missing_ok=True)
    return is_whole or order.sha256 is not None


def pause(seconds: float) -> None:
    """Wait before the next try."""
    time.sleep(seconds)


def _receive(order: Download) -> bool:
    """Receive what is left into the part; return whether its end is told."""
    import requests

    have = order.part.stat().st_size if order.part.exists() else 0
    headers = {"Accept-Encoding": "identity"}
    if have and order.mark.exists():
        headers |= {"Range": f"bytes={have}-", "If-Range": order.mark.read_text()}
    try:
        with requests.get(
            order.url, headers=headers, stream=True, timeout=_TIMEOUT
        ) as answer:
            _refuse(order, answer)
            return _store(order, answer, have)
    except requests.exceptions.RequestException as error:
        raise _Passing(str(error)) from error


def _refuse(order: Download, answer: Response) -> None:
    """Raise on an answer that is no file."""
    if answer.status_code == 416:  # the part is longer than the file
        _forget(order)
        msg = "the server has a shorter file than what came before"
        raise _Passing(msg)
    if answer.status_code in _PASSING:
        told = answer.headers.get("Retry-After", "")
        wait = float(told) if told.isdigit() else 0.0
        msg = f"the server answers {answer.status_code}"
        raise _Passing(msg, wait)
    if not answer.ok:
        msg = f"{order.url} answers {answer.status_code} {answer.reason}: "
        raise ConnectionError(msg + order.by_hand)
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/html") and order.target.suffix != ".html":
        msg = f"{order.url} gives a web page, perhaps to log in: {order.by_hand}"
        raise ConnectionError(msg)


def _store(order: Download, answer: Response, have: int) -> bool:
    resumed = answer.status_code == 206
    start = have if resumed else 0
    length = answer.headers.get("Content-Length")
    total = start + int(length) if length else None
    with _told_if_full(order, total):
        if not resumed:
            mark = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
            order.mark.unlink(missing_ok=True)
            if mark and not mark.startswith("W/"):
                order.mark.write_text(mark)
        with (
            order.part.open("ab" if resumed else "wb") as file,
            _bar(order, start, total) as step,
        ):
            for block in answer.iter_content(_BLOCK):
                file.write(block)
                step(len(block))
                if order.most is not None and file.tell() > order.most:
                    _forget(order)
                    msg = f"{order.url} gives more than {order.most:,} bytes: "
                    raise ValueError(msg + order.by_hand)
    size = order.part.stat().st_size
    if total is not None and size != total:
        msg = f"{size} of {total} bytes came"
        raise _Passing(msg)
    # in chunks, the last one is marked, and requests raises where it does not come
    in_chunks = "chunked" in answer.headers.get("Transfer-Encoding", "").lower()
    return total is not None or in_chunks


@contextmanager
def _told_if_full(order: Download, total: int | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        free = shutil.disk_usage(order.target.parent).free
        needs = f"{total:,} bytes are needed, " if total else ""
        msg = (
            f"no space left for {order.target.name} in {order.target.parent}: {needs}"
            f"{free:,} are free. What came is kept in {order.part.name}: make room and "
            "call again, or give folder= another place"
        )
        raise OSError(error.errno, msg) from error


@contextmanager
def _bar(order: Download, start: int, total: int | None) -> Iterator:
    if not order.progress:
        yield lambda _: None
        return
    from tqdm import tqdm

    with tqdm(
        desc=order.target.name, initial=start, total=total, unit="B", unit_scale=True
    ) as bar:
        yield bar.update


def _forget(order: Download) -> None:
    order.part.unlink(missing_ok=True)
    order.mark.unlink(missing_ok=True)
