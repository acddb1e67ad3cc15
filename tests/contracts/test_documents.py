"""Documents and the files around the code say what is there."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot import bootstrap, reference

TOP = Path(__file__).parents[2]
PAGES = sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")])
MODULES = sorted(path for folder in ("bot", "handlers", "sandbox") for path in (TOP / folder).rglob("*.py"))
LINK = re.compile(r"\[[^\]]*\]\((?!https?://|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def short(path: Path) -> str:
    return path.relative_to(TOP).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_links_lead_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_modules_and_targets_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    named = re.findall(r"`((?:bot|handlers|sandbox|tests|docs)/[\w./-]+)`", text)

    assert [path for path in named if not (TOP / path).exists()] == []
    assert set(re.findall(r"`make ([a-z]+)`", text)) <= targets


@pytest.mark.parametrize("module", MODULES, ids=short)
def test_every_module_begins_by_saying_what_it_is_for(module: Path) -> None:
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))

    assert docstring
    assert len(docstring.splitlines()[0]) > 15


@pytest.mark.parametrize(
    ("path", "content"), list(reference.files(bootstrap.routes(), TOP)), ids=lambda value: getattr(value, "name", "")
)
def test_what_is_made_from_the_code_is_up_to_date(path: Path, content: str) -> None:
    assert path.read_text(encoding="utf-8") == content


def test_the_procfile_runs_what_is_there() -> None:
    processes = yaml.safe_load((TOP / "Procfile").read_text(encoding="utf-8"))

    assert processes == {"web": "python -m bot run"}


def test_commands_that_are_named_exist() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"python -m bot (?:--env-file \S+ )?([a-z]+)", text))

    told = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=TOP, capture_output=True, text=True, check=True, timeout=30
    )

    assert named
    assert named <= set(re.findall(r"^ +([a-z]+) ", told.stdout, re.MULTILINE))


def test_handlers_have_tests_of_their_own_name() -> None:
    handlers = {path.stem for path in (TOP / "handlers").glob("[a-z]*.py")}
    tests = {path.stem.removeprefix("test_") for path in (TOP / "tests" / "handlers").glob("test_*.py")}

    assert handlers - tests <= {"support"}  # a button behind failures: test_when_microsoft_fails
