"""Run all parts, or those named: run, server, readers, memory, pages, start, browser, pins, compute, modes, playing,
sheet, tuning, export, growth, studies, hall.

`pages` (ten minutes) and `hall` (ten, and a machine that does nothing else) are run only when they are named."""

from __future__ import annotations

import os
import platform
import sys
from datetime import date

from benchmarks import browser, export, growth, hall, pins, server, sheet, streams, studies, tuning


def machine() -> str:
    """What the figures come from."""
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"


def main(wanted: list[str]) -> None:
    print(f"{date.today()}, machine: {machine()}, load {os.getloadavg()[0]:.1f}", flush=True)
    parts = {"run": server.runs, "server": server.redraw, "readers": server.readers, "memory": server.memory,
             "start": browser.start, "browser": browser.all_figures, "pins": pins.figures,
             "compute": streams.compute, "modes": streams.modes, "playing": streams.playing, "sheet": sheet.opening,
             "tuning": tuning.figures, "export": export.figures, "growth": growth.figures,
             "studies": studies.figures}
    asked = {**parts, "pages": server.pages, "hall": hall.figures}
    for name in wanted or parts:
        for line in asked[name]():
            print(f"{name:8} {line}", flush=True)


main(sys.argv[1:])
