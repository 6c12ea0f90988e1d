"""What the template components need in Python: words of states, money and dates as text, form fields, row editing,
geometry of charts. No HTML here (templates are in ``portal/templates/ui``) and no business rule."""
