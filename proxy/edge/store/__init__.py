"""Meetings, people and consent records in SQLite or PostgreSQL."""
