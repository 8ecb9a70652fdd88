"""How a script gets the files back that it carries as text."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path


def unpacked(files: dict[str, str]) -> Path:
    """Write these files into a temporary folder, and return the place of a script beside them."""
    folder = Path(tempfile.mkdtemp())
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(base64.b85decode(text))
    return folder / "script.py"
