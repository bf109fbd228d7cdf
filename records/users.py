"""Who may sign in to the pages. Passwords arrive hashed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from records.tables import SignIn, User

LONGEST = timedelta(days=30)  # that anybody stays signed in
ADMINISTRATOR = "administrator"
ROLES = ("supervisor", "coordinator", "counsellor", ADMINISTRATOR)


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
    """Also ends all that the older password began. False when there is no such user."""
    user = by_login(session, login)
    if user is None:
        return False
    user.password_hash = password_hash
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    return True


class LastAdministrator(Exception):
    """Nobody could give the right back: somebody else must become administrator first."""


@dataclass(frozen=True)
class Account:
    """What an administrator says of an account, besides its login and its password."""

    name: str
    role: str
    person_id: str | None
    active: bool

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError(f"name is {self.name!r}; it must be a name")
        if self.role not in ROLES:
            raise ValueError(f"role is {self.role!r}; it must be one of {', '.join(ROLES)}")


def change(session: Session, user: User, account: Account) -> None:
    """Ends all sign-ins when the role changes or the account closes. Raises LastAdministrator."""
    stays = account.active and account.role == ADMINISTRATOR
    if user.active and user.role == ADMINISTRATOR and not stays and _others(session, user) == 0:
        raise LastAdministrator(user.login)
    if not account.active or account.role != user.role:
        session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    user.name, user.role = account.name.strip(), account.role
    user.person_id, user.active = account.person_id, account.active


def _others(session: Session, user: User) -> int:
    """Administrators besides this one. Locked, so that two cannot leave at the same moment."""
    wanted = select(User.id).where(User.active, User.role == ADMINISTRATOR).with_for_update()
    return len(set(session.scalars(wanted)) - {user.id})


def leave(session: Session, person_id: str) -> None:
    """The accounts of somebody who left are closed, and their sign-ins end."""
    for user in session.scalars(select(User).where(User.person_id == person_id)):
        user.active = False
        session.execute(delete(SignIn).where(SignIn.user_id == user.id))


def begin_sign_in(session: Session, user_id: int, now: datetime) -> str:
    """A token that stands for the user until the sign-in is ended, or LONGEST is over."""
    session.execute(delete(SignIn).where(SignIn.begun_at < now - LONGEST))
    token = secrets.token_urlsafe(24)
    session.add(SignIn(token=token, user_id=user_id, begun_at=now))
    return token


def signed_in(session: Session, token: str, now: datetime) -> User | None:
    """Who holds `token`; None when it has ended, or its user has left."""
    holder = select(User).join(SignIn).where(SignIn.token == token, User.active)
    return session.scalar(holder.where(SignIn.begun_at >= now - LONGEST))


def end_sign_in(session: Session, token: str) -> None:
    session.execute(delete(SignIn).where(SignIn.token == token))
