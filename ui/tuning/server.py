"""What is changed in Streamlit's server, and what is loaded ahead."""

from __future__ import annotations

import gc
import socket
from functools import cache, wraps
from importlib import import_module
from threading import Timer
from time import monotonic
from typing import Any

import dlcore  # noqa: F401  (torch is imported before the freeze, so that no collection ever walks it)

HELD = 0.05  # seconds: nobody sees that a long run begins so much later
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


def send_runs_whole() -> None:
    """Send what a run draws when it ends, at the latest HELD seconds after it began.

    The browser lays out its page for each part that comes alone: once for the news that a run has begun, and once more
    for what it drew.

    Raises: AttributeError or ImportError if a session does not queue its messages as it did.
    """
    from streamlit.runtime.app_session import AppSession, AppSessionState

    missing = {"_browser_queue", "_event_loop", "_message_enqueued_callback", "_state"} - {
        *AppSession.__init__.__code__.co_names}
    if missing:
        raise AttributeError(f"AppSession has no {', '.join(sorted(missing))}")
    enqueue, running = AppSession._enqueue_forward_msg, AppSessionState.APP_IS_RUNNING

    @wraps(enqueue)
    def enqueued(session: Any, message: Any) -> None:
        tell = session._message_enqueued_callback
        if tell and message.WhichOneof("type") == "new_session":
            session.silent_until = monotonic() + HELD
            session._event_loop.call_later(HELD, tell)
        if session._state is running and monotonic() < getattr(session, "silent_until", 0.0):
            session._browser_queue.enqueue(message)
        else:
            enqueue(session, message)

    AppSession._enqueue_forward_msg = enqueued


def send_without_delay() -> None:
    """Turn Nagle's algorithm off: a redraw is many small messages, and would wait 40 ms for an acknowledgment.

    asyncio does it for sockets that name their protocol, which the one that Streamlit listens on does not.
    Connections that are accepted later take the option from the listening socket.
    """
    for thing in gc.get_objects():
        if type(thing) is socket.socket and thing.fileno() >= 0 and thing.type == socket.SOCK_STREAM:
            if thing.family in (socket.AF_INET, socket.AF_INET6):
                thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
