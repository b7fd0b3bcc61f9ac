"""The local room as an aiohttp application."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from webinar_connector.local_room import api, room
from webinar_connector.local_room.settings import RoomSettings
from webinar_connector.local_room.state import Clock, running_room, say_goodbye

STATIC = Path(__file__).parent / "static"
MAXIMUM_BODY = 16 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def make_app(settings: RoomSettings, clock: Clock = utc_now) -> web.Application:
    """The application; its meetings live and end with it."""
    app = web.Application(client_max_size=MAXIMUM_BODY, middlewares=[safe_headers])
    app.cleanup_ctx.append(running_room(settings, clock))
    app.on_shutdown.append(say_goodbye)
    api.add_routes(app)
    room.add_routes(app)
    app.router.add_static("/static", STATIC)
    return app


@web.middleware
async def safe_headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every answer, also a refusal, carries the protective headers."""
    try:
        response = await handler(request)
    except web.HTTPException as refusal:
        for name, value in HEADERS.items():
            refusal.headers.setdefault(name, value)
        raise
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
