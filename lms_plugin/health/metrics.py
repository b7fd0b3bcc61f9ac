"""`/metrics`: what a monitoring system wants to know, counted in the database so that all processes agree.

Nothing here names a person, an LMS or an address.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import Response, abort, make_response, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_plugin.delivery.forwarding.standing import State, all_targets, standing_of
from lms_plugin.extensions import db
from lms_plugin.health.blueprint import blueprint
from lms_plugin.lti.launch_report import OPENED, LaunchReport
from lms_plugin.lti.platform import Deployment, Platform
from lms_plugin.lti.protocol_state import AccessToken, FetchedKeySet
from lms_plugin.proofs.lag import sealing_lag
from lms_plugin.records.outbox import OutboxItem
from lms_plugin.web.access import Door, open_to
from lms_plugin.web.clock import now
from lms_plugin.web.configuration import settings

RECENT = timedelta(hours=1)
UNFINISHED = ("waiting", "dead")


class DatabaseCollector(Collector):
    """Counts anew each time it is asked."""

    def __init__(self, database: Session, moment: datetime, *, stamps: bool) -> None:
        self.database = database
        self.moment = moment
        self.stamps = stamps

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: asking for it would count once more."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Every metric."""
        yield self._launches()
        yield self._outbox()
        yield self._oldest()
        yield from self._targets()
        yield from self._sealing()
        yield self._registrations()
        yield self._deployments()
        yield self._failing_key_sets()
        yield self._missing_tokens()

    def _launches(self) -> Metric:
        family = GaugeMetricFamily(
            "coalizione_launches_last_hour",
            "Launches of the last hour by outcome; of a flood of refusals only a part is kept.",
            labels=["code"],
        )
        recent = LaunchReport.at > self.moment - RECENT
        question = select(LaunchReport.code, func.count()).where(recent).group_by(LaunchReport.code)
        for code, count in self.database.execute(question):
            family.add_metric([code if code != OPENED else "opened"], count)
        return family

    def _outbox(self) -> Metric:
        family = GaugeMetricFamily(
            "coalizione_outbox_items",
            "Scores that did not arrive yet, or never will without a person.",
            labels=["target", "status"],
        )
        wanted = OutboxItem.status.in_(UNFINISHED)
        columns = (OutboxItem.target, OutboxItem.status)
        question = select(*columns, func.count()).where(wanted).group_by(*columns)
        for target, status, count in self.database.execute(question):
            family.add_metric([target, status], count)
        return family

    def _oldest(self) -> Metric:
        family = GaugeMetricFamily(
            "coalizione_outbox_oldest_waiting_seconds",
            "For how long the oldest waiting item has been due.",
            labels=["target"],
        )
        question = select(OutboxItem.target, func.min(OutboxItem.due_at)).where(
            OutboxItem.status == "waiting"
        )
        for target, due_at in self.database.execute(question.group_by(OutboxItem.target)):
            family.add_metric([target], max(0.0, (self.moment - due_at).total_seconds()))
        return family

    def _targets(self) -> Iterable[Metric]:
        """By the id of a target, since its name may say whose it is."""
        troubled = GaugeMetricFamily(
            "coalizione_forwarding_target_troubled",
            "1 for an LRS that does not get our statements as it should, by what is wrong.",
            labels=["target", "state"],
        )
        waiting, lag, dead = (
            GaugeMetricFamily(f"coalizione_forwarding_{name}", words, labels=["target"])
            for name, words in (
                ("waiting", "Statements that wait for an LRS, counted up to 100000."),
                ("oldest_waiting_seconds", "For how long the oldest of them has been waiting."),
                ("refused", "Statements that an LRS refused, kept for a person."),
            )
        )
        for target in all_targets(self.database):
            standing, one = standing_of(self.database, target, self.moment), [str(target.id)]
            troubled.add_metric([*one, standing.state], int(standing.state is not State.WELL))
            waiting.add_metric(one, standing.waiting)
            age = self.moment - standing.oldest if standing.oldest else timedelta()
            lag.add_metric(one, max(0.0, age.total_seconds()))
            dead.add_metric(one, standing.dead)
        return (troubled, waiting, lag, dead)

    def _sealing(self) -> Iterable[Metric]:
        lag = sealing_lag(self.database, self.moment, stamps=self.stamps)
        days, overdue, unsealed, unstamped = (
            GaugeMetricFamily(f"coalizione_{name}", words, value=value)
            for name, words, value in (
                ("unsealed_days", "Days that are over and not sealed.", lag.unsealed),
                (
                    "sealing_overdue",
                    "1 when one of them should long be.",
                    lag.is_sealing_overdue(self.moment),
                ),
                ("unsealed_seconds", "For how long the oldest of them is over.", self._age(lag.over_since)),
                ("unstamped_seconds", "Age of the first seal without stamp.", self._age(lag.unstamped_since)),
            )
        )
        return (days, overdue, unsealed, unstamped)

    def _age(self, since: datetime | None) -> float:
        return max(0.0, (self.moment - since).total_seconds()) if since else 0.0

    def _registrations(self) -> Metric:
        family = GaugeMetricFamily("coalizione_platforms", "Registered LMSs by status.", labels=["status"])
        question = select(Platform.status, func.count()).group_by(Platform.status)
        for status, count in self.database.execute(question):
            family.add_metric([status], count)
        return family

    def _deployments(self) -> Metric:
        family = GaugeMetricFamily("coalizione_deployments", "Deployments by status.", labels=["status"])
        question = select(Deployment.status, func.count()).group_by(Deployment.status)
        for status, count in self.database.execute(question):
            family.add_metric([status], count)
        return family

    def _failing_key_sets(self) -> Metric:
        failing = (
            FetchedKeySet.attempted_at > FetchedKeySet.fetched_at,
            FetchedKeySet.jwks_url.in_(select(Platform.jwks_url)),
        )
        count = self.database.scalar(select(func.count()).select_from(FetchedKeySet).where(*failing))
        return GaugeMetricFamily(
            "coalizione_key_sets_failing", "LMSs whose key set could not be read the last time.", count or 0
        )

    def _missing_tokens(self) -> Metric:
        missing = AccessToken.token == b""
        count = self.database.scalar(select(func.count()).select_from(AccessToken).where(missing))
        return GaugeMetricFamily(
            "coalizione_access_tokens_missing", "Access tokens asked for and not held.", count or 0
        )


@blueprint.get("/metrics")
@open_to(Door.METRICS_TOKEN)
def metrics() -> Response:
    """The metrics in the format that the reader asks for; there is no such page without a token set."""
    wanted = settings().metrics_token
    if not wanted:
        abort(404)
    _scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if not hmac.compare_digest(given.strip().encode(), wanted.encode()):
        response = make_response("the bearer token of COALIZIONE_METRICS_TOKEN is needed\n", 401)
        response.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        response.mimetype = "text/plain"
        return response
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DatabaseCollector(db.session(), now(), stamps=bool(settings().tsa_url)))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(registry), content_type=content_type)
