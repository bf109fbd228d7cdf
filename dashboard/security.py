"""Headers of every answer: nothing inline, nothing from elsewhere, nothing kept by caches."""

from __future__ import annotations

from flask import Response, request

from dashboard.deps import get_deps

DESK = "desk.desk"

SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**more: str) -> str:
    sources = {name: f"{value} {more.get(name, '')}".strip() for name, value in SOURCES.items()}
    return "; ".join(f"{name} {value}" for name, value in sources.items())


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def secure(response: Response) -> Response:
    response.headers.update(HEADERS)
    phones = get_deps().browser_phones
    if request.endpoint == DESK and phones is not None:
        # The one page with a telephone: it opens the microphone, and talks to Asterisk.
        address = phones.url(request.host.partition(":")[0])
        response.headers["Content-Security-Policy"] = policy(**{"connect-src": address})
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    if request.endpoint not in ("static", "vendor"):
        response.headers["Cache-Control"] = "no-store"
    return response
