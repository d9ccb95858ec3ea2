"""How to add a JSON vendor (a service that writes transcripts as JSON).

1. Find the vendor's public reference, and write a made-up sample of its export, ``tests/formats/vendors/<name>.json``,
   in which Ann Lund says ``We ship the zebra in May.`` and everything that others say or are called contains
   ``canary``.
2. Write one row below with the keys that no row of the table has yet, each in its role. A key that may hold anybody's
   words, and by the shape of the document is nobody's, is `plain`. When in doubt, use `plain`.
3. Put the row above `SEVERAL` if its keys name something more surely than the keys that many vendors share (a speaker's
   name, an instant), otherwise below: if an object has two keys of one role, the upper row's is read.
4. Run ``tests/formats``. Each row must have a sample, no sample may have a key that is in no row, and no key may have
   two roles that exclude each other. Add the service to the table of ``docs/formats.md``.

The rows are read together, as one vocabulary, since a document does not say which vendor wrote it. Each constant below
the table is a role in it: the keys that hold what was said, by whom and when. A key that is in no row may be anybody's
word or name: it is nobody's, or refuses the document. Shapes that are read differently, by indices, are formats of
their own (`vcon`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from proxy.formats.times import OFFSET

Names = tuple[str, ...]


class Count(Enum):
    """What a plain number under a time key counts. Under a time key without an entry, a number is no time."""

    DOCUMENT = auto()
    """Seconds or milliseconds, as the document shows (`json_times.unit_of`)."""
    MILLISECONDS = auto()
    SINCE_1970 = auto()
    """Milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """The keys of one vendor's transcripts, by role. A key may have several roles that go together.

    An object with words and a speaker or a time is a *turn*. Among keys of one role, the first is the surest.
    """

    name: str

    said: Names = ()
    """What was said: a string, or an object or list that contains these keys."""
    copies: Names = ()
    """Within a turn: further renderings of what was said; every string in them is the speaker's."""
    words: Names = ()
    """Word lists: objects with one of `word`, or strings."""
    word: Names = ()
    """One word, in an entry of a word list."""
    guesses: Names = ()
    """Within a word: lists of objects with one of `word`; the first of them is read."""
    shaped: Mapping[str, Names] = field(default_factory=dict)
    """Keys of lists that are word lists if each entry is an object with one of these and its word as a string."""
    tokens: Names = ()
    """Lists of numbers that stand for words."""
    turns: Names = ()
    """Lists of turns: an object that has one is no turn itself."""

    speaker: Names = ()
    """Who said it, by name: a string, or an object that contains one of these."""
    label: Names = ()
    """Who said it, by a name, a number or a label of the recognizer."""
    channel: Names = ()
    """Who said it, if nothing else says so: a channel, on which several people may speak."""
    speaker_ids: Names = ()
    """Opaque ids of speakers, which name nobody unless the document lists people by them."""
    numbered: Names = ()
    """Lists of names by the number that turns have in place of a speaker."""
    labelled: Names = ()
    """Objects that give the speaker of each word by the word's start time, as Amazon's do."""
    contact: Names = ()
    """Names and addresses of people. Outside of turns they stand alone."""
    people: Names = ()
    """Keys whose strings are names and addresses of people, or whose objects contain them."""

    start: Names = ()
    """When something began."""
    end: Names = ()
    """When something ended."""
    moments: Names = ()
    """Other times and durations."""
    lasting: Names = ()
    """Durations in milliseconds."""
    counts_in: Mapping[str, Count] = field(default_factory=dict)
    """What numbers count, by key of `start` and `end`."""
    tells_milliseconds: Names = ()
    """Keys whose presence in a document shows that its times are in milliseconds."""

    counted: Names = ()
    """The number of words in everything within an object."""
    measures: Names = ()
    """Numbers that measure what was said."""
    places: Names = ()
    """Numbers that say where something stands, on which channel, or when."""
    ids: Names = ()
    """Opaque ids; one that contains a space, or no digit, is text."""
    fixed: Names = ()
    """One of a few values: a single word is kept, anything else is text."""
    tags: Names = ()
    """Language tags, as in BCP 47."""
    languages: Names = ()
    """Tags or names of languages."""
    models: Names = ()
    """Keys under which models, not people, are named."""
    plain: Names = ()
    """Numbers, switches and containers; a string under one of these is text that nobody claims."""


