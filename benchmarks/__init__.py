"""Benchmarks. ``make bench`` runs all in one process, interleaved, and prints medians and ratios.

Absolute figures depend on the machine and its mood; ratios of one run are what to quote.
"""
