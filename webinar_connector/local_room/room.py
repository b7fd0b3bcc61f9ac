"""The room page and its presence: heartbeat with or without JavaScript, leave, end for all."""

from aiohttp import web

from webinar_connector.local_room.meetings import Attendee, Meeting
from webinar_connector.local_room.pages import fill, html, people
from webinar_connector.local_room.problems import problem_page
from webinar_connector.local_room.state import ROOM, Room

Place = tuple[Room, Meeting, Attendee]


async def show(request: web.Request) -> web.StreamResponse:
    """The room page; opening it is entering."""
    place = _place(request)
    if place is None:
        return problem_page("gone")
    room, meeting, attendee = place
    if meeting.ended_at is not None:
        return _over(meeting)
    room.publish(room.meetings.seen(attendee.token, room.now()))
    raw = {"people": people(meeting), "end": ""}
    if attendee.role == "moderator":
        raw["end"] = fill("end", token=attendee.token)
    body = fill(
        "room",
        raw,
        title=meeting.name,
        name=attendee.name,
        token=attendee.token,
        version=str(meeting.version),
        count=str(len(meeting.inside)),
    )
    head = '<script src="/static/room.js" defer></script>'
    return html(meeting.name, body, head=head, logout_url=meeting.logout_url)


async def presence_frame(request: web.Request) -> web.StreamResponse:
    """The small page that reloads itself inside the room page where there is no JavaScript."""
    place = _place(request)
    if place is None:
        return problem_page("gone")
    room, meeting, attendee = place
    if meeting.ended_at is not None:
        return html("Presenza", fill("frame_ended", token=attendee.token))
    room.publish(room.meetings.seen(attendee.token, room.now()))
    body = fill("frame", {"people": people(meeting)}, count=str(len(meeting.inside)))
    head = f'<meta http-equiv="refresh" content="{room.settings.refresh_seconds}">'
    return html("Presenza", body, head=head)


async def heartbeat(request: web.Request) -> web.StreamResponse:
    """A sign of life that waits for news: answers at a change, or after `hold_seconds`.

    Browsers slow down the timers of hidden tabs to a minute, but not the answers of the network: the server
    keeps the rhythm.
    """
    place = _place(request)
    if place is None:
        return web.json_response({"ended": True}, status=410)
    room, meeting, attendee = place
    told = await request.post()
    room.publish(room.meetings.seen(attendee.token, room.now(), str(told.get("page", ""))))
    await room.wait_for_change(meeting, str(told.get("version", "")))
    if meeting.ended_at is not None or room.meetings.by_token(attendee.token) is None:
        return web.json_response({"ended": True}, status=410)
    inside = [{"name": a.name, "moderator": a.role == "moderator"} for a in meeting.inside]
    return web.json_response({"ended": False, "version": meeting.version, "people": inside})


async def away(request: web.Request) -> web.StreamResponse:
    """The tab was closed or reloaded: out, but the address still works."""
    place = _place(request)
    if place is not None:
        room, _, attendee = place
        page = str((await request.post()).get("page", ""))
        room.publish(room.meetings.leave(attendee.token, room.now(), forget=False, page=page))
    return web.Response(status=204)


async def leave(request: web.Request) -> web.StreamResponse:
    """Out for good: the address is dead and the person goes where the caller of the API said."""
    place = _place(request)
    if place is None:
        return problem_page("gone")
    room, meeting, attendee = place
    room.publish(room.meetings.leave(attendee.token, room.now(), forget=True))
    return _onward(meeting)


async def end(request: web.Request) -> web.StreamResponse:
    """End for everybody; moderators only."""
    place = _place(request)
    if place is None:
        return problem_page("gone")
    room, meeting, attendee = place
    if attendee.role != "moderator":
        raise web.HTTPForbidden(text="Solo chi conduce può terminare il webinar.")
    room.publish(room.meetings.end(meeting, room.now()))
    return _onward(meeting)


async def left(_: web.Request) -> web.Response:
    """Where people land when the caller of the API named no place."""
    return html("Sei uscito", fill("left"))


async def home(_: web.Request) -> web.Response:
    """What this address is, for whoever opens it by chance."""
    return html("Stanza locale di prova", fill("home"))


async def health(_: web.Request) -> web.Response:
    """For whoever starts the process: it is up."""
    return web.json_response({"status": "ok"})


def add_routes(app: web.Application) -> None:
    """The addresses of the room."""
    app.router.add_get("/", home)
    app.router.add_get("/livez", health)
    app.router.add_get("/left", left)
    app.router.add_get("/room/{token}", show, allow_head=False)
    app.router.add_get("/room/{token}/presence", presence_frame, allow_head=False)
    app.router.add_post("/room/{token}/presence", heartbeat)
    app.router.add_post("/room/{token}/away", away)
    app.router.add_post("/room/{token}/leave", leave)
    app.router.add_post("/room/{token}/end", end)


def _place(request: web.Request) -> Place | None:
    room = request.app[ROOM]
    found = room.meetings.by_token(request.match_info["token"])
    return None if found is None else (room, *found)


def _onward(meeting: Meeting) -> web.Response:
    return web.Response(status=303, headers={"Location": meeting.logout_url or "/left"})


def _over(meeting: Meeting) -> web.Response:
    link = fill("back", url=meeting.logout_url) if meeting.logout_url else ""
    return html("Webinar terminato", fill("over", {"link": link}, title=meeting.name), status=410)
