"""Results with their scores, and attachments (xAPI 1.0.3 Data 2.4.5, 2.4.11)."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from lms_plugin.lrs.validation.checks import Invalid
from lms_plugin.lrs.validation.formats import (
    ContentType,
    Duration,
    Extensions,
    Iri,
    LanguageMap,
    Sha2,
    bounded,
)


class Score(Struct, forbid_unknown_fields=True):
    """How well it went."""

    scaled: Annotated[float, Meta(ge=-1, le=1)] | UnsetType = UNSET
    raw: float | UnsetType = UNSET
    min: float | UnsetType = UNSET
    max: float | UnsetType = UNSET

    def __post_init__(self) -> None:
        """min < max, and raw between them."""
        low = float("-inf") if self.min is UNSET else self.min
        high = float("inf") if self.max is UNSET else self.max
        if low >= high:
            raise Invalid("must be less than max").below("min")
        if self.raw is not UNSET and not low <= self.raw <= high:
            raise Invalid("must be between min and max").below("raw")


class Result(Struct, forbid_unknown_fields=True):
    """What came of it."""

    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: Duration | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Extensions of bounded depth."""
        if self.extensions:
            bounded(self.extensions)


class Attachment(Struct, forbid_unknown_fields=True, rename="camel"):
    """What is said about data that belong to a statement."""

    usage_type: Iri
    display: LanguageMap
    content_type: ContentType
    length: Annotated[int, Meta(ge=0)]
    sha2: Sha2
    description: LanguageMap | UnsetType = UNSET
    file_url: Iri | UnsetType = UNSET
