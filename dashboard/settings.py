"""Administration: lines and sites as hotline.toml has them, and what applying it would change."""

from __future__ import annotations

from flask import render_template

from dashboard.deps import get_deps
from dashboard.staff import page

__all__ = ["page"]


@page.get("/admin/settings")
def settings() -> str:
    deps = get_deps()
    sites = {site.id: site.name for site in deps.plan.sites}
    return render_template("admin/settings.html", sites=sites, pending=deps.pending())
