"""A submitted form: what was typed, what it means, and what to repair. The one place in the pages that catches."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from app.faults import FieldFault, Invalid
from app.problems import faults_of
from workflows.workflow import MoveRefused


class Form:
    """Values as typed (``raw``), as read by a schema (``data``), and ``errors`` as {field: message}.

    A view makes one for GET (empty or prefilled) and one for POST, and hands it to the template either way, so that
    nothing typed is ever lost.
    """

    def __init__(self, schema: Schema, prefilled: Mapping[str, Any] | None = None) -> None:
        self.schema = schema
        sent = request.method == "POST"
        self.raw: MultiDict[str, Any] = _typed_in() if sent else MultiDict(prefilled or {})
        self.data: dict[str, Any] = {}
        self.faults: tuple[FieldFault, ...] = ()
        if sent:
            self._read()

    def __getitem__(self, field: str) -> Any:
        return self.raw.get(field, "")

    @property
    def errors(self) -> dict[str, str]:
        """The first message of each field, for the summary and the fields."""
        found: dict[str, str] = {}
        for fault in self.faults:
            found.setdefault(fault.field, fault.message)
        return found

    def carry_out(self, act: Callable[..., Any], **more: Any) -> bool:
        """Call a service with the read values; True when it was done, else ``errors`` say why not."""
        if self.faults:
            return False
        try:
            act(**self.data, **more)
        except (Invalid, MoveRefused) as error:
            self.faults = faults_of(error)
        return not self.faults

    def _read(self) -> None:
        fields = {name: self._typed(name) for name in self.schema.load_fields if name in self.raw}
        try:
            self.data = self.schema.load(fields)
        except ValidationError as error:
            self.faults = faults_of(error)

    def _typed(self, name: str) -> Any:
        values = self.raw.getlist(name)
        return values if hasattr(self.schema.load_fields[name], "inner") else values[-1]


def _typed_in() -> MultiDict[str, Any]:
    # NUL cannot be typed and cannot be kept; it comes from broken programs only.
    return MultiDict((name, value.replace("\x00", "")) for name, value in request.form.items(multi=True))
