"""Parts of a clean body."""

CUT = '<hr class="cut">'
PICTURE = "/images/0f8fad5b-d9cb-469f-a165-70867728950e/"
FIGURE = f'<figure class="figure"><img src="{PICTURE}"></figure>'
NOTE = '<span class="footnote">{}</span>'
