"""The dialect ``zoom-summarizer``: ``POST /v2/aiservices/summarizer/summarize`` of Zoom's AI services, as data.

Source: developers.zoom.us/docs/ai-services/summarizer/fast-mode. The result is in ``result.text`` or, by other
pages, in fields named after the task: all below ``result`` is restored. Batch jobs (``…/summarizer/jobs``) point
Zoom at files in a bucket, which nobody here can inspect: their fields are on no list, and no route should serve them.
"""

from __future__ import annotations

from proxy.dialects.declared.dialect import JsonDialect
from proxy.settings.shapes import JsonShape

MOST_BYTES = 96 * 1024
"""The cap on ``input.text``, 96 KB."""

SHAPE = JsonShape.model_validate(
    {
        "speech": ["/input/text"],
        "identifiers": ["/reference_id"],
        "controls": {
            "/config/summary_type": {"type": "string", "values": ["conversation"]},
            "/config/task": {"type": "string", "values": ["recap", "summary", "action_items", "full_summary"]},
            "/config/language": {"type": "string", "pattern": "[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?"},
        },
        "max_bytes": {"/input/text": MOST_BYTES},
        "reply": {"text": ["/result"]},
        "error": {"code": "/code", "message": "/message"},
    }
)


def zoom_summarizer() -> JsonDialect:
    """Zoom's summarizer, whole text in one call."""
    return JsonDialect("zoom-summarizer", SHAPE)
