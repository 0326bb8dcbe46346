"""Features: what the models see of a listing; one family a file."""
