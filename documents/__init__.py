"""Letters as PDF and uploaded files. Knows nothing of cases: plain data come in, bytes and stored files go out.

``wording`` (official notation) → ``letters`` (a decision's data to a letter to a PDF); ``uploads`` (files that come in)
→ ``models`` (what is kept of them).
"""
