"""The routing plan: what happens to a call, as data. Whatever is wrong cannot be constructed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from routing.numbers import written_forms
from routing.periods import Period

_ID = re.compile(r"[a-z][a-z0-9]{1,15}")
_PERSON_ID = re.compile(r"[a-z0-9]{2,16}")
_NUMBER = re.compile(r"\d{3,15}")
_FORBIDDEN_IN_NAMES = re.compile(r'[\x00-\x1f\x7f\x85\u2028\u2029"\\;|,${}\[\]()<>&]')
MINUTE = 60


def _require(good: bool, what: str, value: object, right: str) -> None:
    if not good:
        raise ValueError(f"{what} is {value!r}; it must be {right}")


def check_name(what: str, name: str) -> None:
    """Names reach dialplans and headers: control characters and signs of theirs are refused."""
    right = (
        'a text of 1 to 40 characters without line breaks or any of " \\ ; | , $ { } [ ] ( ) < > &'
    )
    _require(
        1 <= len(name.strip()) <= 40 and not _FORBIDDEN_IN_NAMES.search(name), what, name, right
    )


@dataclass(frozen=True)
class Site:
    """A hospital that staffs the hotline."""

    id: str
    name: str
    auto_sign_in: bool = False  # its counsellors are signed in by their shift, without a sign-in
    switchboard: str | None = None  # its own number: as a caller's number it hides the caller's

    def __post_init__(self) -> None:
        _require(
            bool(_ID.fullmatch(self.id)), "site id", self.id, "2-16 of a-z and 0-9, a letter first"
        )
        check_name("site name", self.name)
        if self.switchboard is not None:
            good = bool(_NUMBER.fullmatch(self.switchboard))
            _require(good, "site switchboard", self.switchboard, "3 to 15 digits")


@dataclass(frozen=True)
class Line:
    """A number that callers dial: 968908 itself, 12356, or one of the old lines."""

    id: str
    name: str
    number: str  # subscriber number, without area code
    site: str | None = None  # whose counsellors ring first; None: the whole city
    needs: str | None = None  # a qualification that its callers should meet, for a bounded time
    old_phones: tuple[str, ...] = ()  # its former telephones, which ring first when nobody waits
    old_phones_in: str | None = None  # the period in which they do; None: always

    def __post_init__(self) -> None:
        _require(
            bool(_ID.fullmatch(self.id)), "line id", self.id, "2-16 of a-z and 0-9, a letter first"
        )
        check_name("line name", self.name)
        _require(bool(_NUMBER.fullmatch(self.number)), "line number", self.number, "3 to 15 digits")
        good = all(_NUMBER.fullmatch(number) for number in self.old_phones)
        right = "numbers of 3 to 15 digits, as a carrier dials them"
        _require(good, "line old_phones", list(self.old_phones), right)


@dataclass(frozen=True)
class Wish:
    """A key that asks for a qualification, in the greeting or at any moment of waiting."""

    key: str
    needs: str
    recordings: str = ""  # the folder of announcements in that language; "": the usual ones

    def __post_init__(self) -> None:
        _require(bool(re.fullmatch(r"[0-9]", self.key)), "wish key", self.key, "one digit")
        right = "a qualification: 2-16 of a-z and 0-9, a letter first"
        _require(bool(_ID.fullmatch(self.needs)), "wish needs", self.needs, right)
        good = self.recordings == "" or bool(_ID.fullmatch(self.recordings))
        right = "the name of a folder below config/prompts, such as minnan, or left out"
        good = good and self.recordings not in ("moh", "relax")
        _require(good, "wish recordings", self.recordings, right)


@dataclass(frozen=True)
class Carrier:
    """A telephone company's trunk, known by the address that its calls come from."""

    id: str
    name: str
    address: str  # IP address of its gateway
    port: int = 5060
    prefix: str = ""  # dialled before an outgoing number
    channels: int | None = None  # calls at once, in and out; when all are taken, others dial out
    qualify: int = 0  # seconds between two questions whether it is there; 0: never asked

    def __post_init__(self) -> None:
        _require(
            bool(_ID.fullmatch(self.id)),
            "carrier id",
            self.id,
            "2-16 of a-z and 0-9, a letter first",
        )
        check_name("carrier name", self.name)
        octets = self.address.split(".")
        right = "an IPv4 address such as 10.1.2.3"
        good = len(octets) == 4 and all(o.isdigit() and int(o) < 256 for o in octets)
        _require(good, "carrier address", self.address, right)
        _require(0 < self.port < 65536, "carrier port", self.port, "1 to 65535")
        good = self.channels is None or self.channels >= 1
        _require(good, "carrier channels", self.channels, "1 or more, or left out")
        _require(0 <= self.qualify <= 3600, "carrier qualify", self.qualify, "0 to 3600 seconds")


