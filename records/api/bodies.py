"""What a request brings: JSON of a size and depth that can be held. Answers are JSON, whatever is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_Renderer = TypeVar("_Renderer", bound=BaseRenderer)


class BodyTooLarge(APIException):
    """A body that would not be held in memory. Files have their own way in: uploads, in parts."""

    status_code = 413
    default_code = "too_large"
    default_detail = "This body is too large; send files in parts (POST uploads/)."


class JsonBody(JSONParser):
    """JSON, refused by its size before it is read, and by its depth without bringing the process down."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        said = ((parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0").strip()
        if not said.isdecimal() or int(said) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            raise BodyTooLarge()
        try:
            return super().parse(stream, media_type, dict(parser_context or {}))
        except RecursionError:
            raise ParseError("This JSON is nested too deeply.") from None


class AlwaysJson(DefaultContentNegotiation):
    """One form of answer, and files as they are: `Accept: application/pdf` must not keep anybody from a PDF."""

    def select_renderer(
        self, request: Request, renderers: Iterable[_Renderer], format_suffix: str | None = None
    ) -> tuple[_Renderer, str]:
        only: Sequence[_Renderer] = list(renderers)
        return only[0], str(only[0].media_type)
