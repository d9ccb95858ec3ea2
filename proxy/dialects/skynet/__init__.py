"""Jitsi Skynet's summaries API: jobs, whose replies are fetched later."""
