"""A group of resources of the API: reads strictly, and is documented under a heading of its own."""

from typing import Any, ClassVar

from flask_smorest import Blueprint
from werkzeug.routing import BaseConverter, Map

from app.api.fields import LARGEST_ROW
from app.api.parser import MULTIPART, StrictParser

ROOT = "/api/v1"
ROW = f"int(max={LARGEST_ROW})"


class Slug(BaseConverter):
    """The part of an address that names a campaign or a unit."""

    regex = "[a-z0-9][a-z0-9-]{0,254}"
    part_isolating = True


class Code(BaseConverter):
    """The part of an address that names a criterion."""

    regex = "[A-Za-z0-9][A-Za-z0-9_.-]{0,31}"
    part_isolating = True


CONVERTERS: dict[str, type[BaseConverter]] = {"slug": Slug, "code": Code}


class Resources(Blueprint):
    """Views under :data:`ROOT`; ``heading`` is what the documentation groups them by."""

    ARGUMENTS_PARSER = StrictParser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar = {
        "json": "application/json",
        "multipart": MULTIPART,
    }

    def __init__(self, name: str, description: str) -> None:
        super().__init__(f"api_{name}", __name__, url_prefix=ROOT, description=description)
        self.heading = name

    def add_url_rule(self, rule: str, *more: Any, **options: Any) -> None:
        """As the library does, under the group's heading."""
        options["tags"] = [self.heading]
        super().add_url_rule(rule, *more, **options)


def add_converters(url_map: Map) -> None:
    """Let addresses hold slugs and codes."""
    url_map.converters.update(CONVERTERS)
