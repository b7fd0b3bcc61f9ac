"""How far the days are sealed, what is late, and whether time stamps were checked against a root."""

from flask import render_template
from sqlalchemy import select

from lms_plugin.connecting.blueprint import blueprint
from lms_plugin.extensions import db
from lms_plugin.people.role import Role
from lms_plugin.proofs.lag import OVERDUE_AFTER, sealing_lag
from lms_plugin.proofs.tables import ProofDay
from lms_plugin.web.access import visitors
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings
from lms_plugin.web.sealing_words import about_sealing, late_seals

NEWEST = 14


@blueprint.get("/seals")
@visitors(Role.ADMINISTRATOR)
def seals() -> str:
    """The newest sealed days, and what is not sealed or not stamped."""
    columns = (
        ProofDay.day,
        ProofDay.leaves,
        ProofDay.header_hash,
        ProofDay.sealed_at,
        ProofDay.time_stamp.is_not(None).label("stamped"),
    )
    newest = select(*columns).order_by(ProofDay.number.desc()).limit(NEWEST)
    lag = sealing_lag(db.session(), now(), stamps=bool(settings().tsa_url))
    return render_template(
        "connecting/seals.html",
        days=db.session().execute(newest).all(),
        standing=about_sealing(lag),
        late=late_seals(lag, now()),
        hours=OVERDUE_AFTER.seconds // 3600,
        stamps=bool(settings().tsa_url),
        rooted=settings().tsa_roots is not None,
    )
