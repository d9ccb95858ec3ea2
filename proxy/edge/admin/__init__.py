"""The admin listener: health, metrics, meetings and consent over HTTP, webhooks."""
