"""The read side: frozen rows for pages and services. Queries never write."""
