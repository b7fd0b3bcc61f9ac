"""Facts and glossary in the text of a lesson: what readers see and where it leads."""

from course_content.lexicon import Lexicon, SourcedFact, Term
from lms_plugin.modules.lesson_calls import called
from lms_plugin.modules.lesson_text import sections


def fact(name: str, text: str) -> SourcedFact:
    return SourcedFact(name, text, "In full.", "A source", None, "known", None, None, "")


LEXICON = Lexicon(
    facts={"n1": fact("n1", "la legge n. 328"), "n2": fact("n2", "<b>due</b>")},
    terms=(
        Term("sai", "SAI", (), "La rete."),
        Term("coalizione", "coalizione locale", ("coalizioni locali",), "Un'alleanza."),
        Term("rete", "rete", (), "Nodi e legami."),
    ),
)


def html_of(body: str, doubtful: frozenset[str] = frozenset()) -> str:
    return "".join(section.html for section in sections("r1", body, LEXICON, doubtful))


def test_call_has_the_facts_words_or_its_own_and_leads_to_the_source() -> None:
    html = html_of("Vale [](fact:n1), [la quadro](fact:n1).")
    assert '<a href="#fonte-n1">la legge n. 328</a>' in html
    assert '<a href="#fonte-n1">la quadro</a>' in html


def test_words_of_a_fact_are_text_not_markup() -> None:
    assert "&lt;b&gt;due&lt;/b&gt;" in html_of("[](fact:n2)")


def test_doubtful_fact_says_so_where_it_is_called() -> None:
    html = html_of("Vale [](fact:n1) oggi, e [altro](https://example.org).", frozenset({"n1"}))
    assert "la legge n. 328</a> (da ricontrollare) oggi" in html
    assert html.count("da ricontrollare") == 1


def test_first_use_of_a_term_leads_to_the_glossary_and_no_other() -> None:
    html = html_of(
        "## Le coalizioni locali\n\nCoalizioni locali e coalizione locale.\n\nIl SAI; io sai; SAI."
    )
    assert html.count('href="glossary:coalizione"') == 1
    assert '<a href="glossary:coalizione">Coalizioni locali</a>' in html
    assert html.count('href="glossary:sai"') == 1
    assert "io sai" in html


def test_term_is_a_whole_word_outside_links_and_code() -> None:
    html = html_of("La [rete](https://example.org), `rete`, retecivica e poi rete.")
    assert html.count("glossary:rete") == 1
    assert html.endswith('poi <a href="glossary:rete">rete</a>.</p>\n')


def test_called_facts_come_once_in_the_order_of_the_text() -> None:
    assert [one.id for one in called("[a](fact:n2) [](fact:n1) [](fact:n2) [](fact:no)", LEXICON)] == [
        "n2",
        "n1",
    ]
