"""Candidate lists: from bytes to text, to rows, to details, to the candidates of a job."""
