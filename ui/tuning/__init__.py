"""What is changed in the process and in Streamlit, once, before the first page is drawn.

Everything works without it, slower. Streamlit's private parts may change with any version: a change that does not fit
is left out, with one line in the log.
"""

from __future__ import annotations

import logging
from functools import cache

from ui.tuning.heap import keep_memory
from ui.tuning.reruns import answer_directly
from ui.tuning.server import flush_soon, freeze, send_without_delay, write_nothing, write_theme_once

# Each with what it brought when it was made, of a redraw of one view alone.
CHANGES = (
    send_without_delay,  # 40 ms: many small messages would each wait for an acknowledgment
    flush_soon,  # 4 ms of 11: what is to be sent is looked for each millisecond
    answer_directly,  # 0.6 to 2 ms: a control reruns its answer at once
    write_theme_once,  # a quarter of an answer's work
    keep_memory,  # 4,000 page faults for a deep net
    write_nothing,  # trainings on a full or read-only disk
    freeze,  # a collection would walk torch and every open session
)


@cache
def start() -> None:
    """Make every change that can be made."""
    for change in CHANGES:
        try:
            change()
        except Exception as error:
            logging.getLogger("tuning").warning("%s was left out: %s", change.__name__, error)
