"""Administration: one line or site of hotline.toml added, changed or taken out.

What the change would do is shown first; it is made when it is sent once more and nothing moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from dashboard.access import the_user
from dashboard.deps import PlanChange, PlanMoved, PlanNotApplied, PlanPreview, get_deps
from dashboard.staff import SKILLS, page
from records import audit_log

__all__ = ["page"]

Typed = dict[str, str]
FIELDS = {
    "lines": ("id", "name", "number", "site", "needs", "old_phones", "old_phones_in"),
    "sites": ("id", "name", "auto_sign_in", "switchboard"),
}
KINDS = {"lines": "line", "sites": "site"}


@page.get("/admin/<any(lines, sites):table>", defaults={"id_": None})
@page.get("/admin/<any(lines, sites):table>/<id_>")
def plan_entry(table: str, id_: str | None) -> str:
    entry = get_deps().plan_file.entry(table, id_) if id_ else {}
    if entry is None:
        raise NotFound()
    return _dialog(table, id_, {name: _text(entry.get(name)) for name in FIELDS[table]})


@page.post("/admin/<any(lines, sites):table>", defaults={"id_": None})
@page.post("/admin/<any(lines, sites):table>/<id_>")
def change_plan(table: str, id_: str | None) -> BaseResponse | str | tuple[str, int]:
    file, form = get_deps().plan_file, request.form
    typed = {name: form.get(name, "").strip() for name in FIELDS[table]}
    if id_ is not None:
        typed["id"] = id_
    going = id_ is not None and form.get("way") == "remove"
    change = PlanChange(table, typed["id"], None if going else _values(typed))
    if id_ is None and file.entry(table, typed["id"]) is not None:
        taken = PlanPreview(fields={"id": "taken"})
        return _dialog(table, id_, typed, seen=taken), 422
    seen = file.preview(change)
    moved = form.get("opened", "") not in ("", file.mark())
    if not seen.possible:
        return _dialog(table, id_, typed, seen=seen, moved=moved, going=going), 422
    if form.get("sure") != seen.mark:
        found = file.findings(change) if seen.changes else ()
        return _dialog(table, id_, typed, seen=seen, moved=moved, going=going, found=found)
    try:
        return _make(change, seen.mark)
    except PlanMoved:
        return _dialog(table, id_, typed, seen=file.preview(change), moved=True, going=going), 422
    except PlanNotApplied as error:
        fault = ("written", str(error))
    except OSError as error:
        fault = ("locked", error.strerror or str(error))
    return _dialog(table, id_, typed, going=going, fault=fault), 422


def _make(change: PlanChange, mark: str) -> BaseResponse:
    """On record first: no change without a trace."""
    deps = get_deps()
    before = deps.plan_file.entry(change.table, change.id) or {}
    thing = f"{KINDS[change.table]} {change.id}"
    with deps.store.session() as db:
        detail = _changes(before, change.values or {})
        audit_log.note(db, deps.now(), the_user().login, "plan.change", thing, detail)
        db.flush()
        deps.plan_file.write(change, mark)
    deps.plan_file.apply(change)
    there = url_for("admin.settings")
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": there})
    return redirect(there, code=303)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """Field -> before and after, of those that differ."""
    texts = {
        name: [_text(before.get(name)), _text(after.get(name))] for name in {**before, **after}
    }
    return {name: pair for name, pair in texts.items() if pair[0] != pair[1]}


def _values(typed: Typed) -> dict[str, Any]:
    """As the file has them."""
    special: dict[str, Any] = {
        "old_phones": typed.get("old_phones", "").split(),
        "auto_sign_in": typed.get("auto_sign_in") == "yes",
    }
    return {name: special.get(name, text) for name, text in typed.items()}


def _text(value: object) -> str:
    """As a form has it."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _dialog(table: str, id_: str | None, typed: Typed, **more: Any) -> str:
    deps = get_deps()
    plan = deps.pending().applied or deps.plan
    wanted = {line.needs or "" for line in plan.lines} | {typed.get("needs", "")}
    return render_template(
        "admin/plan_entry.html",
        table=table,
        id=id_,
        typed=typed,
        opened=deps.plan_file.mark(),
        sites={site.id: site.name for site in plan.sites},
        skills=[*SKILLS, *sorted(wanted - {"", *SKILLS})],
        periods={period.id: period.id for period in plan.periods},
        **more,
    )
