"""How to answer a person, and how an answer or a post looks: Command -> Reply, on no particular platform."""
