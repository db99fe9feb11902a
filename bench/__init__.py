"""How fast the server is, as ratios to a bare Flask route measured in the same run. Changes nothing outside a temporary folder."""
