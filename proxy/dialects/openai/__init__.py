"""The OpenAI APIs: chat completions (OpenAI's and Azure's) and audio transcription."""
