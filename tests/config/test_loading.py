"""The shipped files load; a wrong file tells everything that is wrong with it, with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import listening
from config.loading import (
    STAND_INS,
    ConfigErrors,
    Hotline,
    RulesFile,
    check_together,
    load_hotline,
    load_rules,
)
from records.retention import Periods
from routing.periods import Period
from routing.plan import Carrier, Line, Partner, Prompts, Site, Wish
from scheduler.problem import Pair, PairKind

CONFIG = Path(__file__).parents[2] / "config"
HOTLINE = (CONFIG / "hotline.toml").read_text(encoding="utf-8")
RULES = (CONFIG / "rules.toml").read_text(encoding="utf-8")


def changed(text: str, old: str, new: str) -> str:
    """The text with the first `old` replaced; the test is out of date when there is none."""
    assert old in text
    return text.replace(old, new, 1)


def setting(text: str, key: str, value: str) -> str:
    """The text with another value for the first `key`, whatever it is at present."""
    assert re.search(rf"^{key} = ", text, re.MULTILINE)
    return re.sub(rf"^{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)


def errors(load: Callable[[Path], object], folder: Path, text: str) -> tuple[str, ...]:
    path = folder / "file.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigErrors) as caught:
        load(path)
    return caught.value.errors


def loaded(folder: Path, text: str) -> Hotline:
    path = folder / "file.toml"
    path.write_text(text, encoding="utf-8")
    return load_hotline(path)


def without_line(error: str) -> str:
    """The message without the line of the file, which another test counts."""
    return re.sub(r"^line \d+: ", "", error)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_shipped_hotline_is_quanzhou() -> None:
    hotline = load_hotline(CONFIG / "hotline.toml")
    plan = hotline.plan
    assert (plan.number, plan.area, plan.name) == ("968908", "0595", "泉州市心理援助热线")
    assert [line.id for line in plan.lines if line.number == "968908"] == ["city"]
    assert len(plan.lines) == 28
    assert [line.number for line in plan.lines[1:-1]] == [f"227700{n:02}" for n in range(1, 27)]
    assert [line.needs for line in plan.lines if line.needs] == ["minors"]
    assert [carrier.address for carrier in plan.carriers] == ["127.0.0.2", "127.0.0.4", "127.0.0.5"]
    assert set(hotline.prompt_texts) == {field.name for field in fields(Prompts)}
    assert (hotline.listen.sip_address, hotline.listen.sip_port) == ("127.0.0.1", 5060)
    assert (hotline.listen.web_address, hotline.listen.web_port) == ("127.0.0.1", 8080)
    assert hotline.data == CONFIG.parent / "var"


def test_the_shipped_rules_go_with_the_shipped_hotline() -> None:
    rules = load_rules(CONFIG / "rules.toml")
    check_together(load_hotline(CONFIG / "hotline.toml"), rules)
    assert [(s.id, s.start, s.minutes, s.night, s.on_call, s.work) for s in rules.shifts] == [
        ("early", 420, 480, False, False, 480),
        ("mid", 660, 480, False, False, 480),
        ("late", 900, 480, False, False, 480),
        ("night", 1380, 480, True, False, 480),
        ("standby", 420, 1440, False, True, 0),
    ]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = changed(HOTLINE, 'number = "22770002"', 'number = "22"')
    text = changed(text, 'id = "shishi"\nname = "石狮市医院"', 'id = "Shishi"\nname = "石;狮"')
    text = setting(text, "ring", "-1\nrung = 4")
    text = setting(text, "wrap_up", '"x"')
    text = changed(text, 'name = "鲤城线"\n', "")
    text = changed(text, "[data]", "[dta]")
    name_rule = (
        "it must be a text of 1 to 40 characters without line breaks or any of"
        ' " \\ ; | , $ { } [ ] ( ) < > &'
    )
    found = [
        ("[dta]", "dta: is not a known key; did you mean data?"),
        ("rung = 4", "limits.rung: is not a known key; did you mean ring?"),
        ("wrap_up =", "limits.wrap_up: is 'x'; it must be a whole number"),
        ("ring = -1", "limits.ring: is -1; it must be 0 or more"),
        ('[[lines]]\nid = "licheng"', "lines[1]: name is missing; it must be a text"),
        ('number = "22"', "lines[2].number: is '22'; it must be 3 to 15 digits"),
        (
            'id = "Shishi"',
            "sites[5].id: is 'Shishi'; it must be 2-16 of a-z and 0-9, a letter first",
        ),
        ('name = "石;狮"', f"sites[5].name: is '石;狮'; {name_rule}"),
    ]
    expected = tuple(f"line {line_of(text, part)}: {message}" for part, message in found)
    assert errors(load_hotline, tmp_path, text) == expected


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'area = "0595"',
            'area = "595"',
            "area: is '595'; it must be an area code with its leading 0, such as 0595",
        ),
        (
            'area = "0595"',
            "",
            'area: is missing; it must be an area code with its leading 0, a text such as "0595"',
        ),
        (
            'crisis_key = "1"',
            "crisis_key = 1",
            "crisis_key: is 1; it must be a text of one digit",
        ),
        (
            'number = "968908"',
            'number = "968909"',
            "number: 968909 has no line; add a line with number = '968909'",
        ),
        (
            'number = "22770002"',
            'number = "22770001"',
            "lines[2].number: '22770001' is used 2 times; it must be used once",
        ),
        (
            'id = "fengze"\nname = "丰泽线"',
            'id = "licheng"\nname = "丰泽线"',
            "lines[2].id: 'licheng' is used 2 times; it must be used once",
        ),
        (
            'address = "127.0.0.4"',
            'address = "127.0.0.2"',
            "carriers[1].address: '127.0.0.2' is used 2 times; it must be used once",
        ),
        (
            'address = "127.0.0.4"',
            'address = "localhost"',
            "carriers[1].address: is 'localhost'; it must be an IPv4 address such as 10.1.2.3",
        ),
        (
            'sip = "127.0.0.1:5060"',
            'sip = "127.0.0.1:506000"',
            "listen.sip: is '127.0.0.1:506000'; it must be address:port, such as 127.0.0.1:8080",
        ),
        (
            'web = "127.0.0.1:8080"',
            'web = "10.1.2.3:8080"',
            "listen.web: is '10.1.2.3:8080', which other machines reach, and there is no"
            " certificate: passwords and notes would be read on the way, and no microphone opens;"
            " it must be a loopback address such as 127.0.0.1:8080, or [tls] certificate must name"
            ' a file, or "local" to have one made here',
        ),
        (
            'browser_phones = "127.0.0.1:8088"',
            'browser_phones = "0.0.0.0:8088"',
            "listen.browser_phones: is '0.0.0.0:8088', which other machines reach, and there is no"
            " certificate: the telephones' secrets and calls would be open to others; it must be a"
            " loopback address such as 127.0.0.1:8080, or [tls] certificate must name a file, or"
            ' "local" to have one made here',
        ),
        (
            'browser_phones = "127.0.0.1:8088"',
            'browser_phones = "8088"',
            "listen.browser_phones: is '8088'; it must be address:port, such as 127.0.0.1:8080",
        ),
        (
            'sip_tls = ""',
            'sip_tls = "127.0.0.1:5061"',
            "listen.sip_tls: is '127.0.0.1:5061', and there is no certificate; [tls] certificate"
            ' must name a file, or "local" to have one made here',
        ),
        (
            "srtp = false",
            "srtp = true",
            "phones.srtp: is True without TLS, where the keys of the sound would be sent in the"
            " clear; [listen] sip_tls must be an address such as 10.1.2.3:5061",
        ),
        (
            "qualify = 30",
            "qualify = -1",
            "phones.qualify: is -1; it must be 0 to 3600 seconds",
        ),
        (
            'certificate = ""',
            'certificate = "city.pem"',
            "tls.key: is ''; it must be the file of the certificate's key",
        ),
        (
            'key = ""\n',
            'key = "city.key"\n',
            "tls.key: is 'city.key'; it must be empty, as there is no certificate",
        ),
        (
            'names = ""',
            'names = "hot line_"',
            "tls.names: is 'hot line_'; it must be host names or IPv4 addresses, parted by blanks",
        ),
        (
            "ami_port = ",
            "ami_port = 0 # ",
            "listen.ami_port: is 0; it must be a port, 1 to 65535",
        ),
        (
            "rtp_last = ",
            "rtp_last = 11999 # ",
            "listen.rtp_last: is 11999; it must be at least rtp_first (12000)",
        ),
        (
            'folder = "var"',
            'folder = ""',
            "data.folder: is ''; it must be a folder such as var",
        ),
        (
            'database = ""',
            'database = "mysql://localhost"',
            "data.database: is 'mysql://localhost'; it must be empty,"
            " or an address such as postgresql+psycopg://user:password@host/name",
        ),
        (
            "key_in_number = ",
            "key-in-number = ",
            "prompts.key-in-number: is not a known key; did you mean key_in_number?",
        ),
        (
            'number = "22770001"',
            'number = "22770001"\nold_phones = "22780120"',
            "lines[1].old_phones: is '22780120';"
            ' it must be a list of texts, such as ["22780120"]',
        ),
        (
            'number = "22770001"',
            'number = "22770001"\nold_phones = ["12a"]',
            "lines[1].old_phones: is ['12a'];"
            " it must be numbers of 3 to 15 digits, as a carrier dials them",
        ),
        (
            'number = "22770001"',
            'number = "22770001"\nold_phones_in = "office"',
            "lines[1].old_phones_in: is 'office'; it must be one of []",
        ),
        (
            'address = "127.0.0.2"',
            'address = "127.0.0.2"\nchannels = 0',
            "carriers[0].channels: is 0; it must be 1 or more, or left out",
        ),
        (
            "[[wishes]]",
            '[[periods]]\nid = "night"\nbegins = "22"\n[[wishes]]',
            "periods[0].begins: is '22'; it must be a time such as 07:30, up to 24:00",
        ),
        (
            'recordings = "minnan"',
            'recordings = "moh"',
            "wishes[0].recordings: is 'moh'; it must be the name of a folder below config/prompts,"
            " such as minnan, or left out",
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_place(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    told = errors(load_hotline, tmp_path, changed(HOTLINE, old, new))
    assert without_line(told[0]) == message


def test_periods_and_former_telephones_are_read_with_the_holidays(tmp_path: Path) -> None:
    office = '[[periods]]\nid = "office"\nends = "17:30"\ndays = "workdays"\n[[wishes]]'
    former = 'old_phones = ["22780120"]\nold_phones_in = "office"'
    text = changed(HOTLINE, "[[wishes]]", office)
    text = changed(text, 'number = "22770001"', f'number = "22770001"\n{former}')
    path = tmp_path / "file.toml"
    path.write_text(text, encoding="utf-8")
    plan = load_hotline(path).plan
    assert plan.periods == (Period("office", ends="17:30", days="workdays"),)
    assert (plan.lines[1].old_phones, plan.lines[1].old_phones_in) == (("22780120",), "office")
    assert date(2026, 10, 1) in plan.rest_days
    assert date(2026, 10, 10) in plan.make_up_days
    assert load_hotline(CONFIG / "hotline.toml").plan.rest_days == frozenset()


def test_broken_toml_is_told_with_line_and_column(tmp_path: Path) -> None:
    text = changed(HOTLINE, "[listen]", "[listen")
    assert errors(load_hotline, tmp_path, text) == (
        "it is not valid TOML: Expected ']' at the end of a table declaration"
        f" (at line {line_of(text, '[listen')}, column 8)",
    )


def test_an_unknown_site_is_told_with_the_known_ones(tmp_path: Path) -> None:
    text = changed(HOTLINE, 'site = "dehua"', 'site = "dehau"')
    known = (
        "['anxi', 'dehua', 'fengze', 'huian', 'jinjiang', 'licheng', 'nanan', 'quangang',"
        " 'shisan', 'shishi', 'shiyi', 'yongchun']"
    )
    line = line_of(text, 'site = "dehau"')
    assert errors(load_hotline, tmp_path, text) == (
        f"line {line}: lines[11].site: is 'dehau'; it must be one of {known}",
    )


def test_an_unsound_site_does_not_make_its_lines_wrong(tmp_path: Path) -> None:
    text = changed(HOTLINE, 'id = "dehua"', 'id = "德化"')
    assert len(errors(load_hotline, tmp_path, text)) == 1


def test_the_message_names_the_file_and_has_a_line_for_each_fault(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(setting(HOTLINE, "ami_port", "0"), encoding="utf-8")
    with pytest.raises(ConfigErrors) as caught:
        load_hotline(path)
    first, *rest = str(caught.value).splitlines()
    assert first.startswith(str(path))
    assert rest == [f"  {error}" for error in caught.value.errors]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match="the file does not exist"):
        load_rules(tmp_path / "rules.toml")


@pytest.mark.parametrize("text", ["[[" * 3000, "a = " + "[" * 3000, "number = " + "1" * 5000])
def test_absurd_files_are_refused_like_any_other(text: str, tmp_path: Path) -> None:
    assert errors(load_hotline, tmp_path, text)[0].startswith("it is not valid TOML")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'start = "23:00"',
            'start = "24:00"',
            "shifts[3].start: is '24:00'; it must be a time such as 07:00",
        ),
        (
            "hours = 24",
            "hours = 24.001",
            "shifts[4].hours: is 24.001; it must be 24 or less, in whole minutes",
        ),
        (
            "paid_hours = 0",
            "paid_hours = 25",
            "shifts[4].paid_hours: is 25; it must be 0 to 24",
        ),
        (
            "price_wish = ",
            "price_wishes = ",
            "rules.price_wishes: is not a known key; did you mean price_wish?",
        ),
        (
            "# rest = 500",
            "nights_in_row = 500",
            "prices.nights_in_row: is not a known key; did you mean nights_in_a_row?",
        ),
        (
            "# rest = 500",
            "rest = -1",
            "prices.rest: is -1; it must be 0 or more points",
        ),
        (
            "need_is_hard = false",
            "prices = 5",
            "rules.prices: is not a known key; did you mean price_wish?",
        ),
        (
            "# [[pairs]]",
            '[[pairs]]\none = "c1"\nother = "c2"\nkind = "near"',
            "pairs[0].kind: is 'near'; it must be one of apart, together",
        ),
        (
            'id = "mid"',
            'id = "late"',
            "shifts[2].id: 'late' is used 2 times; it must be used once",
        ),
        (
            'start = "23:00"',
            'start = "22:00"',
            "shifts: nobody can be on duty at some time between 06:00 and 07:00;"
            " the shifts must cover all 24 hours",
        ),
    ],
)
def test_wrong_rules_are_told_with_their_place(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    told = errors(load_rules, tmp_path, changed(RULES, old, new))
    assert [without_line(error) for error in told] == [message]


def test_a_hard_rule_gets_its_price_by_name(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(changed(RULES, "# rest = 500", "rest = 500"), encoding="utf-8")
    assert load_rules(path).rules.prices == {"rest": 500}
    assert load_rules(CONFIG / "rules.toml").rules.prices == {}


def test_people_are_kept_apart_or_together_by_their_ids(tmp_path: Path) -> None:
    two = '[[pairs]]\none = "c1"\nother = "c2"\nkind = "together"\n'
    path = tmp_path / "rules.toml"
    path.write_text(changed(RULES, "# [[pairs]]", two), encoding="utf-8")
    assert load_rules(path).rules.pairs == (Pair("c1", "c2", PairKind.TOGETHER),)
    (twice,) = errors(load_rules, tmp_path, changed(RULES, "# [[pairs]]", two + two))
    assert without_line(twice) == "pairs[1]: c1 and c2 are there already"


@pytest.mark.parametrize("value", ["80", "-0.1", "nan", "inf", "true", '"0.8"'])
def test_the_service_level_is_a_share(value: str, tmp_path: Path) -> None:
    told = errors(load_rules, tmp_path, setting(RULES, "level", value))
    assert len(told) == 1
    assert without_line(told[0]).startswith("demand.level: is ")


def test_swaps_wait_for_the_coordinator_unless_the_city_says_otherwise(tmp_path: Path) -> None:
    assert not load_rules(CONFIG / "rules.toml").exchanges.automatic
    (tmp_path / "rules.toml").write_text(setting(RULES, "automatic", "true"), encoding="utf-8")
    assert load_rules(tmp_path / "rules.toml").exchanges.automatic
    told = errors(load_rules, tmp_path, setting(RULES, "automatic", '"yes"'))
    assert [without_line(error) for error in told] == [
        "exchanges.automatic: is 'yes'; it must be true or false"
    ]


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e400"])
def test_numbers_are_finite(value: str, tmp_path: Path) -> None:
    told = errors(load_rules, tmp_path, setting(RULES, "handle_minutes", value))
    shown = {"1e400": "inf"}.get(value, value)
    assert [without_line(error) for error in told] == [
        f"demand.handle_minutes: is {shown}; it must be a number"
    ]


def test_shifts_begin_and_end_on_the_duty_tables_slots() -> None:
    hotline = load_hotline(CONFIG / "hotline.toml")
    rules = load_rules(CONFIG / "rules.toml")
    early, *others = rules.shifts
    uneven = replace(rules, shifts=(replace(early, start=425, minutes=487), *others))
    with pytest.raises(ConfigErrors) as caught:
        check_together(hotline, uneven)
    right = "it must be a multiple of the duty table's slot (900 s, hotline.toml: limits.slot)"
    assert caught.value.errors == (
        f"shift early: start is 425 minutes; {right}",
        f"shift early: length is 487 minutes; {right}",
    )


SPLICES = st.tuples(
    st.floats(0, 1),
    st.integers(0, 40),
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ['"', "[", "]", "=", "-1", "inf", "nan", "true", "1e400", '""', "[[lines]]"]
        ),
        st.sampled_from(["1979-05-27", "0x10", '"\\u0000"', "{ a = 1 }", "\n", "[limits]\n", "٣"]),
    ),
)


def spliced(text: str, splices: list[tuple[float, int, str]]) -> str:
    for where, length, new in splices:
        at = int(where * len(text))
        text = text[:at] + new + text[at + length :]
    return text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SPLICES, min_size=1, max_size=4))
def test_whatever_the_hotline_file_says_it_loads_or_tells_its_faults(
    tmp_path: Path, splices: list[tuple[float, int, str]]
) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(spliced(HOTLINE, splices).encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(load_hotline(path), Hotline)
    except ConfigErrors as error:
        assert error.errors


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SPLICES, min_size=1, max_size=4))
def test_whatever_the_rules_file_says_it_loads_or_tells_its_faults(
    tmp_path: Path, splices: list[tuple[float, int, str]]
) -> None:
    path = tmp_path / "file.toml"
    path.write_bytes(spliced(RULES, splices).encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(load_rules(path), RulesFile)
    except ConfigErrors as error:
        assert error.errors


VALUES = st.one_of(
    st.integers(), st.floats(), st.booleans(), st.none(), st.sampled_from(["", "x", "127.0.0.1:1"])
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), VALUES)
def test_any_value_may_stand_where_another_is_expected(
    tmp_path: Path, which: int, value: object
) -> None:
    """Well-formed files with a value of the wrong kind or size: deeper than splices get."""
    for text, load in ((HOTLINE, load_hotline), (RULES, load_rules)):
        lines = text.split("\n")
        settable = [n for n, line in enumerate(lines) if " = " in line and line[0] != "#"]
        at = settable[which % len(settable)]
        shown = f'"{value}"' if isinstance(value, str) else str(value).lower()
        if value is None:
            shown = "[]"
        lines[at] = lines[at].split(" = ")[0] + " = " + shown
        path = tmp_path / "file.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        try:
            load(path)
        except ConfigErrors as error:
            assert error.errors


@pytest.mark.parametrize("kind", [Line, Site, Carrier, Wish, Partner, Period])
def test_every_field_that_must_be_given_has_a_sound_stand_in(kind: Callable[..., object]) -> None:
    needed = [f.name for f in fields(kind) if f.default is MISSING]  # type: ignore[arg-type]
    assert kind(**{name: STAND_INS[name] for name in needed})


def test_with_a_certificate_other_machines_may_come_in(tmp_path: Path) -> None:
    text = setting(HOTLINE, "web", '"0.0.0.0:8080"')
    text = setting(text, "browser_phones", '"10.1.2.3:8088"')
    text = setting(text, "sip_tls", '"10.1.2.3:5061"')
    text = setting(text, "srtp", "true")
    text = setting(text, "certificate", '"local"')
    named = setting(text, "names", '"hotline.example.cn"')
    facts = loaded(tmp_path, named)
    assert listening.names(facts.listen, facts.tls) == ("hotline.example.cn", "10.1.2.3")
    given = setting(setting(text, "certificate", '"tls/city.pem"'), "key", '"/etc/city.key"')
    facts = loaded(tmp_path, given)
    assert Path(facts.tls.certificate).is_absolute()
    assert facts.tls.key == "/etc/city.key"


def test_a_local_certificate_needs_a_name_when_all_addresses_are_listened_on(
    tmp_path: Path,
) -> None:
    text = setting(HOTLINE, "web", '"0.0.0.0:8080"')
    text = setting(text, "browser_phones", '""')
    text = setting(text, "certificate", '"local"')
    told = errors(load_hotline, tmp_path, text)
    assert without_line(told[0]) == (
        "tls.names: is empty, while all addresses are listened on; it must be what people type to"
        " reach the pages, such as hotline.example.cn 10.1.2.3"
    )


# ---- retention


def test_nothing_goes_from_a_city_that_says_nothing_of_it(tmp_path: Path) -> None:
    without = re.sub(r"^\[retention\]\n(\w+ = .*\n)+", "", HOTLINE, flags=re.MULTILINE)
    assert loaded(tmp_path, without).retention == Periods()
    assert loaded(tmp_path, HOTLINE).retention == Periods(1096, 1096, 3653, 3653, 183)


def test_a_period_below_the_least_is_told_with_its_place(tmp_path: Path) -> None:
    (error,) = errors(load_hotline, tmp_path, changed(HOTLINE, "notes = 1096", "notes = 365"))
    right = "retention.notes: is 365; it must be 1096 days or more, or 0: kept"
    assert without_line(error) == right
