"""Security headers of every answer (LTI reference §11): strict CSP, framing by registered LMSs only."""

from collections.abc import Iterator

from flask import Flask, Response, g, request

from lms_plugin.web.configuration import settings

POLICY = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action {forms}; img-src 'self' data:;"
    " font-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self';"
    " frame-ancestors {ancestors}"
)


def allow_framing(origins: str) -> None:
    """Lets these origins (space separated) frame the answer to this request."""
    g.frame_ancestors = origins


def frame_by_visit() -> None:
    """Lets the visit say again who may frame the answer to this request."""
    g.pop("frame_ancestors", None)


def allow_form_targets(origins: str) -> None:
    """Lets forms of this page end at these origins, redirects included."""
    g.form_targets = origins


def allow_camera_and_microphone(origin: str) -> None:
    """Lets this page, and the video platform inside it, ask for camera, microphone and screen."""
    g.media_origin = origin


def _permissions() -> str:
    if "media_origin" not in g:
        return "camera=(), microphone=(), display-capture=(), geolocation=()"
    whom = f'(self "{g.media_origin}")' if g.media_origin else "(self)"
    return f"camera={whom}, microphone={whom}, display-capture={whom}, geolocation=()"


def _ancestors() -> str:
    if "frame_ancestors" in g:
        return str(g.frame_ancestors) or "'none'"
    visit = g.get("visit")
    return visit.frame_ancestors if visit is not None and visit.frame_ancestors else "'none'"


def add_headers(response: Response) -> Response:
    """Adds what is missing; a view may have set its own."""
    own = {name.lower() for name, _value in response.headers}
    missing = [(name, value) for name, value in _usual_headers() if name.lower() not in own]
    response.headers.extend(missing)
    return response


def _usual_headers() -> Iterator[tuple[str, str]]:
    forms = f"'self' {g.get('form_targets', '')}".strip()
    yield "Content-Security-Policy", POLICY.format(ancestors=_ancestors(), forms=forms)
    yield "X-Content-Type-Options", "nosniff"
    yield "Referrer-Policy", "strict-origin-when-cross-origin"
    yield "Permissions-Policy", _permissions()
    if not request.path.startswith("/static/"):
        yield "Cache-Control", "no-store"
    if settings().public_url.startswith("https:"):
        yield "Strict-Transport-Security", "max-age=31536000"


def install_headers(app: Flask) -> None:
    """Adds the headers to every answer of the app."""
    app.after_request(add_headers)
