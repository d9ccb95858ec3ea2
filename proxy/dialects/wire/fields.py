"""Checks of request fields that hold no text (controls by type, range and enumeration), and the public field names.

A check takes the value and the structural name of its place, and returns nothing or raises `ClientFault`. ``null``
means "not set" wherever an API says so.

A field name is public if a server's reference lists it (`PUBLISHED`, `REFUSED`), or if it consists only of words that
such names are made of (``max_thinking_tokens``). Most names that a server adds later are of the second kind, and no
such name can carry a person's name. Sources: the references of vLLM, llama.cpp, SGLang, TGI, Ollama, Mistral,
OpenRouter, DashScope, DeepSeek, Groq, OpenAI and Anthropic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from proxy.errors import ClientFault
from proxy.json_source import JsonArray, JsonConstant, JsonNumber, JsonObject, JsonString, JsonValue


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


REFUSED = _words(
    "access_programs adapter_id audio audio_config background background_options callback callback_url contents "
    "context_management conversation data_sources documents enable_search extra_body extra_headers extra_query file "
    "files function_call functions generationConfig id_slot image image_config image_data image_url images input "
    "input_audio instructions kv_transfer_params logging logits_processors lora_path mcp_servers media message "
    "messages metadata moderation multi_modal_data n plugins previous_response_id prompt prompt_cache_breakpoint "
    "prompt_cache_options request_id response_format safety_identifier search_domain_filter search_mode "
    "search_options search_parameters session_id session_params slot_id stop store suffix system system_prompt "
    "template tool_choice tools trace user user_id video web_search web_search_options webhook webhook_url"
)
"""Fields that hold content in a form not read there, or that let the recipient fetch, send or keep it elsewhere."""

TEXTS = _words(
    "bad_words chat_template dry_sequence_breakers ebnf grammar guided_choice guided_decoding guided_grammar "
    "guided_json guided_regex guided_whitespace_pattern json_schema regex stop_regex structural_tag structured_outputs"
)
"""Settings that may hold text: schemas, grammars and word lists. They count as the client's instructions."""

PUBLISHED = TEXTS | _words(
    "adaptive_decay adaptive_target add_generation_prompt add_special_tokens allowed_token_ids best_of cache_control "
    "cache_prompt chat_template_kwargs continue_final_message continuous_usage_stats custom_params detokenize "
    "do_sample draft_num_predict dry_allowed_length dry_base dry_multiplier dry_penalty_last_n dynatemp_exponent "
    "dynatemp_range early_stopping echo enable_thinking epsilon_cutoff eta_cutoff f16_kv frequency_penalty "
    "guided_decoding_backend ignore_eos include_obfuscation include_reasoning include_stop_str_in_output "
    "include_usage keep_alive length_penalty logit_bias logprobs low_vram main_gpu max_new_tokens max_thinking_tokens "
    "min_keep min_new_tokens min_p min_tokens mirostat mirostat_ent mirostat_eta mirostat_lr mirostat_tau models "
    "n_discard n_indent n_keep n_predict n_probs no_stop_trim num_beams num_ctx num_predict options "
    "parallel_tool_calls parse_tool_calls partial penalize_nl post_sampling_probs prefix presence_penalty priority "
    "prompt_cache_retention prompt_logprobs prompt_mode prompt_truncate_len provider quality random_seed raw_output "
    "reasoning reasoning_budget reasoning_effort reasoning_format repeat_last_n repeat_penalty repetition_penalty "
    "response_fields return_full_text return_progress return_token_ids return_tokens return_tokens_as_token_ids route "
    "safe_prompt samplers sampling_seed seed separate_reasoning service_tier skip_special_tokens "
    "spaces_between_special_tokens speculative stop_token_ids stream_reasoning t_max_predict_ms "
    "temperature tfs_z think thinking thinking_budget thinking_forced_open timings_per_token top_a top_k top_logprobs "
    "top_n_sigma top_n_tokens top_p transforms truncate truncate_prompt_tokens truncation typical typical_p usage "
    "use_beam_search use_cache verbosity watermark weight xtc_probability xtc_threshold"
)
"""Fields that set how a reply is generated."""

