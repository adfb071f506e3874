"""Statistics of agreement and of rates, from the standard library. Knows nothing of interviews."""
