"""Demonstration data: invented firms, officials, and cases of every programme in every state.

All names, numbers and addresses are invented; corporate numbers have a valid check digit but begin with 9 and eight
zeros, which nobody has. Everything is made through the same services that people use.
"""