@dataclass(frozen=True)
class Partner:
    """Another hotline that takes our callers when nobody of ours answers: the last human tier."""

    id: str
    name: str
    number: str  # as a carrier dials it
    seats: int = 1  # how many of our callers it may ring for at once

    def __post_init__(self) -> None:
        right = "2-14 of a-z and 0-9, a letter first"
        good = bool(re.fullmatch(r"[a-z][a-z0-9]{1,13}", self.id))
        _require(good, "partner id", self.id, right)
        check_name("partner name", self.name)
        good = bool(_NUMBER.fullmatch(self.number))
        _require(good, "partner number", self.number, "3 to 15 digits")
        _require(1 <= self.seats <= 20, "partner seats", self.seats, "1 to 20")


@dataclass(frozen=True)
class Limits:
    """Time limits, in seconds unless the name says otherwise."""

    own_site_ring: int = 8  # short first ring at the caller's own site, when nobody waits
    old_phones_ring: int = 15  # first ring of a line's former telephones, when nobody waits
    ring: int = 20  # how long one counsellor's phone rings
    on_duty_tier: int = 60  # after this wait the on-call staff ring as well
    on_call_tier: int = 180  # after this wait the partner line rings as well, if there is one
    partner_tier: int = 240  # after this wait a call-back is promised; without a partner, earlier
    on_call_ring: int = 25  # a forwarded leg rings this long
    confirm: int = 10  # time to press the key that confirms a forwarded leg
    needs_hold: int = 20  # how long a wanted qualification may hold up a caller
    wrap_up: int = 120  # 话后整理
    missed_rings: int = 3  # a count: so many missed rings pause a counsellor
    missed_pause: int = 300
    sign_in_grace: int = 300  # rostered and not signed in for so long raises the alarm
    call_back_minutes: int = 30  # deadline of a promise
    diversions: int = 5  # a count: a call that was forwarded so often has come round
    least_hops: int = 5  # Max-Forwards below which a call has come round
    rtp_timeout: int = 60  # a peer that went silent without BYE
    recovery: int = 600  # of a counsellor, after a call with somebody in danger
    calls_per_second: int = 20  # a count: more are not admitted to the queue in that second
    waiting: int = 200  # a count: callers who wait at most; the next ones are not admitted
    messages: int = 60  # a count: callers who hear at once that it is full; the next are refused
    handle: int = 1200  # a call with its writing, before any was measured
    slot: int = 900  # the grain of the duty table; shifts begin and end on it
    window_hours: int = 72  # how far ahead the duty table reaches

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            _require(value >= 0, f"limit {name}", value, "0 or more")
        _require(self.slot >= 1, "limit slot", self.slot, "at least 1 second")
        _require(
            self.on_call_tier > self.on_duty_tier,
            "limit on_call_tier",
            self.on_call_tier,
            f"more than on_duty_tier ({self.on_duty_tier})",
        )
        _require(
            self.calls_per_second >= 1, "limit calls_per_second", self.calls_per_second, "1 or more"
        )
        _require(self.missed_rings >= 1, "limit missed_rings", self.missed_rings, "at least 1")


PLACES = range(1, 10)  # callers ahead that are told one by one
WAITS = (2, 5, 10, 20, 30)  # minutes; an expected wait is told rounded up to one of these
NUMBERED: dict[str, tuple[int, ...]] = {"place": tuple(PLACES), "minutes": WAITS}


