"""Words as they are compared: folded text, phrases, how names are spelled, which words are ordinary English."""
