"""If-Match and If-None-Match of a request that changes a document (1.0.3 Communication 3.1; 2.0 4.1.4)."""

from werkzeug.datastructures import ETags

from lms_plugin.errors import Refusal
from lms_plugin.lrs.validation.checks import Invalid


class PreconditionFailed(Refusal):
    """The document is not in the state that the request expects."""

    code = "precondition_failed"
    status = 412


class DocumentConflict(Refusal):
    """A document is there, and the request to replace it does not say which one it knows."""

    code = "document_conflict"
    status = 409


def check_preconditions(if_match: ETags, if_none_match: ETags, etag: str | None) -> None:
    """Holds the headers against the entity tag of what is there, if anything; raises PreconditionFailed."""
    if _given(if_match) and (etag is None or not if_match.contains(etag)):
        raise PreconditionFailed(
            "the document is not the one that If-Match names: GET it, and send the ETag it has now"
        )
    if _given(if_none_match) and etag is not None and if_none_match.contains_weak(etag):
        raise PreconditionFailed("there is a document already, which If-None-Match rules out: GET it first")


def require_precondition(if_match: ETags, if_none_match: ETags, *, exists: bool) -> None:
    """A PUT must say what it expects to be there; raises DocumentConflict, or Invalid for a new document."""
    if _given(if_match) or _given(if_none_match):
        return
    if exists:
        raise DocumentConflict(
            "there is a document already: GET it and look, then send its ETag in If-Match to replace it"
        )
    raise Invalid("a PUT of a profile needs the header If-Match, or If-None-Match: * for a new one")


def _given(tags: ETags) -> bool:
    return bool(tags) or tags.star_tag
