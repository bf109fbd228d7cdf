"""Who may sign in to the pages. Passwords arrive hashed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import User

ROLES = ("supervisor", "coordinator", "counsellor", "administrator")


class LoginTaken(Exception):
    """There is a user of that login already."""


def add_user(
    session: Session,
    login: str,
    name: str,
    role: str,
    password_hash: str,
    person_id: str | None = None,
) -> User:
    """Raises LoginTaken, or ValueError for an unknown role."""
    if role not in ROLES:
        raise ValueError(f"role is {role!r}; it must be one of {', '.join(ROLES)}")
    if by_login(session, login) is not None:
        raise LoginTaken(f"there is a user {login!r} already")
    user = User(login=login, name=name, role=role, password_hash=password_hash, person_id=person_id)
    session.add(user)
    session.flush()
    return user


def by_login(session: Session, login: str) -> User | None:
    return session.scalar(select(User).where(User.login == login))


def by_id(session: Session, user_id: int) -> User | None:
    return session.get(User, user_id)


def users(session: Session) -> list[User]:
    return list(session.scalars(select(User).order_by(User.login)))


def set_password(session: Session, login: str, password_hash: str) -> bool:
    """False when there is no such user."""
    user = by_login(session, login)
    if user is None:
        return False
    user.password_hash = password_hash
    return True
