"""The offline verifier as one file, put together from the modules that also make what it verifies."""

from functools import cache
from importlib import resources

PARTS = ("pack_format", "time_stamp_token", "time_stamp_trust", "verify_pack")
OURS = "from lms_plugin."


@cache
def verifier_source() -> str:
    """The text of `verify_pack.py`: docstring, every import once, then all that is defined."""
    imports: set[str] = set()
    bodies = []
    docstring = ""
    for part in PARTS:
        text = (resources.files(__package__) / f"{part}.py").read_text("utf-8")
        docstring, found, body = _split(text)
        imports |= found
        bodies.append(body)
    return "\n\n".join([docstring, "\n".join(sorted(imports)), "\n\n\n".join(bodies)]) + "\n"


def _split(text: str) -> tuple[str, set[str], str]:
    """Docstring, imports that are not ours (one a line), and the rest of a module."""
    end = text.index('"""', 3) + 3
    docstring, rest = text[:end], text[end:].lstrip("\n")
    imports: set[str] = set()
    while rest.startswith(("import ", "from ")):
        stop = rest.index(")\n") + 1 if "(" in rest.split("\n", 1)[0] else rest.index("\n")
        line, rest = rest[:stop], rest[stop:].lstrip("\n")
        if not line.startswith(OURS):
            imports.add(line)
    return docstring, imports, rest.strip()
