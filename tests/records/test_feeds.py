from sqlalchemy.orm import Session

from records import audit_log, feeds
from tests.records.builders import NOON
from tests.records.builders import person as somebody


def test_an_address_is_one_person_s_until_it_is_renewed_or_revoked(db: Session) -> None:
    db.add_all([somebody("lin"), somebody("wu")])
    db.flush()
    assert feeds.of_person(db, "lin") is None
    first = feeds.renew(db, "lin", "lin", NOON)
    feeds.renew(db, "wu", "wu", NOON)
    assert (len(first), feeds.person_of(db, first)) == (32, "lin")
    second = feeds.renew(db, "lin", "lin", NOON)
    assert feeds.person_of(db, first) is None and feeds.of_person(db, "lin") == second
    feeds.revoke(db, "lin", "lin", NOON)
    assert feeds.person_of(db, second) is None and feeds.of_person(db, "wu") is not None
    assert [entry.what for entry in audit_log.entries(db)][:2] == [
        "calendar.revoke",
        "calendar.renew",
    ]
