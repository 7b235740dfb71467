"""The adherent's own pages: the space, their data, leaving."""

from members.views.data import data, data_download
from members.views.departure import departed, departure, departure_confirm
from members.views.space import space

__all__ = [
    "data",
    "data_download",
    "departed",
    "departure",
    "departure_confirm",
    "space",
]
