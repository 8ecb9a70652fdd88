"""How many connections from one address the hall's nginx lets through, before a server that only says yes."""

import asyncio
import resource

import pytest
from nginx import nginx
from walk import awaited

pytestmark = pytest.mark.fault
ASK = ("GET /_stcore/stream HTTP/1.1\r\nHost: {0}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


async def agree(reader, writer):
    """Switch to the protocol that is asked for, and keep the line until it is hung up."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    await reader.read()
    writer.close()


async def status(host, kept):
    """What nginx answers to one more WebSocket; the line stays open."""
    reader, writer = await asyncio.open_connection(*host.split(":"))
    kept.append(writer)
    writer.write(ASK.format(host).encode())
    return int((await reader.readline()).split()[1])


def test_six_hundred_readers_behind_one_address_pass_and_a_flood_is_refused(tmp_path):
    async def crowd():
        listening, kept = await asyncio.start_server(agree, "127.0.0.1", 0, backlog=1000), []
        with nginx(tmp_path, [f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"]) as front:
            host = front.removeprefix("http://")
            hall = await asyncio.gather(*(status(host, kept) for _ in range(600)))
            flood = await asyncio.gather(*(status(host, kept) for _ in range(900)))
            for writer in kept:
                writer.close()
            await asyncio.gather(*(writer.wait_closed() for writer in kept), return_exceptions=True)
        listening.close()
        await listening.wait_closed()
        return hall, flood

    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        hall, flood = awaited(crowd())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (least, most))
    assert set(hall) == {101} and set(flood) == {101, 429}
