"""Find the subjects that a person's words mean."""
