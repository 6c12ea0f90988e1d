"""Screening of many firms: the typed expressions of rule files over whole columns, with exactly the engine's answers.

``intake`` (Polars columns → arrays) → ``facts`` (what the vocabulary makes of them) → ``compiler`` and ``program``
(expressions → array operations, once a version; ``needs``: what is missing) → ``screen`` (Polars in, Polars out).
``files``: CSV and Parquet. ``population``: invented firms. See docs/batch.md.
"""
