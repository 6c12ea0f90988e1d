"""Official letters (通知書): plain data of a decision become a :class:`Letter`, a page for the browser and a PDF.

``decision`` (what comes in) → ``kinds`` (which words each kind of decision uses) → ``content`` (the finished letter)
→ ``layout`` and ``render`` (HTML and PDF).
"""
