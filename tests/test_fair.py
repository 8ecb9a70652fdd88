"""Nobody works for a reader who has left."""

import asyncio
import time
from pathlib import Path

import pytest
from walk import awaited

from benchmarks.client import serve, visit

pytestmark = pytest.mark.fault


def spent(pid):
    """Processor seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_work_for_readers_who_have_left_stops_within_a_second():
    async def streams(address):
        readers = [await visit(address, "Vanishing_gradients", "view=Remedies&gradients.remedies.steps=1000")
                   for _ in range(3)]
        for _ in range(5):
            await asyncio.gather(*(reader.beat() for reader in readers))
        assert all(reader.plays for reader in readers)
        asked = [asyncio.create_task(reader.beat()) for reader in readers]
        await asyncio.sleep(0.02)
        for reader in readers:  # they leave in the middle of a frame
            await reader.socket.close()
        await asyncio.gather(*asked, return_exceptions=True)

    with serve() as (address, process):
        awaited(streams(address))
        time.sleep(5)  # what the server loads in the background is there
        idle = spent(process.pid)
        time.sleep(2)
        idle = spent(process.pid) - idle
        awaited(streams(address))
        time.sleep(1)
        before = spent(process.pid)
        time.sleep(2)
        assert spent(process.pid) - before < idle + 0.2
