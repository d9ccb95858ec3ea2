"""The terms of recipients, as text with a version and a digest: what people were shown when they were asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """One version of a recipient's terms.

    `digest` is that of `text`, as whoever added it wrote it. `accepted_at` and `accepted_by` say when somebody of
    the organization accepted it first; None: nobody did.
    """

    recipient: str
    version: str
    digest: str
    text: str
    added_at: datetime
    accepted_at: datetime | None = None
    accepted_by: str | None = None
