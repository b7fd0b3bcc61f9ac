"""The Agents Resource (xAPI 1.0.3 Communication 2.4)."""

from flask import Response, request

from lms_plugin.extensions import db
from lms_plugin.lrs import answers
from lms_plugin.lrs.blueprint import blueprint
from lms_plugin.lrs.client import current_client
from lms_plugin.lrs.credential import READ
from lms_plugin.lrs.document_parameters import read_agent, required
from lms_plugin.lrs.query_parameters import single_values
from lms_plugin.records.known_agents import person
from lms_plugin.records.statement_index import agent_key
from lms_plugin.web.access import Door, open_to


@blueprint.get("/agents")
@open_to(Door.LRS_CREDENTIAL)
def get_person() -> Response:
    """What is known of an agent, as a Person; of an unknown one, what the request says."""
    current_client().require(READ)
    agent = required(single_values(request.args, ("agent",)), "agent", read_agent)
    current_client().limits.check_person(agent_key(agent))
    found = person(db.session(), agent)
    given = agent.get("name")
    if given is not None and given not in found.get("name", ()):
        found["name"] = [*found.get("name", ()), given]
    return answers.tagged(answers.json_answer(found))
