"""From a plan to tantivy queries: who may read and what is filtered, what must match, what scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from search.backends.base import Plan
from search.backends.tantivy_schema import ALWAYS, WHO_SEES_ALL
from search.query import Asked, Phrase, Readers
from search.query import Query as Question
from search.ranking import RELEVANCE, Relevance, least_words

Clause = tuple[Occur, Query]


@dataclass(frozen=True, slots=True)
class Compiler:
    """Builds queries for one index (`docs` or `units`), which share the fields of access and filters."""

    schema: tantivy.Schema
    relevance: Relevance = RELEVANCE

    def open_to(self, readers: Readers, excluded: Iterable[str]) -> list[Clause]:
        """Return who may read: tokens meet, hidden_from does not, nothing with an unsettled narrowing."""
        clauses: list[Clause] = []
        if readers.everything:
            clauses.append((Occur.MustNot, self._any("hidden_from", [WHO_SEES_ALL])))
        else:
            held = sorted(readers.tokens)
            clauses.append((Occur.Must, self._any("tokens", held)))
            clauses.append((Occur.MustNot, self._any("hidden_from", held)))
        if left_out := sorted(excluded):
            clauses.append((Occur.MustNot, self._any("record", left_out)))
        return clauses

    def filters(self, question: Question, *, but: str = "") -> list[Clause]:
        """Return the filter of a question, without the field `but` when its own facet is counted."""
        clauses = self.open_to(question.readers, question.excluded)
        clauses += self._window(question)
        clauses += [(Occur.Must, self._any(name, values)) for name, values in question.filters.items() if name != but]
        if question.date_from is not None:
            clauses.append((Occur.Must, self.days("date_max", question.date_from, ALWAYS)))
        if question.date_to is not None:
            clauses.append((Occur.Must, self.days("date_min", 0, question.date_to)))
        return clauses

    def _window(self, question: Question) -> list[Clause]:
        """Return which versions: those in force on a day, all, or each record's ordinary view today."""
        if question.as_of is not None:
            return [
                (Occur.Must, self.days("valid_from", 0, question.as_of)),
                (Occur.Must, self.days("valid_to", question.as_of + 1, ALWAYS)),
                (Occur.Must, self._any("state", ["published"])),
            ]
        if question.versions == "all":
            return []
        return [
            (Occur.Must, self.days("shown_from", 0, question.today)),
            (Occur.Must, self.days("shown_to", question.today + 1, ALWAYS)),
        ]

    def matching(self, asked: Asked, plan: Plan, field: str) -> list[Clause]:
        """Return what a document (or a piece, `field` text) must hold: quoted phrases, and enough of the words."""
        clauses = [(Occur.Must, self.phrase(field, phrase)) for phrase in asked.phrases]
        if asked.words:
            alternatives = [(Occur.Should, self.word(field, word.stem, plan.instead)) for word in asked.words]
            least = least_words(len(alternatives))
            clauses.append((Occur.Must, Query.boolean_query(alternatives, minimum_number_should_match=least)))
        return clauses

    def word(self, field: str, stem: str, instead: Mapping[str, tuple[str, ...]]) -> Query:
        """Return a word, or any of the words it may have been meant to be."""
        found = [self._term(field, stem), *(self._term(field, other) for other in instead.get(stem, ()))]
        return found[0] if len(found) == 1 else Query.disjunction_max_query(found)

    def phrase(self, field: str, phrase: Phrase, slop: int = 0) -> Query:
        if len(phrase.words) == 1:
            return self._term(field, phrase.words[0][1])
        return Query.phrase_query(self.schema, field, list(phrase.words), slop=slop)

    def doc_score(self, asked: Asked, plan: Plan) -> list[Clause]:
        """Return what scores a document by itself: its title in stems and in full words, its lead, its title phrase."""
        clauses: list[Clause] = []
        weights = self.relevance
        for word in asked.words:
            clauses.append(self._worth(self.word("title", word.stem, plan.instead), weights.title))
            clauses.append(self._worth(self._term("title_exact", word.word), weights.title_exact))
            clauses.append(self._worth(self.word("lead", word.stem, plan.instead), weights.lead))
        for phrase in (*asked.phrases, *((asked.as_phrase,) if len(asked.words) > 1 else ())):
            slop = 2 if len(phrase.words) > 1 else 0
            clauses.append(self._worth(self.phrase("title", phrase, slop), weights.title_phrase))
        return clauses

    def unit_score(self, asked: Asked, plan: Plan) -> list[Clause]:
        """Return what scores a piece of text: its words, its phrase, neighbouring pairs of a long question."""
        weights = self.relevance
        clauses = [self._worth(self.word("text", word.stem, plan.instead), weights.unit) for word in asked.words]
        phrases = (*asked.phrases, *((asked.as_phrase,) if len(asked.words) > 1 else ()))
        clauses += [self._worth(self.phrase("text", phrase), weights.unit_phrase) for phrase in phrases]
        if len(asked.words) >= 5:
            clauses += [self._worth(pair, weights.unit_pair) for pair in self.pairs(asked)]
        return clauses

    def pairs(self, asked: Asked) -> list[Query]:
        """Return the neighbouring pairs of words, at the distance they have in the question."""
        found = []
        for one, other in zip(asked.words, asked.words[1:], strict=False):
            words = ((0, one.stem), (other.position - one.position, other.stem))
            found.append(self.phrase("text", Phrase(words), slop=1))
        return found

    def ordinals(self, values: Sequence[int]) -> Clause:
        """Return the restriction to entries of these ordinals."""
        return Occur.Must, Query.term_set_query(self.schema, "ordinal", list(values))

    def silent(self, clauses: Iterable[Clause]) -> list[Clause]:
        """Return clauses that decide but do not score."""
        return [
            (occur, Query.const_score_query(query, 0.0) if occur is Occur.Must else query) for occur, query in clauses
        ]

    def numbers(self, forms: Sequence[str]) -> Query:
        return self._any("numbers", forms)

    def _worth(self, query: Query, weight: float) -> Clause:
        return Occur.Should, query if weight == 1.0 else Query.boost_query(query, weight)

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self.schema, field, value)

    def _any(self, field: str, values: Sequence[str]) -> Query:
        return Query.term_set_query(self.schema, field, list(values))

    def days(self, field: str, first: int, last: int) -> Query:
        return Query.range_query(self.schema, field, tantivy.FieldType.Unsigned, lower_bound=first, upper_bound=last)


def together(clauses: Sequence[Clause]) -> Query:
    """Return clauses as one query; none is everything."""
    if not any(occur is not Occur.MustNot for occur, _ in clauses):
        return Query.boolean_query([(Occur.Must, Query.all_query()), *clauses])
    return Query.boolean_query(list(clauses))
