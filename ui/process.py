"""What is done once a process, before the first page is drawn."""

from __future__ import annotations

import gc
import socket
from importlib import import_module
from threading import Timer

import torch  # noqa: F401  (imported before the freeze, so that no collection ever walks it)


SOON = 4.0  # seconds: the first chart comes first


def prepare() -> None:
    """Send without delay, load what the first training needs, and take all of it out of garbage collection."""
    send_without_delay()
    freeze()
    later = Timer(SOON, load_optimizers)
    later.daemon = True
    later.start()


def load_optimizers() -> None:
    """Import what torch imports with its first optimizer, a second's work, while the first page is read."""
    import_module("torch._dynamo")
    freeze()


def freeze() -> None:
    """Let no later collection walk what is loaded by now: it stays anyway."""
    gc.collect()
    gc.freeze()


def send_without_delay() -> None:
    """Turn Nagle's algorithm off: a redraw is many small messages, and would wait 40 ms for an acknowledgment.

    asyncio does it for sockets that name their protocol, which the one that Streamlit listens on does not.
    Connections that are accepted later take the option from the listening socket.
    """
    for thing in gc.get_objects():
        if type(thing) is socket.socket and thing.fileno() >= 0 and thing.type == socket.SOCK_STREAM:
            if thing.family in (socket.AF_INET, socket.AF_INET6):
                thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
