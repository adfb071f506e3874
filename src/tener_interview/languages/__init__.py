"""Languages: their tags, how their words are compared, and what is known of those that are scored."""
