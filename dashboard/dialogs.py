"""What a form in the dialog answers when it was taken."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse


def close(to: str, *events: str) -> BaseResponse:
    """Closes the dialog, and tells the page of `events`; a form that is a page itself goes `to`."""
    if "HX-Request" not in request.headers:
        return redirect(to)
    return Response(headers={"HX-Trigger": ", ".join((*events, "done")), "HX-Reswap": "none"})
