"""Applications for tests, without doing again for each what is the same for all of them."""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from course_content import EMBEDDED
from course_content.loader import load_programmes
from course_content.programme import Programme
from lms_plugin.app import create_app
from lms_plugin.settings import Settings
from lms_plugin.web.clock import system_clock


class CompiledPages(BytecodeCache):
    """Templates compiled once for all applications of a process: it took longer than most tests."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Into the bucket, when its template was compiled before."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what was compiled."""
        self._code[bucket.key] = bucket.bytecode_to_string()


class CompiledRule(Rule):
    """A route whose builder is compiled once for all applications of a process: most of making one.

    Werkzeug compiles it from these parts alone. Should a later one do otherwise, this is not called any more.
    """

    _builders: dict[tuple[object, ...], Any] = {}  # noqa: RUF012 - shared by all, which is its use

    def _compile_builder(self, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002 - as Werkzeug calls it
        parts = (append_unknown, tuple(self._trace), repr(self.defaults), self.rule)
        if parts not in self._builders:
            self._builders[parts] = super()._compile_builder(append_unknown)
        return self._builders[parts]


COMPILED = CompiledPages()
_read_once = functools.cache(load_programmes)
Flask.url_rule_class = CompiledRule


def programmes_of(settings: Settings) -> Mapping[str, Programme]:
    """The product's own programmes, which no test changes, are read once; others each time."""
    own = all(folder.parent == EMBEDDED for folder in settings.programmes)
    return _read_once(settings.programmes) if own else load_programmes(settings.programmes)


def make_app(settings: Settings, clock: Callable[[], datetime] = system_clock) -> Flask:
    """The application with these settings."""
    app = create_app(settings, clock, programmes_of(settings))
    app.jinja_env.bytecode_cache = COMPILED
    return app
