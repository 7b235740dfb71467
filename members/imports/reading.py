"""Reading what a spreadsheet or the union's software exports: CSV or XLSX, into lines of text.

The text is as it was typed, but for its blanks. A file made to harm costs little: its size, its
lines, its columns and what a compressed one unfolds to are limited.
"""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import openpyxl
from django.core.exceptions import ValidationError

from cgtdouanes.spreadsheets import on_one_line, plain
from members.imports.columns import recognised

MAX_BYTES = 5 * 1024 * 1024
MAX_UNZIPPED = 25 * 1024 * 1024
MAX_MEMBERS_OF_ZIP = 500
MAX_LINES = 20_000
MAX_COLUMNS = 60
MAX_CELL = 300
# Titles may stand above the headings.
_HEADINGS_WITHIN = 15
# Formatted rows may go on long after the last that says something; a forged number goes further.
_ROWS_OF_A_SHEET = 100_000


@dataclass(frozen=True)
class Line:
    """A line by its number in the file, where the first is 1."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """The headings and the lines below; every line has as many cells as there are headings."""

    headings: list[str]
    lines: list[Line]

    def example(self, column: int) -> str:
        """Return the first value of a column."""
        return next((line.cells[column] for line in self.lines if line.cells[column]), "")


def read(content: bytes) -> Table:
    """Return the table in a file. Raises ValidationError, in words for the officer."""
    if not content.strip():
        raise ValidationError("Ce fichier est vide.")
    if content.startswith(b"PK\x03\x04"):
        return _table(_xlsx_rows(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            "Ce fichier est un classeur d’un ancien format (.xls) ou protégé par un mot de passe. "
            "Dans le tableur, choisissez « Enregistrer sous », puis « Classeur Excel (.xlsx) » "
            "ou « CSV »."
        )
    return _table(_csv_rows(_decoded(content)))


def cleaned(text: str) -> str:
    """Return a cell without the blanks and invisible characters that exports leave around."""
    return on_one_line(unicodedata.normalize("NFC", plain(text)))


def _table(rows: Iterable[tuple[int, list[str]]]) -> Table:
    lines: list[Line] = []
    for number, cells in rows:
        texts = [cleaned(cell) for cell in cells]
        if not any(texts):
            continue
        if len(lines) > MAX_LINES:
            raise ValidationError(
                f"Ce fichier a plus de {MAX_LINES} lignes : partagez-le en plusieurs."
            )
        if max(map(len, texts)) > MAX_CELL:
            raise ValidationError(
                f"Ligne {number} : une case contient plus de {MAX_CELL} caractères. Dans un "
                "fichier CSV, un guillemet est sans doute resté ouvert."
            )
        while not texts[-1]:
            texts.pop()
        if len(texts) > MAX_COLUMNS:
            raise ValidationError(f"Ligne {number} : il y a plus de {MAX_COLUMNS} colonnes.")
        lines.append(Line(number, texts))
    if not lines:
        raise ValidationError("Ce fichier est vide.")
    head = max(range(min(_HEADINGS_WITHIN, len(lines))), key=lambda i: recognised(lines[i].cells))
    below = lines[head + 1 :]
    if not below:
        raise ValidationError("Ce fichier n’a qu’une ligne de titres : aucune adhésion à lire.")
    width = max(len(line.cells) for line in lines[head:])
    padded = [Line(line.number, line.cells + [""] * (width - len(line.cells))) for line in below]
    headings = lines[head].cells
    return Table(headings + [""] * (width - len(headings)), padded)


def _decoded(content: bytes) -> str:
    """Return the text: UTF-8, UTF-16 by its mark, else what Windows writes in France."""
    encodings = ["utf-8-sig", "cp1252"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ValidationError(
        "Ce fichier n’est ni un tableau CSV, ni un classeur .xlsx. Dans le tableur, choisissez "
        "« Enregistrer sous », puis « Classeur Excel (.xlsx) » ou « CSV UTF-8 »."
    )


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of the line where it starts."""
    skipped = 0
    declared = re.match(r"sep=(.)\r?\n", text)
    if declared:
        text, skipped = text[declared.end() :], 1
    delimiter = declared[1] if declared else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            yield start + skipped, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise ValidationError(
            f"À partir de la ligne {start + skipped}, ce fichier ne se lit plus : un guillemet est "
            "sans doute resté ouvert."
        ) from error


def _delimiter(text: str) -> str:
    """Return what separates the cells: what makes most headings known, else most cells."""

    def known(delimiter: str) -> tuple[int, int]:
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            first = list(islice(reader, _HEADINGS_WITHIN))
        except csv.Error:
            return 0, 0
        return max(map(recognised, first), default=0), max(map(len, first), default=0)

    return max(";,\t", key=known)


def _xlsx_rows(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows of the sheet that was open when the workbook was saved."""
    _refuse_bombs(content)
    found: list[tuple[int, list[str]]] = []
    try:
        with warnings.catch_warnings():
            # It warns of the formatting that it does not read.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            sheet = book.active
            # The size that the file declares may be forged, or absent.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
            for number, cells in enumerate(islice(rows, _ROWS_OF_A_SHEET), 1):
                if any(cell is not None for cell in cells):
                    found.append((number, [_text(cell) for cell in cells]))
                if len(found) > MAX_LINES + 1:
                    break
    except Exception as error:
        # A broken workbook fails in a hundred ways: all mean the same to the officer.
        raise ValidationError(
            "Ce classeur ne se lit pas : il est abîmé, ou ce n’est pas un fichier .xlsx. Ouvrez-le "
            "dans le tableur et choisissez « Enregistrer sous », puis « Classeur Excel (.xlsx) »."
        ) from error
    return found


def _refuse_bombs(content: bytes) -> None:
    """Raise ValidationError for an archive that unfolds to much more than a list of people.

    A member never gives more bytes than it declares: what is declared is enough to judge.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ValidationError("Ce classeur est incomplet ou abîmé.") from error
    size = sum(member.file_size for member in members)
    if size > MAX_UNZIPPED or len(members) > MAX_MEMBERS_OF_ZIP:
        raise ValidationError(
            "Ce classeur est trop gros. Copiez la seule liste dans un classeur neuf, ou "
            "enregistrez-la en CSV."
        )


def _text(value: Any) -> str:
    """Return a cell of a sheet as it would be typed: 12.0 is 12, a date is written ISO."""
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
