from __future__ import annotations

from pathlib import Path

import pytest

from config.loading import load_hotline
from config.mail import Mail
from tests.config.test_loading import HOTLINE, errors, loaded, without_line

GOOD = {
    "host": '"smtp.example.org"',
    "sender": '"968908@example.org"',
    "pages": '"https://hotline.example.cn"',
}


def with_table(**values: str) -> str:
    body = "\n".join(f"{name} = {value}" for name, value in (GOOD | values).items())
    return f"{HOTLINE}\n[mail]\n{body}\n"


def test_no_mail_is_usual_and_files_are_named_from_the_folder(tmp_path: Path) -> None:
    assert loaded(tmp_path, HOTLINE).mail == Mail()
    text = with_table(password_file='"secrets/mail"', reports='["health@example.org"]')
    found = loaded(tmp_path, text).mail
    assert (found.port, found.security, found.reports) == (465, "tls", ("health@example.org",))
    assert Path(found.password_file).is_absolute() and found.authority == ""


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("sender", '"968908"', "is '968908'; it must be an address such as a@b.cn"),
        ("pages", '"hotline"', "is 'hotline'; it must be the address of the pages"),
        ("port", "0", "is 0; it must be 1 to 65535"),
        ("security", '"ssl"', "is 'ssl'; it must be tls, starttls, none"),
        ("security", '"none"', "is 'none'; it must be tls or starttls, as other machines"),
        ("reports", '["health"]', "is 'health'; it must be addresses such as a@b.cn"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    (found,) = errors(load_hotline, tmp_path, with_table(**{name: value}))
    assert without_line(found).startswith(f"mail.{name}: {said}")


def test_without_tls_only_to_this_machine(tmp_path: Path) -> None:
    text = with_table(host='"127.0.0.1"', security='"none"')
    assert loaded(tmp_path, text).mail.security == "none"
