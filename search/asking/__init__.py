"""How a question is read: words, numbers, quotation marks and operators. Knows no engine and no database."""

from search.asking.notes import Note
from search.asking.reading import MOST_PHRASES, MOST_WORDS, NOTHING, Asked, phrase_of, read_text, words_of
from search.asking.tree import Phrase

__all__ = ["MOST_PHRASES", "MOST_WORDS", "NOTHING", "Asked", "Note", "Phrase", "phrase_of", "read_text", "words_of"]
