"""`main.py people phone`: what a desk phone has to be told, and a new secret for it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from deploy.assembly import Hotline
from deploy.desk import who
from records import audit_log, people


def ask_phone(hotline: Hotline, options: argparse.Namespace) -> int:
    """Prints server, name and secret; each look and each change is on record.

    Raises ValueError for somebody who is not known or whose telephone does not register.
    """
    at = datetime.now(UTC)
    with hotline.store.session() as session:
        person = people.by_id(session, options.id)
        if person is None or not person.active:
            raise ValueError(f"nobody is called {options.id!r}; see: main.py people list")
        if person.contact is not None:
            raise ValueError(
                f"{person.id} has the fixed contact {person.contact}, so that no telephone"
                " registers; import the person without a contact first"
            )
        if options.new or not person.secret:
            people.renew_secret(session, person, who(), at)
        else:
            audit_log.note(session, at, who(), "secret.look", person.id, {})
        name, secret = person.id, person.secret
    listen = hotline.facts.listen
    print(f"server    {listen.sip_tls or listen.sip} ({'TLS' if listen.sip_tls else 'UDP'})")
    print(f"name      {name}\nsecret    {secret}")
    print(f"sound     {'SRTP (SDES)' if hotline.facts.telephones.srtp else 'RTP'}, G.711 A-law")
    if options.new:
        print("a running hotline knows the new secret within a minute; the old one ends then")
    return 0
