"""What is said to people, and how it leaves the building.

Knows no table, no request and no clock: facts, recipients and instants come in as arguments.
"""
