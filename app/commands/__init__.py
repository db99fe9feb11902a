"""The words of the command line, one module for each topic. They call services and queries and decide nothing."""
