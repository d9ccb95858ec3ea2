"""Fixed vocabularies of the OpenAI APIs: words that are the API's own, not a client's."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIXED_WORDS = _words(
    "arguments assistant auto content default description developer flex function high id include_obfuscation "
    "include_usage index json_object json_schema low medium minimal name none parameters prediction priority refusal "
    "required role scale schema strict system text tool tool_call_id tool_calls type user xhigh"
)
"""Keys and enumerated values within messages, tools and controls; the fields of the body stand where they are read."""

RESPONSES_WORDS = _words(
    "allowed_tools annotations auto call_id commentary completed concise custom custom_tool_call "
    "custom_tool_call_output detailed disabled effort final_answer format function_call function_call_output "
    "generate_summary grammar in_progress incomplete input_text lark logprobs message mode namespace output "
    "output_text phase reasoning reasoning.encrypted_content message.output_text.logprobs regex status summary "
    "syntax verbosity definition caller async"
)
"""Keys and enumerated values of the Responses API, beside `FIXED_WORDS` and the fields of the body."""
