"""The words of JSON transcripts: which keys hold what was said, by whom and when. One list for all vendors.

Keys as in the public references of Google Meet (v2 transcript entries), Recall.ai, Fireflies, Attendee, Vexa, Jigasi,
Zoom RTMS, Microsoft Graph, OpenAI, AssemblyAI, Deepgram, WhisperX, Amazon Transcribe, Google Speech-to-Text, Azure
Speech, Rev.ai, Speechmatics, Gladia, Soniox and Slack. An object with words and a speaker or a time is a *turn*.
A key that is in no list may be anybody's word or name, and is refused.
"""

from __future__ import annotations

import re

from proxy.formats.times import OFFSET

TEXT = frozenset({
    "text", "raw_text", "transcript", "transcription", "spokenText", "data", "sentence", "utterance", "full_transcript",
    "nBest", "lexical", "itn", "maskedITN", "display",
})  # fmt: skip
"""What was said. As a string; as an object or list, whatever of these is inside of it."""
COPIES = frozenset({"ai_filters", "translation", "translations", "summary_of_turn"})
"""Inside of a turn: further renderings of what was said; every string in them is the speaker's."""
WORDS = frozenset({"words", "word_segments", "displayWords"})
"""Word lists: objects with one of `WORD`, or strings."""
WORD = ("punctuated_word", "word", "displayText", "text", "value", "content")
GUESSES = ("alternatives", "spoken_form", "written_form")
"""Inside of a word: lists of objects with one of `WORD`, of which the first is read."""
SHAPED = {"items": GUESSES[:1], "results": GUESSES[:1], "elements": ("value",), "tokens": ("text",)}
"""Keys of lists that are word lists where each entry is an object with one of these, and its word as a string."""
TOKENS = frozenset({"tokens"})
"""Numbers that stand for words."""
COUNTS = frozenset({"num_words", "word_count"})
"""How many words there are in all that is inside of an object."""
MEASURES = COUNTS | {"confidence", "avg_logprob", "compression_ratio", "no_speech_prob"}
"""Numbers that measure what was said."""
PLACES = frozenset({
    "index", "idx", "order", "channel", "channels", "channel_index", "channelTag", "seek", "ms", "seconds", "relative",
    "absolute", "duration_ms", "durationInTicks", "durationMilliseconds", "relative_start", "thread_ts",
})  # fmt: skip
"""Numbers that tell where something stands, on which channel, or when."""

SPEAKER = (
    "speaker_name", "speakerName", "user_name", "userName", "displayName", "real_name", "display_name",
    "participant_name", "user_profile", "speaker_label", "speakerLabel", "speakerTag", "speaker", "participant", "name",
    "channel_label",
)  # fmt: skip
"""Who said it, the surest first: a string, a number, or an object with one of these in it."""
NAMING = frozenset(SPEAKER) - {"name", "channel_label"}
"""Those that name nothing but a speaker."""
LABELS = frozenset(
    {
        *SPEAKER,
        "first_name",
        "last_name",
        "email",
        "user_email",
        "mailto",
        "tel",
        "phone",
        "phone_number",
        "sip",
        "speaker_email",
    }
)
"""Names and addresses of people. Outside of turns they stand alone."""
PEOPLE = frozenset({
    "participants", "speakers", "attendees", "participant", "speaker", "host", "host_email", "organizer", "user",
    "host_user", "fireflies_users", "meeting_attendees", "organizer_email", "known_speaker_names", "parties",
    "calendar_email", "signedinUser", "anonymousUser", "phoneUser", "reply_users", "parent_user_id",
    "users", "inviter",
})  # fmt: skip
"""Keys whose strings are names and addresses of people, or whose objects hold them."""

START = ("startDateTime", "absolute_start_time", "startTime", "start_time", "start_timestamp", "start", "timestamp",
         "timestamp_ms", "audio_start", "start_ms", "startOffset", "offset", "offsetMilliseconds", "offsetInTicks",
         "ts")  # fmt: skip
END = ("endDateTime", "absolute_end_time", "endTime", "end_time", "end_timestamp", "end", "audio_end", "end_ms",
       "endOffset", "end_ts", "resultEndTime", "resultEndOffset")  # fmt: skip

