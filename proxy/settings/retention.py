"""How long meetings and people stay on file. How long the ledger's events do is the ledger's own setting."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from proxy.settings.base import Section

Days = Annotated[int, Field(ge=1, le=36_500)]


class Retention(Section):
    """When the proxy takes off file what nothing needs any more. None: it stays until an operator takes it off."""

    meetings_days: Days | None = None
    """Days after a meeting's end, or a day after its start where its end is not known."""
    people_days: Days | None = None
    """Days for which no meeting on file, no yes that counts, no room and no directory needs a person."""

    @model_validator(mode="after")
    def _people_after_meetings(self) -> Self:
        if self.people_days is not None and self.meetings_days is None:
            raise ValueError(
                "people_days needs meetings_days: whoever is on the roster of a meeting on file stays"
                "; set retention.meetings_days too"
            )
        return self

    @property
    def idle_days(self) -> int | None:
        """After how many days without a meeting and a yes a person is taken off file, at most."""
        return None if self.people_days is None or self.meetings_days is None else self.people_days + self.meetings_days
