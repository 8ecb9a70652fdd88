"""What is changed in Streamlit's server, and what is loaded ahead."""

from __future__ import annotations

import gc
import socket
from functools import cache, wraps
from importlib import import_module
from threading import Timer

import dlcore  # noqa: F401  (torch is imported before the freeze, so that no collection ever walks it)

SOON = 4.0  # seconds: the first chart comes first


def freeze() -> None:
    """Let no garbage collection walk what is loaded; load what a training needs while the first page is read."""
    gc.freeze()  # what is loaded by now stays anyway
    later = Timer(SOON, load_the_rest)
    later.daemon = True
    later.start()


def load_the_rest() -> None:
    """Import what torch imports with its first empty network, and all topics, while the first page is read."""
    import_module("torch.fx.experimental.symbolic_shapes")
    import_module("dlcore.answer_sheet").claims()
    gc.unfreeze()  # the first freeze was in a hurry, and took in what the imports threw away
    gc.collect()
    gc.freeze()


def write_theme_once() -> None:
    """Keep what Streamlit writes of the theme into every answer: six sections were a quarter of an answer's work.

    Raises: AttributeError or ImportError if it writes it elsewhere.
    """
    from streamlit.proto.NewSession_pb2 import CustomThemeConfig
    from streamlit.runtime import app_session

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
