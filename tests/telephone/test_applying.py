"""Line expansion while calls are in progress: hotline.toml and `main.py apply`."""

from pathlib import Path

import pytest

from dashboard.deps import PlanChange
from deploy.applying import as_applied
from deploy.plan_file import HotlineFile
from deploy.sample_city import scenario
from deploy.sample_city.scenario import AwaitHangUp
from main import main
from tests.telephone.exchange import SHORT, until
from tests.telephone.house import House, house

NEW = '[[lines]]\nid = "extra"\nname = "新线"\nnumber = "22770009"\n'


def applied(x: House, *options: str) -> int:
    return main([*x.hotline.arguments, "apply", *options])


def lines(x: House) -> list[str]:
    log = (Path(x.hotline.instance.log) / "queue_log").read_text(encoding="utf-8")
    return [f.split("|")[7] for f in log.splitlines() if f.split("|")[4] == "ARRIVE"]


def test_a_line_comes_and_goes_without_touching_a_call_in_progress(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with house(tmp_path, ["anna", "bert"], limits=SHORT) as x:
        x.phones(scenario.counsellor(ring_ms=50))
        path = tmp_path / "config" / "hotline.toml"
        before = path.read_text(encoding="utf-8")
        call = x.call([("968908", "13800000001")], stay_ms=30000)
        until(lambda: talking(x))
        path.write_text(before + NEW, encoding="utf-8")
        assert applied(x, "--dry-run") == 0
        assert "22770009" not in x.cli("dialplan show from-carrier")
        assert applied(x) == 0
        said = capsys.readouterr().out
        assert "line extra comes: extra, 新线, 22770009" in said
        assert "applied; calls in progress go on" in said
        x.call([("22770009", "13800000002")], stay_ms=1500).wait()
        assert lines(x) == ["city", "extra"]
        path.write_text(before, encoding="utf-8")
        assert applied(x) == 2
        assert "number 22770009 would no longer be answered" in capsys.readouterr().err
        assert applied(x, "--remove", "22770009") == 0
        x.call([("22770009", "13800000003")], stay_ms=1500).wait()
        assert lines(x) == ["city", "extra", "unknown"]
        assert call.wait().successful == 1


def test_a_line_comes_and_goes_as_the_page_does_it(tmp_path: Path) -> None:
    with house(tmp_path, ["anna", "bert"], limits=SHORT) as x:
        x.phones(scenario.counsellor(ring_ms=50))
        before = x.hotline.file.read_text(encoding="utf-8")
        call = x.call([("968908", "13800000001")], stay_ms=30000)
        until(lambda: talking(x))
        file = HotlineFile(as_applied(x.hotline))
        line = {"id": "extra", "name": "新线", "number": "22770009"}
        for values, said in ((line, "comes"), (None, "goes")):
            change = PlanChange("lines", "extra", values)
            seen = file.preview(change)
            assert [each["en"] for each in seen.changes] == [
                f"line extra {said}: extra, 新线, 22770009"
            ]
            file.write(change, seen.mark)
            file.apply(change)
            x.call([("22770009", "13800000002")], stay_ms=1500).wait()
        assert lines(x) == ["city", "extra", "unknown"]
        assert x.hotline.file.read_text(encoding="utf-8") == before
        assert call.wait().successful == 1


def talking(x: House) -> bool:
    log = (Path(x.hotline.instance.log) / "queue_log").read_text(encoding="utf-8")
    return "|CONNECT|" in log


def test_the_control_plane_goes_on_with_what_was_applied(tmp_path: Path) -> None:
    with house(tmp_path, ["anna"], limits=SHORT) as x:
        path = tmp_path / "config" / "hotline.toml"
        path.write_text(path.read_text(encoding="utf-8") + NEW, encoding="utf-8")
        assert applied(x) == 0
        assert x.control is not None
        until(lambda: x.control and x.control.poll() is not None, seconds=60, what="it ends")
        x.start_control()
        until(lambda: list(x.members()) == ["anna"])
        x.phones(scenario.counsellor(ring_ms=50, talk_ms=300))
        x.call([("22770009", "13800000002")], AwaitHangUp()).wait()
        assert lines(x) == ["extra"]
