"""Pages for those who keep synonyms; whoever does not gets what an address gets that never was."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.api import parameters
from records.errors import InvalidValue, NotFound
from records.persons import Person
from records.web.doors import page
from records.web.people import person_of
from search.params import SearchParams
from search.questions.listing import may_read_questions
from search.service import Result, answer
from search.synonyms import sheets
from search.synonyms.api import said_of, wanted_in
from search.synonyms.listing import ORIGINS, STATES, Wanted, chosen, entry_named
from search.synonyms.services import (
    add_synonym,
    change_synonym,
    may_keep_synonyms,
    remove_synonym,
    restore_synonym,
)
from search.synonyms.terms import EQUAL, LONGEST_NOTE, ONE_WAY, Entry, split_terms

A_PAGE = 60
TRIED = 10
STATE_LABELS = {"on": _("applied"), "off": _("switched off"), "removed": _("removed")}
ORIGIN_LABELS = {"shipped": _("shipped with the program"), "site": _("of this site")}
KIND_LABELS = [(EQUAL, _("Each finds the others")), (ONE_WAY, _("Whoever asks for the first also finds the second"))]


class EntryForm(forms.Form):
    """What an entry says."""

    kind = forms.ChoiceField(label=_("How they go together"), choices=KIND_LABELS, initial=EQUAL)
    words = forms.CharField(
        label=_("Words"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        help_text=_("One word, name or abbreviation a line, or with semicolons between."),
    )
    means = forms.CharField(
        label=_("Also finds"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=3000,
        required=False,
        help_text=_("Only where the first finds the second and not the other way round."),
    )
    note = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, required=False)
    off = forms.BooleanField(label=_("Switched off: kept in the list and not applied"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def said(self) -> dict[str, Any]:
        """Return the form as the services take it."""
        split = {name: split_terms(self.cleaned_data[name]) for name in ("words", "means")}
        return {**self.cleaned_data, **split}


def keeper(request: HttpRequest) -> Person:
    """Return who keeps synonyms and asks. Raises NotFound for anybody else."""
    person = person_of(request)
    if not may_keep_synonyms(person):
        raise NotFound()
    return person


@require_safe
@page
def synonyms_page(request: HttpRequest) -> HttpResponse:
    """Show the list, what was looked for in it, and what one question finds with it and without."""
    person = keeper(request)
    parameters.refuse_unknown(request.GET, {"q", "state", "origin", "page", "try"})
    wanted = wanted_in(request.GET)
    leaf = Paginator(chosen(wanted), A_PAGE).get_page(parameters.number(request.GET, "page") or 1)
    context = {
        "leaf": leaf,
        "wanted": wanted,
        "states": [(name, STATE_LABELS[name]) for name in STATES],
        "origins": [(name, ORIGIN_LABELS[name]) for name in ORIGINS],
        "may_read_questions": may_read_questions(person),
        "tried": tried(request.GET.get("try", "")[:300], person),
    }
    return render(request, "search/synonyms.html", context)


def tried(question: str, person: Person) -> dict[str, Any] | None:
    """Return what a question finds for this person with the list and without it; None where none is asked."""
    if not question.strip():
        return None
    params = SearchParams(q=question, size=TRIED)
    found, plain = answer(params, person=person), answer(params, person=person, synonymous=False)
    before = {result.record.pk for result in plain.results}
    rows: list[tuple[Result, bool]] = [(result, result.record.pk not in before) for result in found.results]
    return {"question": question, "with": rows, "without": plain.results, "more": found.total, "fewer": plain.total}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_synonym_page(request: HttpRequest) -> HttpResponse:
    """Show the form for a new entry, perhaps with words already in it, or add what it says."""
    by = keeper(request)
    form = EntryForm(request.POST or None, initial={"words": request.GET.get("words", "")[:300]})
    if request.method == "POST" and form.is_valid():
        try:
            add_synonym(by=by, **form.said())
        except InvalidValue as refusal:
            put_at_field(form, refusal)
        else:
            messages.success(request, gettext("The entry is added, and holds from the next search on."))
            return redirect("synonyms")
    return render(request, "search/synonym.html", {"form": form, "entry": None})


@require_http_methods(["GET", "HEAD", "POST"])
@page
def synonym_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show an entry's form, or change the entry."""
    by = keeper(request)
    entry = entry_named(key)
    form = EntryForm(request.POST or None, initial=written_out(entry))
    if request.method == "POST" and form.is_valid():
        try:
            change_synonym(key=key, by=by, **form.said())
        except InvalidValue as refusal:
            put_at_field(form, refusal)
        else:
            messages.success(request, gettext("The entry is saved, and holds from the next search on."))
            return redirect("synonyms")
    return render(request, "search/synonym.html", {"form": form, "entry": entry})