_PARTS = _words(
    "adaptive add beam beams best beta bias block budget cache completion confidence continue cutoff decay decode "
    "decoding depth diversity do draft dry dynamic dynatemp eager early effort enable end entropy eos epsilon eta "
    "exclude exponent factor fast fill force forced format frequency gamma generation grammar greedy group guidance "
    "guided ignore include initial k kv lambda last length level logit logits logprob logprobs lookahead low max "
    "maximum min minimum mirostat mode multiplier n new no nsigma num output p parallel partial penalize penalty "
    "precision predict prediction prefill prefix presence prob probability probs quality random range rank rate ratio "
    "reasoning repeat repetition retention return sample sampler sampling scale schema seed sequence sequences size "
    "skip slope smoothing softmax special speculative speed steps stop stopping strategy strict structured suppress "
    "tau temp temperature tfs think thinking threshold tier timings tokens tool tools top trim truncate truncation "
    "typical usage use verbosity weight window xtc z"
)
"""Words that such names are made of. None of them describes content, people, places or credentials."""

KEYS = _PARTS | _words(
    "allow_fallbacks audio budget_tokens clear_thinking completion data_collection enable_thinking enabled "
    "enforce_distillable_text generate_summary image ignore max_price only order prompt quantizations request "
    "require_parameters sort summary ttl type zdr"
)
"""Keys within settings, besides those of JSON Schema."""

_NAME = re.compile(r"[a-z]+(?:_[a-z]+){1,4}")

VALUES = _words(
    "1h 24h 5m adaptive all allow any ascending auto bf16 concise content custom default deny detailed disabled "
    "enabled ephemeral fallback fast fixed flex fp16 fp4 fp6 fp8 grammar hidden high in-memory in_memory int4 int8 "
    "json json_object json_schema lark latency llguidance low max medium middle-out minimal never none object omitted "
    "on_demand outlines parsed performance price priority quality raw reasoning regex scale standard standard_only "
    "string structural_tag summarized text throughput unknown xgrammar xhigh"
)
"""Values that the same references list. They pass unchanged."""


PROVIDERS = _words(
    "ai21 alibaba amazon-bedrock anthropic anyscale atlas-cloud azure baseten bedrock cerebras chutes cloudflare "
    "cohere crusoe deepinfra deepseek fireworks friendli gmicloud google google-ai-studio google-vertex groq "
    "hyperbolic inceptron inference-net infermatic lambda lepton meta minimax mistral moonshotai nebius novita nvidia "
    "openai parasail perplexity phala relace sambanova siliconflow stealth together vertex xai z-ai"
)
"""Providers that serve models behind a router, as the router spells them."""


def is_value(text: str) -> bool:
    """Whether a string is a value that the references list, such as ``high`` or ``deepinfra/fp8``."""
    return text in VALUES or all(part in PROVIDERS or part in VALUES for part in text.lower().split("/"))


def is_public(name: str) -> bool:
    """Whether a field name is an API's own, so that it may be named in errors and may leave."""
    if name in PUBLISHED or name in REFUSED:
        return True
    parts = name.split("_")
    return _NAME.fullmatch(name) is not None and len(set(parts)) == len(parts) and _PARTS.issuperset(parts)


Check = Callable[[JsonValue, str], None]

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
CALL_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
MODEL = re.compile(r"[A-Za-z0-9._:/@-]{1,128}")

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_LONGEST_NUMBER = 32


def invalid(where: str, remedy: str) -> ClientFault:
    """The fault for a field whose value is not what the API allows."""
    return ClientFault("invalid_field", remedy, where=where)


def is_null(value: JsonValue | None) -> bool:
    """Whether a field is absent or ``null``."""
    return value is None or (isinstance(value, JsonConstant) and value.value is None)


