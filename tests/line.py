"""A line between a browser and a server that can be made slow: every byte is late by its lag, both ways."""

import asyncio
import contextlib
from contextlib import contextmanager
from threading import Event, Thread


class Line:
    """`address` leads to a server; `lag` are the seconds by which a byte is late from now on."""

    def __init__(self, server):
        self.lag, self.address = 0.0, ""
        self._host, self._port = server.removeprefix("http://").split(":")

    async def connect(self, reader, writer):
        there, to = await asyncio.open_connection(self._host, self._port)
        carried = [asyncio.create_task(self._carry(*way)) for way in ((reader, to), (there, writer))]
        with contextlib.suppress(asyncio.CancelledError):  # the line is taken down
            await asyncio.wait(carried, return_when=asyncio.FIRST_COMPLETED)
        for task in carried:
            task.cancel()
        for end in (to, writer):
            end.close()

    async def _carry(self, source, target):
        """The pieces in their order, each when its time has come."""
        loop, last = asyncio.get_running_loop(), 0.0
        while piece := await source.read(1 << 16):
            last = max(last, loop.time() + self.lag)
            loop.call_at(last, target.write, piece)
        await asyncio.sleep(max(0.0, last - loop.time()) + 0.01)  # what is on its way arrives


@contextmanager
def line(server):
    """A line to a server, for as long as this lasts."""
    made, ready, over = Line(server), Event(), asyncio.Event()

    async def serve():
        listening = await asyncio.start_server(made.connect, "127.0.0.1", 0)
        made.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        made.loop = asyncio.get_running_loop()
        ready.set()
        async with listening:
            await over.wait()

    thread = Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    ready.wait()
    yield made
    made.loop.call_soon_threadsafe(over.set)
    thread.join(5)
