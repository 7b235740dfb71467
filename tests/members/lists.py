"""Lists of adherents as files: what spreadsheets and the union's software export."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

HEADINGS = ["N° adhérent", "NOM", "Prénom", "Courriel", "Date d’adhésion", "Payé jusqu’au"]
ZOE = ["00300", "MARTIN", "Zoé", "zoe.martin@exemple.test", "15/11/2025", "31/12/2026"]


def csv_file(
    rows: Iterable[Sequence[Any]],
    headings: Sequence[str] = HEADINGS,
    *,
    delimiter: str = ";",
    encoding: str = "cp1252",
) -> bytes:
    """Return a CSV as Windows writes it in France, unless told otherwise."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Iterable[Sequence[Any]], headings: Sequence[str] = HEADINGS) -> bytes:
    """Return a workbook of one sheet."""
    book = openpyxl.Workbook()
    book.active.append(list(headings))
    for row in rows:
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_sheet(xml: str, **others: str) -> bytes:
    """Return a workbook whose sheet is this XML, and whose `others` are added or replaced."""
    source = zipfile.ZipFile(io.BytesIO(xlsx_file([ZOE])))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            replaced = xml if name == "xl/worksheets/sheet1.xml" else others.get(name)
            target.writestr(name, source.read(name) if replaced is None else replaced)
    return content.getvalue()
