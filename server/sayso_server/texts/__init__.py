"""What Sayso says to visitors in its built-in languages, and which language a visitor gets.

Pure: standard library and siblings only; reads nothing but the JSON files beside it.
"""

from .builtin import LANGUAGES, Receipt, Texts, builtin
from .languages import direction, negotiate

__all__ = ["LANGUAGES", "Receipt", "Texts", "builtin", "direction", "negotiate"]
