"""Interview plans: what a job's candidates are asked, and what a good answer holds."""
