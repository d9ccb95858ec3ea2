"""Find personal data: recognizers, spoken forms, secrets, the model. Runs in worker processes."""
