"""YAML files read with the line of every value, so that a problem can be pointed at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from course_content.problems import ContentError, ContentErrors

At = tuple[str | int, ...]
"""Where a value is inside a document: keys and list positions from the root."""

MAX_BYTES = 1_000_000
MAX_DEPTH = 30

# The same language read by libyaml, ten times as fast; PyYAML's wheels have it, a build from source may not.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = {_TAG + name for name in ("bool", "float", "int", "null", "str", "timestamp", "value", "merge")}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class Document:
    """The plain data of one file, and the line on which each of its values begins."""

    path: Path
    data: Any
    lines: Mapping[At, int]

    def line(self, at: At) -> int:
        """The line of the value at `at`, or of the nearest value that contains it."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)

    def error(self, at: At, message: str, hint: str) -> ContentError:
        """A problem with the value at `at`."""
        return ContentError(self.path, self.line(at), message, hint)


def read_text(path: Path) -> str:
    """The text of a file, newlines as \\n. Raises ContentErrors if missing, too large or not UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise _refusal(path, 1, message, "create it, or correct the name where it is listed") from error
    if len(content) > MAX_BYTES:
        raise _refusal(path, 1, f"the file is larger than {MAX_BYTES} bytes", "split it")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refusal(path, line, "the file is not UTF-8 text", "save it with the UTF-8 encoding") from error


def parse(path: Path, text: str, first_line: int = 1) -> Document:
    """YAML text to a Document. `first_line` is where the text begins in its file. Raises ContentErrors.

    Only plain data: no tags, no anchors. Unlike YAML 1.1, `no` is a word, `09:00` and `2026-11-23` are text.
    """
    try:
        if _depth(text) > MAX_DEPTH:
            raise _refusal(path, first_line, "values are nested too deeply", "flatten the structure")
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _broken(path, error, first_line) from error
    if root is None:
        raise _refusal(path, first_line, "the file is empty", "write it as docs/content-format.md shows")
    reader = _NodeReader(path, first_line)
    data = reader.value(root, ())
    if reader.errors:
        raise ContentErrors(reader.errors)
    return Document(path, data, reader.lines)


class _NodeReader:
    """Turns YAML nodes into plain data and notes where each value is."""

    def __init__(self, path: Path, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.errors: list[ContentError] = []
        self.lines: dict[At, int] = {}
        self.seen: set[int] = set()

    def value(self, node: yaml.Node, at: At) -> Any:
        self.lines.setdefault(at, self._line(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self.seen or len(at) > MAX_DEPTH:
            self._refuse(node, "anchors and deep nesting are not used here", "write the value out in full")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        return [self.value(child, (*at, index)) for index, child in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, at: At) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self._refuse(key_node, "a key must be a word", "write `key: value`")
            elif key in data:
                first = self.lines[(*at, key)]
                self._refuse(key_node, f"{key!r} is already written on line {first}", "keep one of the two")
            else:
                self.lines[(*at, key)] = self._line(key_node)
                data[key] = self.value(value_node, (*at, key))
        return data

    def _scalar(self, node: yaml.ScalarNode) -> str | int | float | bool | None:
        if node.tag not in _PLAIN_TAGS:
            self._refuse(node, f"the tag {node.tag!r} is refused", "remove it: only plain values are read")
            return None
        text: str = node.value
        if node.style or (node.tag == _TAG + "str" and text):
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _DECIMAL.fullmatch(text) else text

    def _line(self, node: yaml.Node) -> int:
        return int(node.start_mark.line) + self.first_line

    def _refuse(self, node: yaml.Node, message: str, hint: str) -> None:
        self.errors.append(ContentError(self.path, self._line(node), message, hint))


def _depth(text: str) -> int:
    """How deep the text nests, from its events alone: composing recurses, and libyaml's has no floor."""
    depth = deepest = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


def _broken(path: Path, error: yaml.YAMLError, first_line: int) -> ContentErrors:
    mark = getattr(error, "problem_mark", None)
    line = (mark.line if mark else 0) + first_line
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    hint = 'look at this line and the one above: indentation, a missing quote, or a ":" inside unquoted text'
    return _refusal(path, line, f"broken YAML: {problem}", hint)


def _refusal(path: Path, line: int, message: str, hint: str) -> ContentErrors:
    return ContentErrors([ContentError(path, line, message, hint)])
