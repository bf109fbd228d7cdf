"""Writes the golden files anew; read the difference before you commit it."""

from routing.asterisk.compile import compile_plan
from tests.routing.asterisk.golden import FOLDER, INSTANCE, PEOPLE, PLAN

for name, text in compile_plan(PLAN, PEOPLE, INSTANCE).items():
    (FOLDER / name).write_text(text, encoding="utf-8")
