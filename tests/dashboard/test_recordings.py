import re
from pathlib import Path

import pytest

from records import audit_log, users
from tests.dashboard.builders import SEAL, World, add_call

WHY = "督导复核一次危机来电的处置"
SOUND = b"\xd5" * 1600


def recorded(hotline: World, **changes: object) -> int:
    """A call of which something was recorded."""
    call = add_call(hotline, **changes)
    folder: Path = hotline.deps.recordings
    folder.mkdir(exist_ok=True)
    (folder / f"{call}.sealed").write_bytes(SEAL.close_bytes(SOUND))
    return call


def ticket(page: str) -> str:
    found = re.search(r'src="(/calls/\d+/sound\?ticket=[^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_talk_is_heard_for_a_reason_that_is_on_record(hotline: World) -> None:
    call = recorded(hotline)
    supervisor = hotline.client("supervisor")
    assert f'href="/calls/{call}/recording"' in supervisor.text("/calls")
    assert "sound" not in supervisor.text(f"/calls/{call}/recording").replace("css", "")
    page = supervisor.post(f"/calls/{call}/recording", reason=WHY).get_data(as_text=True)
    answer = supervisor.get(ticket(page))
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    assert SOUND in answer.data
    with hotline.store.read() as db:
        (entry,) = audit_log.entries(db)
    assert (entry.who, entry.what, entry.object, entry.detail) == (
        "supervisor",
        "recording.listen",
        f"call {call}",
        {"reason": WHY},
    )


def test_without_a_reason_nothing_is_heard(hotline: World) -> None:
    call = recorded(hotline)
    supervisor = hotline.client("supervisor")
    answer = supervisor.post(f"/calls/{call}/recording", reason="想听")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "没有理由不能听" in page, "<audio" in page) == (422, True, False)
    assert supervisor.get(f"/calls/{call}/sound").status_code == 404
    with hotline.store.read() as db:
        assert audit_log.entries(db) == []


def test_a_ticket_is_for_one_talk_and_one_person(hotline: World) -> None:
    one, other = recorded(hotline), recorded(hotline)
    supervisor = hotline.client("supervisor")
    page = supervisor.post(f"/calls/{one}/recording", reason=WHY).get_data(as_text=True)
    address = ticket(page)
    elsewhere = address.replace(f"/calls/{one}/", f"/calls/{other}/")
    assert supervisor.get(elsewhere).status_code == 404
    with hotline.store.session() as db:
        users.add_user(db, "second", "督导", "supervisor", "hash")
    assert hotline.client("second").get(address).status_code == 404


@pytest.mark.parametrize("path", ["/calls/1/recording", "/calls/99/recording"])
def test_what_was_not_recorded(hotline: World, path: str) -> None:
    add_call(hotline)
    supervisor = hotline.client("supervisor")
    assert supervisor.get(path).status_code == 404
    assert supervisor.post(path, reason=WHY).status_code == 404