def string_at(value: JsonValue | None, where: str) -> JsonString:
    """The value as a string."""
    if isinstance(value, JsonString):
        return value
    raise invalid(where, "must be a string")


def array_at(value: JsonValue | None, where: str) -> JsonArray:
    """The value as an array."""
    if isinstance(value, JsonArray):
        return value
    raise invalid(where, "must be an array")


def object_at(
    value: JsonValue | None, where: str, allowed: frozenset[str], more: Callable[[str], bool] | None = None
) -> JsonObject:
    """The value as an object whose fields are all in `allowed` or accepted by `more`.

    `where` is empty for the body itself.
    """
    if not isinstance(value, JsonObject):
        raise invalid(where or "body", "must be an object")
    names = [(number, member.key.text) for number, member in enumerate(value.members, start=1)]
    unknown = [(number, name) for number, name in names if name not in allowed and not (more and more(name))]
    if unknown:
        raise _unknown_fields(unknown, where)
    return value


def _unknown_fields(unknown: Sequence[tuple[int, str]], where: str) -> ClientFault:
    """The fault for fields that are not accepted. It names public ones and gives the position of the others."""
    public = [name for _, name in unknown if is_public(name)]
    others = [str(number) for number, name in unknown if not is_public(name)]
    told = [f"'{name}'" for name in public]
    told += (
        [f"field number {others[0]}"] if len(others) == 1 else [f"fields number {', '.join(others)}"] if others else []
    )
    remedy = "leave them out" if len(unknown) > 1 else "leave it out"
    if others and not where:
        remedy += ", or have the operator list a setting under routes[].controls"
    prefix = f"{where}." if where else ""
    return ClientFault(
        "unknown_field",
        f"{' and '.join(told)} of {where or 'the body'}: not among the fields that this proxy inspects and passes on; "
        f"{remedy}",
        where=prefix + public[0] if public else where or "body",
    )


def fields_at(value: JsonValue | None, where: str, checks: Mapping[str, Check]) -> JsonObject:
    """The value as an object in which every field passes its check. Null passes."""
    found = object_at(value, where, frozenset(checks))
    for member in found.members:
        if not is_null(member.value):
            checks[member.key.text](member.value, f"{where}.{member.key.text}" if where else member.key.text)
    return found


def boolean(value: JsonValue, where: str) -> None:
    """``true`` or ``false``."""
    if not (isinstance(value, JsonConstant) and value.value is not None):
        raise invalid(where, "must be true or false")


def integer(low: int, high: int) -> Check:
    """A whole number in a range, ends included."""

    def check(value: JsonValue, where: str) -> None:
        if not (isinstance(value, JsonNumber) and _INTEGER.fullmatch(value.literal) and low <= int(value[2]) <= high):
            raise invalid(where, f"must be a whole number from {low} to {high}")

    return check


def number_between(low: float, high: float) -> Check:
    """A number in a range, ends included."""

    def check(value: JsonValue, where: str) -> None:
        fits = isinstance(value, JsonNumber) and len(value.literal) <= _LONGEST_NUMBER
        if not (fits and low <= float(value[2]) <= high):  # type: ignore[arg-type]  # [2] of a number is its literal
            raise invalid(where, f"must be a number from {low:g} to {high:g}")

    return check


def one_of(*choices: str) -> Check:
    """One of these words."""

    def check(value: JsonValue, where: str) -> None:
        if not (isinstance(value, JsonString) and value.text in choices):
            raise invalid(where, f"must be one of: {', '.join(choices)}")

    return check


def matching(pattern: re.Pattern[str], meaning: str) -> Check:
    """A string that matches `pattern`. `meaning` describes it in the fault."""

    def check(value: JsonValue, where: str) -> None:
        if not (isinstance(value, JsonString) and pattern.fullmatch(value.text)):
            raise invalid(where, f"must be {meaning}: a string like {pattern.pattern}")

    return check


call_id = matching(CALL_ID, "an id")
"""An id that a recipient made, such as the id of a tool call."""
