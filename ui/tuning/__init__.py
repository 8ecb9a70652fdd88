"""What is changed in the process and in Streamlit, once, before the first page is drawn.

Everything works without it, slower. Streamlit's private parts may change with any version: a change that does not fit
is left out, with one line in the log.
"""

from __future__ import annotations

import logging
from functools import cache

from ui.tuning.compiler import compile_nothing
from ui.tuning.heap import keep_memory
from ui.tuning.reruns import answer_directly
from ui.tuning.server import freeze, send_runs_whole, send_without_delay, write_theme_once

# Each with what it brings: milliseconds of a redraw of the page *Momentum*, which takes 6 to 8 with all of them.
CHANGES = (
    send_without_delay,  # 40 ms: many small messages would each wait for an acknowledgment
    answer_directly,  # 5 ms: a control reruns its answer at once
    send_runs_whole,  # nothing there; the browser lays out a redraw once, not twice: an eighth of a key press
    write_theme_once,  # 0.6 ms, a tenth of the processor's time, which a full hall lacks
    keep_memory,  # nothing there; 4,000 page faults for a deep net, and what a training leaves goes back
    compile_nothing,  # nothing there; 50 MB, a second at the start, and trainings on a full or read-only disk
    freeze,  # nothing there; a collection would walk torch and every open session
)


@cache
def start() -> None:
    """Make every change that can be made."""
    for change in CHANGES:
        try:
            change()
        except Exception as error:
            logging.getLogger("tuning").warning("%s was left out: %s", change.__name__, error)
