"""From facts to determinations: reading facts, the two evaluators, verdicts, amounts and their explanation."""