IDS = frozenset({
    "id", "uuid", "segment_id", "speaker_id", "speaker_key", "speaker_uuid", "speaker_user_uuid", "participant_id",
    "user_id", "userId", "identity_id", "native_meeting_id", "meeting_id", "meetingId", "meeting_uuid", "bot_id",
    "recording_id", "transcript_id", "transcriptId", "request_id", "sha256", "object_id", "rtms_stream_id",
    "session_uid", "session_id", "callId", "call_id", "conversation_id", "group_id", "avatar_url", "channel_id",
    "nextPageToken", "next_page_token", "cursor", "meeting_ownerId", "model_uuid", "model_id", "accountId", "requestId",
    "job_id", "file_id", "client_msg_id", "team", "user_team", "source_team", "avatar_hash", "block_id",
})  # fmt: skip
"""Opaque ids; one with a space, or without a digit, is text."""
SPEAKER_IDS = ("speaker_id", "participant_id", "user_id", "userId", "speaker_uuid")
"""Those of whoever speaks."""
FIXED = frozenset({
    "type", "event", "task", "language", "languageCode", "language_code", "lang", "spokenLanguage", "spoken_language",
    "detected_language", "status", "source", "platform", "sentiment", "object", "model", "format", "role", "created",
    "created_at", "updated_at", "date", "encoding", "mediatype", "mimetype", "arch", "version", "speech_model",
    "language_model", "acoustic_model", "state", "event_type", "media_type", "channel_type", "dateString",
    "transaction_key", "recognitionStatus", "attaches_to", "entity_class", "locale", "languages", "operating_point",
    "diarization", "canonical_name", "architecture", "writing_direction", "translation_status", "result", "subtype",
    "duration", "kind",
})  # fmt: skip
"""One of a few values: one word is kept; anything else is text."""
PLAIN = frozenset({
    "index", "idx", "completed", "is_host", "isHost", "speaker_is_host", "duration_ms",
    "extra_data", "channel", "channels", "channel_index", "seek", "temperature", "probability", "score",
    "speaker_confidence", "language_confidence", "is_final", "final", "speech_final", "from_finalize", "usage",
    "seconds", "logprobs", "metadata", "model_info", "models",
    "results", "alternatives", "paragraphs", "sentences", "utterances", "segments", "entries", "transcriptEntries",
    "transcripts", "events", "turns", "items", "messages", "content", "results_count", "audio_duration",
    "audio_channels", "relative",
    "absolute", "input_tokens", "output_tokens", "total_tokens", "input_token_details", "audio_tokens", "text_tokens",
    "speaker_labels", "punctuate", "format_text", "dual_channel", "multichannel", "diarize", "multi_channel",
    "webhook_status_code", "webhook_auth", "speed_boost", "throttled", "redact_pii", "redact_pii_audio",
    "auto_highlights", "auto_chapters", "entity_detection", "sentiment_analysis", "iab_categories", "content_safety",
    "language_detection", "custom_topics", "disfluencies", "filter_profanity", "summarization", "topics_detection",
    "audio_start_from", "audio_end_at", "word_boost", "boost_param", "speakers_expected", "summary_type",
    "sentiment_analysis_results", "join_leave", "participant_events", "chat_messages", "duration_seconds", "order",
    "audio_url", "meeting_url", "constructed_meeting_url", "video_url", "transcript_url", "url", "title", "subject",
    "room_name", "summary", "chapters", "headline", "gist", "action_items", "keywords", "overview", "outline",
    "shorthand_bullet", "bullet_gist", "short_summary", "meeting_type", "topics", "topic", "entities", "entity_type",
    "auto_highlights_result", "rank", "count", "timestamps", "iab_categories_result", "content_safety_labels",
    "severity", "error", "question", "pricing", "metric", "date_and_time", "text_cleanup", "questions", "warnings",
    "info", "locales", "bot", "meeting", "notes", "description", "label", "meeting_info", "tier", "labels",
    "jobName", "audio_segments", "channel_labels", "number_of_channels", "language_identification",
    "channelTag", "totalBilledTime", "totalBilledDuration", "billed_time", "billing_time", "speechAdaptationInfo",
    "combinedRecognizedPhrases", "recognizedPhrases", "combinedPhrases", "phrases", "durationInTicks",
    "durationMilliseconds", "monologues", "elements", "job", "data_name", "transcription_config",
    "is_eos", "volume", "language_pack_info", "word_delimiter", "itn_enabled", "tracking", "file", "filename",
    "audio_duration_ms", "number_of_distinct_channels", "transcription_time", "subtitles", "version_id",
    "completed_at", "is_audio_event", "source_language", "translated", "char", "chars", "intents",
    "intent", "sentiments", "average", "sentiment_score", "start_word", "end_word", "short", "topics_result",
    "segments_result", "intent_segments", "ms", "edited", "blocks", "reply_count", "thread_ts",
    "reply_users_count", "latest_reply", "last_read", "is_locked", "subscribed", "replies", "reactions",
    "is_restricted", "is_ultra_restricted", "image_72", "upload", "display_as_bot", "is_intro", "is_starred", "hidden",
    "style",
    "language_confidence_threshold", "speech_threshold", "webhook_url", "webhook_auth_header_name",
    "redact_pii_audio_quality", "redact_pii_policies", "redact_pii_sub", "custom_spelling", "is_deleted",
    "summary_model", "speech_models", "speech_model_used", "keyterms_prompt", "speaker_options", "audio_samples",
})  # fmt: skip
"""Numbers, switches and containers; a string under one of these is text that nobody claims."""

