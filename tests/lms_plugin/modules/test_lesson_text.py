"""Markdown of a lesson becomes HTML that is safe and accessible, whoever wrote it."""

from lms_plugin.modules.lesson_text import Link, links, sections, with_addresses


def html_of(body: str) -> str:
    return "".join(section.html for section in sections("r1", body))


def test_headings_start_at_the_second_level_and_keep_their_steps() -> None:
    parts = sections("r1", "# Uno\n\ntesto\n\n## Due\n\n# Tre")
    assert [part.title for part in parts] == ["Uno", "Tre"]
    assert "<h3>Due</h3>" in parts[0].html


def test_two_sections_of_one_name_have_places_of_their_own() -> None:
    assert [part.anchor for part in sections("r1", "## Esempio\n\na\n\n## Esempio\n\nb")] == [
        "esempio",
        "esempio-bis",
    ]


def test_script_and_handlers_never_reach_the_page() -> None:
    hostile = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[clic](javascript:alert(1))"
    html = html_of(hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_a_table_scrolls_by_keyboard_and_its_label_is_escaped() -> None:
    html = html_of('## Chi "fa" cosa\n\n|a|b|\n|---|---|\n|1|2|\n')
    assert 'role="region" tabindex="0" aria-label="Tabella 1: Chi &#34;fa&#34; cosa"' in html
    assert '<th scope="col">a</th>' in html


def test_a_link_outside_opens_a_new_tab_and_says_so() -> None:
    html = html_of("[la legge](https://www.normattiva.it/)")
    assert 'target="_blank" rel="external noopener noreferrer"' in html
    assert "(si apre in una nuova scheda)" in html


def test_links_to_activities_get_the_address_of_the_page_that_shows_them() -> None:
    html = html_of("Vedi la [lezione 2](lesson:m1-l2).")
    assert list(links(html)) == [Link("lesson", "m1-l2")]
    assert '<a href="/v/x/m1-l2">' in with_addresses(html, {Link("lesson", "m1-l2"): "/v/x/m1-l2"})


def test_the_text_of_another_revision_is_not_taken_from_the_cache() -> None:
    assert sections("r1", "uguale") is sections("r1", "uguale")
    assert sections("r1", "uguale") is not sections("r2", "uguale")
