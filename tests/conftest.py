"""What all tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Files that nobody in this project wrote: $CORPORA, or ``corpora`` in a sibling directory."""
    if "CORPORA" in os.environ:
        return Path(os.environ["CORPORA"])
    root = Path(__file__).resolve().parents[1]
    for sibling in sorted(root.parent.iterdir()):
        if (sibling / "corpora").is_dir():
            return sibling / "corpora"
    pytest.skip("no third-party samples: set CORPORA to their folder")
