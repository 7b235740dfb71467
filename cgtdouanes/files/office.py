"""Files of an office suite: recognised, and how to make a PDF of one."""

from cgtdouanes.text.typography import french

# How the files of OpenDocument, of Office today, of Office before 2007, and RTF begin.
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
_OLD = b"\xd0\xcf\x11\xe0"
_RTF = b"{\\rtf"
# What each holds in clear: the name of a part, or of a stream in UTF-16.
_SIGNS = {
    b"opendocument.text": "un document de traitement de texte",
    b"word/": "un document Word",
    "WordDocument".encode("utf-16-le"): "un document Word",
    b"opendocument.spreadsheet": "un tableau de LibreOffice Calc",
    b"xl/": "un tableau Excel",
    "Workbook".encode("utf-16-le"): "un tableau Excel",
    b"opendocument.presentation": "un diaporama",
    b"ppt/": "un diaporama PowerPoint",
    "PowerPoint Document".encode("utf-16-le"): "un diaporama PowerPoint",
}

_STEPS = (
    "Dans Word, Excel ou PowerPoint : ouvrez le document, puis « Fichier », « Enregistrer sous » "
    "(ou « Enregistrer une copie ») ; à la ligne « Type », choisissez « PDF ».",
    "Dans LibreOffice : ouvrez le document, puis « Fichier », « Exporter vers », « Exporter "
    "directement au format PDF ».",
    "Dans Google Docs : « Fichier », « Télécharger », « Document PDF ».",
    "Revenez ensuite ici, et choisissez le nouveau fichier : il finit par « .pdf ».",
)


HOW_TO_MAKE_A_PDF = tuple(map(french, _STEPS))


def kind_of(content: bytes) -> str:
    """Return in French what an office file is, "" for any other. It may be a mere archive."""
    if content.startswith(_RTF):
        return "un document de traitement de texte"
    if not content.startswith((*_ZIPPED, _OLD)):
        return ""
    said = (words for sign, words in _SIGNS.items() if sign in content)
    return next(said, "une archive, ou un document d’un autre logiciel")
