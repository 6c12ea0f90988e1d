"""Best combination: which of the schemes that an applicant may have are worth most together, under the interactions."""
