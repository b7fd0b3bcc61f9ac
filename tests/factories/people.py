"""Learners, staff, the LMS they come through, and their visits."""

from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from lms_plugin.lti.platform import Deployment, Placement, Platform, ResourceLink
from lms_plugin.people.learner import Learner
from lms_plugin.people.role import Role
from lms_plugin.people.staff import Staff
from lms_plugin.web.open_visit import OpenVisit
from lms_plugin.web.visit import Arrival, begin_visit

MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_number = count(1)


def make_learner(database: Session, name: str = "Maria Rossi", account_name: str = "") -> Learner:
    """A learner of https://lms.example, with an account name of their own unless one is given."""
    learner = Learner(
        home_page="https://lms.example",
        account_name=account_name or f"account-{next(_number)}",
        name=name,
        created_at=MOMENT,
    )
    database.add(learner)
    database.flush()
    return learner


def make_deployment(
    database: Session, platform_name: str = "Moodle del Comune", name: str = ""
) -> Deployment:
    """A deployment in a platform of its own."""
    number = next(_number)
    platform = Platform(
        name=platform_name,
        issuer=f"https://lms{number}.example",
        client_id=f"client-{number}",
        auth_login_url="https://lms.example/auth",
        auth_token_url="https://lms.example/token",
        jwks_url="https://lms.example/jwks",
        actor_home_page=f"https://lms{number}.example",
        created_at=MOMENT,
    )
    deployment = Deployment(platform=platform, deployment_id=str(number), name=name, created_at=MOMENT)
    database.add_all([platform, deployment])
    database.flush()
    return deployment


def make_placement(database: Session, learner: Learner, deployment: Deployment) -> Placement:
    """The learner behind a link of its own in the deployment."""
    link = ResourceLink(deployment_id=deployment.id, resource_link_id=f"link-{next(_number)}")
    database.add(link)
    database.flush()
    placement = Placement(
        learner_id=learner.id,
        resource_link_id=link.id,
        subject=learner.account_name,
        roles=[],
        scopes=[],
        last_launch_at=MOMENT,
    )
    database.add(placement)
    database.flush()
    return placement


def make_staff(database: Session, role: Role = Role.SECRETARY, email: str = "") -> Staff:
    """Somebody of the staff."""
    staff = Staff(email=email or f"staff{next(_number)}@example.it", role=role, created_at=MOMENT)
    database.add(staff)
    database.flush()
    return staff


def make_visit(
    database: Session,
    role: Role,
    *,
    learner_id: UUID | None = None,
    staff_id: UUID | None = None,
    deployment_id: UUID | None = None,
    placement_id: UUID | None = None,
    reads_records: bool = False,
    now: datetime = MOMENT,
) -> tuple[OpenVisit, str, str]:
    """A visit with the name and the value of its cookie."""
    arrival = Arrival(
        role=role,
        learner_id=learner_id,
        staff_id=staff_id,
        deployment_id=deployment_id,
        placement_id=placement_id,
    )
    visit, secret = begin_visit(database, arrival, reads_records=reads_records, now=now)
    database.flush()
    return visit, f"__Host-visit-{visit.name}", secret
