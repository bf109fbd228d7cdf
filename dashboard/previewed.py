"""A file that is shown before it is taken: it goes to the page and comes back once that is sure."""

from __future__ import annotations

import base64
import binascii

from flask import request
from werkzeug.exceptions import BadRequest


def for_page(data: bytes) -> str:
    """What the page keeps in its field `data`, beside `name`."""
    return base64.b64encode(data).decode()


def sent_file() -> tuple[str, bytes]:
    """Name and content: chosen just now, or given back by the page that showed them."""
    chosen = request.files.get("file")
    if chosen is not None and chosen.filename:
        return chosen.filename, chosen.read()
    try:
        return request.form["name"], base64.b64decode(request.form["data"], validate=True)
    except (KeyError, binascii.Error) as error:
        raise BadRequest() from error
