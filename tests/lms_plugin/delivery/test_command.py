"""`coalizione worker --once` delivers what is due and says how it went."""

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from lms_plugin.storage import writing
from tests.services.learning import add_learner, lesson_read, make_recorder
from tests.services.receivers import LrsReceiver, receiving

COMMAND = [sys.executable, "-c", "from lms_plugin.commands import main; main()", "worker", "--once", "--json"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_worker_once_delivers_to_the_second_lrs(
    database: Session, environment: dict[str, str], now: datetime
) -> None:
    learner = add_learner(database, now)
    with writing(database):
        make_recorder().record(database, [lesson_read(learner, "m1-l1", now)], now)
    with receiving(LrsReceiver()) as lrs:
        variables = {**os.environ, **environment, "COALIZIONE_LRS_ENDPOINT": lrs.url}
        done = subprocess.run(COMMAND, check=True, capture_output=True, env=variables, timeout=60)
    assert json.loads(done.stdout) == {
        "delivered": 1,
        "not_wanted": 0,
        "retry": 0,
        "dead": 0,
        "superseded": 0,
    }
    assert len(lrs.accepted) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_worker_refuses_a_database_that_is_not_migrated(
    environment: dict[str, str], tmp_path: object
) -> None:
    variables = {**os.environ, **environment, "COALIZIONE_DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    refused = subprocess.run(COMMAND, check=False, capture_output=True, env=variables, timeout=60)
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"] == "database_not_migrated"
