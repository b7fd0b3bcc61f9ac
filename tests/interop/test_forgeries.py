"""The published table of forgeries is whole: no row is missing from it, and none got in."""

import re

from interop.forgeries import PAGE, cases

ROW = re.compile(r"^\| `([a-z0-9_]+)` \| (.+) \| (.+) \| (.+) \| `([a-z_]+)` \d{3} \| (.+) \|$", re.MULTILINE)


def test_every_forgery_is_in_the_published_table_with_the_code_that_refuses_it() -> None:
    published = {row[1]: row[5] for row in ROW.finditer(PAGE.read_text())}
    assert published == {case.name: case.code for case in cases()}


def test_at_least_sixty_are_named() -> None:
    assert sum(1 for _ in cases()) > 60
