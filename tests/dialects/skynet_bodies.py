"""A request to Skynet's summaries API that uses every field the dialect knows."""

FULL = {
    "text": "Maya Chen: call me at 555 0100.\nTom Reed: Gladly, Maya.",
    "hint": "meeting",
    "job_id": "7a3e-Maya",
    "meeting_id": "board-Maya",
    "customer_id": "Chen",
    "app_id": "recorder",
    "user_id": "maya@fjord.example",
    "session_id": 7,
    "metadata": {"host": "Maya", "room": "blue"},
    "max_completion_tokens": 4096,
    "preferred_locale": "pt-BR",
    "priority": "high",
    "prompt": "What has Maya Chen promised?",
    "is_live_summary": False,
}
