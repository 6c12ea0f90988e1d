"""``{% load ui %}``: every component of the portal. They are shown with their use on ``/styleguide/``.

The tags live in modules by subject; this library only joins them, so that a template needs one ``load``.
"""

from django import template

from portal.templatetags import ui_actions, ui_data, ui_figures, ui_forms, ui_page

register = template.Library()

for _part in (ui_page, ui_actions, ui_data, ui_figures, ui_forms):
    _twice = set(_part.register.tags) & set(register.tags) | set(_part.register.filters) & set(register.filters)
    if _twice:
        raise RuntimeError(f"two components have the same name: {', '.join(sorted(_twice))}")
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
