"""What a call did, in words: for the experiments that show an error or a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from threading import Lock
from typing import Any

_filters = Lock()  # Python's warning filters belong to the process, and readers' threads share it


def outcome(call: Callable[[], Any]) -> str:
    """What `call()` returned, raised or warned: "returned …", "ValueError: …", "UserWarning: …"."""
    with _filters, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            said = f"returned {call()!r}"
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
    return "\n".join([*(f"{w.category.__name__}: {w.message}" for w in caught), said])