def _names(told: str) -> Names:
    return tuple(told.split())


GRAPH = Vendor(
    "graph",
    said=("spokenText",),
    speaker=("speakerName",),
    start=("startDateTime",),
    end=("endDateTime",),
    tags=("spokenLanguage",),
)
"""Microsoft Graph's ``metadataContent``: cue payloads, which have these keys and no others (`graph`)."""

_SURER = (
    GRAPH,
    Vendor(
        "vexa",
        start=("absolute_start_time",),
        end=("absolute_end_time",),
        ids=_names("native_meeting_id speaker_key"),
        plain=_names("constructed_meeting_url probability"),
    ),
    Vendor(
        "google",  # Speech-to-Text, v1 and v2
        label=_names("speakerLabel speakerTag"),
        start=("startOffset",),
        end=_names("endOffset resultEndTime resultEndOffset"),
        moments=_names("totalBilledTime totalBilledDuration"),
        places=("channelTag",),
        plain=("speechAdaptationInfo",),
    ),
    Vendor(
        "deepgram",
        word=("punctuated_word",),
        counted=("num_words",),
        places=("channel_index",),
        ids=("model_uuid",),
        fixed=_names("transaction_key arch canonical_name architecture"),
        models=("model_info",),
        plain=_names(
            "speaker_confidence speech_final from_finalize intents intent sentiments average sentiment_score start_word"
            " end_word short topics_result segments_result intent_segments"
        ),
    ),
    Vendor(
        "slack",
        speaker=_names("real_name user_profile"),
        people=_names("reply_users parent_user_id inviter"),
        moments=_names("thread_ts latest_reply last_read"),
        places=("thread_ts",),
        ids=_names("client_msg_id team user_team source_team avatar_hash block_id"),
        plain=_names(
            "edited blocks reply_count reply_users_count is_locked subscribed replies reactions is_restricted"
            " is_ultra_restricted image_72 upload display_as_bot is_intro is_starred style tier"
        ),
    ),
)

SEVERAL = Vendor(
    "several",
    said=_names("text raw_text transcript transcription data sentence utterance"),
    copies=_names("translation translations summary_of_turn"),
    words=("words",),
    word=("word", "text"),
    guesses=("alternatives",),
    turns=_names("segments utterances sentences paragraphs entries events turns"),
    speaker=_names("speaker_name user_name userName displayName display_name participant_name"),
    label=("speaker_label", "speaker", "participant", "name"),
    speaker_ids=_names("speaker_id participant_id user_id userId speaker_uuid"),
    numbered=("speakers",),
    contact=_names("first_name last_name email user_email mailto tel phone phone_number sip speaker_email"),
    people=_names(
        "participants speakers attendees participant speaker host organizer user host_user parties users"
        " organizer_email host_email"
    ),
    start=_names("startTime start_time start timestamp ts"),
    end=_names("endTime end_time end_timestamp end"),
    moments=_names("duration created created_at updated_at date dateString completed_at"),
    counts_in=dict.fromkeys(_names("start end start_time end_time ts"), Count.DOCUMENT),
    counted=("word_count",),
    measures=("confidence",),
    places=_names("index idx order channel channels ms seconds"),
    ids=_names(
        "id uuid segment_id meeting_id meetingId meeting_uuid recording_id transcript_id transcriptId request_id"
        " requestId sha256 object_id session_id callId call_id conversation_id group_id channel_id nextPageToken"
        " next_page_token cursor accountId job_id file_id avatar_url model_id"
    ),
    fixed=_names(
        "type event task status source platform sentiment object model format role encoding mediatype mimetype version"
        " state kind result event_type media_type channel_type subtype"
    ),
    tags=_names("languageCode language_code locale"),
    languages=_names("language lang spoken_language detected_language languages source_language"),
    models=("models",),
    plain=_names(
        "completed is_host isHost score language_confidence is_final final metadata results alternatives transcripts"
        " items messages content results_count audio_channels multichannel multi_channel diarize join_leave"
        " participant_events chat_messages duration_seconds audio_url meeting_url video_url transcript_url url title"
        " subject room_name summary chapters headline gist action_items keywords overview outline meeting_type topics"
        " topic entities entity_type rank count timestamps severity error question questions warnings info locales bot"
        " meeting notes description label meeting_info labels file filename char chars volume usage extra_data hidden"
        " audio_duration_ms"
    ),
)
"""Keys that several services have, or that an operator's own tool may write."""

