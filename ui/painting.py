"""The process that paints: started when a reader is about to ask for a picture, one for all of them."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from pathlib import Path
from threading import Lock, Thread

PAINTER = Path(__file__).with_name("painter.py")
# An empty chart: the first one of a process takes half a second longer than the others.
FIRST = json.dumps({"mark": "line", "data": {"values": []}, "encoding": {}})

_process: subprocess.Popen[bytes] | None = None
_lock = Lock()


def paint(form: str, text: str) -> bytes:
    """What `ui.painter.paint` makes, without keeping other readers waiting.

    Raises: ValueError for what it cannot paint, RuntimeError if the process ends twice.
    """
    request = json.dumps({"form": form, "text": text}).encode() + b"\n"
    with _lock:
        for _ in range(2):  # it may have ended since: then once more with a new one
            try:
                word, body = _asked(request)
            except (OSError, EOFError):
                stop()
                continue
            if word == b"no":
                raise ValueError(body.decode())
            return body
    raise RuntimeError("the process that paints ended twice")


def get_ready() -> None:
    """Start the process in the background, so that the first picture is as quick as the next."""
    if _process is None or _process.poll() is not None:
        Thread(target=paint, args=("chart", FIRST), daemon=True).start()


def stop() -> None:
    """End the process."""
    global _process
    if _process is not None:
        _process.kill()
        _process.communicate()
        _process = None


atexit.register(stop)


def _asked(request: bytes) -> tuple[bytes, bytes]:
    global _process
    if _process is None:
        _process = subprocess.Popen([sys.executable, "-I", str(PAINTER)], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert _process.stdin and _process.stdout  # they were asked for
    _process.stdin.write(request)
    _process.stdin.flush()
    head = _process.stdout.readline().split()
    if len(head) != 2:
        raise EOFError("the process that paints has ended")
    body = _process.stdout.read(int(head[1]))
    if len(body) < int(head[1]):
        raise EOFError("the process that paints has ended")
    return head[0], body
