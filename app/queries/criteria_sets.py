"""Criteria sets as the leaf understands them, read once for each digest. Never writes."""

from functools import lru_cache

from app.models import CampaignKind, StoredCriteriaSet
from criteria.codec import from_json
from criteria.model import CriteriaSet

_read = lru_cache(maxsize=64)(lambda _digest, document: from_json(document))


def criteria_set_of(kind: CampaignKind) -> CriteriaSet:
    """The criteria set by which units of this kind are measured in this campaign."""
    return stored_set(kind.criteria_set)


def stored_set(stored: StoredCriteriaSet) -> CriteriaSet:
    """A stored document as a criteria set; documents are immutable, so the digest is the cache key."""
    found: CriteriaSet = _read(stored.digest, stored.document)
    return found
