"""Chinese first, English by switch: texts in the code are Chinese, translations/en the rest."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, request
from flask_babel import Babel, get_locale

from dashboard.access import current_user

LANGUAGES = {"zh": "中文", "en": "English"}
CODES = {"zh": "zh-CN", "en": "en"}  # for the html element
COOKIE = "language"
_CATALOGUE = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def select() -> str:
    """The switch decides, then the person's own setting, then Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    user = current_user()
    return user.language if user and user.language in LANGUAGES else "zh"


def language() -> str:
    """The language of the page being rendered."""
    locale = get_locale()
    return "zh" if locale is None else str(locale.language)


def say(message: dict[str, str]) -> str:
    """One of a text's two languages."""
    return message.get(language()) or message.get("zh", "")


def compile_translations() -> bytes:
    """The English catalogue in machine form. In memory: no compiled file can go stale."""
    with _CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="en")
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


@cache
def _english() -> Translations:
    return Translations(BytesIO(compile_translations()))


def set_up(app: Flask) -> None:
    app.jinja_env.filters["say"] = say
    babel = Babel(app, default_locale="zh", locale_selector=select)
    with app.app_context():
        cached = babel.domain_instance.cache
    cached["en", "messages"] = _english()
