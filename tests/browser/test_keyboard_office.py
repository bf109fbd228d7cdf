"""Every action of coordinators and administrators, done once with a keyboard and nothing else.

`does` names the actions (routes that change something) of a test, which `keys` looks after.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from dashboard.deps import PlanPreview, RosterRun, Tried
from records import directory, planning, requests
from records.directory import Entry
from records.requests import Asked, Kind
from scheduler.demand import Reasoned
from scheduler.problem import Roster, Rules
from scheduler.repaired import Alternative, Move, Repaired
from tests.browser.conftest import enter
from tests.browser.deals import FRIDAY, SATURDAY, THURSDAY, WEEK, deal
from tests.browser.keys import REASON, Keys
from tests.dashboard.builders import (
    MONDAY,
    NOW,
    SHIFTS,
    World,
    draft,
)
from tests.dashboard.test_tryout import SOME


@pytest.mark.does(
    *("roster.set_cell", "roster.pin", "roster.publish", "roster.find_repairs"),
    *("roster.choose_repair", "roster.run_tryout", "roster.copy", "roster.generate"),
    *("roster.stop", "roster.withdraw", "roster.import_plans", "roster.import_roster"),
)
def test_a_coordinator_s_roster(keys: Keys, hotline: World, tmp_path: Path) -> None:
    draft(hotline.store, WEEK)
    enter(keys.page, hotline, "coordinator", "/roster")
    keys.press("ArrowRight", "4")
    cell = keys.page.locator(".grid td.sel")
    keys.sees("夜", ".grid td.sel")
    keys.press("Space")
    cell.and_(keys.page.locator(".lock")).wait_for()
    keys.use("试行")
    hotline.actions.tried = Tried((SOME,) * 24, SOME, 20)
    keys.use("开始试行")
    keys.sees("合计", "tfoot")
    keys.use("返回")
    keys.use("检查并发布")
    keys.asked("发布后立即决定谁在岗接听")
    keys.use("发布", among="#dialog")
    keys.sees("已发布", ".plan")
    keys.use("开始计算")
    keys.sees("正在寻找第一个可行的排班")
    keys.use("停止并保留最好结果")
    hotline.actions.run = RosterRun(running=False)
    keys.to("排班")
    book = Workbook()
    assert book.active is not None
    book.active.title = "absences"
    book.active.append(("person", "first", "last", "reason"))
    book.active.append(("chen", SATURDAY, SATURDAY, "leave"))
    book.save(tmp_path / "leave.xlsx")
    keys.use("文件")
    keys.use("导入请假与意愿")
    keys.asked("从表格导入")
    keys.file("文件（.xlsx）", tmp_path / "leave.xlsx")
    keys.use("导入", among="#dialog")
    keys.asked("已导入 1 段请假")
    keys.press("Escape")
    with hotline.store.read() as db:
        problem = planning.problem_for(db, MONDAY, 7, SHIFTS, (), Rules())
    moves = (Move("huang", 3, None, "early"),)
    way = Alternative(Roster({}), moves, ("huang",), 0, 0, 0, 12, (), True)
    hotline.actions.mended = Repaired(problem, (way,))
    keys.use("病假")
    keys.asked("病假与替班")
    keys.pick("谁", "林婉如")
    keys.day("从", THURSDAY)
    keys.day("到（含）", THURSDAY)
    keys.use("找替班办法")
    keys.asked("牵动 1 人 1 个班")
    keys.press("Enter")
    keys.sees("草稿", ".plan")
    keys.sees("假", "#c-lin-3")
    keys.sees("早", "#c-huang-3")
    keys.page.goto(f"/roster?first={MONDAY}")
    keys.use("修改")
    keys.sees("草稿", ".plan")
    exported = keys.page.request.get(f"/roster/export?format=xlsx&first={MONDAY}")
    (tmp_path / "roster.xlsx").write_bytes(exported.body())
    keys.use("版本", among=".tabs")
    keys.use("撤回")
    keys.asked("撤回 v1")
    keys.type(REASON)
    keys.use("的名义撤回")
    keys.asked("没有任何排班")
    keys.tick("我确认仍要撤回")
    keys.use("的名义撤回")
    keys.sees("已撤回")
    keys.page.goto("/roster/import-roster")
    keys.file("文件（.xlsx）", tmp_path / "roster.xlsx")
    keys.use("先看会改变什么")
    keys.sees("与现行排班的差别")
    keys.use("导入为草稿")
    keys.sees("草稿", ".plan")


@pytest.mark.does(
    *("roster.approve_exchange", "roster.refuse_exchange", "roster.grant_request"),
    *("roster.refuse_request", "roster.enter_leave", "roster.put_need"),
    *("directory.add", "directory.change", "directory.remove"),
)
def test_a_coordinator_s_decisions(keys: Keys, hotline: World) -> None:
    reasons = tuple(Reasoned(hour, 1.25, 3, 4, 2, "records") for hour in range(7 * 24))
    object.__setattr__(hotline.deps, "reasons", lambda first, days: reasons)
    draft(hotline.store, WEEK, publish=True)
    deal(hotline, "lin", "huang", THURSDAY, "accepted")
    deal(hotline, "huang", "lin", SATURDAY, "accepted")
    with hotline.store.session() as db:
        for day in (FRIDAY, SATURDAY):
            requests.ask(db, Asked("lin", Kind.LEAVE, day, day), "counsellor", NOW)
        directory.add(db, Entry(directory.Kind.CLINIC, "示例市第三医院", "0595-0000001"), NOW)
    enter(keys.page, hotline, "coordinator", "/roster/requests")
    keys.fill("不批准的理由", "当天只剩两人")
    keys.press("Enter")
    keys.sees("排班员未批准")
    keys.use("批准并生效")
    keys.sees("已生效")
    keys.fill("不同意的理由", "当天只剩两人")
    keys.press("Enter")
    keys.sees("未同意")
    keys.use("同意", among="[id^=request]")
    keys.sees("已同意")
    keys.use("代为登记请假")
    keys.pick("谁", "陈思远")
    keys.day("从", SATURDAY)
    keys.day("到（含）", SATURDAY)
    keys.use("登记", among="form.generate")
    keys.sees("陈思远 请假：10月3日")
    keys.to("需要人数")
    keys.use("4", among=".needs td")
    keys.asked("每周一 00:00")
    keys.press("Control+a")
    keys.type("6")
    keys.press("Enter")
    keys.sees("6由人设定", ".needs .typed")
    keys.to("转介资源")
    keys.use("新增")
    keys.asked("新增转介资源")
    keys.type("示例市第四医院")
    keys.fill("电话", "0595-0000002")
    keys.use("保存")
    keys.sees("示例市第四医院", "#results")
    keys.use("修改 示例市第四医院")
    keys.asked("修改转介资源")
    keys.fill("时间", "全天")
    keys.use("保存")
    keys.sees("全天", "#results")
    keys.use("修改 示例市第四医院")
    keys.asked("修改转介资源")
    keys.use("删除")
    keys.closed()
    keys.page.get_by_text("示例市第四医院").wait_for(state="detached")


@pytest.mark.does(
    *("admin.save_person", "admin.new_secret", "admin.set_active", "admin.import_file"),
    *("admin.add_account", "admin.change_account", "admin.new_password"),
)
def test_an_administrator_s_day(keys: Keys, hotline: World, tmp_path: Path) -> None:
    enter(keys.page, hotline, "administrator", "/admin/people")
    keys.use("新增")
    keys.asked("新增人员")
    keys.type("wu")
    keys.fill("姓名", "吴景行")
    keys.pick("站点", "市区")
    keys.use("保存")
    keys.row("p-wu")
    keys.press("Enter")
    keys.asked("修改人员")
    keys.use("更换话机密码")
    keys.asked("只显示这一次")
    keys.press("Enter")
    keys.closed()
    keys.row("p-wu")
    keys.press("Enter")
    keys.asked("修改人员")
    keys.use("停用：不再排班")
    keys.sees("停用", "[data-key=p-wu]")
    keys.use("导入", among="main")
    for site, said in (("nowhere", "应为 jj（晋江）、qz（市区）"), ("qz", "新增")):
        (tmp_path / "staff.csv").write_text(f"id,name,site\ncai,蔡予安,{site}\n", "utf-8")
        keys.file("文件", tmp_path / "staff.csv")
        keys.use("先看会改变什么")
        keys.sees(said, "main table")
    keys.use("的名义导入")
    keys.sees("蔡予安")
    keys.use("登录账号")
    keys.use("新增")
    keys.asked("新增账号")
    keys.type("caiyuan")
    keys.fill("姓名", "蔡予安")
    keys.pick("角色", "接线员")
    keys.pick("人员（", "蔡予安")
    keys.use("新增并显示密码")
    keys.asked("caiyuan")
    keys.press("Enter")
    keys.sees("caiyuan", "main")
    keys.use("修改 caiyuan")
    keys.asked("修改账号")
    keys.pick("角色", "督导")
    keys.use("保存")
    keys.sees("督导", "tr:has-text('caiyuan')")
    keys.use("修改 caiyuan")
    keys.asked("修改账号")
    keys.use("更换密码")
    keys.asked("只显示这一次")


@pytest.mark.does("admin.change_plan")
def test_an_administrator_s_lines_and_sites(keys: Keys, hotline: World) -> None:
    enter(keys.page, hotline, "administrator", "/admin/settings")
    hotline.book.seen = PlanPreview("m1", ({"zh": "新增线路 extra", "en": "line extra comes"},))
    keys.use("新增线路")
    keys.asked("新增线路")
    keys.type("extra")
    keys.fill("名称", "新线")
    keys.fill("号码", "22770099")
    keys.press("Escape")
    keys.closed()
    keys.use("新增线路")
    keys.asked("上次没有送出")
    keys.holds("代号", "extra")
    keys.holds("号码（不加区号）", "22770099")
    keys.use("先看会改变什么")
    keys.asked("新增线路 extra")
    keys.use("的名义生效")
    keys.closed()
    assert hotline.book.done[-1][0] == "apply"
    keys.page.goto("/admin/settings")
    keys.row("l-jinjiang")
    keys.press("Enter")
    keys.asked("修改线路")
    keys.use("取消这条线路")
    keys.asked("取消线路 晋江线")
    keys.use("的名义生效")
    keys.closed()
    what, change = hotline.book.done[-1]
    assert (what, change.table, change.id, change.values) == ("apply", "lines", "jinjiang", None)