@dataclass(frozen=True)
class Prompts:
    """File names of the announcements, without folder and extension."""

    greeting: str = "greeting"
    privacy: str = "privacy"
    waiting: str = "waiting"
    promise: str = "promise"
    key_in_number: str = "key-in-number"
    promised: str = "promised"
    keep_waiting: str = "keep-waiting"
    place: str = "place"  # numbered: how many are ahead
    minutes: str = "minutes"  # numbered: how long it will take
    long_wait: str = "long-wait"
    wish: str = "wish"
    turn: str = "turn"
    unreached: str = "unreached"
    overload: str = "overload"
    relax: str = "relax"  # relaxation and health education, by choice while waiting
    confirm: str = "confirm"
    signed_in: str = "signed-in"
    signed_out: str = "signed-out"
    wrong: str = "wrong"
    at_mobile: str = "at-mobile"
    at_desk: str = "at-desk"

    def files(self) -> tuple[str, ...]:
        """Every file that is played, a numbered one once for each of its numbers."""
        found = [
            [f"{value}-{n}" for n in NUMBERED[name]] if name in NUMBERED else [value]
            for name, value in vars(self).items()
        ]
        return tuple(name for names in found for name in names)

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            right = "a file name of a-z, 0-9 and -, without extension"
            _require(bool(re.fullmatch(r"[a-z0-9-]+", value)), f"prompt {name}", value, right)


@dataclass(frozen=True)
class Plan:
    """Everything the router must know of the city. Raises ValueError with all contradictions."""

    number: str
    name: str
    area: str  # area code with its leading 0: "0595"
    lines: tuple[Line, ...]
    sites: tuple[Site, ...]
    carriers: tuple[Carrier, ...]
    limits: Limits = Limits()
    prompts: Prompts = Prompts()
    crisis_key: str = "1"
    call_back_key: str = "9"  # while waiting: be called back, and keep one's place
    calm_key: str = "3"  # while waiting: relaxation and health education instead of music, or back
    place_key: str = "0"  # while waiting: hear one's place again
    wishes: tuple[Wish, ...] = ()
    partners: tuple[Partner, ...] = ()
    periods: tuple[Period, ...] = ()  # the first one that holds counts
    rest_days: frozenset[date] = frozenset()  # public holidays from Monday to Friday
    make_up_days: frozenset[date] = frozenset()  # working days on a weekend
    emergency: tuple[str, ...] = ("110", "119", "120", "122")  # counsellors may always dial these
    record: bool = False  # talks with callers, after the privacy notice was played

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def waiting_keys(self) -> tuple[str, ...]:
        return (self.crisis_key, self.call_back_key, self.calm_key, self.place_key)

    @property
    def recordings(self) -> tuple[str, ...]:
        """Folders of announcements in other languages."""
        return tuple(sorted({wish.recordings for wish in self.wishes if wish.recordings}))

    @property
    def announcements(self) -> tuple[str, ...]:
        """Every file that is played, the periods' greetings among them."""
        greetings = [period.prompt for period in self.periods if period.greeting]
        return (*self.prompts.files(), *greetings)

    def _faults(self) -> Iterable[str]:
        if not re.fullmatch(r"0\d{2,3}", self.area):
            yield f"area is {self.area!r}; it must be an area code with its leading 0, such as 0595"
        limits = self.limits
        if self.partners and limits.partner_tier <= limits.on_call_tier:
            yield (
                f"limit partner_tier is {limits.partner_tier}; with a partner line it must be"
                f" more than on_call_tier ({limits.on_call_tier})"
            )
        for name in ("crisis_key", "call_back_key", "calm_key", "place_key"):
            if not re.fullmatch(r"[0-9]", getattr(self, name)):
                yield f"{name} is {getattr(self, name)!r}; it must be one digit"
        yield from _repeated("key", [*self.waiting_keys, *(wish.key for wish in self.wishes)])
        if self.number not in [line.number for line in self.lines]:
            yield f"number {self.number} has no line; add a line with number = {self.number!r}"
        yield from _repeated("line id", [line.id for line in self.lines])
        yield from _repeated("site id", [site.id for site in self.sites])
        yield from _repeated("partner id", [p.id for p in self.partners])
        yield from _repeated("carrier id", [c.id for c in self.carriers])
        yield from _repeated("carrier address", [c.address for c in self.carriers])
        forms = [form for line in self.lines for form in written_forms(line.number, self.area)]
        yield from _repeated("number", forms)
        known = {site.id for site in self.sites}
        for line in self.lines:
            if line.site is not None and line.site not in known:
                yield f"line {line.id}: site is {line.site!r}; it must be one of {sorted(known)}"
            if line.old_phones_in not in {None, *(period.id for period in self.periods)}:
                ids = sorted(period.id for period in self.periods)
                is_ = f"is {line.old_phones_in!r}"
                yield f"line {line.id}: old_phones_in {is_}; it must be one of {ids}"
        yield from _repeated("period id", [period.id for period in self.periods])
        if not self.carriers:
            yield "there is no carrier; calls need at least one"


