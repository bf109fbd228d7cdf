"""The ledger: reading facts alone against reading and committing them to SQLite."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from records.ledger import commit_facts
from records.store import open_store
from routing.asterisk import ledger
from routing.calls import Cursor

CALLS = 2000


def measure() -> str:
    lines = ["1795485789|NONE|NONE|NONE|QUEUESTART|"]
    for n in range(1, CALLS + 1):
        call = f"1795485790|1795485790.{n}|city"
        lines += [
            f"{call}|NONE|ARRIVE|{n}|inbound|city|968908|138{n:08}|telecom",
            f"{call}|NONE|RANK|normal",
            f"{call}|lin|CONNECT|3|1795485790.9{n}|2",
            f"{call}|NONE|BYE|16",
        ]
    data = ("\n".join(lines) + "\n").encode()
    began = time.perf_counter()
    facts, after = ledger.read(Cursor(), data)
    read = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'bench.db'}")
        began = time.perf_counter()
        with store.session() as session:
            commit_facts(session, facts, Cursor(), after)
        committed = time.perf_counter() - began
        store.close()
    rate = CALLS / (read + committed)
    return f"read and commit / read: {(read + committed) / read:.1f} ({rate:,.0f} calls/s)"
