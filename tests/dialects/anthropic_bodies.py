"""A Messages request that uses every field the dialect knows."""

SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {"recipient": {"type": ["string", "null"], "description": "Maya or Tom"}, "type": {"enum": ["a", 7]}},
    "required": ["recipient"],
}
CACHE = {"type": "ephemeral", "ttl": "5m"}

FULL = {
    "model": "acme-large-2",
    "system": [{"type": "text", "text": "Summarize the meeting.", "cache_control": CACHE, "citations": None}],
    "messages": [
        {"role": "user", "content": "Maya Chen: call me at 555 0100."},
        {"role": "system", "content": "Be brief."},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Maya asked.", "signature": "c2lnbmF0dXJl"},
                {"type": "redacted_thinking", "data": "ZW5jcnlwdGVk"},
                {
                    "type": "text",
                    "text": "Tom agrees.",
                    "citations": [
                        {"type": "char_location", "cited_text": "agrees", "document_index": 0,
                         "document_title": "Tom's", "start_char_index": 0, "end_char_index": 6, "file_id": None},
                        {"type": "page_location", "cited_text": "agrees", "document_index": 0, "document_title": None,
                         "start_page_number": 1, "end_page_number": 2},
                        {"type": "content_block_location", "cited_text": "agrees", "document_index": 0,
                         "document_title": "Ana's", "start_block_index": 0, "end_block_index": 1},
                        {"type": "search_result_location", "cited_text": "agrees", "search_result_index": 0,
                         "source": "wiki", "title": "Ana", "start_block_index": 0, "end_block_index": 1},
                    ],
                },
                {
                    "type": "tool_use",
                    "id": "toolu_1",
                    "name": "send_mail",
                    "input": {"to": ["Zoë", "+1 555 0100"], "when": {"Maya Chen": 15550100}, "urgent": True},
                    "cache_control": CACHE,
                    "caller": {"type": "direct"},
                    "toolset_name": None,
                },
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "toolu_1",
                    "is_error": False,
                    "cache_control": CACHE,
                    "content": [{"type": "text", "text": "sent to Maya"}],
                },
                {"type": "tool_result", "tool_use_id": "toolu_2", "content": "done for Tom"},
                {
                    "type": "search_result",
                    "source": "minutes",
                    "title": "Maya's notes",
                    "content": [{"type": "text", "text": "Tom spoke"}],
                    "citations": {"enabled": True},
                    "cache_control": CACHE,
                },
                {
                    "type": "document",
                    "source": {"type": "text", "media_type": "text/plain", "data": "Ana: hello"},
                    "title": "minutes of Ana",
                    "context": "by Maya",
                    "citations": {"enabled": True},
                    "cache_control": None,
                },
                {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "Tom: hi"}]}},
                {"type": "document", "source": {"type": "content", "content": "Tom: bye"}},
            ],
        },
    ],
    "tools": [
        {
            "name": "send_mail",
            "type": "custom",
            "description": "Writes to a person",
            "input_schema": SCHEMA,
            "input_examples": [{"recipient": "Maya"}],
            "cache_control": CACHE,
            "strict": True,
            "eager_input_streaming": False,
            "defer_loading": False,
            "allowed_callers": ["direct"],
        }
    ],
    "tool_choice": {"type": "tool", "name": "send_mail", "disable_parallel_tool_use": True},
    "stop_sequences": ["Maya:", "END"],
    "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}},
    "output_format": {"type": "json_schema", "schema": SCHEMA},
    "metadata": {"user_id": "maya@example.org"},
    "user_profile_id": "profile-1",
    "workspace_id": "team-blue",
    "diagnostics": {"previous_message_id": "msg_0"},
    "max_tokens": 1000,
    "stream": True,
    "temperature": 0.7,
    "top_p": 1,
    "top_k": 40,
    "service_tier": "auto",
    "speed": "standard",
    "inference_geo": "eu",
    "cache_control": CACHE,
    "thinking": {"type": "enabled", "budget_tokens": 1024, "display": "summarized"},
    "container": None,
}  # fmt: skip
