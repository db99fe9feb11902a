"""Calendar files (RFC 5545, RFC 5546): a date told to one reader, a date called off, a feed of all dates.

The only home of icalendar. It reads no clock, renders no mail and knows no table. Every text is cleaned before it
is written, so no name can add a line or a property.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

import icalendar

from notifications.facts import Recipient, check_address, one_line
from notifications.mime import mailbox

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
PRODUCT = "-//Dung Han//Dung Han//VI"
ALARM = timedelta(days=-1)
HOME = "Asia/Ho_Chi_Minh"
ASK_AGAIN = timedelta(hours=1)

_IN_MAILTO = "@!$&'*+=~._-"
_IN_NAME = str.maketrans({'"': "'", "^": " ", "\\": "/"})


@dataclass(frozen=True)
class Organizer:
    """Who invites: the staffed address that answers go to, and its name. Raises ValueError for no address."""

    address: str
    name: str

    def __post_init__(self) -> None:
        check_address(self.address)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One date in the words of one language.

    uid: the same for every word about this date; sequence: higher for every later word; start, end: aware instants,
    written in `zone`; cancelled: the date holds no more.
    """

    uid: str
    sequence: int
    title: str
    start: datetime
    end: datetime
    description: str
    link: str
    organizer: Organizer
    place: str = ""
    zone: str = HOME
    cancelled: bool = False


def invitation(event: Event, attendee: Recipient, now: datetime) -> str:
    """Return the file that puts `event` into the reader's calendar, or takes it out where it is cancelled.

    now: aware instant of the word (DTSTAMP). The method is REQUEST or CANCEL: a published event would stand twice in
    Outlook after a change.
    """
    written = _component(event, now)
    written.add("attendee", _address(attendee.address, attendee.name, _ATTENDING))
    if not event.cancelled:
        written.add_component(_alarm(event))
    return _file(CANCEL if event.cancelled else REQUEST, [*_zones([event], now), written])


def addressed_to(file: str, attendee: Recipient) -> str:
    """Return an invitation that :func:`invitation` wrote as one to another address."""
    calendar = icalendar.Calendar.from_ical(file)
    for written in calendar.walk("VEVENT"):
        written["ATTENDEE"] = _address(attendee.address, attendee.name, _ATTENDING)
    return bytes(calendar.to_ical()).decode("utf-8")


def feed(events: Sequence[Event], *, title: str, now: datetime) -> str:
    """Return all dates of one reader, for a calendar program that asks again and again.

    now: aware instant since which the content is what it is; the same content at the same instant is the same file.
    """
    components = []
    for event in events:
        written = _component(event, now)
        written.add_component(_alarm(event))
        components.append(written)
    return _file(PUBLISH, [*_zones(events, now), *components], title=title)


_ATTENDING = {
    "CUTYPE": "INDIVIDUAL",
    "ROLE": "REQ-PARTICIPANT",
    "PARTSTAT": "NEEDS-ACTION",
    "RSVP": "FALSE",
}


def _file(method: str, components: Iterable[icalendar.Component], *, title: str = "") -> str:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if title:
        for name in ("NAME", "X-WR-CALNAME"):
            calendar.add(name, one_line(title))
        calendar.add("REFRESH-INTERVAL", ASK_AGAIN, parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "PT1H")
    for component in components:
        calendar.add_component(component)
    return bytes(calendar.to_ical()).decode("utf-8")


def _zones(events: Sequence[Event], now: datetime) -> list[icalendar.Timezone]:
    """The zones that the dates are written in; one in any case, for a calendar may not be empty (RFC 5545 §3.6)."""
    years = [instant.year for event in events for instant in (event.start, event.end)] or [now.year]
    zones = {event.zone for event in events} or {HOME}
    return [_timezone(zone, min(years), max(years)) for zone in sorted(zones)]


def _component(event: Event, now: datetime) -> icalendar.Event:
    zone = ZoneInfo(event.zone)
    written = icalendar.Event()
    written.add("uid", one_line(event.uid))
    written.add("sequence", event.sequence)
    written.add("dtstamp", _aware(now))
    written.add("dtstart", _aware(event.start).astimezone(zone))
    written.add("dtend", _aware(event.end).astimezone(zone))
    written.add("summary", one_line(event.title))
    written.add("description", "\n".join(one_line(line) for line in event.description.splitlines()))
    written.add("url", event.link)
    if event.place:
        written.add("location", one_line(event.place))
    written.add("organizer", _address(event.organizer.address, event.organizer.name, {}))
    written.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    written.add("transp", "TRANSPARENT")
    return written


def _alarm(event: Event) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", ALARM)
    alarm.add("description", one_line(event.title))
    return alarm


def _address(address: str, name: str, parameters: dict[str, str]) -> icalendar.vCalAddress:
    """One party; the name without what programs read as the end or an escape of a parameter (RFC 5545 §3.2)."""
    written = icalendar.vCalAddress(f"mailto:{quote(mailbox(address), safe=_IN_MAILTO)}")
    shown = one_line(one_line(name).translate(_IN_NAME))
    if shown:
        written.params["CN"] = shown
    written.params.update(parameters)
    return written


@lru_cache(maxsize=64)
def _timezone(zone: str, first: int, last: int) -> icalendar.Timezone:
    written = icalendar.Timezone.from_tzinfo(
        ZoneInfo(zone), first_date=date(first, 1, 1), last_date=date(last + 2, 1, 1)
    )
    written.pop("COMMENT", None)
    return written


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"an instant without a zone cannot be written: {instant}")
    return instant
