"""The pages and where they are. Here the record page is given the search app's eye for words."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from deploy.operate_page import operate_page
from deploy.sign_in_page import SignInPage
from ingest.batch_web import MOVES, batch_move, batch_page, receipt_file, receipt_page
from ingest.review_web import review_page
from ingest.web import my_work_page, retry_page, upload_page
from records.web import changes, directory, edit, record
from search.browse_web import browse_page, issuers_page
from search.lookup_web import lookup_page
from search.marking import marks_in
from search.places import spots_within
from search.places_web import record_hits_page
from search.questions.web import export_questions, questions_page
from search.synonyms import web as synonyms
from search.web import home_page, search_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home_page, name="home"),
    path("search/", search_page, name="search"),
    path("browse/", browse_page, name="browse"),
    path("browse/issuers/", issuers_page, name="browse-issuers"),
    path("lookup/", lookup_page, name="lookup"),
    path("records/<uuid:pk>/", record.record_page, {"mark": marks_in, "find": spots_within}, name="record"),
    path("records/<uuid:pk>/hits/", record_hits_page, name="record-hits"),
    path("records/<uuid:pk>/edit/", edit.edit_page, name="record-edit"),
    path("records/<uuid:pk>/events/", record.record_events, name="record-events"),
    *(
        path(f"records/<uuid:pk>/{name}/", changes.change_record, {"change": name}, name=f"record-{name}")
        for name in changes.CHANGES
    ),
    path("bodies/", directory.bodies_page, name="bodies"),
    path("bodies/<str:code>/", directory.body_page, name="body"),
    path("sessions/", directory.sessions_page, name="sessions"),
    path("sessions/<str:code>/", directory.session_page, name="session"),
    path("upload/", upload_page, name="upload"),
    path("my-work/", my_work_page, name="my-work"),
    path("my-work/batches/<uuid:pk>/", batch_page, name="batch"),
    path("my-work/batches/<uuid:pk>/receipt/", receipt_page, name="batch-receipt"),
    path("my-work/batches/<uuid:pk>/review/", review_page, name="batch-review"),
    path("my-work/batches/<uuid:pk>/receipt.json", receipt_file, name="batch-receipt-file"),
    *(path(f"my-work/batches/<uuid:pk>/{name}/", batch_move, {"move": name}, name=f"batch-{name}") for name in MOVES),
    path("my-work/jobs/<uuid:pk>/retry/", retry_page, name="job-retry"),
    path("synonyms/", synonyms.synonyms_page, name="synonyms"),
    path("synonyms/new/", synonyms.new_synonym_page, name="synonym-new"),
    path("synonyms/export/", synonyms.export_synonyms, name="synonyms-export"),
    path("synonyms/import/", synonyms.import_synonyms_page, name="synonyms-import"),
    path("synonyms/<str:key>/", synonyms.synonym_page, name="synonym"),
    path("synonyms/<str:key>/switch/", synonyms.switch_synonym, name="synonym-switch"),
    path("synonyms/<str:key>/remove/", synonyms.remove_synonym_page, name="synonym-remove"),
    path("synonyms/<str:key>/restore/", synonyms.restore_synonym_page, name="synonym-restore"),
    path("questions/", questions_page, name="questions"),
    path("questions/export/", export_questions, name="questions-export"),
    path("operate/", operate_page, name="operate"),
    path("language/", set_language, name="set_language"),
    path("accounts/login/", SignInPage.as_view(), name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
]
