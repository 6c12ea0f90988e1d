"""Cases: from the first filing to the last obligation; decisions, letters sent, KPI entries.

``models`` hold rows and their constraints, ``services`` every change (one use case a file, one transaction each),
``selectors`` every read, ``permissions`` who may do what and why not. No view decides anything.
"""
