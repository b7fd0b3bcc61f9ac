"""docs/content-report.md says what the content is today."""

from pathlib import Path

from course_content import EMBEDDED
from course_content.loader import load_programme
from course_content.report import report


def test_report_is_that_of_todays_content() -> None:
    written = (Path(__file__).parents[2] / "docs" / "content-report.md").read_text("utf-8")
    made = report(load_programme(EMBEDDED / "co-alizione"))
    advice = (
        "run: coalizione content report course_content/programmes/co-alizione --output docs/content-report.md"
    )
    assert written.startswith(made), advice
