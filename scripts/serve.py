"""Serve the dashboard, and load what the first page needs while the browser is on its way to it."""

import sys
from importlib import import_module
from threading import Thread

from streamlit.web.cli import main


def warm() -> None:
    for name in ("torch", "pandas", "altair"):
        import_module(name)


if __name__ == "__main__":
    Thread(target=warm, daemon=True).start()
    sys.argv = ["streamlit", "run", "app.py"]
    main()
