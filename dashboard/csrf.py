"""A request that changes something must carry the session's token: other sites cannot know it."""

from __future__ import annotations

import hmac
import secrets

from flask import request, session
from werkzeug.exceptions import BadRequest

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ForgedRequest(BadRequest):
    """The token is missing or of another session."""


def token() -> str:
    """The token of this session; made on first use."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def check() -> None:
    if request.method not in _CHANGING:
        return
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    own = str(session.get("csrf", ""))  # a session without one has sent no form
    if not own or not hmac.compare_digest(sent.encode(), own.encode()):
        raise ForgedRequest()
