"""The admin listener: health, metrics, meetings and consent over HTTP, and webhooks."""
