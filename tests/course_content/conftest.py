"""Fixtures for the programme files."""

from pathlib import Path

import pytest

from tests.course_content.small import write_programme


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small sound programme on disk."""
    return write_programme(tmp_path / "small")
