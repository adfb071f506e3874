"""Lists of candidates that people bring: from bytes to text, to rows, to candidates, to whom they are in a job."""
