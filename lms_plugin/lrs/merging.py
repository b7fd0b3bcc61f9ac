"""Merges a posted JSON document into the one that is there (xAPI 1.0.3 Communication 2.2)."""

import msgspec

from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.lrs.validation.reading import read_json
from lms_plugin.records.document_store import Content

JSON = "application/json"
# Members stay the bytes they were, so that no number is written in another way than its client wrote it.
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENCODER = msgspec.json.Encoder()


def merged(kept: Content, sent: Content) -> Content:
    """The kept document with the top-level members of the sent one in place of its own; raises Invalid."""
    for document, which in ((sent, "the document sent"), (kept, "the document that is there already")):
        if not is_json(document.content_type):
            raise Invalid(f"cannot be merged: {which} is not {JSON}; PUT replaces a document whole")
    members = _members(kept, "the document that is there") | _members(sent, "the document sent")
    return Content(kept.content_type, _ENCODER.encode(members))


def check_posted(sent: Content) -> None:
    """Of what is posted as JSON, now or later others will be merged into it; raises Invalid for no object."""
    if is_json(sent.content_type):
        _members(sent, "the document sent")


def is_json(content_type: str) -> bool:
    """Whether this media type, parameters aside, is application/json."""
    return content_type.partition(";")[0].strip().lower() == JSON


def _members(document: Content, which: str) -> dict[str, msgspec.Raw]:
    if type(read_json(document.content)) is not dict:
        raise Invalid(f"{which} must be a JSON object to be posted as {JSON}")
    try:
        return _MEMBERS.decode(document.content)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Invalid(f"{which} must be JSON: {error}") from None
