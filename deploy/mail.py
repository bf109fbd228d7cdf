"""Mails are handed over to the city's mail server: SMTP (RFC 5321) over TLS, with time limits."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from config.mail import Mail

TIMEOUT = 10.0  # seconds for one answer of the server
PASSWORD = "HOTLINE_MAIL_PASSWORD"  # noqa: S105 - a name in the environment
_EXCEL = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class Refused(Exception):
    """The server will never take this letter: nobody has the address, or it says no for good."""


class Later(Exception):
    """The server does not take this letter now; others it may."""


def letter(
    settings: Mail, to: str, identity: str, at: datetime, subject: str, text: str
) -> EmailMessage:
    """`identity` is the same at each try, so that a letter that came twice is seen as one."""
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{identity}@{settings.sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    message.set_content(text, cte="base64")
    return message


def attach(message: EmailMessage, name: str, workbook: bytes) -> None:
    message.add_attachment(workbook, *_EXCEL, filename=name)


class Mailbox:
    """An open connection to the mail server."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def send(self, message: EmailMessage) -> None:
        """Raises Refused, Later; OSError, of which smtplib's errors are, when none can be sent."""
        try:
            self._smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            _tell(next(iter(error.recipients.values())), error)
        except smtplib.SMTPDataError as error:
            _tell((error.smtp_code, error.smtp_error), error)


def _tell(answer: tuple[int, bytes | str], error: OSError) -> None:
    kind = Refused if answer[0] >= 500 else Later  # RFC 5321, 4.2.1: not to be repeated
    raise kind(_words(*answer)) from error


def _words(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"


@contextmanager
def mailbox(settings: Mail, timeout: float = TIMEOUT) -> Iterator[Mailbox]:
    """Raises OSError when the server cannot be used."""
    password = _password(settings) if settings.user else ""
    try:
        with _connection(settings, timeout) as smtp:
            if settings.user:
                smtp.login(settings.user, password)
            yield Mailbox(smtp)
    except smtplib.SMTPResponseException as error:
        raise OSError(_words(error.smtp_code, error.smtp_error)) from error


def _connection(settings: Mail, timeout: float) -> smtplib.SMTP:
    if settings.security == "none":
        return smtplib.SMTP(settings.host, settings.port, timeout=timeout)
    trusted = ssl.create_default_context(cafile=settings.authority or None)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=timeout, context=trusted)
    smtp = smtplib.SMTP(settings.host, settings.port, timeout=timeout)
    try:
        smtp.starttls(context=trusted)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _password(settings: Mail) -> str:
    if found := os.environ.get(PASSWORD):
        return found
    if settings.password_file:
        return Path(settings.password_file).read_text(encoding="utf-8").strip()
    raise OSError(f"{settings.user} has no password: set {PASSWORD}, or [mail] password_file")
