"""The trade vocabulary: staff's YAML files, and the catalog that answers lookups."""
