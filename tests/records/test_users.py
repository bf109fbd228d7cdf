from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from records import users
from records.users import LoginTaken


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


def test_setting_a_password(db: Session) -> None:
    lin = users.add_user(db, "lin", "林静", "supervisor", "hash")
    assert users.set_password(db, "lin", "another")
    assert lin.password_hash == "another"
    assert not users.set_password(db, "nobody", "another")
