"""Parameters of a request, each of them once."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import request
from werkzeug.datastructures import MultiDict

from lms_plugin.lti.errors import LtiRefusal

FORM = "application/x-www-form-urlencoded"


def each_once(parameters: MultiDict[str, str], refusal: type[LtiRefusal]) -> Mapping[str, str]:
    """The parameters; raises `refusal` when one is repeated, as readers would differ on which one counts."""
    lists = dict(parameters.lists())
    if any(len(values) > 1 for values in lists.values()):
        raise refusal("a parameter is repeated")
    return {name: values[0] for name, values in lists.items()}


def posted_once(refusal: type[LtiRefusal]) -> Mapping[str, str]:
    """The fields of the form that was posted; raises `refusal` as `each_once` does.

    The usual kind is read here as `request.form` reads it, without getting ready for files.
    """
    if request.mimetype != FORM:
        return each_once(request.form, refusal)
    try:
        body = request.get_data().decode()
    except UnicodeDecodeError as error:
        raise refusal("the form is not UTF-8") from error
    pairs = parse_qsl(body, keep_blank_values=True, errors="werkzeug.url_quote")
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise refusal("a parameter is repeated")
    return fields
