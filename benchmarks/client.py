"""A reader without a browser: opens a page over the WebSocket and moves its sliders."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).parent.parent


@contextmanager
def serve(script: str = "app.py", folder: Path = ROOT, before: str = "") -> Iterator[tuple[str, subprocess.Popen]]:
    """A server of its own on a free port: its address and its process. It runs the lines `before` first."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = f"{before}\nimport sys; from streamlit.web.cli import main; sys.exit(main(prog_name='streamlit'))"
    command = [sys.executable, "-c", start, "run", script, "--server.port", str(port),
               "--server.address", "127.0.0.1", "--server.headless", "true"]
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


@dataclass
class Slider:
    """A number slider or an option slider as the server described it."""

    id: str
    fragment: str
    low: float
    high: float
    step: float
    options: list[str]

    def anywhere(self, rng: random.Random) -> float | str:
        if self.options:
            return rng.choice(self.options)
        return self.low + self.step * rng.randrange(round((self.high - self.low) / self.step) + 1)


@dataclass
class Reader:
    """One open page."""

    socket: websockets.ClientConnection
    sliders: dict[str, Slider] = field(default_factory=dict)  # by the last part of its key
    page: str = ""
    session: str = ""
    query: str = ""  # of its address
    moved: dict[str, float | str] = field(default_factory=dict)  # like a browser, send all that has been moved
    exceptions: int = 0
    live: tuple[str, str, int] = ("", "", 0)  # what asks for frames: its id, its fragment, the redraw that it saw
    plays: bool = False  # whether the last redraw was a frame with another one to come
    heard: list[str] = field(default_factory=list)  # kinds of messages and elements since the last move
    kept: set[str] = field(default_factory=set)  # messages that a browser would keep, to have them named later
    downloads: dict[str, str] = field(default_factory=dict)  # what makes the file of a button, by the button's key
    lists: dict[str, tuple[str, str]] = field(default_factory=dict)  # id and fragment of what opens, by its label
    opened: set[str] = field(default_factory=set)

    async def until_finished(self) -> None:
        """Read until a script run has ended; note sliders and exceptions on the way."""
        while True:
            message = ForwardMsg.FromString(await self.socket.recv())
            kind = message.WhichOneof("type")
            self.heard.append(kind)
            if message.metadata.cacheable:
                self.kept.add(message.hash)
            if kind == "delta":
                self._note(message.delta)
            elif kind == "new_session":
                self.page = message.new_session.page_script_hash
                self.session = message.new_session.initialize.session_id
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def _note(self, delta: object) -> None:
        if delta.WhichOneof("type") == "add_block":
            popover = delta.add_block.popover
            if popover.id:
                self.lists[popover.label] = popover.id, delta.fragment_id
        element = delta.new_element
        self.heard.append(element.WhichOneof("type"))
        if element.WhichOneof("type") == "exception":
            self.exceptions += 1
        elif element.WhichOneof("type") == "slider":
            s = element.slider
            name = s.id.rpartition("-")[2]
            self.sliders[name] = Slider(s.id, delta.fragment_id, s.min, s.max, s.step, list(s.options))
        elif element.WhichOneof("type") == "download_button":
            button = element.download_button
            self.downloads[button.id.split("-", 2)[2]] = button.deferred_file_id
        elif element.WhichOneof("type") == "bidi_component" and element.bidi_component.component_name == "live":
            data = json.loads(element.bidi_component.json)
            self.live = element.bidi_component.id, delta.fragment_id, data["redraw"]
            self.plays = data["beat"] > 0

    async def turn_to(self, page: str, query: str = "") -> float:
        """Open a page, or another one in the same tab, and wait until it is drawn: seconds."""
        self.query, self.sliders, self.moved, self.plays = query, {}, {}, False
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        return await self._rerun(message)

    async def move(self, slider: Slider, value: float | str) -> float:
        """Move a slider and wait for the end of the redraw: seconds."""
        self.moved[slider.id] = value
        return await self._rerun(self._request(slider.fragment))

    async def beat(self) -> float:
        """Ask for the next frame of a stream, as the page's own component does, and wait for it: seconds."""
        component, fragment, redraw = self.live
        message = self._request(fragment)
        state = message.rerun_script.widget_states.widgets.add()
        state.id = _make_trigger_id(component, "events")
        state.json_trigger_value = json.dumps([{"event": "ask", "value": {"held": None, "beat": redraw}}])
        return await self._rerun(message)

    async def open(self, label: str) -> float:
        """Open a list that is closed, and wait until what it holds is drawn: seconds."""
        name, fragment = self.lists[label]
        self.opened.add(name)
        return await self._rerun(self._request(fragment))

    async def download(self, name: str) -> float:
        """Press a button whose file is made on the press, and wait until it is there: seconds.

        Raises: RuntimeError if the server could not make it.
        """
        message = BackMsg()
        request = message.backend_operation_request
        request.request_id, request.session_id, request.deferred_file.file_id = name, self.session, self.downloads[name]
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await self.socket.recv())
            if answer.WhichOneof("type") == "backend_operation_response":
                if answer.backend_operation_response.error_msg:
                    raise RuntimeError(f"{name}: {answer.backend_operation_response.error_msg}")
                return time.perf_counter() - start

    def _request(self, fragment: str) -> BackMsg:
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.query_string = self.query
        message.rerun_script.fragment_id = fragment
        for key, now in self.moved.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = key
            (state.string_array_value if isinstance(now, str) else state.double_array_value).data.append(now)
        for key in self.opened:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.bool_value = key, True
        return message

    async def _rerun(self, message: BackMsg) -> float:
        self.heard.clear()
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await self.until_finished()
        return time.perf_counter() - start


async def visit(address: str, page: str = "", query: str = "") -> Reader:
    """Open a page and wait until it is drawn."""
    connection = await websockets.connect(f"ws://{address}/_stcore/stream", subprotocols=["streamlit"],
                                          max_size=None, ping_interval=None, open_timeout=60,
                                          additional_headers={"Origin": f"http://{address}"})
    reader = Reader(connection)
    await reader.turn_to(page, query)
    return reader