KEYS = (
    TEXT | COPIES | WORDS | TOKENS | MEASURES | LABELS | PEOPLE | frozenset((*WORD, *GUESSES, *SHAPED, *START, *END))
    | IDS | FIXED | PLAIN
)  # fmt: skip
"""Every key that is known."""
MODELS = frozenset({"models", "model_info"})
"""Keys under which models are named, and not people."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_ID = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9_.:/=-]{1,200}")
_FIXED = re.compile(r"[A-Za-z][A-Za-z0-9_./+-]{0,40}|[0-9]{1,3}(?:[.][0-9]{1,3}){0,2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]{1,9})? ?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    rf"|-?{OFFSET}|[0-9]{{1,6}}(?:[.][0-9]{{1,9}})?s?|1[0-9]{{9}}(?:[0-9]{{3}})?(?:[.][0-9]{{1,6}})?"
    r"|PT(?:[0-9]{1,3}H)?(?:[0-9]{1,3}M)?(?:[0-9]{1,6}(?:[.][0-9]{1,9})?S)?"
)
"""A day, an instant, an offset, seconds, a duration; or seconds or milliseconds since 1970. All else may be somebody's
number."""
_TAGS = frozenset({"languageCode", "language_code", "spokenLanguage", "locale"})
_LANGUAGES = frozenset({"language", "lang", "spoken_language", "detected_language", "languages", "source_language"})
_TAG = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?")
_LANGUAGE = re.compile(rf"{_TAG.pattern}|[a-z]{{4,20}}")
"""A tag as of BCP 47, or a name such as ``english``."""
_TIMES = frozenset((*START, *END, "duration", "completed_at", "totalBilledTime", "totalBilledDuration", "created",
                    "created_at", "updated_at", "date", "dateString", "absolute", "relative", "thread_ts",
                    "latest_reply", "last_read"))  # fmt: skip
_MEASURE = re.compile(r"-?[0-9]{1,6}(?:[.][0-9]{1,12})?")
_PLACEHOLDER = re.compile(r"\W*|<[^<>\n]{1,60}>|\{[^{}\n]{1,60}\}|\[[^\[\]\n]{1,60}\]|string|str|text|name|speaker")


def is_known(key: str) -> bool:
    """Whether a key is known, or is an opaque id and so names nobody."""
    return key in KEYS or _UUID.fullmatch(key) is not None


def holds_no_words(key: str, value: str) -> bool:
    """Whether the string under a key is an id, a fixed word or a time, and so says nothing."""
    if not any(ch.isalnum() for ch in value) or (key in _TIMES and _TIME.fullmatch(value)):
        return True
    if key in MEASURES:
        return _MEASURE.fullmatch(value) is not None
    if key in IDS:
        return _ID.fullmatch(value) is not None
    if key in _TAGS or key in _LANGUAGES:
        return (_TAG if key in _TAGS else _LANGUAGE).fullmatch(value) is not None
    if key in MODELS:
        return _ID.fullmatch(value) is not None or is_fixed(value)
    return key in FIXED - _TIMES and is_fixed(value)


def tells_of_words(key: str) -> bool:
    """Whether a number or a fixed word under a key of a turn may tell what was said, or how: neither where it stands,
    nor when, nor whose it is.
    """
    return key not in PLACES | _TIMES | IDS | LABELS | PEOPLE


def is_fixed(value: str) -> bool:
    """Whether a value is one word, such as a language, a type or a version."""
    return _FIXED.fullmatch(value) is not None


def is_time(value: str) -> bool:
    """Whether a value holds nothing but a time."""
    return _TIME.fullmatch(value) is not None


def is_seconds(value: str) -> bool:
    """Whether a value is a number of seconds."""
    return _MEASURE.fullmatch(value) is not None and not value.startswith("-")


def is_placeholder(value: str) -> bool:
    """Whether a value only shows where something goes, as in the example of an output: ``<speaker>``, ``...``."""
    return _PLACEHOLDER.fullmatch(value) is not None
