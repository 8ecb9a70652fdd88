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


def test_the_topic_of_contributing_passes_the_tests_that_walk_topics(tmp_path):
    """Add its files to a copy of the product, with the row in the README that they ask for, and nothing else."""
    toss, page = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.S)
    words, = re.findall(r"```markdown\n(.*?)```", CONTRIBUTING, re.S)
    for part in ("dlcore", "ui", "pages", "lessons", "studies", "tests", ".streamlit"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("app.py", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    topic = tmp_path / "dlcore/topics/coin"
    topic.mkdir()
    (topic / "__init__.py").touch()
    (topic / "toss.py").write_text(toss)
    (tmp_path / "pages/13_Coin.py").write_text(page)
    (tmp_path / "pages/13_Coin.md").write_text(words)
    walks = [f"tests/test_{name}.py" for name in ("contracts", "pages", "house", "words", "source", "home", "lessons")]
    ran = subprocess.run([sys.executable, "-m", "pytest", "-k", "coin or Coin or every_topic_of", *walks], cwd=tmp_path,
                         capture_output=True, text=True)
    assert ran.returncode == 0 and int(re.search(r"(\d+) passed", ran.stdout).group(1)) > 30, ran.stdout[-3000:]
