"""Names of fields that servers publish: names of these APIs, and nobody's own words.

A name is public if a server's reference has it (`PUBLISHED`, `REFUSED`), or if it is put together of words that such
names are made of (``max_thinking_tokens``): what a server adds later is mostly one of these, and no such name can
carry a person's. Sources: the references of vLLM, llama.cpp, SGLang, TGI, Ollama, Mistral, OpenRouter, DashScope,
DeepSeek, Groq, OpenAI and Anthropic.
"""

from __future__ import annotations

import re


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
"""Fields that hold content in a form that is not read there, or let the recipient fetch, send or keep it elsewhere."""

TEXTS = _words(
    "bad_words chat_template dry_sequence_breakers ebnf grammar guided_choice guided_decoding guided_grammar "
    "guided_json guided_regex guided_whitespace_pattern json_schema regex stop_regex structural_tag structured_outputs"
)
"""Settings that may hold text: schemas, grammars and lists of words, which are the client's instructions."""

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
"""Fields that set how a reply is made."""

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
"""Words of such names. None of them tells of content, people, places or credentials."""

KEYS = _PARTS | _words(
    "allow_fallbacks audio budget_tokens clear_thinking completion data_collection enable_thinking enabled "
    "enforce_distillable_text generate_summary image ignore max_price only order prompt quantizations request "
    "require_parameters sort summary ttl type zdr"
)
"""Keys within settings, beside those of JSON Schema."""

_NAME = re.compile(r"[a-z]+(?:_[a-z]+){1,4}")

VALUES = _words(
    "1h 24h 5m adaptive all allow any ascending auto bf16 concise content custom default deny detailed disabled "
    "enabled ephemeral fallback fast fixed flex fp16 fp4 fp6 fp8 grammar hidden high in-memory in_memory int4 int8 "
    "json json_object json_schema lark latency llguidance low max medium middle-out minimal never none object omitted "
    "on_demand outlines parsed performance price priority quality raw reasoning regex scale standard standard_only "
    "string structural_tag summarized text throughput unknown xgrammar xhigh"
)
"""Values that the same references list; they pass as they are."""


PROVIDERS = _words(
    "ai21 alibaba amazon-bedrock anthropic anyscale atlas-cloud azure baseten bedrock cerebras chutes cloudflare "
    "cohere crusoe deepinfra deepseek fireworks friendli gmicloud google google-ai-studio google-vertex groq "
    "hyperbolic inceptron inference-net infermatic lambda lepton meta minimax mistral moonshotai nebius novita nvidia "
    "openai parasail perplexity phala relace sambanova siliconflow stealth together vertex xai z-ai"
)
"""Who serves models behind a router, as it writes them."""


def is_value(text: str) -> bool:
    """Whether a string is a value that references list, such as ``high`` or ``deepinfra/fp8``."""
    return text in VALUES or all(part in PROVIDERS or part in VALUES for part in text.lower().split("/"))


def is_public(name: str) -> bool:
    """Whether a field's name is an API's own, so that it can be told and can leave."""
    if name in PUBLISHED or name in REFUSED:
        return True
    parts = name.split("_")
    return _NAME.fullmatch(name) is not None and len(set(parts)) == len(parts) and _PARTS.issuperset(parts)