_OTHERS = (
    Vendor(
        "google meet",  # v2: conferenceRecords.transcripts.entries
        turns=("transcriptEntries",),
        people=_names("signedinUser anonymousUser phoneUser"),
    ),
    Vendor("recall", start=("start_timestamp",), moments=_names("relative absolute"), ids=("bot_id",)),
    Vendor(
        "fireflies",
        copies=("ai_filters",),
        people=_names("fireflies_users meeting_attendees calendar_email"),
        plain=_names("shorthand_bullet bullet_gist short_summary pricing metric date_and_time text_cleanup"),
    ),
    Vendor(
        "attendee",
        start=("timestamp_ms",),
        lasting=("duration_ms",),
        counts_in={"timestamp_ms": Count.SINCE_1970},
        places=("duration_ms",),
        ids=("speaker_user_uuid",),
        plain=("speaker_is_host",),
    ),
    Vendor(
        "fathom",  # "new meeting content ready", and transcripts of recordings
        contact=_names("matched_calendar_invitee_email matched_speaker_display_name"),
        people=_names("calendar_invitees recorded_by assignee contacts"),
        moments=_names(
            "scheduled_start_time scheduled_end_time recording_start_time recording_end_time recording_timestamp"
        ),
        fixed=("calendar_invitees_domains_type",),
        plain=_names(
            "meeting_title share_url default_summary template_name markdown_formatted user_generated"
            " recording_playback_url is_external email_domain crm_matches companies deals amount record_url"
        ),
    ),
    Vendor("jigasi", ids=("identity_id",)),
    Vendor("zoom rtms", ids=_names("rtms_stream_id session_uid meeting_ownerId")),
    Vendor(
        "openai",  # diarized_json, verbose_json
        tokens=("tokens",),
        people=("known_speaker_names",),
        measures=_names("avg_logprob compression_ratio no_speech_prob"),
        places=("seek",),
        plain=_names(
            "temperature logprobs input_tokens output_tokens total_tokens input_token_details audio_tokens text_tokens"
        ),
    ),
    Vendor(
        "assemblyai",
        start=("audio_start",),
        end=("audio_end",),
        tells_milliseconds=_names("audio_duration acoustic_model language_model speech_model"),
        fixed=_names("speech_model language_model acoustic_model"),
        plain=_names(
            "audio_duration speaker_labels punctuate format_text dual_channel webhook_status_code webhook_auth"
            " speed_boost throttled redact_pii redact_pii_audio auto_highlights auto_chapters entity_detection"
            " sentiment_analysis iab_categories content_safety language_detection custom_topics disfluencies"
            " filter_profanity summarization topics_detection audio_start_from audio_end_at word_boost boost_param"
            " speakers_expected summary_type sentiment_analysis_results auto_highlights_result iab_categories_result"
            " content_safety_labels language_confidence_threshold speech_threshold webhook_url webhook_auth_header_name"
            " redact_pii_audio_quality redact_pii_policies redact_pii_sub custom_spelling is_deleted summary_model"
            " speech_models speech_model_used keyterms_prompt speaker_options audio_samples"
        ),
    ),
    Vendor(
        "amazon",  # Transcribe
        word=("content",),
        shaped={"items": ("alternatives",)},
        channel=("channel_label",),
        labelled=("speaker_labels",),
        plain=_names("jobName audio_segments channel_labels number_of_channels language_identification"),
    ),
    Vendor("whisperx", words=("word_segments",)),
    Vendor(
        "azure",  # Speech, batch and fast
        said=_names("nBest lexical itn maskedITN display"),
        words=("displayWords",),
        word=("displayText",),
        start=_names("offset offsetMilliseconds offsetInTicks"),
        lasting=("durationMilliseconds",),
        counts_in={"offsetMilliseconds": Count.MILLISECONDS},
        places=_names("durationInTicks durationMilliseconds"),
        fixed=("recognitionStatus",),
        plain=_names("combinedRecognizedPhrases recognizedPhrases combinedPhrases phrases"),
    ),
    Vendor(
        "rev",
        word=("value",),
        shaped={"elements": ("value",)},
        end=("end_ts",),
        counts_in={"end_ts": Count.DOCUMENT},
        plain=_names("monologues elements"),
    ),
    Vendor(
        "speechmatics",
        guesses=_names("spoken_form written_form"),
        shaped={"results": ("alternatives",)},
        fixed=_names("attaches_to entity_class operating_point diarization writing_direction"),
        plain=_names(
            "job data_name transcription_config is_eos language_pack_info word_delimiter itn_enabled tracking"
        ),
    ),
    Vendor(
        "gladia",
        said=("full_transcript",),
        plain=_names("billed_time billing_time number_of_distinct_channels transcription_time subtitles version_id"),
    ),
    Vendor(
        "soniox",
        shaped={"tokens": ("text",)},
        start=("start_ms",),
        end=("end_ms",),
        counts_in=dict.fromkeys(("start_ms", "end_ms"), Count.MILLISECONDS),
        fixed=("translation_status",),
        plain=_names("is_audio_event translated"),
    ),
)

