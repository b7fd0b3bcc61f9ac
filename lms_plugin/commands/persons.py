"""Finding the learner that somebody on the command line means."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms_plugin.errors import Refusal
from lms_plugin.people.learner import Learner


class LearnerUnknown(Refusal):
    """Nobody here has this account."""

    code = "learner_unknown"
    status = 404


class LearnerAmbiguous(Refusal):
    """Several LMSs have an account of this name."""

    code = "learner_ambiguous"
    status = 409


def find_learner(database: Session, named: str, home_page: str = "") -> Learner:
    """The learner with this id or account name, in the LMS with this home page where one is given.

    Raises LearnerUnknown, LearnerAmbiguous.
    """
    wanted = _id(named)
    query = select(Learner).where(or_(Learner.id == wanted, Learner.account_name == named))
    if home_page:
        query = query.where(Learner.home_page == home_page)
    found = database.scalars(query.order_by(Learner.home_page)).all()
    if not found:
        raise LearnerUnknown("no learner here has this id or account name")
    if len(found) > 1:
        pages = ", ".join(one.home_page for one in found)
        raise LearnerAmbiguous(f"accounts of this name are in {pages}: add --home-page")
    return found[0]


def learner_of(database: Session, agent: Mapping[str, Any]) -> Learner | None:
    """The learner whose account an xAPI agent has, if it has an account and somebody here has it."""
    account = agent.get("account")
    if account is None:
        return None
    same = Learner.home_page == account["homePage"], Learner.account_name == account["name"]
    return database.scalar(select(Learner).where(*same))


def _id(named: str) -> UUID | None:
    try:
        return UUID(named)
    except ValueError:
        return None