def written_out(entry: Entry) -> dict[str, Any]:
    """Return an entry as its form takes it."""
    return {**said_of(entry), "words": "\n".join(entry.words), "means": "\n".join(entry.means)}


def put_at_field(form: EntryForm, refusal: InvalidValue) -> None:
    """Say a refusal at the field at fault."""
    at = refusal.attr if refusal.attr in form.fields else None
    form.add_error(at, WRONG.get(at or "", _("This cannot be read as it is written.")))


WRONG = {
    "words": _("At most twenty different words, and two where each finds the others; very common ones do not count."),
    "means": _("Say what the words also find: at least one word that counts, at most twenty."),
}


@require_POST
@page
def switch_synonym(request: HttpRequest, key: str) -> HttpResponse:
    """Switch an entry off or on."""
    by = keeper(request)
    entry = entry_named(key)
    now = change_synonym(key=key, by=by, **{**said_of(entry), "off": request.POST.get("off") == "yes"})
    messages.success(request, gettext("The entry is switched off.") if now.off else gettext("The entry is applied."))
    return redirect(f"{reverse('synonyms')}?{urlencode({'q': entry.words[0]})}")


@require_POST
@page
def remove_synonym_page(request: HttpRequest, key: str) -> HttpResponse:
    """Take an entry out of the list, and show where it can be put back."""
    by = keeper(request)
    entry = remove_synonym(key=key, by=by)
    messages.success(request, gettext("The entry is removed. Below it can be put back."))
    return redirect(f"{reverse('synonyms')}?{urlencode({'state': 'removed', 'q': entry.words[0]})}")


@require_POST
@page
def restore_synonym_page(request: HttpRequest, key: str) -> HttpResponse:
    """Put a removed entry back."""
    by = keeper(request)
    entry = restore_synonym(key=key, by=by)
    messages.success(request, gettext("The entry is back in the list."))
    return redirect(f"{reverse('synonyms')}?{urlencode({'q': entry.words[0]})}")


@require_safe
@page
def export_synonyms(request: HttpRequest) -> HttpResponse:
    """Give the list as a table; removed entries are not in it."""
    keeper(request)
    headers = {"Content-Disposition": 'attachment; filename="synonyms.csv"'}
    return HttpResponse(sheets.written(chosen(Wanted())), content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@page
def import_synonyms_page(request: HttpRequest) -> HttpResponse:
    """Take a table in."""
    by = keeper(request)
    given = request.FILES.get("file")
    try:
        if given is None or (given.size or 0) > sheets.LARGEST:
            raise InvalidValue("A table of at most 2 MiB is needed.", attr="file")
        added, changed = sheets.import_synonyms(text=given.read().decode("utf-8"), by=by)
    except (InvalidValue, UnicodeDecodeError) as refusal:
        messages.error(request, wrong_row(refusal))
    else:
        said = gettext("%(added)s entries were added and %(changed)s changed.")
        messages.success(request, said % {"added": added, "changed": changed})
    return redirect("synonyms")


def wrong_row(refusal: InvalidValue | UnicodeDecodeError) -> str:
    """Return why a table was not taken in, naming the row."""
    if isinstance(refusal, InvalidValue) and (refusal.attr or "").startswith("row "):
        row = (refusal.attr or "").removeprefix("row ")
        return gettext("Nothing was taken in: row %(row)s cannot be read as it is written.") % {"row": row}
    return gettext("Nothing was taken in: a table in UTF-8 with a column “words” is needed.")