VENDORS: tuple[Vendor, ...] = (*_SURER, SEVERAL, *_OTHERS)
"""All rows, the surest first."""


def _role(role: str) -> tuple[str, ...]:
    """The keys that any row of the table has in a role, the surest first."""
    return tuple(dict.fromkeys(key for vendor in VENDORS for key in getattr(vendor, role)))


def _by_key(role: str) -> dict[str, Any]:
    """What the rows say about single keys."""
    return {key: told for vendor in VENDORS for key, told in getattr(vendor, role).items()}


TEXT = frozenset(_role("said"))
COPIES = frozenset(_role("copies"))
WORDS = frozenset(_role("words"))
WORD = _role("word")
GUESSES = _role("guesses")
SHAPED: Mapping[str, tuple[str, ...]] = _by_key("shaped")
TOKENS = frozenset(_role("tokens"))
TURNS = frozenset(_role("turns"))

CHANNEL = _role("channel")
SPEAKER = (*_role("speaker"), *_role("label"), *CHANNEL)
"""Who said it, the surest first: a string, a number, or an object that contains one of these."""
NAMING = frozenset(SPEAKER) - {"name", *CHANNEL}
"""Those that name nothing but a speaker."""
SPEAKER_IDS = _role("speaker_ids")
NUMBERED = frozenset(_role("numbered"))
LABELLED = frozenset(_role("labelled"))
LABELS = frozenset(SPEAKER) | frozenset(_role("contact"))
"""Names and addresses of people. Outside of turns they stand alone."""
PEOPLE = frozenset(_role("people"))

START = _role("start")
END = _role("end")
LASTING = _role("lasting")
COUNTS_IN: Mapping[str, Count] = _by_key("counts_in") | dict.fromkeys(LASTING, Count.MILLISECONDS)
TELLS_MILLISECONDS = frozenset(_role("tells_milliseconds"))
TIMES = frozenset((*START, *END, *_role("moments")))

