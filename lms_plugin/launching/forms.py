"""Parameters of a request, each of them once."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from lms_plugin.lti.errors import LtiRefusal


def each_once(parameters: MultiDict[str, str], refusal: type[LtiRefusal]) -> Mapping[str, str]:
    """The parameters; raises `refusal` when one is repeated, as readers would differ on which one counts."""
    lists = dict(parameters.lists())
    if any(len(values) > 1 for values in lists.values()):
        raise refusal("a parameter is repeated")
    return {name: values[0] for name, values in lists.items()}
