"""REST API under ``/api/v1/``.

Reads the rule book and the cases, and calls the same services as the pages; holds no rule of its own. ``rules`` (public:
schemes, facts, determinations), ``cases`` (with a token), ``views`` (KPI, health, account, documentation). Every answer
that is not a success is a problem of RFC 9457 (:mod:`portal.api.problems`).
"""
