"""How glibc's malloc keeps the memory that it once had."""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # of glibc's <malloc.h>
MB = 1 << 20


def set_malloc(*options: tuple[int, int]) -> ctypes.CDLL | None:
    """Set options of this process's malloc, each an M_… with its size, and return the C library.

    None, and nothing is done, where the C library is another one.
    """
    if sys.platform != "linux" or not hasattr(libc := ctypes.CDLL(None), "mallopt"):
        return None
    for option, size in options:
        libc.mallopt(option, size)
    return libc
