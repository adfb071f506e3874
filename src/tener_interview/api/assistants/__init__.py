"""What assistants may do: the tools, as one table, and what they return."""
