"""Base of the models, column types, and how a connection is opened. Holds no query."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    MetaData,
    String,
    Text,
    TypeDecorator,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry

MILLION = Decimal(1_000_000)
BUSY_SECONDS = 30
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Refuses a naive value; gives back UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database, as UTC.

        Raises:
            ValueError: the value has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database, as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Points(TypeDecorator[Decimal]):
    """Points, stored as whole millionths, so that sums are exact and ties are real on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """To whole millionths.

        Raises:
            ValueError: more than six decimals.
        """
        if value is None:
            return None
        scaled = value * MILLION
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than six decimals")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """From whole millionths."""
        return None if value is None else Decimal(value) / MILLION


Document = Mapping[str, Any]
Key = Annotated[int, mapped_column(primary_key=True)]
Short = Annotated[str, mapped_column(String(64))]
Name = Annotated[str, mapped_column(String(255))]
Prose = Annotated[str, mapped_column(Text, default="")]


class Base(DeclarativeBase):
    """Base of every model. Types of columns follow from their annotations."""

    metadata = MetaData(naming_convention=NAMING)
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UTCDateTime,
            Decimal: Points,
            dict[str, Any]: JSON(none_as_null=True),
            list[Any]: JSON(none_as_null=True),
        },
    )
    id: Mapped[Key]


def refers(target: str, *, ondelete: str = "RESTRICT", index: bool = True) -> Any:
    """A foreign key column to ``table.id``, indexed unless said otherwise."""
    return mapped_column(ForeignKey(f"{target}.id", ondelete=ondelete), index=index)


db = SQLAlchemy(metadata=Base.metadata)


def engine_options(url: str) -> dict[str, Any]:
    """What Flask-SQLAlchemy hands to ``create_engine`` for this address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 10, "pool_recycle": 1800}


def tune(engine: Engine) -> None:
    """Make SQLite durable and honest about writes: WAL, FULL, foreign keys, and our own BEGIN."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # pysqlite's own transaction handling would start deferred transactions behind our back.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
