"""`main.py retention`: what has been kept long enough, and clearing it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from deploy.assembly import Hotline
from records import retention


def clear_old(hotline: Hotline, options: argparse.Namespace) -> int:
    """Without --clear only what would go is told."""
    periods, now = hotline.facts.retention, datetime.now(UTC)
    with hotline.store.session() as session:
        tell = retention.clear if options.clear else retention.due
        found = tell(session, periods, now)
    for name, count in vars(found).items():
        days = getattr(periods, name)
        print(f"{name:<10} {f'{days} days' if days else 'kept':<12} {count}")
    print(
        "cleared" if options.clear else "nothing was changed; to clear: main.py retention --clear"
    )
    return 0
