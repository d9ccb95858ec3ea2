"""Answers of our own in the shapes of Jitsi Skynet's summaries API: errors, and jobs that are none."""

from __future__ import annotations

import orjson

from proxy.errors import Fault
from proxy.model import WITHHELD_JOB, Answer


def error_answer(fault: Fault) -> Answer:
    """A fault as FastAPI writes errors, ``{"detail": "…"}``, the reason code first, since clients show nothing else."""
    place = f" (at {fault.where})" if fault.where else ""
    detail = f"{fault.reason}: {fault.detail}{place}" if fault.detail else f"{fault.reason}{place}"
    return _json({"detail": detail, "code": fault.reason}, fault.status)


def withheld_job(exchange: str) -> Answer:
    """The id of a job that is none, for a request that was refused: asking for its reply tells what happened."""
    return _json({"id": f"{WITHHELD_JOB}{exchange}"})


def told_job(job: str, message: str) -> Answer:
    """A job that has ended well and says `message`."""
    return _json({"duration": 0.0, "id": job, "result": message, "status": "success", "type": "summary"})


def _json(body: dict[str, object], status: int = 200) -> Answer:
    return Answer(status, "application/json", orjson.dumps(body))
