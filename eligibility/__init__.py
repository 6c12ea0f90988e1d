"""The rules engine: reads the rule book in ``rules/`` and determines eligibility and amounts.

Pure Python: nothing here imports Django (``apps.py`` only names the app). The way through the package is
``language`` (the typed expressions of rule files) → ``rulebook`` (files to checked objects) → ``evaluation``
(facts to determinations).
"""
