"""How each component is written in a template; shown on the style guide beside the component itself."""

from __future__ import annotations

from typing import Final

USAGE: Final[dict[str, str]] = {
    "button": """{% button label size="large" icon_after="arrow-right" %}
{% button label kind="secondary" name="save" value="1" icon="save" busy=saving %}
{% button label href=url kind="text" %}   kind: primary, secondary, text, danger; size: large, small""",
    "banner": """{% banner "success" title=title live=True %}<p>…</p>{% endbanner %}   info, success, warning, error
{% inline_message "warning" text %}""",
    "labels": """{% verdict_label case.verdict size="large" %}  {% state_label filing.state %}
{% finding_label finding.outcome %}
{% label word tone="info" icon="clock" %}   positive, negative, caution, info, neutral
{% assumed %}  {% assumed note=text key="A-01" %}""",
    "yen": """{% yen amount %}  {% yen low high %}  {% yen low None %}
{% yen amount large=True both=True %}  {% yen amount exact=True %}  {{ amount|yen_text }}  {{ amount|yen_exact }}""",
    "deadline": """{% deadline until %}  {% deadline until today note=text %}
{{ date|day }}  {{ datetime|moment }}  {{ 2026|fiscal_year }}""",
    "card": """{% card title=scheme.title href=url eyebrow=programme level=3 %}<p>…</p>{% endcard %}
<div class="cards">…</div>   <div class="card__head">…</div> inside a card""",
    "key_values": """{% key_values rows %}   rows: (name, value) or (name, value, note)
<dl class="key-values"><div><dt>…</dt><dd>…</dd></div></dl>
{% copy_button text %}""",
    "criteria": """{% criteria_list criteria %}
   each: outcome, text; own, threshold, article, hint, assumed (true or a note)""",
    "calculation": """{% calculation lines total=yen %}  {% calculation lines total=range caption=text note=text %}
   each line: label, yen (or low and high); formula, note, article, assumed""",
    "steps": """{% step_path steps %}  {% step_path steps across=True label=text %}
   each: title, state (done, current, later); date, until, note, url""",
    "progress": "{% question_progress left=4 answered=8 %}  {% question form.capital why=text example=text %}",
    "accordion": "{% accordion title open=True note=text %}…{% endaccordion %}",
    "tabs": """{% tabs label=label %}{% tab "history" title count=3 %}…{% endtab %}{% endtabs %}""",
    "table": """{% table caption=text dense=True %}<thead>…</thead><tbody>… <td data-label="…"> …</tbody>{% endtable %}
{% sort_header label "amount" number=True %}   ?sort=amount, ?sort=-amount
{% filter_bar active=True %}{{ form.kind.as_field_group }}{% endfilter_bar %}
{% pagination page %}""",
    "empty": "{% empty_state title text href=url label=label %}",
    "files": """{% file_list files remove_name="remove_file" %}   each: name, size, sha256; url, uploaded, state, key
{% upload form.accounts files=files %}""",
    "figures": """{% stat 12 label unit=unit href=url tone="caution" %} in <div class="stats">
{% kpi_chart columns title=title unit=unit target=150 target_label=text %}   each: label, actual; name, planned, url
{% budget_bar parts total=yen title=title %}   each: label, value, kind (paid, committed, designated)""",
    "dialog": """{% dialog_button "withdraw" label href=url kind="danger" %}
{% dialog id="withdraw" title=title %}…{% button label type="button" data_dialog_close=True %}{% enddialog %}""",
}
"""Section of the style guide → template code."""
