"""Find a Chromium for the browser tests: the system's, else Playwright's download, else Debian's package."""

import contextlib
import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]
REMEDY = ("No Chromium found: install one (Debian: apt-get install chromium; elsewhere: python -m playwright install "
          "chromium).")


def find():
    """The path of a Chromium, or None."""
    for command in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        if found := shutil.which(command):
            return found
    home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    folders = [home] if home else [Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright"]
    patterns = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
    return next((hit for f in folders for p in patterns for hit in sorted(glob.glob(str(Path(f) / p)))), None)


def install():
    """Try Playwright's download, then Debian's package; both may fail, and `find` tells."""
    attempt(sys.executable, "-m", "playwright", "install", "chromium")
    if not find() and shutil.which("apt-get") and os.geteuid() == 0:
        attempt("apt-get", "update", "-qq")
        attempt("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")


def attempt(*command):
    with contextlib.suppress(subprocess.TimeoutExpired):  # a download that hangs is one that failed
        subprocess.run(command, check=False, timeout=300, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    find() or install()
    print(find() or REMEDY)  # the tests fail, rather than step aside, where there is none
