"""What the forms of the desk ask, and how a criterion's own boxes are read. Decides nothing."""

from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from app.queries.desk import Item
from app.services.answers import AnswerInput
from app.web.forms import Form
from app.web.inputs import DAY_WORDS, EARLIEST, LARGEST_ID, LATEST, OLD_WORDS
from criteria.answers import fields as fields_of
from criteria.answers import value_from_json, value_to_raw


def _key(*, required: bool = False) -> fields.Integer:
    words: dict[str, Any] = dict.fromkeys(("required", "invalid", "null"), OLD_WORDS)
    within = validate.Range(0, LARGEST_ID, error=OLD_WORDS)
    return fields.Integer(required=required, error_messages=words, validate=within)


class FileSchema(Schema):
    """What is said of a document that comes with the form."""

    number = fields.String()
    issued_on = fields.Date(
        format="%d/%m/%Y",
        error_messages={"invalid": [DAY_WORDS]},
        validate=validate.Range(EARLIEST, LATEST, error=DAY_WORDS),
    )
    summary = fields.String()

    @pre_load
    def _without_blank_day(self, typed: dict[str, Any], **_more: Any) -> dict[str, Any]:
        is_blank = not str(typed.get("issued_on", "")).strip()
        return {name: text for name, text in typed.items() if name != "issued_on" or not is_blank}


class LibrarySchema(FileSchema):
    """What the library asks beside the file."""

    purpose = fields.String()
    link = fields.String()


class ProposalSchema(Schema):
    """The proposals that were ticked: a document and a criterion each."""

    pair = fields.List(
        fields.String(validate=validate.Regexp(r"[0-9]{1,9}:[^:]{1,64}\Z", error=OLD_WORDS)),
        load_default=list,
    )


class RecordSchema(FileSchema):
    """What a document is, and which criteria it proves; what is left blank is said no more."""

    criteria = fields.List(fields.String(), load_default=list)
    version = _key(required=True)


class BulkSchema(Schema):
    """Which documents are to prove which criteria besides."""

    documents = fields.List(_key(), load_default=list)
    criteria = fields.List(fields.String(), load_default=list)


class CriterionSchema(FileSchema):
    """What a criterion's page asks beside the boxes of its rule."""

    reason = fields.String()
    estimated = fields.String()
    version = _key(required=True)
    documents = fields.List(_key(), load_default=list)
    shown = fields.List(_key(), load_default=list)
    then = fields.String(load_default="list")


class AutosaveSchema(Schema):
    """What the script says beside what was typed."""

    version = _key(required=True)


class TableSchema(Schema):
    """What a table asks beside its cells."""

    then = fields.String(load_default="stay")


class VersionSchema(Schema):
    """A press of a button on a page that shows a version."""

    version = _key(required=True)


class AgreementSchema(Schema):
    """The head's agreement: the digest of what was shown."""

    digest = fields.String(load_default="")


class NoSchema(Schema):
    """A form whose only box has a name of its own."""


def typed_answer(form: Form, item: Item, own: str = "") -> AnswerInput:
    """What was typed into the boxes of the criterion's rule, with reason and estimate.

    ``own`` stands before the names of the boxes where a page holds several criteria.
    """
    raw = {field.name: form.raw.getlist(f"{own}{field.name}") for field in fields_of(item.criterion.rule)}
    return AnswerInput(raw, form[f"{own}reason"], estimated=bool(form[f"{own}estimated"]))


def prefilled(item: Item) -> dict[str, Any]:
    """The stored answer, as the boxes show it; else the earlier form's that waits to be confirmed."""
    answer, rule = item.answer, item.criterion.rule
    if item.carried is not None:
        drafted = value_to_raw(rule, value_from_json(rule, item.carried.value))
        return {**drafted, "reason": item.carried.reason, "version": answer.version if answer else 0}
    if answer is None:
        return {"version": 0}
    value = {} if answer.value is None else value_to_raw(rule, value_from_json(rule, answer.value))
    return {
        **value,
        "reason": answer.reason,
        "estimated": "1" if answer.estimated else "",
        "version": answer.version,
    }
