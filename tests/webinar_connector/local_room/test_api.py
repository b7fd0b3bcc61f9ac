"""The room's API as a BigBlueButton client sees it."""

from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
import requests

from tests.webinar_connector.conftest import SECRET, room_process
from webinar_connector.providers.bigbluebutton.answers import parse
from webinar_connector.providers.bigbluebutton.checksum import checksum, signed_query

SIGNED = checksum("create", "name=Webinar&meetingID=m-1", SECRET)
CREATE = {"meetingID": "m-1", "name": "Webinar", "attendeePW": "ap", "moderatorPW": "mp"}


def ask(room: str, call: str, secret: str = SECRET, **parameters: str) -> dict[str, str]:
    query = signed_query(call, parameters, secret)
    return raw(room, f"{call}?{query}")


def raw(room: str, path: str) -> dict[str, str]:
    answer = requests.get(f"{room}/bigbluebutton/api/{path}", timeout=5, allow_redirects=False)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = parse(answer.content)
    return {node.tag: (node.text or "") for node in root.iter()}


def test_index_needs_no_signature(room) -> None:
    assert raw(room, "")["version"] == "2.0"
    assert requests.get(f"{room}/bigbluebutton/api", timeout=5).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "create?name=Webinar&meetingID=m-1",
        "create?name=Webinar&meetingID=m-1&checksum=",
        f"create?name=Webinar&meetingID=m-1&checksum={'0' * 64}",
        "getMeetings",
        f"create?meetingID=m-1&name=Webinar&checksum={SIGNED}",
        f"create?name=Webinar&meetingID=m-1&duration=1&checksum={SIGNED}",
        f"end?name=Webinar&meetingID=m-1&checksum={SIGNED}",
    ],
    ids=["absent", "empty", "zeros", "no query", "sorted", "parameter added", "of another call"],
)
def test_wrong_checksum_is_refused(room, path) -> None:
    assert raw(room, path)["messageKey"] == "checksumError"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_all_four_hashes_are_accepted_over_the_query_as_sent(room, algorithm) -> None:
    # Lower-case hexadecimal and odd characters, sent by a client that does not touch them.
    query = "name=Citt%c3%a0%20*~&meetingID=m-1"
    connection = HTTPConnection(room.removeprefix("http://"), timeout=5)
    signature = checksum("create", query, SECRET, algorithm)
    connection.request("GET", f"/bigbluebutton/api/create?{query}&checksum={signature}")
    assert parse(connection.getresponse().read()).findtext("returncode") == "SUCCESS"
    connection.close()


def test_create_twice_warns_and_join_of_an_old_create_time_is_refused(room) -> None:
    first = ask(room, "create", **CREATE)
    again = ask(room, "create", **CREATE)
    assert (first["messageKey"], again["messageKey"]) == ("", "duplicateWarning")
    assert first["createTime"] == again["createTime"]
    told = {"meetingID": "m-1", "fullName": "Ada", "role": "VIEWER", "redirect": "false"}
    assert ask(room, "join", **told, createTime="1")["messageKey"] == "mismatchCreateTimeParam"
    assert ask(room, "join", **told, createTime=first["createTime"])["returncode"] == "SUCCESS"


@pytest.mark.parametrize(
    ("call", "parameters", "key"),
    [
        ("create", {"name": "Webinar"}, "missingParamMeetingID"),
        ("create", {"name": "Webinar", "meetingID": "a,b"}, "validationError"),
        ("create", {"name": "Webinar", "meetingID": "x" * 257}, "validationError"),
        ("create", {"name": "W", "meetingID": "m-1"}, "validationError"),
        ("create", {**CREATE, "logoutURL": "javascript:alert(1)"}, "validationError"),
        ("create", {**CREATE, "logoutURL": "https://a.it/\r\nX: y"}, "validationError"),
        ("create", {**CREATE, "attendeePW": "altra", "meetingID": "taken"}, "idNotUnique"),
        ("end", {"meetingID": "nobody"}, "notFound"),
        ("end", {"meetingID": "taken", "password": "ap"}, "invalidPassword"),
        ("getMeetingInfo", {"meetingID": "nobody"}, "notFound"),
        ("join", {"meetingID": "nobody", "fullName": "A", "redirect": "false"}, "invalidMeetingIdentifier"),
        ("join", {"meetingID": "taken", "redirect": "false"}, "missingParamFullName"),
        ("join", {"meetingID": "taken", "fullName": "A", "role": "KING", "redirect": "false"}, "invalidRole"),
        ("join", {"meetingID": "taken", "fullName": "A", "password": "x", "redirect": "false"},
         "invalidPassword"),
        ("join", {"meetingID": "taken", "fullName": "A", "redirect": "false"}, "invalidPassword"),
        ("hooks/create", {"callbackURL": "file:///etc/passwd"}, "missingParamCallbackURL"),
        ("hooks/destroy", {"hookID": "9"}, "destroyMissingHook"),
    ],
)  # fmt: skip
def test_wrong_parameters_have_bigbluebuttons_message_key(room, call, parameters, key) -> None:
    ask(room, "create", **{**CREATE, "meetingID": "taken"})
    assert ask(room, call, **parameters)["messageKey"] == key


