"""Open pages as a browser does, so that what every reader sees first is computed before the first one comes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# The home page and every page but the answer sheet, whose measurements take 20 s: its first reader starts them for all.
PAGES = ("", *sorted(path.stem.partition("_")[2] for path in (Path(__file__).parent.parent / "pages").glob("[0-9]*.py")
                     if not path.stem.endswith("Answer_sheet")))


def warm(ports: Sequence[int]) -> None:
    """Open each page at each process, which all work at once.

    Raises: OSError or websockets.WebSocketException if a process does not answer.
    """
    async def everywhere() -> None:
        await asyncio.gather(*(_open_all(port) for port in ports))

    with ThreadPoolExecutor(1) as apart:  # whoever calls may have a loop of its own
        apart.submit(asyncio.run, everywhere()).result()


async def _open_all(port: int) -> None:
    for page in PAGES:
        async with websockets.connect(f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"],
                                      max_size=None) as socket:
            message = BackMsg()
            message.rerun_script.page_name = page
            await socket.send(message.SerializeToString())
            while ForwardMsg.FromString(await socket.recv()).WhichOneof("type") != "script_finished":
                pass
