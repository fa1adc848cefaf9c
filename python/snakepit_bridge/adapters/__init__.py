"""Adapters to start from, and to try things with."""
