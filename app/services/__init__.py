"""The write side: one function for each intention, named by its verb. Each is one unit of work."""
