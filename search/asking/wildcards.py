"""Words of which only the beginning is given: `migrat*`."""

from __future__ import annotations

from search.asking.notes import Notes
from search.asking.tree import Begins
from search.language import LONGEST_TOKEN, RUN, fold, stem

SHORTEST = 3
# With these the common Spanish words end that a stem leaves out; what they end in decides where a stem is cut.
_ENDINGS = (
    *("a", "o", "e", "s", "as", "os", "es", "ar", "er", "ir", "ado", "ada", "ido", "ida", "ando", "iendo"),
    *("n", "on", "ion", "iones", "cion", "ciones", "miento", "amiento", "imiento", "mente", "amente", "dad", "idad"),
    *("or", "ora", "al", "ales", "ico", "ica", "able", "ible", "ivo", "iva", "ante", "ente", "anza", "encia", "ancia"),
)


def wildcard_in(text: str, notes: Notes) -> str:
    """Return the beginning that a word ending in `*` gives, folded; "" for any other word.

    One that gives too little, or has its `*` elsewhere, is read without it, with a note.
    """
    word = text.strip(".,;:!?¿¡")
    if "*" not in word or not any(letter.isalnum() for letter in word):
        return ""
    run = RUN.fullmatch(word.removesuffix("*"))
    prefix = fold(run.group()) if run else ""
    if SHORTEST <= len(prefix) < LONGEST_TOKEN:
        return prefix
    notes.add("wildcard", word)
    return ""


def begins(prefix: str) -> Begins:
    """Return what demands a word that begins so: an index holds stems, and a stem may be shorter than a beginning."""
    ended = {stem(prefix), *(stem(prefix + ending) for ending in _ENDINGS)}
    return Begins(prefix, tuple(sorted(one for one in ended if prefix.startswith(one) and len(one) < len(prefix))))