def test_other_calls_and_methods_are_unsupported(room) -> None:
    assert ask(room, "getRecordings", meetingID="m")["messageKey"] == "unsupportedRequest"
    posted = requests.post(f"{room}/bigbluebutton/api/create", data=CREATE, timeout=5)
    assert b"unsupportedRequest" in posted.content


def test_password_gives_the_role(room) -> None:
    ask(room, "create", **CREATE)
    for password, role in (("ap", "VIEWER"), ("mp", "MODERATOR")):
        told = {
            "meetingID": "m-1",
            "fullName": role,
            "userID": role,
            "password": password,
            "redirect": "false",
        }
        requests.get(ask(room, "join", **told)["url"], timeout=5)
        assert ask(room, "getMeetingInfo", meetingID="m-1")["role"] == role


def test_running_only_while_somebody_is_inside(room) -> None:
    ask(room, "create", **CREATE)
    assert ask(room, "isMeetingRunning", meetingID="m-1")["running"] == "false"
    told = {"meetingID": "m-1", "fullName": "Ada", "role": "VIEWER", "redirect": "false"}
    page = ask(room, "join", **told)["url"]
    requests.get(page, timeout=5)
    assert ask(room, "isMeetingRunning", meetingID="m-1")["running"] == "true"
    requests.post(f"{page}/leave", timeout=5)
    assert ask(room, "isMeetingRunning", meetingID="m-1")["running"] == "false"


def test_metadata_comes_back_in_lower_case_and_hostile_text_stays_text(room) -> None:
    ask(room, "create", **CREATE, **{"meta_Our-Key": "</metadata><x/>&\x00è", "meta_1<b": "v"})
    info = ask(room, "getMeetingInfo", meetingID="m-1")
    assert info["our-key"] == "</metadata><x/>&è"
    assert ask(room, "getMeetings")["meetingName"] == "Webinar"


def test_hooks_are_listed_once_and_destroyed(room) -> None:
    made = ask(room, "hooks/create", callbackURL="http://127.0.0.1:1/h", meetingID="m-1")
    again = ask(room, "hooks/create", callbackURL="http://127.0.0.1:1/h", meetingID="m-1")
    assert (again["hookID"], again["messageKey"]) == (made["hookID"], "duplicateWarning")
    assert ask(room, "hooks/list")["callbackURL"] == "http://127.0.0.1:1/h"
    assert ask(room, "hooks/destroy", hookID=made["hookID"])["removed"] == "true"
    assert "callbackURL" not in ask(room, "hooks/list")


def test_hook_that_keeps_failing_is_dropped(mailbox) -> None:
    mailbox.statuses = [500] * 50
    with room_process() as room:
        ask(room, "create", **CREATE)
        ask(room, "hooks/create", callbackURL=f"{mailbox.url}/events/", meetingID="m-1")
        told = {"meetingID": "m-1", "fullName": "Ada", "role": "VIEWER", "redirect": "false"}
        requests.get(ask(room, "join", **told)["url"], timeout=5)
        mailbox.wait_for(lambda letters: len(letters) >= 3)
        for _ in range(50):
            if "callbackURL" not in ask(room, "hooks/list"):
                break
        assert "callbackURL" not in ask(room, "hooks/list")


def test_long_query_is_answered_not_dropped(room) -> None:
    query = urlencode({"name": "W" * 6000, "meetingID": "m-1"})
    assert (
        raw(room, f"create?{query}&checksum={checksum('create', query, SECRET)}")["messageKey"]
        == "validationError"
    )
