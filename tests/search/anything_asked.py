"""Whatever a search field may be given: any signs, operators that fit nothing, very long and very deep questions."""

from __future__ import annotations

from hypothesis import strategies as st

LONGEST = 10_000
FIELDS = (
    "title",
    "título",
    "number",
    "número",
    "year",
    "año",
    "kind",
    "tipo",
    "issuer",
    "body",
    "series",
    "scope",
    "colour",
)
VALUES = (
    "",
    "ley",
    "2010..2015",
    "..",
    "9999999999..1",
    "DS 67-2011 pcm",
    '"derecho de asilo"',
    "(",
    "-x",
    "*",
    "٣",
    "²",
)
WORDS = ("ley", "mesa", "migración", "DS", "067-2011-PCM", "27.594", "art.", "15", "del", "ñandú", "visa*", "a*", "N°")
OPERATORS = (
    "AND",
    "OR",
    "NOT",
    "Y",
    "O",
    "NO",
    "-",
    "*",
    "(",
    ")",
    '"',
    "“",
    "”",
    "«",
    "»",
    "'",
    ":",
    "..",
    "~",
    "^",
    "\\",
    "/",
    "?",
)

signs = st.text(st.characters(codec=None), max_size=200)
controls = st.text(st.characters(max_codepoint=0x9F, categories=("Cc",)), max_size=50)
word = st.sampled_from(WORDS)
field = st.builds("{}:{}".format, st.sampled_from(FIELDS), st.sampled_from(VALUES) | word)
operator = st.sampled_from(OPERATORS)
token = st.one_of(word, operator, field, signs)
sentence = st.lists(token, max_size=40).map(" ".join)
unspaced = st.lists(token, max_size=40).map("".join)
only_operators = st.lists(operator, min_size=1, max_size=200).map(" ".join)
many_words = st.lists(word | field, min_size=300, max_size=500).map(" ".join)
one_long_word = st.builds(
    lambda sign, count: sign * count, st.sampled_from('añ9-.*"(:\u0301\U0001f600'), st.integers(1000, LONGEST)
)
deep = st.builds(lambda depth, inside: "(" * depth + inside + ")" * depth, st.integers(1, 2000), word)
nested = st.recursive(
    word | field,
    lambda of: st.builds("({} {} {})".format, of, st.sampled_from(("AND", "OR", "AND NOT")), of),
    max_leaves=60,
)
same_again = st.builds(lambda of, count: of * count, token.filter(bool), st.integers(2, 3000))

anything = st.one_of(
    sentence, unspaced, only_operators, signs, controls, many_words, one_long_word, deep, nested, same_again
).map(lambda text: text[:LONGEST])
"""Questions of at most 10,000 characters, which is the most that is taken; longer ones are refused by name."""
