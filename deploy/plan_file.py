"""hotline.toml as the pages change it: by the same steps as an editor and `main.py apply`."""

from __future__ import annotations

import hashlib
import re
import threading
import tomllib
from collections.abc import Mapping
from typing import Any

from config.loading import ConfigErrors, check_together, load_hotline
from config.writing import NoSuchEntry, NotWritable, replace_file, with_entry
from dashboard.deps import PlanChange, PlanMoved, PlanNotApplied, PlanPreview
from deploy.applying import as_applied, put_in_force
from deploy.assembly import Hotline
from deploy.checking import plan_faults
from deploy.prompts import PromptFailed
from routing.asterisk import install
from routing.asterisk.process import AsteriskSilent
from routing.differences import Said, changes

_NOT_APPLIED = (install.Unsafe, install.NotLoaded, PromptFailed, AsteriskSilent, OSError)


class HotlineFile:
    """One change at a time; whoever edits the file by hand meanwhile loses nothing."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline
        self._lock = threading.Lock()

    def mark(self) -> str:
        return _mark(self._text())

    def entry(self, table: str, id_: str) -> Mapping[str, Any] | None:
        try:
            tables = tomllib.loads(self._text())
        except ValueError:
            return None
        found = (entry for entry in tables.get(table, []) if entry.get("id") == id_)
        return next(found, None)

    def preview(self, change: PlanChange) -> PlanPreview:
        try:
            text = self._changed(change)
        except (ConfigErrors, NotWritable) as error:
            return PlanPreview(faults=getattr(error, "errors", None) or (str(error),))
        except NoSuchEntry:
            return PlanPreview(mark=self.mark())  # somebody has taken it out already
        try:
            wanted = self._saying(text)
        except ConfigErrors as error:
            return _faulty(text, change, error.errors)
        said = changes(as_applied(self._hotline).plan, wanted.plan)
        difference = install.difference(wanted.compiled(), install.installed(wanted.instance))
        try:
            install.guard(difference, frozenset(), self._leaving(change))
        except install.Unsafe as error:
            return PlanPreview(changes=said, faults=(str(error),))
        return PlanPreview(_mark(text), said)

    def findings(self, change: PlanChange) -> tuple[Said, ...]:
        return tuple(plan_faults(self._saying(self._changed(change))))

    def write(self, change: PlanChange, mark: str) -> None:
        with self._lock:
            text = self._changed(change)
            if _mark(text) != mark:
                raise PlanMoved()
            if text != self._text():
                replace_file(self._hotline.file, text)

    def apply(self, change: PlanChange) -> None:
        with self._lock:
            try:
                put_in_force(self._saying(self._text()), self._leaving(change))
            except _NOT_APPLIED as error:
                raise PlanNotApplied(str(error)) from error

    def _text(self) -> str:
        return self._hotline.file.read_text(encoding="utf-8")

    def _changed(self, change: PlanChange) -> str:
        """Raises ConfigErrors when the file is wrong as it is, NoSuchEntry, NotWritable."""
        text = self._text()
        load_hotline(self._hotline.file, text)
        return with_entry(text, change.table, change.id, change.values)

    def _saying(self, text: str) -> Hotline:
        """The hotline if its file said so. Raises ConfigErrors."""
        facts = load_hotline(self._hotline.file, text)
        check_together(facts, self._hotline.rules)
        return self._hotline.with_facts(facts)

    def _leaving(self, change: PlanChange) -> frozenset[str]:
        """The line's number so far may go: who changes it here has named it."""
        if change.table != "lines":
            return frozenset()
        lines = as_applied(self._hotline).plan.lines
        return frozenset(line.number for line in lines if line.id == change.id)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _faulty(text: str, change: PlanChange, errors: tuple[str, ...]) -> PlanPreview:
    """Faults of the entry itself by its fields, and the others."""
    ids = [entry.get("id") for entry in tomllib.loads(text)[change.table]]
    place = ids.index(change.id) if change.id in ids else -1
    fields: dict[str, str] = {}
    faults: list[str] = []
    for error in errors:
        found = re.match(rf"(?:line \d+: )?{change.table}\[{place}\]\.(\w+): (.*)", error, re.S)
        if found and found[1] in (change.values or {}):
            fields[found[1]] = found[2]
        else:
            faults.append(error)
    return PlanPreview(fields=fields, faults=tuple(faults))
