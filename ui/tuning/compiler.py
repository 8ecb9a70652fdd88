"""The compiler of torch, which its optimizers load with their first step and nothing here uses."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import torch

COMPILER = "torch._dynamo"


class Uncompiled(ModuleType):
    """In place of the compiler: what an optimizer asks of it does nothing; whoever asks for more gets the real one."""

    def graph_break(self, *_: Any) -> None:
        """Nothing is being compiled that could be cut here."""

    def disable(self, function: Any = None, *_: Any, **__: Any) -> Any:
        """The function itself, or what leaves one as it is: it is not going to be compiled."""
        return function or (lambda one: one)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # asked of every module by whoever lists them
            raise AttributeError(name)
        if sys.modules.get(COMPILER) is self:
            del sys.modules[COMPILER]
        return getattr(import_module(COMPILER), name)


def compile_nothing() -> None:
    """Let optimizers do without the compiler: it is 300 modules, some 50 MB and a second of work, and it makes
    a folder on the disk, which may be full. A small machine would do that while its first reader waits.
    """
    if COMPILER not in sys.modules:
        sys.modules[COMPILER] = torch._dynamo = Uncompiled(COMPILER)  # type: ignore[attr-defined]
