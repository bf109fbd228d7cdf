"""What the control plane gives a supervisor, beside an Asterisk of a test."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.picture import Picture
from deploy.supervising import Supervising
from routing.asterisk.base import AMI_USER
from routing.asterisk.session import Session
from tests.telephone.exchange import Exchange


@contextmanager
def supervised(x: Exchange) -> Iterator[tuple[Picture, Supervising]]:
    picture = Picture()
    port, secret = x.instance.ami_port, x.instance.ami_secret
    session = Session("127.0.0.1", port, AMI_USER, secret, on_picture=picture.take, clock=time.time)
    session.start()
    try:
        assert session.wait_until_connected(30)
        yield picture, Supervising(session, picture.live, x.plan.number)
    finally:
        session.stop()
