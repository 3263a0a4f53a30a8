"""Load YAML files into a validated Catalog."""
