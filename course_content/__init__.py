"""Training programmes as data (YAML and Markdown), their loader and checker, and their facts said in xAPI."""

from pathlib import Path

EMBEDDED = Path(__file__).parent / "programmes"
