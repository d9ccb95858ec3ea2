"""How the detection model is made: word lists, generator, training, export. ``README.md`` says how to repeat it."""
