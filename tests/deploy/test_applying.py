from pathlib import Path

from config.loading import load_hotline
from deploy.applying import pending

SHIPPED = Path(__file__).parents[2] / "config" / "hotline.toml"


def test_what_the_file_says_and_was_not_applied_yet(tmp_path: Path) -> None:
    applied = load_hotline(SHIPPED).plan
    assert pending(SHIPPED, applied).changes == ()
    edited = tmp_path / "hotline.toml"
    edited.write_text(SHIPPED.read_text("utf-8").replace("\nring = 20", "\nring = 25"), "utf-8")
    (change,) = pending(edited, applied).changes
    assert change == {"zh": "时限 ring：20 改为 25", "en": "limit ring: 20 becomes 25"}


def test_a_file_that_cannot_be_applied_says_why(tmp_path: Path) -> None:
    edited = tmp_path / "hotline.toml"
    edited.write_text(SHIPPED.read_text("utf-8").replace("\nring = 20", '\nring = "x"'), "utf-8")
    found = pending(edited, load_hotline(SHIPPED).plan)
    assert found.changes == ()
    (fault,) = found.faults
    assert fault.endswith("limits.ring: is 'x'; it must be a whole number")
