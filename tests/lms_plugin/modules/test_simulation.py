"""Playing a branching simulation: forms, consequences, debriefing; what stays, and what leaves no trace."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.people.role import Role
from lms_plugin.records.evidence import Evidence
from tests.lms_plugin.lti.fixtures import on_sqlite
from tests.lms_plugin.modules.conftest import Enter
from tests.lms_plugin.modules.visitor import PROGRAMME, Visitor, text_of

MODULE = f"{PROGRAMME}/modules/m6"
SIMULATION = f"{MODULE}/simulations/m6-s1"
RUN = f"{SIMULATION}/runs/1"
BEST = [("n1", "b"), ("n2b", "b"), ("n3", "a"), ("n4", "c")]


def choose(learner: Visitor, node: str, choice: str, run: int = 1) -> str:
    """Makes a choice; the address that it leads to, below the visit's."""
    answer = learner.post(f"{SIMULATION}/runs/{run}", {"node": node, "choice": choice})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removeprefix(f"/v/{learner.visit}")


def play(learner: Visitor, choices: list[tuple[str, str]], run: int = 1) -> None:
    learner.post(SIMULATION)
    for node, choice in choices:
        choose(learner, node, choice, run)


def change(app: Flask, **values: Any) -> None:
    """Serves another version of module 6."""
    programmes = app.extensions["programmes"]
    programme = programmes["co-alizione"]
    modules = tuple(
        replace(one, revision="changed", **values) if one.id == "m6" else one for one in programme.modules
    )
    changed = {**programmes, "co-alizione": replace(programme, modules=modules)}
    app.extensions["programmes"] = changed


def test_a_run_from_the_start_to_the_debriefing(learner: Visitor) -> None:
    assert "Sei la sindaca di Castelbrina" in text_of(learner.get(SIMULATION))
    assert learner.post(SIMULATION).headers["Location"].endswith(RUN)
    assert "La telefonata della prefettura" in text_of(learner.get(RUN))

    place = choose(learner, "n1", "b")
    words = text_of(learner.get(place))
    assert "La prefettura ha bisogno di Comuni che collaborano" in words
    assert "Legittimità 12 su 20, regge +2 , sale di 2" in words

    for node, choice in BEST[1:]:
        choose(learner, node, choice)
    words = text_of(learner.get(RUN))
    assert "Coalizione solida 55 punti su 80." in words
    assert "Aderire alla rete" in words
    assert "Giocata 1 volta" in text_of(learner.get(MODULE))


def test_path_and_score_are_kept_and_no_words_of_the_learner(learner: Visitor) -> None:
    play(learner, BEST)

    chosen = learner.payloads("simulation.chosen")
    assert [(one["node"], one["choice"], one["next"]) for one in chosen] == [
        ("n1", "b", "n2b"), ("n2b", "b", "n3"), ("n3", "a", "n4"), ("n4", "c", None)
    ]  # fmt: skip
    assert chosen[0]["effects"] == {"LEG": 2, "FID": 1, "ESI": 1, "SOS": 0}
    assert chosen[0]["indicators"] == {"LEG": 12, "FID": 11, "ESI": 11, "SOS": 10}
    (ended,) = learner.payloads("simulation.ended")
    assert (ended["path"], ended["total"], ended["band"]) == (["n1:b", "n2b:b", "n3:a", "n4:c"], 55, "solid")
    assert learner.outcomes("m6-s1") == ["completed"]


def test_choosing_twice_keeps_the_first_choice_and_leads_on(learner: Visitor) -> None:
    play(learner, [("n1", "b")])

    again = choose(learner, "n1", "a")

    assert again == f"{RUN}/steps/1"
    assert [one["choice"] for one in learner.payloads("simulation.chosen")] == ["b"]
    assert "Una proposta sul tavolo" in text_of(learner.get(RUN))


def test_starting_twice_leads_to_the_same_run(learner: Visitor) -> None:
    learner.post(SIMULATION)
    assert learner.post(SIMULATION, {"again": "1"}).headers["Location"].endswith(RUN)
    assert len(learner.evidence("simulation.started")) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"node": "n3", "choice": "a"}, 409),
        ({"node": "n9", "choice": "a"}, 409),
        ({"choice": "a"}, 409),
        ({"node": "n1", "choice": "z"}, 400),
        ({"node": "n1"}, 422),
    ],
)
def test_a_choice_that_is_not_there_to_be_made_is_refused(
    learner: Visitor, form: dict[str, str], status: int
) -> None:
    learner.post(SIMULATION)

    assert learner.post(RUN, form).status_code == status
    assert learner.evidence("simulation.chosen") == []


@on_sqlite
def test_without_a_choice_the_page_says_what_is_missing(learner: Visitor) -> None:
    learner.post(SIMULATION)
    page = learner.post(RUN, {"node": "n1"}).text

    assert '<a href="#campo-choice">Scegli che cosa fare</a>' in page
    assert "<title>Errore: La telefonata" in page


@on_sqlite
def test_nothing_of_what_follows_is_on_the_page_of_a_situation(app: Flask, learner: Visitor) -> None:
    learner.post(SIMULATION)
    page = learner.get(RUN).text
    node = app.extensions["programmes"]["co-alizione"].module("m6").simulation("m6-s1").node("n1")

    for choice in node.choices:
        assert choice.text in page.replace("&#39;", "'")
        assert choice.feedback[:40] not in page


