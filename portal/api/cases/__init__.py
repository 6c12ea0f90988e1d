"""Endpoints on cases, for those who act for an applicant and for officials."""
