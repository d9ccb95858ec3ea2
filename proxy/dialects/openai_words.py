"""Fixed vocabularies of the OpenAI API and of JSON Schema: words that are the API's own, not a client's."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DOCUMENTED_FIELDS = _words(
    "access_programs audio background background_options best_of cache_control chat_template context_management "
    "conversation defer_loading echo extra_body file guided_json image image_url input input_audio instructions "
    "keep_alive messages min_p moderation n options previous_response_id prompt prompt_cache_breakpoint "
    "prompt_cache_options prompt_cache_retention repetition_penalty response_format stop suffix system think top_a "
    "top_k truncation video web_search_options"
)
"""Fields of API references that are refused, and that a fault may name; any other name is the client's own word."""

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

SCHEMA_KEYWORDS = _words(
    "$anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary additionalItems "
    "additionalProperties allOf anyOf const contains contentEncoding contentMediaType contentSchema default "
    "definitions dependencies dependentRequired dependentSchemas deprecated description else enum examples "
    "exclusiveMaximum exclusiveMinimum format if items maxContains maxItems maxLength maxProperties maximum "
    "minContains minItems minLength minProperties minimum multipleOf not nullable oneOf pattern patternProperties "
    "prefixItems properties propertyNames readOnly required then title type unevaluatedItems "
    "unevaluatedProperties uniqueItems writeOnly"
)
"""Keys with a meaning in JSON Schema (draft 7 and 2020-12); all other keys in a schema are the client's words."""

SCHEMA_TYPES = _words("array boolean integer null number object string")
"""What ``type`` says in a schema."""

SCHEMA_FORMATS = _words(
    "date date-time double duration email float hostname idn-email idn-hostname int32 int64 ipv4 ipv6 iri "
    "json-pointer regex relative-json-pointer time uri uri-reference uri-template uuid"
)
"""What ``format`` says in a schema (JSON Schema 2020-12 and OpenAPI)."""
