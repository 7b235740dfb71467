"""Reading a list: the exports that exist in France, and the files that are made to harm."""

from datetime import date, datetime

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from members.imports.cells import DayWidget, EmailWidget, NumberWidget, TextWidget
from members.imports.columns import guessed, problem
from members.imports.reading import MAX_COLUMNS, MAX_LINES, read
from tests.members.lists import HEADINGS, ZOE, csv_file, with_sheet, xlsx_file

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_whatever_wrote_it(delimiter, encoding):
    table = read(csv_file([ZOE], delimiter=delimiter, encoding=encoding))
    assert table.headings == HEADINGS
    assert table.lines[0].cells == ZOE
    assert guessed(table.headings) == [
        *("number", "last_name", "first_name", "email", "joined_on", "paid_until")
    ]


def test_a_workbook_is_read_as_its_cells_look():
    row = [142.0, "MARTIN", "Zoé", None, datetime(2025, 11, 15), date(2026, 12, 31)]
    table = read(xlsx_file([row, ["00142", "a\u00a0b", "  c  ", "", "", 46022]]))
    assert table.lines[0].cells == ["142", "MARTIN", "Zoé", "", "2025-11-15", "2026-12-31"]
    assert table.lines[1].cells == ["00142", "a b", "c", "", "", "46022"]


def test_lines_bear_the_number_that_the_officer_sees():
    text = "sep=;\r\nListe au 25 novembre;;\r\n\r\nN°;Nom;Prénom\r\n1;A;B\r\n\r\n"
    text += '2;"sur\r\ndeux lignes";C\r\n3;D;E\r\n'
    table = read(text.encode("cp1252"))
    assert table.headings == ["N°", "Nom", "Prénom"]
    assert [line.number for line in table.lines] == [5, 7, 9]
    assert table.lines[1].cells == ["2", "sur deux lignes", "C"]
    book = xlsx_file([[], ["1", "A", "B"], [], ["2", "C", "D"]], ["N°", "Nom", "Prénom"])
    assert [line.number for line in read(book).lines] == [3, 5]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("N° adhérent·e", "number"),
        ("numero d'adherent(e)", "number"),
        ("Nº", "number"),
        ("NUMÉRO", "number"),
        ("Code adhérent", "number"),
        ("NOM", "last_name"),
        ("Nom de famille", "last_name"),
        ("Prénom", "first_name"),
        ("PRENOM", "first_name"),
        ("Mail", "email"),
        ("E-mail", "email"),
        ("adresse électronique", "email"),
        ("Adresse e-mail", "email"),
        ("Courriel", "email"),
        ("Date d’adhésion", "joined_on"),
        ("Adhésion le", "joined_on"),
        ("Date d'entrée", "joined_on"),
        ("Payé jusqu’au", "paid_until"),
        ("À jour jusqu'au :", "paid_until"),
        ("Cotisation réglée jusqu’au", "paid_until"),
        ("Échéance", "paid_until"),
        ("Date de démission", "resigned_on"),
        ("Exclusion le", "excluded_on"),
        ("Grade", ""),
        ("Adhérent", ""),
        ("", ""),
    ],
)
def test_a_column_is_known_by_its_usual_names(heading, field):
    assert guessed([heading]) == [field]


def test_two_columns_of_the_same_name_are_left_to_the_officer():
    assert guessed(["N°", "Mail", "Courriel"]) == ["number", "", ""]
    assert "numéro d’adhérent·e" in problem(["last_name", ""])
    assert "n’en gardez qu’une" in problem(["number", "email", "email"])
    assert problem(["number", ""]) == ""


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31/12/2025", date(2025, 12, 31)),
        ("1/2/2025", date(2025, 2, 1)),
        ("31/12/25", date(2025, 12, 31)),
        ("31-12-2025", date(2025, 12, 31)),
        ("31.12.2025", date(2025, 12, 31)),
        ("2025-12-31", date(2025, 12, 31)),
        ("2025-12-31T00:00:00", date(2025, 12, 31)),
        ("31/12/2025 00:00", date(2025, 12, 31)),
        ("46022", date(2025, 12, 31)),
        ("46022.0", date(2025, 12, 31)),
        ("03/05/87", date(1987, 5, 3)),
        ("", None),
        ("-", None),
    ],
)
def test_a_day_is_read_as_france_writes_it(typed, day):
    assert DayWidget().clean(typed) == day


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("31/02/2025", "n’existe pas"),
        ("12/31/2025", "n’existe pas"),
        ("2025", "n’est pas une date"),
        ("décembre", "n’est pas une date"),
        ("12", "n’est pas une date"),
    ],
)
def test_what_is_no_day_is_said(typed, words):
    with pytest.raises(ValueError, match=words):
        DayWidget().clean(typed)


def test_numbers_keep_their_zeros_and_addresses_lose_their_spaces():
    assert NumberWidget().clean("00142") == "00142"
    assert NumberWidget().clean("142.0") == "142"
    assert NumberWidget().clean("142,00") == "142"
    assert NumberWidget().clean("D-0142") == "D-0142"
    assert EmailWidget().clean("Zoe.Martin @Exemple.TEST") == "zoe.martin@exemple.test"
    assert TextWidget().clean("MARTIN-dupont") == "MARTIN-dupont"
    with pytest.raises(ValueError, match="erreur du tableur"):
        TextWidget().clean("#N/A")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"\r\n;;\r\n", "vide"),
        (b"N\xb0;Nom\r\n", "aucune adh"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien format"),
        (b"PK\x03\x04 incomplet", "incomplet"),
        (b"%PDF-1.7\0\0", "ni un tableau CSV"),
        (b'N\xb0;Nom\r\n1;"' + b"a" * 400, "guillemet"),
        (b'N\xb0;Nom\r\n1;"' + b"a" * 200_000, "guillemet"),
        (b";".join([b"N\xb0"] * (MAX_COLUMNS + 1)) + b"\r\n1", "colonnes"),
        (b"N\xb0\r\n" + b"1\r\n" * (MAX_LINES + 1), "lignes"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content, words):
    with pytest.raises(ValidationError, match=words):
        read(content)


def test_another_archive_is_no_workbook():
    with pytest.raises(ValidationError, match="ne se lit pas"):
        read(with_sheet("<pas-une-feuille"))


def test_a_workbook_that_unfolds_to_much_more_is_refused():
    bomb = with_sheet(SHEET.format("<row/>" * 6_000_000))
    assert len(bomb) < 200_000
    with pytest.raises(ValidationError, match="trop gros"):
        read(bomb)


def test_entities_that_multiply_are_refused():
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 20}">' for i in range(1, 9))
    xml = f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{entities}]>'
    row = '<row r="1"><c t="inlineStr"><is><t>&a8;</t></is></c></row>'
    with pytest.raises(ValidationError, match="ne se lit pas"):
        read(with_sheet(xml + SHEET.format(row)))


def test_a_row_said_to_be_very_far_costs_nothing():
    row = '<row r="{}"><c t="inlineStr"><is><t>{}</t></is></c></row>'
    sheet = SHEET.format(row.format(1, "N°") + row.format(10**12, "1"))
    with pytest.raises(ValidationError, match="aucune adhésion"):
        read(with_sheet(sheet))


def test_the_sheet_that_was_open_is_the_one_that_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Consignes"])
    sheet = book.create_sheet("Adhérents")
    for row in (HEADINGS, ZOE):
        sheet.append(row)
    book.active = 1
    book.save(tmp_path / "liste.xlsx")
    assert read((tmp_path / "liste.xlsx").read_bytes()).lines[0].cells == ZOE
