"""Work shared out over the cores: Arrow parses on all of them, but computes on one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import pyarrow as pa

Key = TypeVar("Key")
Made = TypeVar("Made")


@cache
def _workers() -> ThreadPoolExecutor:
    """Return the threads, kept: new ones would each ask the system for memory anew."""
    return ThreadPoolExecutor(pa.cpu_count(), "syriaconflict-adapters")


if hasattr(os, "register_at_fork"):  # a process that is forked off has no threads
    os.register_at_fork(after_in_child=_workers.cache_clear)


def begun(task: Callable[..., Made], *args: object) -> Future[Made]:
    """Begin a task on another core; ``result()`` waits for what it makes.

    A task must not begin others and wait for them: all threads might wait.
    """
    return _workers().submit(task, *args)


def side_by_side(tasks: Mapping[Key, Callable[[], Made]]) -> dict[Key, Made]:
    """Return what each task makes.

    Examples
    --------
    >>> side_by_side({"killed": lambda: 3, "injured": lambda: 5})
    {'killed': 3, 'injured': 5}
    """
    waiting = {key: begun(task) for key, task in tasks.items()}
    return {key: task.result() for key, task in waiting.items()}
