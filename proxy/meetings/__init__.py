"""Meetings and the people in them: calendars, e-mail domains, who came and went. Pure: no input or output."""
