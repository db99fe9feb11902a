"""Criteria sets as JSON text: read strictly, every fault with its path; written in one canonical spelling."""

from __future__ import annotations

from criteria.canonical import sha256_of, text_of
from criteria.model import CriteriaSet
from criteria.reading import read, strict_json


def to_json(criteria_set: CriteriaSet) -> str:
    """The canonical JSON text: keys sorted, numbers as text, no spaces. Equal sets give equal texts."""
    return text_of(criteria_set)


def from_json(text: str) -> CriteriaSet:
    """Read a criteria set; text is brought to NFC. Raises `InvalidCriteria` with every flaw and its path."""
    return read(CriteriaSet, strict_json(text))


def digest(criteria_set: CriteriaSet) -> str:
    """The SHA-256 of the canonical text, in hexadecimal: the version of the set."""
    return sha256_of(criteria_set)
