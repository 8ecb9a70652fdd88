"""What a reader takes home: the code that just ran, on its own, as a script and as a notebook.

Both are made of the same cells (`cells.py`), which are made from the project's own files through their syntax trees
(`collected.py`). They need torch, numpy, pandas and altair, and nothing of this project. `show` is for those who use it
in a notebook of their own.
"""

from dlcore.export.cells import Look
from dlcore.export.notebook import notebook
from dlcore.export.script import script
from dlcore.export.shown import show

__all__ = ["Look", "notebook", "script", "show"]
