"""A webinar is joined from a visit that no cookie carries: the room opens in a window without its cookie."""

import re

import requests
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms_plugin.settings import Settings
from lms_plugin.storage import writing
from lms_plugin.web.visit_table import Visit
from tests.lms_plugin.webinars.conftest import PAGE, Caller

WAY_IN = re.compile(r"0; url=([^\"]+)\"")


def test_the_room_is_entered_from_a_visit_without_cookies(
    app: Flask, booked: None, trainer: Caller, settings: Settings, database: Session
) -> None:
    del booked
    with writing(database):
        database.execute(update(Visit).values(carried=True))
    form = {"visit_secret": trainer.cookie[1]}
    opened = app.test_client(use_cookies=False).post(
        f"/v/{trainer.visit}{PAGE}/start", data=form, headers={"Origin": settings.origin}
    )
    assert opened.status_code == 200, opened.text
    way_in = WAY_IN.findall(opened.text)[0].replace("&amp;", "&")
    entered = app.test_client(use_cookies=False).get(way_in)
    assert entered.status_code == 303
    assert "ticket=" not in entered.location  # nothing of ours goes to the video platform
    assert requests.get(entered.location, timeout=5).status_code == 200
