"""What dialects are made of: JSON bodies and edits in them, event streams, lines, forms, claims on fields."""
