"""What nginx needs before replicas of the app: its configuration, and Streamlit's own files in packed form.

`python -m deploy.front <folder> <listen> <address:port> …` writes both into a folder, for containers.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from string import Template

TEMPLATE = Path(__file__).with_name("nginx.conf")
# One failure takes a replica out for two seconds: a reader is led to another one at once.
_RULE = "max_fails=1 fail_timeout=2s"


def write(folder: Path, listen: str, replicas: Sequence[str]) -> Path:
    """Write `nginx.conf`, `public/` and the folders that nginx wants into `folder`; return the configuration's path.

    `listen` is a port or an address with a port, each replica `address:port`.
    """
    for name in ("temporary", "public"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    files = streamlit_files()
    pack(files / "static", folder / "public/static")
    path = folder / "nginx.conf"
    path.write_text(configuration(listen, replicas, script_hash((files / "index.html").read_text())))
    return path


def configuration(listen: str, replicas: Sequence[str], script: str) -> str:
    """The template for these replicas, which are numbered from 1 in cookies.

    Raises: ValueError if there is no replica, or one is not an IPv4 address with a port: by that nginx names the
        replica that has answered.
    """
    if not replicas:
        raise ValueError("nginx needs at least one replica as address:port, got none")
    for replica in replicas:
        if not re.fullmatch(r"(\d{1,3}\.){3}\d{1,3}:\d{1,5}", replica):
            raise ValueError(f"a replica must be an IPv4 address with a port, such as 10.0.0.1:8501, got {replica!r}")
    numbered = dict(enumerate(replicas, start=1))
    return Template(TEMPLATE.read_text()).safe_substitute(
        LISTEN=listen, SCRIPT=script,
        ANY=_lines(8, (f"server {address} {_RULE};" for address in replicas)),
        EACH="\n".join(_upstream(number, numbered) for number in numbered),
        NAMES=_lines(8, (f"{number} {number};" for number in numbered)),
        SERVED=_lines(8, (f'"~(^|, ){re.escape(address)}$" {number};' for number, address in numbered.items())))


def _upstream(number: int, replicas: dict[int, str]) -> str:
    """One replica, with the others in its stead when it does not answer."""
    servers = [f"server {address} {_RULE}{'' if i == number else ' backup'};" for i, address in replicas.items()]
    return f"    upstream replica_{number} {{\n        zone replica_{number} 64k;\n{_lines(8, servers)}\n    }}"


def _lines(indent: int, lines: Iterable[str]) -> str:
    return "\n".join(" " * indent + line for line in lines)


def script_hash(page: str) -> str:
    """How a content security policy names the one script that stands in a page.

    Raises: ValueError if there is none, or more than one.
    """
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    if len(scripts) != 1:
        raise ValueError(f"Streamlit's page must hold one inline script, got {len(scripts)}")
    return "sha256-" + base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()


def streamlit_files() -> Path:
    """The folder of the page that the installed Streamlit sends to the browser."""
    return Path(find_spec("streamlit").origin).parent / "static"


def pack(source: Path, target: Path) -> None:
    """Copy a folder, and put a packed form beside each file that is text."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    for path in target.rglob("*"):
        if path.suffix in (".js", ".css"):
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 6, mtime=0))


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
