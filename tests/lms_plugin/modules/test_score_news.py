"""What the learner reads about the score's way to the LMS, and the button to have it sent again."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.records.outbox import DeliveryAttempt, OutboxItem
from lms_plugin.records.outbox_state import add_attempt
from lms_plugin.storage import writing
from tests.conftest import Clock
from tests.factories.people import make_deployment, make_placement
from tests.factories.records import make_completion
from tests.lms_plugin.modules.conftest import Enter
from tests.lms_plugin.modules.visitor import MODULE, PROGRAMME, Visitor, text_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AddScore = Callable[..., UUID]


@pytest.fixture
def add_score(database: Session, clock: Clock) -> AddScore:
    """A score of this learner for an activity, with what the LMS answered: (outcome, status, wait)."""

    def add(learner_id: UUID | None, *answers: tuple[str, int | None, int], activity: str = "m1") -> UUID:
        with writing(database):
            learner = database.get_one(Learner, learner_id)
            placement = make_placement(database, learner, make_deployment(database))
            link = database.get_one(ResourceLink, placement.resource_link_id)
            link.programme_id, link.activity_id = "co-alizione", activity
            payload = {"programme_id": "co-alizione", "activity_id": activity}
            completion = make_completion(database, learner, activity_id=activity, placement=placement)
            item = OutboxItem(
                id=uuid4(), target="ags", lane=placement.id, completion_id=completion.id,
                payload=json.dumps(payload), created_at=clock(), due_at=clock(), status="waiting",
            )  # fmt: skip
            database.add(item)
            database.flush()
            for outcome, status, wait in answers:
                again = clock() + timedelta(minutes=wait) if outcome == "retry" else None
                attempt = DeliveryAttempt(
                    id=uuid4(),
                    outbox_id=item.id,
                    at=clock(),
                    outcome=outcome,
                    http_status=status,
                    retry_at=again,
                )
                add_attempt(database, attempt)
        return item.id

    return add


def item(database: Session, one: UUID) -> OutboxItem:
    database.rollback()
    return database.get_one(OutboxItem, one, populate_existing=True)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ((), "Lo stiamo mandando alla tua piattaforma di formazione"),
        ((("delivered", 200, 0),), "Inviato alla tua piattaforma di formazione alle 10:00"),
        ((("retry", 503, 12),), "la piattaforma non ha risposto. Riproviamo da soli alle 10:12"),
        ((("retry", 429, 12),), "la piattaforma ci ha chiesto di aspettare. Riproviamo da soli alle 10:12"),
        ((("retry", None, 0),), "Riproviamo da soli tra pochi minuti"),
        ((("retry", 503, 24 * 60),), "Riproviamo da soli il 24 novembre 2026, ore 10:00"),
        ((("dead", 404, 0),), "Non accettato: sulla piattaforma non c'è più la colonna dei voti"),
        ((("dead", 403, 0),), "Non accettato: la piattaforma non ci permette di scrivere il tuo voto"),
        ((("dead", 400, 0),), "Non accettato: la piattaforma non riconosce il voto o la tua iscrizione"),
        ((("dead", 500, 0),), "Non accettato: la piattaforma non ha risposto per molto tempo"),
        ((("not_wanted", None, 0),), "non ha chiesto il voto"),
    ],
)
def test_module_says_what_became_of_the_score(
    learner: Visitor, add_score: AddScore, answers: Any, words: str
) -> None:
    add_score(learner.learner_id, *answers)
    assert words in text_of(learner.get(MODULE)).replace("&#39;", "'")


def test_the_score_of_another_activity_is_not_shown(learner: Visitor, add_score: AddScore) -> None:
    add_score(learner.learner_id, ("delivered", 200, 0), activity="w01")
    assert "Inviato" not in text_of(learner.get(MODULE))


def test_learner_has_a_refused_score_sent_again(
    learner: Visitor, add_score: AddScore, database: Session
) -> None:
    one = add_score(learner.learner_id, ("dead", 403, 0))
    page = learner.get(MODULE)
    address = f"/scores/{one}/resend"
    assert f'action="/v/{learner.visit}{address}" method="post"' in page.text
    answer = learner.post(address)
    assert (answer.status_code, answer.location) == (303, f"/v/{learner.visit}{MODULE}?resent=1")
    assert item(database, one).status == "waiting"
    after = text_of(learner.get(f"{MODULE}?resent=1"))
    assert "il risultato riparte subito" in after
    assert "Invia di nuovo il risultato" not in after


def test_a_score_of_a_webinar_leads_back_to_its_page(learner: Visitor, add_score: AddScore) -> None:
    one = add_score(learner.learner_id, ("dead", 403, 0), activity="w01")
    answer = learner.post(f"/scores/{one}/resend")
    assert answer.location == f"/v/{learner.visit}{PROGRAMME}/webinars/w01?resent=1"


def test_a_score_that_waits_for_long_may_be_asked_for(
    learner: Visitor, add_score: AddScore, database: Session, clock: Clock
) -> None:
    one = add_score(learner.learner_id, ("retry", 503, 60))
    assert learner.post(f"/scores/{one}/resend").status_code == 409
    clock.move(minutes=11)
    assert learner.post(f"/scores/{one}/resend").status_code == 303
    assert item(database, one).due_at == clock()


def test_asking_has_its_bounds(
    learner: Visitor, add_score: AddScore, database: Session, clock: Clock
) -> None:
    one = add_score(learner.learner_id, ("dead", 403, 0))
    asked = []
    for _ in range(9):
        asked.append(learner.post(f"/scores/{one}/resend").status_code)
        clock.move(seconds=1)
        with writing(database):
            add_attempt(database, DeliveryAttempt(id=uuid4(), outbox_id=one, at=clock(), outcome="dead"))
        too_soon = learner.post(f"/scores/{one}/resend")
        assert too_soon.status_code == 429
        clock.move(minutes=11)
        learner.get(MODULE)  # the visit goes on
    assert asked == [303] * 6 + [429] * 3
    assert "Invia di nuovo il risultato" not in text_of(learner.get(MODULE))


@pytest.mark.parametrize("answers", [(("delivered", 200, 0),), (("not_wanted", None, 0),), ()])
def test_what_is_not_stuck_has_no_button_and_is_not_put_back(
    learner: Visitor, add_score: AddScore, answers: Any
) -> None:
    one = add_score(learner.learner_id, *answers)
    assert "Invia di nuovo" not in text_of(learner.get(MODULE))
    assert learner.post(f"/scores/{one}/resend").status_code == 409


def test_nobody_else_s_score_is_within_reach(enter: Enter, add_score: AddScore, database: Session) -> None:
    somebody = enter(name="Anna Verdi")
    one = add_score(somebody.learner_id, ("dead", 403, 0))
    me = enter(name="Maria Rossi")
    for unknown in (one, uuid4()):
        assert me.post(f"/scores/{unknown}/resend").status_code == 404
    assert item(database, one).status == "dead"
    statement = add_score(me.learner_id, ("dead", 403, 0))
    with writing(database):
        database.get_one(OutboxItem, statement).target = "lrs"
    assert me.post(f"/scores/{statement}/resend").status_code == 404


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.LMS_ADMINISTRATOR])
def test_who_only_looks_asks_for_nothing(enter: Enter, add_score: AddScore, role: Role) -> None:
    visitor = enter(role)
    one = add_score(visitor.learner_id, ("dead", 403, 0))
    assert visitor.post(f"/scores/{one}/resend").status_code == 403


def test_the_form_carries_the_token(learner: Visitor, add_score: AddScore, database: Session) -> None:
    one = add_score(learner.learner_id, ("dead", 403, 0))
    learner.client.application.config["WTF_CSRF_ENABLED"] = True
    assert learner.post(f"/scores/{one}/resend").status_code == 400
    assert item(database, one).status == "dead"
