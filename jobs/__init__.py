"""Poll feeds, publish entries and deliver them to subscribed channels."""
