"""Proofs about rule versions with an SMT solver: what can never happen, what always does, and an example where not.

Expressions become z3 terms over complete facts (nothing unknown). Calendar functions and the valuation chain are
approximated from outside, so that "impossible" is always right; every example is run through the engine before it is
believed.
"""
