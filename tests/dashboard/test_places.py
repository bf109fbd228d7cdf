import re

import pytest

from dashboard.access import Role
from dashboard.places import PLACES
from tests.dashboard.builders import World

# Pages without a parameter to which nothing is to lead from anywhere.
PARTS = {
    *("account.home", "account.sign_in_page", "live.stream"),
    *("me.state", "me.tasks", "me.notices", "me.deals", "me.own_requests"),
    *("desk.telephone", "desk.call", "desk.drafts", "desk.find", "desk.colleagues"),
    *("handover.unread", "roster.progress"),
}
DOWNLOADS = {"admin.download", "roster.export", "roster.import_form"}
OF_SOMETHING = {"roster.compare", "roster.why", "roster.why_hour", "roster.mend", "me.exchange"}
MADE_THERE = {"admin.person", "admin.new_account"}  # from the list, beside which the dialog opens


def test_every_page_is_a_place(hotline: World) -> None:
    whole = {
        rule.endpoint
        for rule in hotline.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments - set(rule.defaults or ())
    }
    places = {place.endpoint for place in PLACES}
    assert whole - PARTS - DOWNLOADS - OF_SOMETHING - MADE_THERE == places


@pytest.mark.parametrize("role", Role)
def test_a_place_that_is_offered_lets_one_in(hotline: World, role: Role) -> None:
    browser = hotline.client(role)
    offered = re.findall(r'<li data-found-by="[^"]*"><a href="([^"]*)"', browser.text("/directory"))
    assert offered and {each: browser.get(each).status_code for each in offered} == dict.fromkeys(
        offered, 200
    )
