"""Makes the multilingual detection model. ``training/README.md`` says how."""
