"""What several tables share: a version, and whom a change is recorded on. No table of its own."""

from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class Versioned:
    """A mutable row. A change to an older version than the stored one is refused by the database."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - SQLAlchemy passes the class
        return {"version_id_col": cls.version}


class Unrecorded:
    """Rows that are themselves a record, or that live for a session only: no audit entry is asked for them."""
