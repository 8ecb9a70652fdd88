"""What is done once a process, before the first page is drawn."""

from __future__ import annotations

import gc
import socket
from functools import cache, wraps
from importlib import import_module
from threading import Timer

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session, runtime

import dlcore  # noqa: F401  (torch is imported before the freeze, so that no collection ever walks it)
from ui.direct import answer_directly
from ui.memory import keep_memory

SOON = 4.0  # seconds: the first chart comes first

# Seconds between two looks at what is to be sent. Streamlit waits 0.005, and a redraw takes no longer than that: its
# charts waited for the next look.
FLUSHED = 0.001


def prepare() -> None:
    """Send without delay, keep memory and theme, load what a training needs, and let no garbage collection walk it."""
    send_without_delay()
    runtime.MESSAGE_FLUSH_INTERVAL_SECS = FLUSHED
    keep_memory()
    write_theme_once()
    answer_directly()
    gc.freeze()  # what is loaded by now stays anyway
    gc.enable()
    later = Timer(SOON, load_the_rest)
    later.daemon = True
    later.start()


def load_the_rest() -> None:
    """Import what torch imports with its first optimizer, and all topics, while the first page is read."""
    import_module("torch._dynamo")
    import_module("dlcore.answer_sheet").claims()
    gc.unfreeze()  # the first freeze was in a hurry, and took in what the imports threw away
    gc.collect()
    gc.freeze()


def write_theme_once() -> None:
    """Keep what Streamlit writes of the theme into every answer: six sections were a quarter of an answer's work."""
    write = app_session._populate_theme_msg

    @cache
    def section(name: str) -> CustomThemeConfig:
        write(message := CustomThemeConfig(), name)
        return message

    @wraps(write)
    def copy(message: CustomThemeConfig, name: str = "theme") -> None:
        if section(name).ByteSize():  # an empty section stays absent
            message.MergeFrom(section(name))

    app_session._populate_theme_msg = copy


def send_without_delay() -> None:
    """Turn Nagle's algorithm off: a redraw is many small messages, and would wait 40 ms for an acknowledgment.

    asyncio does it for sockets that name their protocol, which the one that Streamlit listens on does not.
    Connections that are accepted later take the option from the listening socket.
    """
    for thing in gc.get_objects():
        if type(thing) is socket.socket and thing.fileno() >= 0 and thing.type == socket.SOCK_STREAM:
            if thing.family in (socket.AF_INET, socket.AF_INET6):
                thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
