"""Replies that arrive later: a recipient answers with the id of a job, of which the reply is asked for afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass

JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
"""Ids of jobs that are taken: one part of a path, in which no sign needs an escape."""

WITHHELD_JOB = "withheld-"
"""How the ids begin of jobs that are none: of requests that were refused, for clients that hide errors."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a client at a recipient. `id` is the recipient's; another client's job of the same id is another."""

    client: str
    recipient: str
    id: str
