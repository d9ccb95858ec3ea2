"""Which language a text is in, and the national numbers that are looked for in it."""
