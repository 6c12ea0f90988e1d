"""From the files in ``rules/`` to checked, immutable objects. Anything undefined, ill-typed or unsourced is refused
with file, line and reason."""
