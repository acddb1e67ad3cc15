"""The corpus: cases that once went wrong, one file each, tried again with every run of the tests."""

import hashlib
import json
from pathlib import Path

from tests.fuzz.target import Case

FOLDER = Path(__file__).parent / "corpus"


def keep(target: str, case: Case) -> Path:
    """Write a case down and return its file."""
    text = json.dumps(case, indent=1, sort_keys=True) + "\n"
    file = FOLDER / target / f"{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def kept(target: str) -> list[Case]:
    """Return the cases of a target."""
    return [json.loads(file.read_text()) for file in sorted((FOLDER / target).glob("*.json"))]
