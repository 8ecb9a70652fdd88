"""Memory that torch fetches and gives back, many times a second."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from threading import Thread
from time import sleep

from dlcore.heap import M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, MB, set_malloc
from ui.turn import one_at_a_time


def keep_memory() -> None:
    """Let one heap serve all threads and keep what it once had: each redraw runs in a new thread, which would fetch
    its megabytes from the system page by page and give them back (4,000 page faults for a deep net).

    What is larger than 4 MB goes back at once, and the holes in the heap when they have grown: a widest net leaves
    250 MB of them.
    """
    if libc := set_malloc((M_ARENA_MAX, 1), (M_MMAP_THRESHOLD, 4 * MB), (M_TRIM_THRESHOLD, 128 * MB)):
        Thread(target=_give_back, args=(libc,), daemon=True).start()


def _give_back(libc: ctypes.CDLL, grown: int = 16 * MB) -> None:
    kept = resident()
    while True:
        sleep(0.25)
        if resident() > kept + grown:
            with one_at_a_time:  # between two answers: a net at work would count as what is kept
                libc.malloc_trim(0)  # 20 ms
                kept = resident()


def resident() -> int:
    """Memory of this process that is in use, in bytes; Linux."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
