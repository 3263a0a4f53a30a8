"""Loading: from YAML files to a checked Catalog."""
