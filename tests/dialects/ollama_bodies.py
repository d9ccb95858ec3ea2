"""Ollama requests that use every field the dialects know."""

OPTIONS = {
    "numa": False, "low_vram": False, "f16_kv": True, "logits_all": False, "vocab_only": False, "use_mmap": True,
    "use_mlock": False, "embedding_only": False, "penalize_newline": True, "num_ctx": 4096, "num_batch": 2,
    "num_gpu": 1, "main_gpu": 0, "num_thread": 8, "num_keep": 5, "num_predict": 100, "top_k": 20,
    "repeat_last_n": 33, "draft_num_predict": 4, "mirostat": 1, "seed": 42, "top_p": 0.9, "min_p": 0.0,
    "tfs_z": 0.5, "typical_p": 0.7, "temperature": 0.8, "repeat_penalty": 1.2, "presence_penalty": 1.5,
    "frequency_penalty": 1.0, "mirostat_tau": 0.8, "mirostat_eta": 0.6, "stop": ["Maya:", "END"],
}  # fmt: skip
COMMON = {
    "model": "acme/large:8b",
    "stream": True,
    "keep_alive": "5m",
    "think": "low",
    "logprobs": True,
    "top_logprobs": 3,
    "truncate": True,
    "shift": False,
    "format": {"type": "object", "properties": {"who": {"type": "string", "description": "Maya or Tom"}}},
    "options": OPTIONS,
}
CHAT = {
    **COMMON,
    "messages": [
        {"role": "system", "content": "Summarize the meeting."},
        {"role": "user", "content": "Maya Chen: call me at 555 0100.", "images": []},
        {
            "role": "assistant",
            "content": "",
            "thinking": "Maya asked.",
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {
                        "index": 0,
                        "name": "send_mail",
                        "description": "Writes to Maya",
                        "arguments": {"to": ["Zoë", "+1 555 0100"], "when": {"Maya Chen": 15550100}, "urgent": True},
                    },
                }
            ],
        },
        {"role": "tool", "tool_name": "send_mail", "tool_call_id": "call_1", "content": "sent to Maya"},
        {"role": "assistant", "content": "Done for Tom.", "tool_calls": None},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "send_mail",
                "description": "Writes to a person",
                "parameters": {"type": "object", "$defs": {"Maya": {}}, "properties": {"recipient": {"enum": ["a"]}}},
            },
        }
    ],
}
GENERATE = {
    **COMMON,
    "prompt": "Maya Chen: call me at 555 0100.",
    "suffix": "Tom agrees.",
    "system": "Summarize the meeting.",
    "template": "{{ .System }} as Maya would: {{ .Prompt }}",
    "raw": False,
    "images": [],
    "context": [],
}
