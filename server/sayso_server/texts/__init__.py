"""What Sayso says to visitors in its built-in languages, and which language a visitor gets.

Pure: standard library and siblings only; reads nothing but the JSON files beside it.
"""

from .builtin import LANGUAGES, Receipt, Texts, builtin
from .languages import direction, nearest, negotiate
from .tags import NoTag, canonical, language_name

__all__ = [
    "LANGUAGES",
    "NoTag",
    "Receipt",
    "Texts",
    "builtin",
    "canonical",
    "direction",
    "language_name",
    "nearest",
    "negotiate",
]
