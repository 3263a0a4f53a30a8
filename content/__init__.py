"""The trade vocabulary: YAML files that staff edit, and the catalog that answers lookups."""
