"""What the API's description says of every operation: its errors have one shape."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers


class ErrorShape(serializers.Serializer[Any]):
    """One thing that is wrong."""

    code = serializers.CharField(help_text="Stable name of the error, for programs.")
    detail = serializers.CharField(help_text="A sentence that says what to do.")
    attr = serializers.CharField(allow_null=True, help_text="The parameter or field at fault, if one is.")


class ErrorsShape(serializers.Serializer[Any]):
    """The one shape of every error."""

    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorShape(many=True)  # type: ignore[assignment]


ERRORS = {
    "400": OpenApiResponse(ErrorsShape, "A parameter or field is unknown or has no valid value."),
    "401": OpenApiResponse(ErrorsShape, "The token is wrong or has ended, or one is needed for this."),
    "404": OpenApiResponse(ErrorsShape, "There is no such thing, or you may not know that there is."),
    "403": OpenApiResponse(ErrorsShape, "You may see this, but not do this with it."),
    "409": OpenApiResponse(ErrorsShape, "The change contradicts the present state."),
}
_CHANGES = {"post", "put", "patch", "delete"}


class ApiSchema(AutoSchema):
    """drf-spectacular's reading of a view, with our errors added."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies = dict(super()._get_response_bodies(direction))
        statuses = ["400", "401", "404"] + (["403", "409"] if self.method.lower() in _CHANGES else [])
        for status in statuses:
            if status not in bodies:
                bodies[status] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    ERRORS[status], status, direction=direction
                )
        return bodies


def parameter(
    name: str, description: str, *, type: Any = str, enum: Any = None, many: bool = False, required: bool = False
) -> OpenApiParameter:
    """Describe a query parameter."""
    return OpenApiParameter(
        name, type, OpenApiParameter.QUERY, required=required, description=description, enum=enum, many=many
    )


def in_path(name: str, description: str, *, type: Any = str) -> OpenApiParameter:
    """Describe a part of the address."""
    return OpenApiParameter(name, type, OpenApiParameter.PATH, description=description)


IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="`ETag` of the record as read; 412 when it has changed since.",
)
