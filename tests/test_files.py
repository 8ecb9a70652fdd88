"""Data files that are missing, empty, cut or damaged: the view says which, and how to have it back."""

import shutil
import subprocess
import sys

import pytest
from walk import ROOT

from ui.files import REMAKE, sound

pytestmark = pytest.mark.fault
DIGITS, TRANSLATOR = "dlcore/topics/convolution/digits.npz", "dlcore/topics/attention/checkpoints/words_0.pt"


def cut(path):
    path.write_bytes(path.read_bytes()[:-200])


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


DAMAGES = {"missing": lambda path: path.unlink(), "empty": lambda path: path.write_bytes(b""), "cut": cut,
           "flipped": flip, "other": lambda path: path.write_text("<html>404</html>")}
every_damage = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)


def test_every_data_file_of_the_package_is_sound_and_has_a_command_that_makes_it_anew():
    files = [path for path in (ROOT / "dlcore/topics").rglob("*") if path.suffix in (".npz", ".pt")]
    assert len(files) > 20
    for path in files:
        assert sound(path) and (path.name in REMAKE or path.parent.name in REMAKE), path
    for command in REMAKE.values():
        named = command.removeprefix("python ").removeprefix("-m ")
        assert (ROOT / named).exists() or (ROOT / f"{named.replace('.', '/')}.py").exists()


@every_damage
@pytest.mark.parametrize("file", [DIGITS, TRANSLATOR])
def test_no_damage_is_taken_for_a_sound_file(damage, file, tmp_path):
    copy = tmp_path / "copy"
    shutil.copy(ROOT / file, copy)
    damage(copy)
    assert not sound(copy)


# Run in a copy of the product: its files may be damaged.
READER = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest

def said(page, view):
    app = AppTest.from_file("app.py", default_timeout=60).run()
    assert not app.exception and len(app.error) < 2, "a card without its picture does not end the page"
    app.query_params["view"] = view
    app.switch_page(page).run()
    assert not app.exception
    return " ".join(error.value for error in app.error)

page, view, file = sys.argv[1:]
print(said(page, view))
Path(file).write_bytes(Path(file + ".kept").read_bytes())
assert not said(page, view), "it is back, and the view still fails"
"""


@pytest.mark.parametrize(("file", "page", "view", "damage"), [
    (DIGITS, "02_Convolution", "Digits", "cut"), (TRANSLATOR, "07_Attention", "Translator", "missing")])
def test_a_view_names_the_file_it_misses_and_draws_once_it_is_back(file, page, view, damage, tmp_path):
    for part in ("dlcore", "ui", "pages", ".streamlit"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", tmp_path)
    shutil.copy(tmp_path / file, tmp_path / f"{file}.kept")
    DAMAGES[damage](tmp_path / file)
    ran = subprocess.run([sys.executable, "-c", READER, f"pages/{page}.py", view, file], cwd=tmp_path,
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    command = REMAKE.get(file.rpartition("/")[2]) or REMAKE["checkpoints"]
    assert f"`{file}` is missing or damaged" in ran.stdout and command in ran.stdout
    assert str(tmp_path) not in ran.stdout