def _repeated(what: str, values: Iterable[str]) -> Iterable[str]:
    for value, times in Counter(values).items():
        if times > 1:
            yield f"{what} {value!r} is used {times} times; it must be used once"


@dataclass(frozen=True)
class Counsellor:
    """One compiled leg: a person whom the queue can ring.

    `contact` is a fixed SIP address ("sip:lin@10.0.0.7:5060"); None means that the phone registers
    with `secret`. `mobile` is rung through a carrier when no desk phone is to be used.
    """

    id: str
    name: str
    site: str
    qualifications: frozenset[str] = frozenset()
    contact: str | None = None
    secret: str = ""
    mobile: str | None = None
    device: str = "desk"  # "desk" or "mobile"

    def __post_init__(self) -> None:
        _require(bool(_PERSON_ID.fullmatch(self.id)), "person id", self.id, "2-16 of a-z and 0-9")
        check_name("person name", self.name)
        for q in self.qualifications:
            _require(
                bool(_ID.fullmatch(q)), "qualification", q, "2-16 of a-z and 0-9, a letter first"
            )
        _require(self.device in ("desk", "mobile"), "device", self.device, "desk or mobile")
        if self.mobile is not None:
            _require(bool(_NUMBER.fullmatch(self.mobile)), "mobile", self.mobile, "3 to 15 digits")
        if self.device == "mobile":
            _require(
                self.mobile is not None, "mobile", self.mobile, "a number, as device is mobile"
            )
        if self.contact is not None:
            good = re.fullmatch(r"sip:[A-Za-z0-9._-]+@[A-Za-z0-9.:-]+", self.contact)
            _require(bool(good), "contact", self.contact, "such as sip:lin@10.0.0.7:5060")
        _require(
            bool(re.fullmatch(r"[A-Za-z0-9_-]*", self.secret)), "secret", "…", "letters and digits"
        )


def seats(plan: Plan) -> tuple[Counsellor, ...]:
    """The partners' seats as legs: "prov1", "prov2" … ring the partner's number."""
    return tuple(
        Counsellor(f"{p.id}{n}", p.name, p.id, mobile=p.number, device="mobile")
        for p in plan.partners
        for n in range(1, p.seats + 1)
    )


def old_phones(plan: Plan) -> tuple[Counsellor, ...]:
    """The lines' former telephones as legs: "o22780120" rings 22780120."""
    names = {number: line for line in reversed(plan.lines) for number in line.old_phones}
    return tuple(
        Counsellor(f"o{number}", line.name, line.site or "city", mobile=number, device="mobile")
        for number, line in sorted(names.items())
    )


def outside(plan: Plan) -> tuple[Counsellor, ...]:
    """Everybody whom the queue or a line rings without being on the roster."""
    return (*seats(plan), *old_phones(plan))


@dataclass(frozen=True)
class Shift:
    """One person's duty from `begins` to `ends` (epoch seconds, multiples of the plan's slot)."""

    person: str
    begins: int
    ends: int
    on_call: bool = (
        False  # 备班: rings only after the on-duty tier, or when a rostered person is absent
    )

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.ends - self.begins)
