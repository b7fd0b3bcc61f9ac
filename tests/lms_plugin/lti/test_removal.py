"""Deleting takes along exactly what was said, and never a record."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Deployment, LtiContext, Placement, Platform, ResourceLink
from lms_plugin.lti.removal import RemovalRefused, footprint, remove
from lms_plugin.lti.role_overrides import add_override
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.records.evidence import Evidence
from lms_plugin.storage import writing
from lms_plugin.web.visit_table import Visit
from tests.factories.people import MOMENT, make_deployment, make_learner, make_placement, make_visit
from tests.factories.records import make_completion, make_evidence


def number(database: Session, kind: type) -> int:
    """How many rows."""
    return database.scalar(select(func.count()).select_from(kind)) or 0


@pytest.fixture
def here(database: Session) -> Platform:
    """A suspended platform with two deployments, two learners, visits and a role."""
    with writing(database):
        deployment = make_deployment(database)
        platform = deployment.platform
        platform.status = "suspended"
        database.add(LtiContext(deployment_id=deployment.id, context_id="c1"))
        for name in ("Maria", "Nicolò"):
            learner = make_learner(database, name)
            placement = make_placement(database, learner, deployment)
            make_visit(
                database, Role.LEARNER, learner_id=learner.id,
                deployment_id=deployment.id, placement_id=placement.id,
            )  # fmt: skip
        add_override(database, platform, deployment, "Tutor", "trainer", MOMENT)
    return platform


def test_what_was_said_goes_and_nothing_else(database: Session, here: Platform) -> None:
    with writing(database):
        elsewhere = make_deployment(database, "Un altro LMS")
        both = make_learner(database, "Chi viene da due parti")
        for deployment in (here.deployments[0], elsewhere):
            make_placement(database, both, deployment)
        make_placement(database, make_learner(database, "Chi viene da altrove"), elsewhere)
    said = footprint(database, here)
    assert dict(said.rows) == {
        "deployments": 1, "lti_contexts": 1, "resource_links": 3, "placements": 3, "learners": 2,
        "visits": 2, "role_overrides": 1,
    }  # fmt: skip
    kinds = (Platform, Deployment, LtiContext, ResourceLink, Placement, Learner, Visit)
    before = {kind.__tablename__: number(database, kind) for kind in kinds}
    with writing(database):
        assert remove(database, here) == said
    after = {kind.__tablename__: number(database, kind) for kind in kinds}
    gone = {name: before[name] - after[name] for name in before}
    assert gone == {name: dict(said.rows).get(name, 0) for name in before} | {"platforms": 1}
    assert set(database.scalars(select(Learner.name))) == {"Chi viene da due parti", "Chi viene da altrove"}


def test_a_platform_that_may_launch_is_suspended_first(database: Session, here: Platform) -> None:
    with writing(database):
        here.status = "active"
    with pytest.raises(RemovalRefused, match="suspend it first"), writing(database):
        remove(database, here)
    assert number(database, Platform) == 1


@pytest.mark.parametrize("make", [make_evidence, make_completion])
def test_records_stand_against_it(database: Session, here: Platform, make) -> None:  # type: ignore[no-untyped-def]
    with writing(database):
        make(database, database.scalars(select(Learner).limit(1)).one())
    assert footprint(database, here).learners_with_records == 1
    evidence = number(database, Evidence)
    with pytest.raises(RemovalRefused, match="1 learners have records"), writing(database):
        remove(database, here)
    assert (number(database, Evidence), number(database, Learner)) == (evidence, 2)


def test_a_deployment_goes_alone(database: Session, here: Platform) -> None:
    with writing(database):
        other = Deployment(platform_id=here.id, deployment_id="other", created_at=MOMENT)
        database.add(other)
        database.flush()
        make_placement(database, make_learner(database, "Resta"), other)
        database.refresh(here)
        first = next(one for one in here.deployments if one.deployment_id != "other")
        first.status = "suspended"
        database.flush()
        remove(database, first)
    assert list(database.scalars(select(Deployment.deployment_id))) == ["other"]
    assert list(database.scalars(select(Learner.name))) == ["Resta"]
    assert number(database, Platform) == 1
