"""Administration: lines, sites and periods of hotline.toml, and what applying it would change."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import render_template

from dashboard import telling
from dashboard.deps import Deps, get_deps
from dashboard.staff import page
from records import recordings, retention

__all__ = ["page"]


@dataclass(frozen=True)
class Keeping:
    """How long something is kept, and how many of it go tonight."""

    name: str
    days: int  # 0: kept
    due: int


@page.get("/admin/settings")
def settings() -> str:
    deps = get_deps()
    pending = deps.pending()
    sites = {site.id: site.name for site in (pending.applied or deps.plan).sites}
    return render_template(
        "admin/settings.html", sites=sites, pending=pending, keeping=_keeping(deps)
    )


def _keeping(deps: Deps) -> list[Keeping]:
    periods, now = deps.retention, deps.now()
    with deps.store.read() as db:
        due = vars(retention.due(db, periods, now))
        sounds = recordings.due(db, deps.recordings, periods.recordings, now)
    due = due | {"recordings": sounds}
    return [Keeping(telling.field(name), days, due[name]) for name, days in asdict(periods).items()]
