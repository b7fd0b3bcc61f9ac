"""One learner and a recorder."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from lms_plugin.records.recorder import Recorder
from tests.services.learning import add_learner, make_recorder


@pytest.fixture
def recorder() -> Recorder:
    return make_recorder()


@pytest.fixture
def learner_id(database: Session, now: datetime) -> UUID:
    return add_learner(database, now)
