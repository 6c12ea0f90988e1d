"""Pages. Views only read requests and call services and selectors; they hold no business rule."""
