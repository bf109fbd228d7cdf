"""What `main.py check` finds in a plan that is valid and may be unwise all the same."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.assembly import Hotline
from records import people
from routing import stories
from routing.asterisk.references import dangling
from routing.differences import Said


def plan_faults(hotline: Hotline) -> Iterator[Said]:
    """People whose site is gone, jumps that lead nowhere, callers who could be stranded."""
    sites = {site.id for site in hotline.plan.sites}
    with hotline.store.read() as session:
        staff = [(person.id, person.site) for person in people.people(session)]
    for person, site in staff:
        if site not in sites:
            yield {
                "zh": f"{person}：站点 {site!r} 不在 hotline.toml 中",
                "en": f"{person}: site {site!r} is not in hotline.toml",
            }
    for fault in (*dangling(hotline.compiled()["extensions.conf"]), *stories.faults(hotline.plan)):
        yield {"zh": fault, "en": fault}
