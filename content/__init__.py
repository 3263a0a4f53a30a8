"""The trade vocabulary: YAML that the staff own, its models, and the catalog that answers look-ups."""