COUNTS = frozenset(_role("counted"))
MEASURES = COUNTS | frozenset(_role("measures"))
PLACES = frozenset(_role("places"))
IDS = frozenset((*_role("ids"), *SPEAKER_IDS))
TAGS = frozenset(_role("tags"))
LANGUAGES = frozenset(_role("languages"))
FIXED = frozenset(_role("fixed")) | TAGS | LANGUAGES
MODELS = frozenset(_role("models"))
PLAIN = frozenset((*_role("plain"), *_role("moments"), *_role("lasting"))) | PLACES | MODELS | TURNS

KEYS = (
    TEXT | COPIES | WORDS | TOKENS | MEASURES | LABELS | PEOPLE | frozenset((*WORD, *GUESSES, *SHAPED, *START, *END))
    | IDS | FIXED | PLAIN
)  # fmt: skip
"""Every known key."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_ID = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9_.:/=-]{1,200}")
_FIXED = re.compile(r"[A-Za-z][A-Za-z0-9_./+-]{0,40}|[0-9]{1,3}(?:[.][0-9]{1,3}){0,2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]{1,9})? ?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    rf"|-?{OFFSET}|[0-9]{{1,6}}(?:[.][0-9]{{1,9}})?s?|1[0-9]{{9}}(?:[0-9]{{3}})?(?:[.][0-9]{{1,6}})?"
    r"|PT(?:[0-9]{1,3}H)?(?:[0-9]{1,3}M)?(?:[0-9]{1,6}(?:[.][0-9]{1,9})?S)?"
)
"""A day, an instant, an offset, seconds, a duration, or seconds or milliseconds since 1970.

Any other value may be somebody's number.
"""
_TAG = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?")
_LANGUAGE = re.compile(rf"{_TAG.pattern}|[a-z]{{4,20}}")
"""A BCP 47 tag, or a name such as ``english``."""
_MEASURE = re.compile(r"-?[0-9]{1,6}(?:[.][0-9]{1,12})?")
_PLACEHOLDER = re.compile(r"\W*|<[^<>\n]{1,60}>|\{[^{}\n]{1,60}\}|\[[^\[\]\n]{1,60}\]|string|str|text|name|speaker")


def is_known(key: str) -> bool:
    """Whether a key is known, or is an opaque id and so names nobody."""
    return key in KEYS or _UUID.fullmatch(key) is not None


def holds_no_words(key: str, value: str) -> bool:
    """Whether the string under a key is an id, a fixed word or a time, and so says nothing."""
    if not any(ch.isalnum() for ch in value) or (key in TIMES and _TIME.fullmatch(value)):
        return True
    if key in MEASURES:
        return _MEASURE.fullmatch(value) is not None
    if key in IDS:
        return _ID.fullmatch(value) is not None
    if key in TAGS or key in LANGUAGES:
        return (_TAG if key in TAGS else _LANGUAGE).fullmatch(value) is not None
    if key in MODELS:
        return _ID.fullmatch(value) is not None or is_fixed(value)
    return key in FIXED - TIMES and is_fixed(value)


def tells_of_words(key: str) -> bool:
    """Whether a number or a fixed word under a key of a turn may reveal what was said, or how.

    Places, times, ids, labels and people reveal neither.
    """
    return key not in PLACES | TIMES | IDS | LABELS | PEOPLE


def is_fixed(value: str) -> bool:
    """Whether a value is one word, such as a language, a type or a version."""
    return _FIXED.fullmatch(value) is not None


def is_time(value: str) -> bool:
    """Whether a value contains nothing but a time."""
    return _TIME.fullmatch(value) is not None


def is_seconds(value: str) -> bool:
    """Whether a value is a number of seconds."""
    return _MEASURE.fullmatch(value) is not None and not value.startswith("-")


def is_placeholder(value: str) -> bool:
    """Whether a value only shows where something goes, as in an example of an output: ``<speaker>``, ``...``."""
    return _PLACEHOLDER.fullmatch(value) is not None
