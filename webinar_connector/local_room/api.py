"""BigBlueButton's API, the subset the connector needs: signed GET in, XML out (video.md §1.1–1.3, §1.7)."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from webinar_connector.local_room import answers
from webinar_connector.local_room.meetings import Meeting, Refused
from webinar_connector.local_room.outbound import Hook, web_address
from webinar_connector.local_room.problems import problem_page
from webinar_connector.local_room.state import ROOM, Room
from webinar_connector.providers.bigbluebutton.answers import milliseconds
from webinar_connector.providers.bigbluebutton.checksum import matches
from webinar_connector.webinars import Role

Parameters = Mapping[str, str]
Answer = bytes | web.StreamResponse
NAME_LENGTHS = range(2, 65)
ID_LENGTHS = range(2, 257)
FULL_NAME_LENGTH = 256


async def index(_: web.Request) -> web.Response:
    """The unsigned health probe."""
    return _xml(answers.success([("version", "2.0"), ("apiVersion", "2.0"), ("bbbVersion", "")]))


def signed(
    call: str, handler: Callable[[Room, Parameters], Answer]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """One API call: the checksum is verified over the raw query string before anything is read from it."""

    async def handle(request: web.Request) -> web.StreamResponse:
        room, query = request.app[ROOM], request.raw_path.partition("?")[2]
        parameters = _first_values(query)
        try:
            _verify(room, call, query, parameters)
            answer = handler(room, parameters)
        except Refused as refused:
            if call == "join" and parameters.get("redirect", "true") != "false":
                return problem_page(refused.key)
            answer = answers.failure(refused.key, str(refused))
        return _xml(answer) if isinstance(answer, bytes) else answer

    return handle


def create(room: Room, parameters: Parameters) -> Answer:
    """Make the meeting or find it made."""
    meeting_id = _meeting_id(parameters)
    if "," in meeting_id or len(meeting_id) not in ID_LENGTHS:
        raise Refused("validationError", "meetingID must hold 2 to 256 characters and no comma")
    if len(parameters.get("name", "")) not in NAME_LENGTHS:
        raise Refused("validationError", "name must hold 2 to 64 characters")
    logout = parameters.get("logoutURL", "")
    if logout and not (web_address(logout) and logout.isprintable()):
        raise Refused("validationError", "logoutURL must be an http or https address")
    meeting, duplicate = room.meetings.create(parameters, room.now())
    return answers.created(meeting, duplicate=duplicate)


def join(room: Room, parameters: Parameters) -> Answer:
    """Redirect to the room page; with redirect=false say where it is."""
    meeting_id, name = _meeting_id(parameters), parameters.get("fullName", "").strip()
    if not name:
        raise Refused("missingParamFullName", "You must provide a name")
    try:
        meeting = room.meetings.get(meeting_id)
    except Refused:
        raise Refused("invalidMeetingIdentifier", "The meeting ID does not match any meeting") from None
    create_time = parameters.get("createTime", "")
    if create_time and create_time != str(milliseconds(meeting.created_at)):
        raise Refused("mismatchCreateTimeParam", "The createTime does not match that of the meeting")
    who = (parameters.get("userID", ""), name[:FULL_NAME_LENGTH], _role(meeting, parameters))
    attendee = room.meetings.join(meeting, who, room.now())
    url = f"{room.settings.base}/room/{attendee.token}"
    if parameters.get("redirect", "true") != "false":
        headers = {"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return web.Response(status=302, headers=headers)
    return answers.success(
        [
            ("messageKey", "successfullyJoined"),
            ("message", "You have joined successfully."),
            ("meeting_id", meeting.internal_id),
            ("user_id", attendee.connection),
            ("session_token", attendee.token),
            ("url", url),
        ]
    )


def end(room: Room, parameters: Parameters) -> Answer:
    """End for everybody."""
    meeting = room.meetings.get(_meeting_id(parameters))
    if parameters.get("password", meeting.passwords[1]) != meeting.passwords[1]:
        raise Refused("invalidPassword", "The supplied moderator password is incorrect")
    room.publish(room.meetings.end(meeting, room.now()))
    told = "A request to end the meeting was sent. Please wait a few seconds."
    return answers.success([("messageKey", "sentEndMeetingRequest"), ("message", told)])


def is_meeting_running(room: Room, parameters: Parameters) -> Answer:
    """True only when somebody is inside; an unknown meeting is simply not running."""
    meeting_id = _meeting_id(parameters)
    inside = any(m.inside for m in room.meetings.all() if m.meeting_id == meeting_id)
    return answers.success([("running", "true" if inside else "false")])


def get_meeting_info(room: Room, parameters: Parameters) -> Answer:
    """One meeting, with who is inside."""
    return answers.success(answers.meeting_fields(room.meetings.get(_meeting_id(parameters))))


def get_meetings(room: Room, _: Parameters) -> Answer:
    """All meetings in memory."""
    nodes = [answers.element("meeting", answers.meeting_fields(meeting)) for meeting in room.meetings.all()]
    fields: list[tuple[str, str]] = []
    if not nodes:
        fields = [("messageKey", "noMeetings"), ("message", "no meetings were found on this server")]
    return answers.success(
        [("meetings", answers.element("meetings", (("meeting", n) for n in nodes))), *fields]
    )


def hooks_create(room: Room, parameters: Parameters) -> Answer:
    """Register a webhook for one meeting or for all."""
    url = parameters.get("callbackURL", "")
    if not web_address(url):
        raise Refused("missingParamCallbackURL", "You must specify a callbackURL in the parameters.")
    events = frozenset(e.strip() for e in parameters.get("eventID", "").split(",") if e.strip())
    hook, duplicate = room.outbound.add_hook(url, parameters.get("meetingID", ""), events)
    warning = [
        ("messageKey", "duplicateWarning"),
        ("message", "There is already a hook for this callback URL."),
    ]
    return answers.success(
        [
            ("hookID", hook.id),
            ("permanentHook", "false"),
            ("rawData", "false"),
            *(warning if duplicate else []),
        ]
    )


def hooks_list(room: Room, parameters: Parameters) -> Answer:
    """The registered webhooks; with meetingID those that hear of it."""
    wanted = parameters.get("meetingID", "")
    hooks = [h for h in room.outbound.hooks() if not wanted or h.meeting_id in {"", wanted}]
    nodes = (("hook", answers.element("hook", _hook_fields(hook))) for hook in hooks)
    return answers.success([("hooks", answers.element("hooks", nodes))])


def hooks_destroy(room: Room, parameters: Parameters) -> Answer:
    """Forget a webhook."""
    hook_id = parameters.get("hookID", "")
    if not hook_id:
        raise Refused("missingParamHookID", "You must specify a hookID in the parameters.")
    if not room.outbound.remove_hook(hook_id):
        raise Refused("destroyMissingHook", "The hook informed was not found.")
    return answers.success([("removed", "true")])


CALLS: Mapping[str, Callable[[Room, Parameters], Answer]] = {
    "create": create,
    "join": join,
    "end": end,
    "isMeetingRunning": is_meeting_running,
    "getMeetingInfo": get_meeting_info,
    "getMeetings": get_meetings,
    "hooks/create": hooks_create,
    "hooks/list": hooks_list,
    "hooks/destroy": hooks_destroy,
}


async def unsupported(_: web.Request) -> web.Response:
    """Any other call, or another method."""
    return _xml(answers.failure("unsupportedRequest", "This request is not supported."))


def add_routes(app: web.Application) -> None:
    """Put the API where BigBlueButton has it."""
    base = "/bigbluebutton/api"
    app.router.add_get(base, index)
    app.router.add_get(f"{base}/", index)
    for call, handler in CALLS.items():
        app.router.add_get(f"{base}/{call}", signed(call, handler), allow_head=False)
    app.router.add_route("*", base + "/{call:.*}", unsupported)


def _verify(room: Room, call: str, query: str, parameters: Parameters) -> None:
    if not matches(parameters.get("checksum", ""), call, query, room.settings.secret):
        raise Refused("checksumError", "Checksums do not match")


def _hook_fields(hook: Hook) -> list[tuple[str, str]]:
    meeting = [("meetingID", hook.meeting_id)] if hook.meeting_id else []
    return [("hookID", hook.id), ("callbackURL", hook.url), *meeting, ("permanentHook", "false")]


def _meeting_id(parameters: Parameters) -> str:
    meeting_id = parameters.get("meetingID", "").strip()
    if not meeting_id:
        raise Refused("missingParamMeetingID", "You must provide a meeting ID")
    return meeting_id


def _role(meeting: Meeting, parameters: Parameters) -> Role:
    role, password = parameters.get("role", "").upper(), parameters.get("password", "")
    if role in {"MODERATOR", "VIEWER"}:
        return "moderator" if role == "MODERATOR" else "viewer"
    if role:
        raise Refused("invalidRole", "The role must be MODERATOR or VIEWER")
    if password not in meeting.passwords:
        raise Refused("invalidPassword", "The supplied password matches neither role")
    return "moderator" if password == meeting.passwords[1] else "viewer"


def _first_values(query: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, value)
    return values


def _xml(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="text/xml", charset="utf-8")
