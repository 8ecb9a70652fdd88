"""Serve the dashboard, and load what the first page needs while the browser is on its way to it."""

import sys
from importlib import import_module
from pathlib import Path
from threading import Thread

from streamlit.web.cli import main

sys.path.insert(0, str(Path(__file__).parent.parent))


def warm() -> None:
    for name in ("dlcore", "pandas", "altair"):
        import_module(name)


if __name__ == "__main__":
    Thread(target=warm, daemon=True).start()
    sys.argv = ["streamlit", "run", "app.py"]
    main()
