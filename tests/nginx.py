"""An nginx with the configuration of the hall; if there is none, Debian's package is installed."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

import chromium

from deploy import front
from deploy.hall import MISSING, free_ports, nginx_command


@contextmanager
def nginx(folder, replicas):
    """The hall's nginx before these addresses, each `address:port`."""
    port, = free_ports(1)
    folder.chmod(0o755)  # its workers are another user
    front.write(folder, f"127.0.0.1:{port}", replicas)
    process = subprocess.Popen([nginx_command(), "-p", folder, "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def install():
    """Try Debian's package; it may fail, and `nginx_command` tells."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        chromium.attempt("apt-get", "update", "-qq")
        chromium.attempt("apt-get", "install", "-y", "-qq", "--no-install-recommends", "nginx")


if __name__ == "__main__":
    nginx_command() or install()
    print(nginx_command() or MISSING)  # the tests fail, rather than step aside, where there is none
