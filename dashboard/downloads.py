"""Tables as files to take away."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from records.sheets import Sheet, as_csv, as_excel

FORMS = ("csv", "xlsx")
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(sheets: Sequence[Sheet], name: str, form: str) -> Response:
    """`name` without its ending; it reaches a header, so that it is ASCII."""
    data = as_csv(sheets) if form == "csv" else as_excel(sheets)
    return attachment(data, f"{name}.{form}")


def attachment(data: bytes, name: str) -> Response:
    kind = _KINDS[name.rpartition(".")[2]]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=kind.partition(";")[0], content_type=kind, headers=headers)