def test_someone_elses_run_is_not_there(enter: Enter) -> None:
    play(enter(name="Anna Nera"), BEST)
    other = enter(name="Zoe Quaranta")

    for place in (RUN, f"{RUN}/steps/1"):
        assert other.get(place).status_code == 404
    assert other.post(RUN, {"node": "n1", "choice": "a"}).status_code == 404
    assert "Da giocare" in text_of(other.get(MODULE))
    assert "Partita 1" not in text_of(other.get(SIMULATION))


@on_sqlite
@pytest.mark.parametrize("place", [f"{RUN}/steps/2", f"{RUN}/steps/0", f"{MODULE}/simulations/m6-s9"])
def test_what_is_not_there_is_a_page_that_says_so(learner: Visitor, place: str) -> None:
    play(learner, [("n1", "b")])
    assert learner.get(place).status_code == 404


@on_sqlite
def test_playing_again_keeps_both_runs_and_shows_one_beside_the_other(learner: Visitor) -> None:
    play(learner, BEST)
    play(learner, [("n1", "a"), ("n2a", "c"), ("n3", "b"), ("n4", "b")], run=2)

    words = text_of(learner.get(f"{SIMULATION}/runs/2"))
    assert "Da ripensare" in words
    assert "accanto: La tua partita 1" in words
    assert "Non ci passa." in words
    assert "Fiducia persa −3 La telefonata della prefettura" in words
    beside = text_of(learner.get(f"{SIMULATION}/runs/2?beside=lowest"))
    assert "accanto: Il percorso con meno punti" in beside
    assert "Somma 27 27" in beside
    assert "Giocata 2 volte" in text_of(learner.get(MODULE))


@on_sqlite
def test_a_run_can_be_left_for_a_new_one(learner: Visitor) -> None:
    play(learner, [("n1", "a")])

    assert learner.post(SIMULATION, {"again": "1"}).headers["Location"].endswith("/runs/2")
    assert learner.get(RUN).headers["Location"].endswith(SIMULATION)
    assert learner.post(RUN, {"node": "n2a", "choice": "a"}).status_code == 409
    assert "Lasciata a metà" in text_of(learner.get(SIMULATION))


def test_a_run_goes_on_when_the_words_have_changed(app: Flask, learner: Visitor) -> None:
    play(learner, [("n1", "b")])
    change(app)

    assert "i testi del modulo sono stati aggiornati" in text_of(learner.get(RUN))
    for node, choice in BEST[1:]:
        choose(learner, node, choice)
    assert learner.payloads("simulation.ended")[0]["total"] == 55


def test_a_run_whose_situation_is_gone_is_over_and_another_can_be_started(
    app: Flask, learner: Visitor
) -> None:
    play(learner, [("n1", "b")])
    story = app.extensions["programmes"]["co-alizione"].module("m6").simulation("m6-s1")
    renamed = tuple(replace(node, id="other") if node.id == "n2b" else node for node in story.nodes)
    change(app, simulations=(replace(story, nodes=renamed),))

    assert learner.get(RUN).headers["Location"].endswith(SIMULATION)
    assert learner.post(RUN, {"node": "n2b", "choice": "b"}).status_code == 409
    words = text_of(learner.get(SIMULATION))
    assert "Interrotta: la storia è cambiata" in words
    assert learner.post(SIMULATION).headers["Location"].endswith("/runs/2")
    assert learner.get(f"{RUN}/steps/1").status_code == 200


@on_sqlite
def test_it_counts_neither_for_the_module_nor_as_its_beginning(learner: Visitor) -> None:
    play(learner, BEST)

    assert learner.outcomes("m6") == []
    assert "Da iniziare" in text_of(learner.get(MODULE))


@on_sqlite
@pytest.mark.parametrize("role", [Role.OBSERVER, Role.LMS_ADMINISTRATOR])
def test_who_only_looks_leaves_no_trace(enter: Enter, database: Session, role: Role) -> None:
    visitor = enter(role)
    assert "le tue risposte non si registrano" in text_of(visitor.get(SIMULATION))
    assert ">Inizia<" not in visitor.get(SIMULATION).text
    assert visitor.post(SIMULATION).status_code == 403
    assert visitor.post(RUN, {"node": "n1", "choice": "a"}).status_code == 403
    database.rollback()
    assert database.scalar(select(func.count()).select_from(Evidence)) == 0


@on_sqlite
def test_a_trainer_without_an_identity_may_look(enter: Enter) -> None:
    visitor = enter(Role.TRAINER, known=False)
    assert visitor.get(SIMULATION).status_code == 200
    assert visitor.post(SIMULATION).status_code == 403


@on_sqlite
def test_the_lesson_leads_to_both_simulations(learner: Visitor) -> None:
    page = learner.get(f"{MODULE}/lessons/m6-l5").text
    for one in ("m6-s1", "m6-s2"):
        assert page.count(f'href="/v/{learner.visit}{MODULE}/simulations/{one}"') == 2


@on_sqlite
def test_runs_on_the_modules_page_are_the_readers_own(enter: Enter) -> None:
    anna, zoe = enter(name="Anna Nera"), enter(name="Zoe Quaranta")
    anna.post(SIMULATION)
    assert "Partita 1 da finire" in text_of(anna.get(MODULE))
    assert "Partita 1 da finire" not in text_of(zoe.get(MODULE))
    for node, choice in BEST:
        choose(anna, node, choice)
    assert "Giocata 1 volta" in text_of(anna.get(MODULE))
    assert "Giocata" not in text_of(zoe.get(MODULE))
