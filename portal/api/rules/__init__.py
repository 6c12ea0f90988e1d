"""Public endpoints on the rule book: programmes, schemes, facts, determinations."""
