"""What the three document resources have in common (xAPI 1.0.3 Communication 2.2; 2.0 4.1.4, 4.1.6)."""

import contextlib
from collections.abc import Iterator

from flask import Response, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from lms_plugin.extensions import db
from lms_plugin.lrs import answers, versions
from lms_plugin.lrs.client import current_client
from lms_plugin.lrs.document_parameters import Resource, Selection, read_address, read_selection
from lms_plugin.lrs.merging import check_posted, merged
from lms_plugin.lrs.preconditions import check_preconditions, require_precondition
from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.lrs.validation.fitting import fitted
from lms_plugin.lrs.validation.formats import ContentType
from lms_plugin.records import document_store
from lms_plugin.records.document import Document
from lms_plugin.records.document_store import Address, Content, Place
from lms_plugin.storage import writing
from lms_plugin.web.clock import now

LARGEST_DOCUMENT = 5 * 1024 * 1024
LONGEST_TYPE = 255
UNKNOWN_TYPE = "application/octet-stream"


def get(resource: Resource) -> Response:
    """One document as it was sent, or the ids of those that match."""
    wanted = _selection(resource, listed=True)
    if wanted.address is not None:
        return _one(document_store.find_document(db.session(), wanted.address))
    names, newest = document_store.list_documents(
        db.session(), wanted.place, wanted.registration, wanted.since
    )
    answer = answers.json_answer(names)
    answer.last_modified = newest
    return answers.tagged(answer)


def _one(document: Document | None) -> Response:
    if document is None:
        raise NotFound("there is no such document")
    answer = Response(document.content, content_type=document.content_type)
    # Whatever a client keeps here must never run as a page of ours.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer.set_etag(document.etag)
    answer.last_modified = document.updated
    return answers.tagged(answer)


def put(resource: Resource) -> Response:
    """Keeps a document, in place of the one that is there."""
    address, sent = _address(resource), _sent()
    with _writing_at(address.place) as database:
        found = document_store.find_document(database, address)
        _allow_put(resource, found)
        document_store.save_document(database, address, sent, now())
    return Response(status=204)


def _allow_put(resource: Resource, found: Document | None) -> None:
    check_preconditions(request.if_match, request.if_none_match, found.etag if found else None)
    # Under 1.0.3 State may be overwritten blindly, the profiles never, not even when they are new.
    if resource.guarded if g.xapi_version == versions.VERSION_1 else found is not None:
        require_precondition(request.if_match, request.if_none_match, exists=found is not None)


def post(resource: Resource) -> Response:
    """Merges a JSON document into the one that is there, or keeps it as a new one."""
    address, sent = _address(resource), _sent()
    check_posted(sent)
    with _writing_at(address.place) as database:
        found = document_store.find_document(database, address)
        check_preconditions(request.if_match, request.if_none_match, found.etag if found else None)
        kept = sent if found is None else _merged(found, sent)
        document_store.save_document(database, address, kept, now())
    return Response(status=204)


def _merged(found: Document, sent: Content) -> Content:
    result = merged(Content(found.content_type, found.content), sent)
    if len(result.content) > LARGEST_DOCUMENT:
        raise _too_large()
    return result


def delete_one(resource: Resource) -> Response:
    """Deletes a document; that there is none is no error, unless If-Match names one."""
    return _delete(_address(resource))


def delete(resource: Resource) -> Response:
    """Deletes one document, or all that match."""
    wanted = _selection(resource, listed=False)
    if wanted.address is not None:
        return _delete(wanted.address)
    with _writing_at(wanted.place) as database:
        document_store.delete_documents(database, wanted.place, wanted.registration)
    return Response(status=204)


def _delete(address: Address) -> Response:
    with _writing_at(address.place) as database:
        found = document_store.find_document(database, address)
        check_preconditions(request.if_match, request.if_none_match, found.etag if found else None)
        if found is not None:
            database.delete(found)
    return Response(status=204)


def _address(resource: Resource) -> Address:
    address = read_address(request.args, resource)
    current_client().limits.check_place(address.place)
    return address


def _selection(resource: Resource, *, listed: bool) -> Selection:
    selection = read_selection(request.args, resource, listed=listed)
    current_client().limits.check_place(selection.place)
    return selection


@contextlib.contextmanager
def _writing_at(place: Place) -> Iterator[Session]:
    with writing(db.session()) as database:
        document_store.lock_place(database, place)
        yield database


def _sent() -> Content:
    kind = request.headers.get("Content-Type", "").strip() or UNKNOWN_TYPE
    fitted(kind, ContentType)
    if len(kind) > LONGEST_TYPE:
        raise Invalid(f"the Content-Type must have at most {LONGEST_TYPE} characters")
    request.max_content_length = LARGEST_DOCUMENT
    try:
        return Content(kind, request.get_data(cache=False))
    except RequestEntityTooLarge:
        raise _too_large() from None


def _too_large() -> RequestEntityTooLarge:
    return RequestEntityTooLarge(f"a document may have {LARGEST_DOCUMENT} bytes")
