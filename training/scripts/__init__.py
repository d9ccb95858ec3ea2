"""Makes the detection model of Cyrillic, Chinese, Japanese, Korean, Devanagari and Arabic script."""
