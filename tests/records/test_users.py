from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from records import users
from records.tables import SignIn
from records.users import LONGEST, Account, LastAdministrator, LoginTaken
from tests.records.builders import NOON


def test_users_are_listed_by_login(db: Session) -> None:
    users.add_user(db, "wu", "吴敏", "coordinator", "hash 1")
    users.add_user(db, "lin", "林静", "supervisor", "hash 2")
    assert [(u.login, u.name, u.role, u.language) for u in users.users(db)] == [
        ("lin", "林静", "supervisor", "zh"),
        ("wu", "吴敏", "coordinator", "zh"),
    ]


def test_users_are_found(db: Session) -> None:
    lin = users.add_user(db, "lin", "林静", "supervisor", "hash")
    assert users.by_login(db, "lin") is lin
    assert users.by_id(db, lin.id) is lin
    assert users.by_login(db, "Lin") is None
    assert users.by_id(db, lin.id + 1) is None


def test_a_login_is_taken_once(db: Session) -> None:
    users.add_user(db, "lin", "林静", "supervisor", "hash")
    with pytest.raises(LoginTaken, match="there is a user 'lin' already"):
        users.add_user(db, "lin", "林芳", "counsellor", "hash")


def test_a_role_that_does_not_exist(db: Session) -> None:
    with pytest.raises(ValueError, match="role is 'king'; it must be one of supervisor, coord"):
        users.add_user(db, "lin", "林静", "king", "hash")


def test_somebody_is_signed_in_until_it_is_ended(db: Session) -> None:
    lin = users.add_user(db, "lin", "林静", "supervisor", "hash")
    desk, phone = users.begin_sign_in(db, lin.id, NOON), users.begin_sign_in(db, lin.id, NOON)
    users.end_sign_in(db, desk)
    assert users.signed_in(db, desk, NOON) is None
    assert users.signed_in(db, phone, NOON + LONGEST) is lin
    assert users.signed_in(db, phone, NOON + LONGEST + timedelta(seconds=1)) is None


def test_a_new_password_ends_what_the_old_one_began(db: Session) -> None:
    lin = users.add_user(db, "lin", "林静", "supervisor", "hash")
    chen = users.add_user(db, "chen", "陈晨", "supervisor", "hash")
    of_lin, of_chen = (users.begin_sign_in(db, user.id, NOON) for user in (lin, chen))
    users.set_password(db, "lin", "another")
    assert users.signed_in(db, of_lin, NOON) is None
    assert users.signed_in(db, of_chen, NOON) is chen


def test_a_sign_in_clears_away_those_that_are_too_old(db: Session) -> None:
    lin = users.add_user(db, "lin", "林静", "supervisor", "hash")
    users.begin_sign_in(db, lin.id, NOON)
    later = users.begin_sign_in(db, lin.id, NOON + LONGEST + timedelta(seconds=1))
    assert list(db.scalars(select(SignIn.token))) == [later]


def test_setting_a_password(db: Session) -> None:
    lin = users.add_user(db, "lin", "林静", "supervisor", "hash")
    assert users.set_password(db, "lin", "another")
    assert lin.password_hash == "another"
    assert not users.set_password(db, "nobody", "another")


def account(**fields: object) -> Account:
    values: dict[str, object] = {
        "name": "林静",
        "role": "supervisor",
        "person_id": None,
        "active": True,
    }
    return Account(**(values | fields))  # type: ignore[arg-type]


def test_another_role_ends_what_the_old_one_began(db: Session) -> None:
    users.add_user(db, "chief", "管理", "administrator", "hash")
    lin = users.add_user(db, "lin", "林静", "supervisor", "hash")
    token = users.begin_sign_in(db, lin.id, NOON)
    users.change(db, lin, account(name=" 林晴 "))
    assert (lin.name, users.signed_in(db, token, NOON)) == ("林晴", lin)
    users.change(db, lin, account(role="coordinator"))
    assert (lin.role, users.signed_in(db, token, NOON)) == ("coordinator", None)


@pytest.mark.parametrize("change", [{"active": False}, {"role": "supervisor"}])
def test_the_last_administrator_stays(db: Session, change: dict[str, object]) -> None:
    chief = users.add_user(db, "chief", "管理", "administrator", "hash")
    wanted = account(**({"role": "administrator"} | change))
    with pytest.raises(LastAdministrator, match="chief"):
        users.change(db, chief, wanted)
    assert (chief.role, chief.active) == ("administrator", True)
    users.add_user(db, "second", "管理", "administrator", "hash")
    users.change(db, chief, wanted)
    assert (chief.role, chief.active) == (wanted.role, wanted.active)


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("role", "king")])
def test_an_account_that_cannot_be(field: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{field} is '{value}'; it must be"):
        account(**{field: value})
