"""Assignment and Grade Services 2.0: line items (§3.2), results (§3.3) and scores (§3.4) of a platform.

Every function asks with the access token it is given, and raises OutboundRefused, OutboundFailed or, for an
answer that is not success, ServiceRefused. Media types are exact, without charset: Moodle compares them by
equality. `service_call.ServiceCalls` gives the token and repeats what was refused with 401.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

from lms_plugin.lti.line_item import LineItem, Result, line_item_of, result_of
from lms_plugin.lti.paging import pages
from lms_plugin.lti.service_call import ServiceRefused, accepted
from lms_plugin.outbound import Answer, Outbound

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINE_ITEM_SCOPE = f"{SCOPE}lineitem"
LINE_ITEM_READ_SCOPE = f"{SCOPE}lineitem.readonly"
RESULT_SCOPE = f"{SCOPE}result.readonly"
SCORE_SCOPE = f"{SCOPE}score"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
LARGEST_ANSWER = 64 * 1024
LARGEST_PAGE = 1024 * 1024
MOST_ENTRIES = 50_000

T = TypeVar("T")


def scores_url(line_item_url: str) -> str:
    """The line item's address with `/scores` before its query (Moodle's ends in `?type_id=…`)."""
    return _below(line_item_url, "scores")


def results_url(line_item_url: str) -> str:
    """The line item's address with `/results` before its query."""
    return _below(line_item_url, "results")


def list_line_items(
    outbound: Outbound,
    line_items_url: str,
    token: str,
    *,
    resource_link_id: str = "",
    resource_id: str = "",
    tag: str = "",
) -> list[LineItem]:
    """All columns of ours in the course, narrowed by what is given; also raises BadPaging.

    Needs LINE_ITEM_SCOPE or LINE_ITEM_READ_SCOPE. An LMS may ignore the filters: look again at what comes.
    """
    filters = {"resource_link_id": resource_link_id, "resource_id": resource_id, "tag": tag}
    url = _asked(line_items_url, {name: value for name, value in filters.items() if value})
    return _listed(_fetch(outbound, token, LINE_ITEMS_TYPE), url, line_item_of)


def get_line_item(outbound: Outbound, line_item_url: str, token: str) -> LineItem:
    """One column. Needs LINE_ITEM_SCOPE or LINE_ITEM_READ_SCOPE."""
    return _line_item(_fetch(outbound, token, LINE_ITEM_TYPE)(line_item_url))


def create_line_item(outbound: Outbound, line_items_url: str, token: str, wanted: LineItem) -> LineItem:
    """Makes a column; whoever calls sees to it that it is not made twice. Needs LINE_ITEM_SCOPE."""
    headers = _bearing(token) | {"Content-Type": LINE_ITEM_TYPE, "Accept": LINE_ITEM_TYPE}
    body = json.dumps(wanted.as_json()).encode()
    return _line_item(outbound.post(line_items_url, body, headers=headers, limit=LARGEST_ANSWER))


def update_line_item(outbound: Outbound, token: str, changed: LineItem) -> LineItem:
    """Replaces the column at `changed.url`; id, resourceLinkId and resourceId must stay as they were."""
    headers = _bearing(token) | {"Content-Type": LINE_ITEM_TYPE, "Accept": LINE_ITEM_TYPE}
    body = json.dumps(changed.as_json()).encode()
    return _line_item(outbound.put(changed.url, body, headers=headers, limit=LARGEST_ANSWER))


def delete_line_item(outbound: Outbound, line_item_url: str, token: str) -> None:
    """Deletes a column with the grades in it. Needs LINE_ITEM_SCOPE; Open edX always answers 403."""
    accepted(outbound.delete(line_item_url, headers=_bearing(token), limit=LARGEST_ANSWER))


def get_results(outbound: Outbound, line_item_url: str, token: str, *, user_id: str = "") -> list[Result]:
    """What the column shows, of one person or of all; also raises BadPaging. Needs RESULT_SCOPE.

    No `limit` is sent: Moodle answers it with a page that does not exist.
    """
    url = _asked(results_url(line_item_url), {"user_id": user_id} if user_id else {})
    return _listed(_fetch(outbound, token, RESULTS_TYPE), url, result_of)


def post_score(outbound: Outbound, line_item_url: str, token: str, score: Mapping[str, Any]) -> Answer:
    """Posts the score; returns whatever the LMS answers, success or not. Needs SCORE_SCOPE."""
    headers = _bearing(token) | {"Content-Type": SCORE_TYPE}
    body = json.dumps(score).encode()
    return outbound.post(scores_url(line_item_url), body, headers=headers, limit=LARGEST_ANSWER)


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _below(line_item_url: str, name: str) -> str:
    parts = urlsplit(line_item_url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def _asked(url: str, filters: Mapping[str, str]) -> str:
    """The address with some parameters more; those it has stay as they are."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(filters))))
    return urlunsplit(parts._replace(query=query))


def _fetch(outbound: Outbound, token: str, media_type: str) -> Callable[[str], Answer]:
    headers = _bearing(token) | {"Accept": media_type}
    return lambda url: outbound.get(url, headers=headers, limit=LARGEST_PAGE)


def _listed(fetch: Callable[[str], Answer], url: str, read: Callable[[object], T | None]) -> list[T]:
    found: list[T] = []
    for page in pages(fetch, url):
        told = _json(page)
        if not isinstance(told, list) or len(found) + len(told) > MOST_ENTRIES:
            raise ServiceRefused(page, "the answer is not a list, or too long")
        found.extend(_read(told, read))
    return found


def _read(told: Iterable[object], read: Callable[[object], T | None]) -> Iterable[T]:
    return (one for one in map(read, told) if one is not None)


def _line_item(answer: Answer) -> LineItem:
    found = line_item_of(_json(accepted(answer)))
    if found is None:
        raise ServiceRefused(answer, "the answer is no line item")
    return found


def _json(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise ServiceRefused(answer, "the answer is not JSON") from error
