"""Compare words: folded text, phrases, how names are spelled, which words are ordinary English."""
