"""What the documents say is so."""

import re
import shutil
import subprocess
import sys

from walk import PAGES, ROOT

README, CONTRIBUTING = (ROOT / "README.md").read_text(), (ROOT / "CONTRIBUTING.md").read_text()


def test_the_readme_lists_every_page():
    for page in PAGES:
        assert f"(pages/{page.name})" in README
    assert set(re.findall(r"\(pages/([^)]+)\)", README)) == {page.name for page in PAGES}


def test_ci_runs_the_command_of_the_readme():
    makefile = (ROOT / "Makefile").read_text()
    assert "make test" in README and "make check" in README and "make check" in (ROOT / ".ci/run").read_text()
    assert "$(MAKE) test" in makefile.partition("check:")[2].partition("\n\n")[0]
    assert {"app", "test", "check", "perturbed", "bench"} <= set(re.findall(r"^(\w+):", makefile, re.M))


def test_the_experiment_of_contributing_passes_the_contracts(tmp_path):
    """Add its two files to a copy of the product, and let the contract tests walk them."""
    toss, page = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.S)
    for part in ("dlcore", "ui", "pages", "tests", ".streamlit"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("app.py", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    topic = tmp_path / "dlcore/topics/coin"
    topic.mkdir()
    (topic / "__init__.py").touch()
    (topic / "toss.py").write_text(toss)
    (tmp_path / "pages/13_Coin.py").write_text(page)
    ran = subprocess.run([sys.executable, "-m", "pytest", "-k", "coin or Coin", "tests/test_contracts.py",
                          "tests/test_pages.py", "tests/test_house.py"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0 and int(re.search(r"(\d+) passed", ran.stdout).group(1)) > 25, ran.stdout[-3000:]
