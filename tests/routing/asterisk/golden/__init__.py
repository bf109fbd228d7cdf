"""The small city whose compiled files lie beside this one, and how they are written anew."""

from datetime import date
from pathlib import Path, PurePosixPath

from routing.asterisk.instance import Instance
from routing.periods import Period
from routing.plan import Carrier, Counsellor, Line, Plan, Site, Wish

FOLDER = Path(__file__).parent
PLAN = Plan(
    number="968908",
    name="泉州市心理援助热线",
    area="0595",
    lines=(
        Line("city", "总线", "968908"),
        Line("licheng", "鲤城线", "22770001", site="first"),
        Line("youth", "青少年线", "22770002", needs="minors"),
        Line("anxi", "安溪线", "22770003", old_phones=("23222120",), old_phones_in="office"),
    ),
    sites=(Site("first", "第一医院"), Site("second", "第二医院", auto_sign_in=True)),
    carriers=(
        Carrier("telecom", "电信", "10.0.0.2", channels=30),
        Carrier("unicom", "联通", "10.0.0.3", 5070, "9"),
    ),
    wishes=(Wish("2", "minnan", "minnan"),),
    periods=(
        Period("feast", first="2027-02-05", last="2027-02-11", greeting="新春好。"),
        Period("night", "22:00", "06:00", on_call_at_once=True),
        Period("office", "08:00", "17:30", "workdays"),
    ),
    rest_days=frozenset({date(2026, 10, 1)}),
    make_up_days=frozenset({date(2026, 10, 10)}),
)
PEOPLE = (
    Counsellor(
        "chen", "陈思远", "second", frozenset({"minors"}), secret="s2", mobile="13900000002"
    ),
    Counsellor("lin", "林婉如", "first", contact="sip:lin@10.0.1.1:5060", secret="s1"),
    Counsellor("wu", "吴景行", "first", mobile="13900000003", device="mobile"),
)
INSTANCE = Instance(
    folder=PurePosixPath("/srv/hotline/asterisk"),
    modules=PurePosixPath("/usr/lib/asterisk/modules"),
    data=PurePosixPath("/usr/share/asterisk"),
    prompts=PurePosixPath("/srv/hotline/prompts"),
    sip_address="10.0.0.1",
    sip_port=5060,
    ami_port=5038,
    ami_secret="secret",
)
