"""Several processes of the app behind one nginx, on this machine: `make hall`.

What dies is started again, and a process that no longer answers is ended first. Ctrl-C ends all.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy import front
from deploy.warm import warm

ROOT = Path(__file__).parent.parent
MISSING = "No nginx found: install one (Debian: apt-get install nginx; macOS: brew install nginx)."
PATIENCE = 20.0  # seconds that a process may leave its health unanswered: a machine under load is slow, not dead


@dataclass
class Replica:
    """One process of the app."""

    port: int
    environment: dict[str, str]
    process: subprocess.Popen = field(init=False)
    heard: float = field(init=False)  # when it last answered

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port),
                   "--server.address", "127.0.0.1", "--browser.serverAddress", "127.0.0.1"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL)
        self.heard = time.monotonic()

    def healthy(self) -> bool:
        """Whether it answers now."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=2).close()
        except OSError:
            return False
        self.heard = time.monotonic()
        return True

    def keep(self) -> None:
        """Start it again if it has ended, or has not answered for too long."""
        if not self.healthy() and time.monotonic() > self.heard + PATIENCE:
            self.process.kill()
            self.process.wait()
        if self.process.poll() is not None:
            print(f"The process on port {self.port} ended with {self.process.returncode}; it is started again.",
                  flush=True)
            self.start()


@dataclass
class Hall:
    """What runs: one address, the processes behind it, and nginx."""

    address: str
    folder: Path
    replicas: list[Replica]
    nginx: subprocess.Popen | None = None

    def keep(self) -> None:
        """One look at every process: what has ended is started again."""
        for replica in self.replicas:
            replica.keep()
        if self.nginx is None or self.nginx.poll() is not None:
            self.nginx = subprocess.Popen([nginx_command(), "-p", str(self.folder), "-c", "nginx.conf", "-e", "stderr",
                                           "-g", "daemon off;"], cwd=self.folder)

    def end(self) -> None:
        """End every process, those that do not listen after five seconds."""
        processes = [process for process in (self.nginx, *(r.process for r in self.replicas)) if process]
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def hall(count: int, port: int, host: str = "127.0.0.1") -> Iterator[Hall]:
    """Start `count` processes and nginx, and wait until all answer and have drawn each page.

    Raises: SystemExit if there is no nginx, if the port is taken, or if a process ends while it starts.
    """
    if not nginx_command():
        raise SystemExit(MISSING)
    _free_or_exit(host, port)
    ports = free_ports(count)
    environment = {**os.environ, "STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32)}
    with tempfile.TemporaryDirectory(prefix="hall-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers are another user
        front.write(folder, f"{host}:{port}", [f"127.0.0.1:{p}" for p in ports])
        running = Hall(f"http://{host}:{port}", folder, [Replica(p, environment) for p in ports])
        try:
            _until_all_answer(running.replicas)
            warm(ports)
            running.keep()
            _until_open(running)
            yield running
        finally:
            running.end()


def nginx_command() -> str | None:
    """Where nginx is; Debian keeps it out of the path of those who are not root."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def _until_all_answer(replicas: Sequence[Replica]) -> None:
    while not all([replica.healthy() for replica in replicas]):
        for replica in replicas:
            if replica.process.poll() is not None:
                raise SystemExit(f"The app on port {replica.port} did not start; its last words are above.")
        time.sleep(0.1)


def _until_open(running: Hall) -> None:
    port = int(running.address.rpartition(":")[2])
    while running.nginx and running.nginx.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("nginx did not start; its last words are above.")


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _free_or_exit(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SystemExit(f"Port {port} of {host} cannot be taken ({error.strerror}); choose another: "
                             "make hall PORT=8600.") from None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicas", type=int, default=os.cpu_count() or 1, help="processes of the app")
    parser.add_argument("--port", type=int, default=8500, help="where readers find it")
    parser.add_argument("--host", default="0.0.0.0", help="127.0.0.1: this machine alone")
    options = parser.parse_args()
    with hall(options.replicas, options.port, options.host) as running:
        print(f"{options.replicas} processes behind http://{socket.gethostname()}:{options.port}; Ctrl-C ends them.",
              flush=True)
        while True:
            running.keep()
            time.sleep(1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what was started is ended too
    try:
        main()
    except KeyboardInterrupt:
        pass
