"""What arrives and what is owed to whom: feeds, entries, topics, subscriptions, deliveries, the schedule."""
