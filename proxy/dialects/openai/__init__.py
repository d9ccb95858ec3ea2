"""The OpenAI APIs: chat completions (also as Azure has them) and audio transcription."""
