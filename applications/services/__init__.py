"""Every change of a case: one use case a file, keyword-only arguments, the time passed in, one transaction.

Locks are always taken in the order case → filing → decision → applicant → counter.
"""
