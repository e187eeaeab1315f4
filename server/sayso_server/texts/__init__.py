"""The built-in texts for visitors, and the choice of a visitor's language.

Pure: imports the standard library and siblings only, and reads only its own JSON files.
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
