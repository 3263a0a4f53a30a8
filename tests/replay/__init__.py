"""Years of real messages, sent again through the real pipeline."""
