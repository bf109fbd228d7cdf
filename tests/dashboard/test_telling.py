from datetime import timedelta

import pytest

from dashboard import telling
from dashboard.audit_words import ACTIONS, FIELDS
from dashboard.switch import tiers
from records import actions, note, requests
from records.staff_file import COLUMNS
from routing.calls import Rank
from routing.live import Doing, Way
from tests.dashboard.builders import EPOCH, NOW, World

NAMES = {"lin": "林婉如", "early": "早", "city": "市区线"}


def test_every_action_and_every_field_has_a_word() -> None:
    assert sorted(ACTIONS) == sorted(actions.ACTIONS)
    assert sorted(FIELDS) == sorted({name for names in actions.ACTIONS.values() for name in names})


def test_what_of_a_person_is_changed_may_be_told() -> None:
    assert set(actions.ACTIONS["person.save"]) == {*COLUMNS, "active"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("call 7", "这通来电 7"),
        ("number ending 5678", "尾号 5678"),
        ("needs 2/9", "周三 09:00"),
        ("person lin", "人员 林婉如"),
        ("lin", "林婉如"),
        ("let go", "退出通话"),
        ("oncall", "二级 备班人员"),
        ("people-2026.xlsx", "people-2026.xlsx"),
    ],
)
def test_things(hotline: World, value: str, said: str) -> None:
    with hotline.app.test_request_context():
        assert telling.thing(value, NAMES) == said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("until", EPOCH, "2026-09-30 14:32"),
        ("until", (NOW + timedelta(days=1)).isoformat(), "2026-10-01 14:32"),
        ("until", None, "–"),
        ("accepted", True, "是"),
        ("active", ["no", "yes"], "否 → 是"),
        ("rosters", [1, 2], "1、2"),
        ("cells", {"2026-10-01": ["early", None]}, "2026-10-01 早 → –"),
        ("qualifications", ["", "minors crisis"], "– → 未成年人、危机干预"),
        ("where", "to-lin", "林婉如"),
        ("line", "city", "市区线"),
        ("from", "10.0.0.1", "10.0.0.1"),
        ("version", 3, "3"),
    ],
)
def test_fields(hotline: World, name: str, value: object, said: str) -> None:
    with hotline.app.test_request_context():
        assert telling.told(name, value, NAMES) == said


VALUES = [
    *(("kind", str(value)) for value in (*note.Kind, *requests.Kind)),
    *(("level", str(value)) for value in note.Level),
    *(("rank", str(value)) for value in Rank),
    *(("ended", str(value)) for value in Doing),
    *(("way", str(value)) for value in Way),
]


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_every_value_of_a_kind_has_a_word(hotline: World, name: str, value: str) -> None:
    with hotline.app.test_request_context():
        assert telling.told(name, value, {}) != value


def test_every_tier_has_a_word(hotline: World) -> None:
    with hotline.app.test_request_context():
        said = [telling.told(name, tier, {}) for name in ("to", "where") for tier in tiers()]
        assert said == ["二级 备班人员", "登记回拨"] * 2
