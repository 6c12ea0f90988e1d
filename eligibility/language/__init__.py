"""The small typed language that rule files are written in: text → typed nodes → evaluators.

Values are exact: whole numbers and fractions, never floats. A value that is not known yet is a
:class:`~eligibility.language.ranges.Range` (numbers, dates, fiscal years) or ``None`` (yes/no, codes, lists).
"""
